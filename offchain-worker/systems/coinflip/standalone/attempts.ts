/**
 * A coinflip without a chain, from the first attempt to a number or to a failure.
 *
 * Owns: the members of the next attempt, its begin and its end, which the chain decides for its rounds. Does not own: the verdict
 * on an attempt. Every attempt has its own session id, and so its own topic.
 */
import { toHex } from '#types/bytes.ts'
import { sortMembers, type MagicRuleName, type Session } from '#types/domain/coinflip/coinflip.ts'
import type { CoinflipTimeouts } from '../protocol/terms.ts'
import { timeoutsWithin } from '../session/timing.ts'
import { DEFAULT_WINDOW_MS, fewestOf } from './limits.ts'
import type { MemberTimings } from './channel.ts'
import type { Verdict } from './verdict.ts'

/** Waits before a new attempt after exit 2, for a window of {@link DEFAULT_WINDOW_MS}; another window scales them. */
const BACKOFF_MS = [5_000, 10_000, 20_000] as const
/** Processes of one machine share its cores, so a phase gets at least this much for each message between two members. */
const PHASE_MS_PER_WORD = 20

/** A finished attempt. */
export interface Attempt {
  readonly attempt: number
  readonly members: readonly string[]
  readonly verdict: Exclude<Verdict, { readonly kind: 'open' }>
  /** Number of members with each exit. */
  readonly exits: Readonly<Record<'success' | 'offline' | 'malicious', number>>
  readonly timings: readonly MemberTimings[]
}

/** The result of a coinflip: `magic` and `transcriptRoot` where all agreed, `why` where it failed. */
export type FlipResult = {
  readonly attempts: readonly Attempt[]
} & (
  | { readonly kind: 'agreed'; readonly magic: string; readonly transcriptRoot: string }
  | { readonly kind: 'failed'; readonly why: string }
)

export interface FlipOptions {
  /** Replaces the chain's genesis hash; other bytes for every coinflip. */
  readonly context: Uint8Array
  /** Noise keys of all members. */
  readonly members: readonly Uint8Array[]
  readonly magicRule: MagicRuleName
  /** Longest time of an attempt, in milliseconds. */
  readonly windowMs: number
}

export interface FlipDeps {
  /** Resolves after `ms` milliseconds. */
  wait(ms: number): Promise<void>
  play(session: Session, timeouts: CoinflipTimeouts): Promise<Attempt>
  /** Called before each attempt but the first. */
  onRetry(attempt: number, members: number, waitMs: number): void
}

/** Plays attempts until all agree, too few members are left, or further waiting is useless. */
export async function flipCoin(
  { context, members: all, magicRule, windowMs }: FlipOptions,
  { wait, play, onRetry }: FlipDeps,
): Promise<FlipResult> {
  const fewest = fewestOf(all.length)
  const attempts: Attempt[] = []
  const failed = (why: string): FlipResult => ({ kind: 'failed', why, attempts })
  let members = sortMembers(all)
  let offline = 0
  for (;;) {
    const session = { genesisHash: context, round: 0, attempt: attempts.length, members, magicRule }
    const attempt = await play(session, timeoutsAmong(members.length, windowMs))
    attempts.push(attempt)
    const { verdict } = attempt
    if (verdict.kind === 'agreed') {
      const { magic, transcriptRoot } = verdict
      return { kind: 'agreed', magic, transcriptRoot, attempts }
    }
    if (verdict.kind === 'disagreed') return failed(`honest members got ${verdict.numbers.length} different numbers`)
    members = members.filter((key) => !verdict.dropped.includes(toHex(key)))
    if (members.length < fewest)
      return failed(`${members.length} of ${all.length} members are left, fewer than ${fewest}`)
    const backoff = verdict.kind === 'offline' ? BACKOFF_MS[offline++] : 0
    if (backoff === undefined) return failed(`members were offline in ${offline} attempts`)
    const waitMs = (backoff * windowMs) / DEFAULT_WINDOW_MS
    onRetry(attempts.length, members.length, waitMs)
    await wait(waitMs)
  }
}

/**
 * Timeouts of an attempt. Phases are as long as that many processes on one machine need. So is the time before a member asks again,
 * because each answer sends everything once more and burdens a busy machine.
 */
function timeoutsAmong(members: number, windowMs: number): CoinflipTimeouts {
  const fitting = timeoutsWithin(windowMs)
  const least = (ms: number): number => Math.max(ms, members * (members - 1) * PHASE_MS_PER_WORD)
  const { joinMs, commitMs, echoMs, revealMs } = fitting
  return {
    ...fitting,
    joinMs: least(joinMs),
    resendMs: (fitting.resendMs * least(joinMs)) / joinMs,
    commitMs: least(commitMs),
    echoMs: least(echoMs),
    revealMs: least(revealMs),
  }
}

/** The longest time of a session with these timeouts, in milliseconds. */
export const longest = ({ joinMs, commitMs, echoMs, revealMs, confirmMs, relayMs }: CoinflipTimeouts): number =>
  joinMs + commitMs + echoMs + relayMs + revealMs + relayMs + confirmMs
