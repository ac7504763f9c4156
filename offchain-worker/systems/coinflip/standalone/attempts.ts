/**
 * A coinflip without a chain, from the first attempt to a number or to a failure.
 *
 * Owns: the members of the next attempt, and its pace, which the chain decides for its rounds. Does not own: the verdict on an attempt.
 * Every attempt has its own session id, and so its own topic.
 */
import { toHex } from '#types/bytes.ts'
import { sortMembers, type MagicRuleName, type Session } from '#types/domain/coinflip/coinflip.ts'
import type { ArbiterParameters } from '#types/domain/coinflip/coinflip.ts'
import type { CoinflipTimeouts } from '../protocol/terms.ts'
import { timeoutsWithin } from '../session/timing.ts'
import { fewestOf } from './limits.ts'
import type { MemberTimings } from './channel.ts'
import type { Verdict } from './verdict.ts'

/**
 * The arbiter's windows, in blocks. Its members see each block at once and are heard in the next, so two blocks of delay and one more
 * for a busy machine would do; processes of one machine share its cores, so there are more.
 */
export const PARAMETERS: ArbiterParameters = {
  coinflipWindow: 20,
  answerWindow: 8,
  objectionWindow: 4,
  demandDeposit: 0n,
}
/** No attempt takes more blocks: until the last demand, the list, the objections, the numbers. */
const MOST_BLOCKS = PARAMETERS.coinflipWindow + 3 * PARAMETERS.answerWindow + PARAMETERS.objectionWindow + 1
const LEAST_BLOCK_MS = 100
/** Processes of one machine share its cores, so members get at least this much for each message between two of them. */
const MS_PER_WORD = 20

/** How an attempt is paced. */
export interface Pace {
  readonly blockMs: number
  readonly timeouts: CoinflipTimeouts
}

/** A finished attempt. */
export interface Attempt {
  readonly attempt: number
  readonly members: readonly string[]
  readonly verdict: Verdict
  /** How many members have the number. */
  readonly exits: number
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
  play(session: Session, pace: Pace): Promise<Attempt>
  /** Called before each attempt but the first. */
  onRetry(attempt: number, members: number): void
}

/** Plays attempts until a majority agrees, or too few members are left. */
export async function flipCoin(
  { context, members: all, magicRule, windowMs }: FlipOptions,
  { play, onRetry }: FlipDeps,
): Promise<FlipResult> {
  const fewest = fewestOf(all.length)
  const attempts: Attempt[] = []
  const failed = (why: string): FlipResult => ({ kind: 'failed', why, attempts })
  let members = sortMembers(all)
  for (;;) {
    const session = { genesisHash: context, round: 0, attempt: attempts.length, members, magicRule }
    const attempt = await play(session, paceAmong(members.length, windowMs))
    attempts.push(attempt)
    const { verdict } = attempt
    if (verdict.kind === 'agreed') {
      const { magic, transcriptRoot } = verdict
      return { kind: 'agreed', magic, transcriptRoot, attempts }
    }
    if (verdict.kind === 'over') return failed('no number came, and no member asked for one')
    members = members.filter((key) => !verdict.dropped.includes(toHex(key)))
    if (members.length < fewest)
      return failed(`${members.length} of ${all.length} members are left, fewer than ${fewest}`)
    onRetry(attempts.length, members.length)
  }
}

/** The blocks of an attempt fit into the window. Members of one machine get the time that so many processes need. */
function paceAmong(members: number, windowMs: number): Pace {
  const wordsMs = members * (members - 1) * MS_PER_WORD
  const blockMs = Math.max(LEAST_BLOCK_MS, windowMs / MOST_BLOCKS, (2 * wordsMs) / PARAMETERS.coinflipWindow)
  const { askMs, resendMs, confirmMs } = timeoutsWithin(blockMs * PARAMETERS.coinflipWindow)
  return { blockMs, timeouts: { askMs: Math.max(askMs, wordsMs), resendMs: Math.max(resendMs, wordsMs), confirmMs } }
}
