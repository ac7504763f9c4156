/**
 * The times of a coinflip's members on this chain.
 *
 * Owns: fitting them into the blocks that the chain gives. Does not own: the end of an attempt (the arbiter).
 */
import type { ChainPort } from '#chain/api/chain-port.ts'
import type { CoinflipTimeouts } from '../protocol/terms.ts'
import { pace } from '#worker/kernel/pace.ts'

/** Window where the pace is not known: ten blocks of six seconds. */
const DEFAULT_WINDOW_MS = 60_000

interface Share {
  readonly share: number
  readonly leastMs: number
  readonly mostMs: number
}
/** Dialling is over by then on a quiet machine. A question too early costs a few frames, and a late one costs time. */
const ASK: Share = { share: 0.1, leastMs: 2_000, mostMs: 6_000 }
const RESEND: Share = { share: 0.1, leastMs: 1_500, mostMs: 6_000 }
/** CONFIRM takes one question and one answer; only silent members make it last. */
const CONFIRM: Share = { share: 0.06, leastMs: 1_000, mostMs: 4_000 }

const part = (windowMs: number, { share, leastMs, mostMs }: Share): number =>
  Math.min(Math.max(windowMs * share, leastMs), mostMs)

/** Times for a window in milliseconds. None is shorter than busy machines need. */
export const timeoutsWithin = (windowMs: number): CoinflipTimeouts => ({
  askMs: part(windowMs, ASK),
  resendMs: part(windowMs, RESEND),
  confirmMs: part(windowMs, CONFIRM),
})

/** Times for a session with `blocks` blocks left, where `now` is the latest block. */
export async function coinflipTime(chain: ChainPort, now: number, blocks: number): Promise<CoinflipTimeouts> {
  const blockMs = await pace(chain, now)
  return timeoutsWithin(blockMs === undefined ? DEFAULT_WINDOW_MS : blockMs * blocks)
}
