/**
 * How long the phases of a coinflip may last on this chain.
 *
 * Owns: fitting them into the blocks that the chain gives. Does not own: what happens when a phase is over (the protocol).
 */
import type { ChainPort } from '#chain/api/chain-port.ts'
import type { CoinflipTimeouts } from '../protocol/terms.ts'
import { pace } from '#worker/kernel/pace.ts'

/** Where the pace is not known: a block every six seconds and a window of ten of them. */
const DEFAULT_WINDOW_MS = 60_000
/** Of the window: the rest is for the outcome to get into a block. */
const USABLE_SHARE = 0.7

interface Share {
  readonly share: number
  readonly leastMs: number
  readonly mostMs: number
}
/** JOIN holds the dialling. Together with the relay in ECHO and in REVEAL they make the whole. */
const JOIN: Share = { share: 0.32, leastMs: 5_000, mostMs: 20_000 }
const PHASE: Share = { share: 0.12, leastMs: 3_000, mostMs: 8_000 }
const RELAY: Share = { share: 0.12, leastMs: 1_500, mostMs: 5_000 }
/** One question and one answer; only the silent make it last. */
const CONFIRM: Share = { share: 0.08, leastMs: 1_000, mostMs: 4_000 }
/** Within JOIN, members of whom nothing was heard are greeted again this often. */
const GREETINGS = 3

const part = (windowMs: number, { share, leastMs, mostMs }: Share): number =>
  Math.min(Math.max(windowMs * USABLE_SHARE * share, leastMs), mostMs)

/**
 * Timeouts for a window in milliseconds. No phase is shorter than busy machines need, even where the window then does not hold
 * them all: a late exit costs a round, one that names the slow as absent costs them their seat.
 */
export function timeoutsWithin(windowMs: number): CoinflipTimeouts {
  const [joinMs, phaseMs, relayMs] = [part(windowMs, JOIN), part(windowMs, PHASE), part(windowMs, RELAY)]
  const confirmMs = part(windowMs, CONFIRM)
  const resendMs = joinMs / GREETINGS
  return { joinMs, commitMs: phaseMs, echoMs: phaseMs, revealMs: phaseMs, confirmMs, relayMs, resendMs }
}

/** Timeouts for a session that has `blocks` blocks left, when `now` is the latest. */
export async function coinflipTime(chain: ChainPort, now: number, blocks: number): Promise<CoinflipTimeouts> {
  const blockMs = await pace(chain, now)
  return timeoutsWithin(blockMs === undefined ? DEFAULT_WINDOW_MS : blockMs * blocks)
}
