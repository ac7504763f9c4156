/**
 * A coinflip without a chain, from the first attempt to a number or to a failure.
 *
 * Owns: who is in the next attempt, when it begins, and when it is given up: what the chain does for its rounds. Does not own:
 * how an attempt is played (party.ts) or judged (verdict.ts). Every attempt has a session id, and so a topic, of its own.
 */
import { toHex } from '#types/bytes.ts'
import { sortMembers, type MagicRuleName, type Session } from '#types/domain/coinflip/coinflip.ts'
import type { CoinflipTimeouts } from '../protocol/terms.ts'
import { timeoutsWithin } from '../session/timing.ts'
import { DEFAULT_WINDOW_MS, fewestOf } from './limits.ts'
import type { MemberTimings } from './channel.ts'
import type { Verdict } from './verdict.ts'

/** Waited before a new attempt after exit 2, within a window of {@link DEFAULT_WINDOW_MS}; another window scales them. */
const BACKOFF_MS = [5_000, 10_000, 20_000] as const
/** Processes of one machine share its cores: a phase is given at least this much for each word of one to another. */
const PHASE_MS_PER_WORD = 20

/** An attempt that is over. */
export interface Attempt {
  readonly attempt: number
  readonly members: readonly string[]
  readonly verdict: Exclude<Verdict, { readonly kind: 'open' }>
  /** Of the members that told an exit: which one. */
  readonly exits: Readonly<Record<'success' | 'offline' | 'malicious', number>>
  readonly timings: readonly MemberTimings[]
}

/** How a coinflip ended: `magic` and `transcriptRoot` where all agreed, `why` where it failed. */
export type FlipResult = {
  readonly attempts: readonly Attempt[]
} & (
  | { readonly kind: 'agreed'; readonly magic: string; readonly transcriptRoot: string }
  | { readonly kind: 'failed'; readonly why: string }
)

export interface FlipOptions {
  /** Stands for the chain's: other bytes for every coinflip. */
  readonly context: Uint8Array
  /** Noise keys of everybody. */
  readonly members: readonly Uint8Array[]
  readonly magicRule: MagicRuleName
  /** What an attempt may take, in milliseconds. */
  readonly windowMs: number
}

export interface FlipDeps {
  /** Resolves after so many milliseconds. */
  wait(ms: number): Promise<void>
  play(session: Session, timeouts: CoinflipTimeouts): Promise<Attempt>
  /** Called before each attempt but the first. */
  onRetry(attempt: number, members: number, waitMs: number): void
}

/** Plays attempts until all agree, too few are left, or nothing more is to be gained by waiting. */
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
 * Timeouts of an attempt; phases are as long as that many processes on one machine need, and so is the patience before anybody is asked
 * again: every answer to that says everything once more, which is the last thing that a busy machine needs.
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

/** The longest that a session with these timeouts lasts, in milliseconds. */
export const longest = ({ joinMs, commitMs, echoMs, revealMs, confirmMs, relayMs }: CoinflipTimeouts): number =>
  joinMs + commitMs + echoMs + relayMs + revealMs + relayMs + confirmMs
