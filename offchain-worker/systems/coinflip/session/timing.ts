/**
 * The durations of a coinflip's phases on this chain.
 *
 * Owns: fitting them into the blocks that the chain gives. Does not own: the end of a phase (the protocol).
 */
import type { ChainPort } from '#chain/api/chain-port.ts'
import type { CoinflipTimeouts } from '../protocol/terms.ts'
import { pace } from '#worker/kernel/pace.ts'

/** Window where the pace is not known: ten blocks of six seconds. */
const DEFAULT_WINDOW_MS = 60_000
/** Share of the window for the phases. In the rest the outcome must get into a block. */
const USABLE_SHARE = 0.7

interface Share {
  readonly share: number
  readonly leastMs: number
  readonly mostMs: number
}
/** JOIN includes the dialling. These shares, with RELAY counted in both ECHO and REVEAL, add up to one. */
const JOIN: Share = { share: 0.32, leastMs: 5_000, mostMs: 20_000 }
const PHASE: Share = { share: 0.12, leastMs: 3_000, mostMs: 8_000 }
const RELAY: Share = { share: 0.12, leastMs: 1_500, mostMs: 5_000 }
/** CONFIRM takes one question and one answer; only silent members make it last. */
const CONFIRM: Share = { share: 0.08, leastMs: 1_000, mostMs: 4_000 }
/** How often, within JOIN, a member greets silent members again. */
const GREETINGS = 3

const part = (windowMs: number, { share, leastMs, mostMs }: Share): number =>
  Math.min(Math.max(windowMs * USABLE_SHARE * share, leastMs), mostMs)

/**
 * Timeouts for a window in milliseconds. No phase is shorter than busy machines need, even where the window then cannot hold them
 * all. A late exit costs a round; an exit that names slow members as absent costs them their seat.
 */
export function timeoutsWithin(windowMs: number): CoinflipTimeouts {
  const [joinMs, phaseMs, relayMs] = [part(windowMs, JOIN), part(windowMs, PHASE), part(windowMs, RELAY)]
  const confirmMs = part(windowMs, CONFIRM)
  const resendMs = joinMs / GREETINGS
  return { joinMs, commitMs: phaseMs, echoMs: phaseMs, revealMs: phaseMs, confirmMs, relayMs, resendMs }
}

/** Timeouts for a session with `blocks` blocks left, where `now` is the latest block. */
export async function coinflipTime(chain: ChainPort, now: number, blocks: number): Promise<CoinflipTimeouts> {
  const blockMs = await pace(chain, now)
  return timeoutsWithin(blockMs === undefined ? DEFAULT_WINDOW_MS : blockMs * blocks)
}
