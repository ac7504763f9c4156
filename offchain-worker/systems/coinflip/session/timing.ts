/**
 * How long the phases of a coinflip, and an audit, may last on this chain.
 *
 * Owns: fitting them into the blocks that the chain gives, by the pace at which it makes blocks. Does not own: what happens
 * when one is over (the protocols).
 */
import { read, readAt } from '#chain/api/descriptors.ts'
import type { ChainPort } from '#chain/api/chain-port.ts'
import type { CoinflipTimeouts } from '../protocol/terms.ts'
import { blockHash, timestamp } from '#worker/kernel/chain-items.ts'

/** Where the pace is not known: a block every six seconds and a window of ten of them. */
const DEFAULT_WINDOW_MS = 60_000
/** Blocks over which the pace is taken. */
const PACE_BLOCKS = 8
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

/** Of the blocks that are left: the rest is for the report to get into one, and for finality, by which receipts lag. */
const AUDIT_SHARE = 0.6
/** Busy machines need this much to meet a hoster that is there. */
const LEAST_AUDIT_MS = 2_000

/** Milliseconds per block by the chain's own clock; `undefined` on a chain too young to tell, or whose clock stands still. */
async function pace(chain: ChainPort, now: number): Promise<number | undefined> {
  const before = now > PACE_BLOCKS ? await read(chain, blockHash, now - PACE_BLOCKS) : undefined
  if (!before) return undefined
  const [then, latest] = await Promise.all([readAt(chain, before, timestamp), read(chain, timestamp)])
  if (then === undefined || latest === undefined || latest <= then) return undefined
  return Number(latest - then) / PACE_BLOCKS
}

/** Timeouts for a session that has `blocks` blocks left, when `now` is the latest. */
export async function coinflipTime(chain: ChainPort, now: number, blocks: number): Promise<CoinflipTimeouts> {
  const blockMs = await pace(chain, now)
  return timeoutsWithin(blockMs === undefined ? DEFAULT_WINDOW_MS : blockMs * blocks)
}

/** What an audit has, in milliseconds. */
export interface AuditTime {
  /** Until it must be over: also of a hoster that is gone, the report must come in time. */
  readonly deadlineMs: number
  /** For visits and pauses, if receipts are to lie in the slot. */
  readonly slotMs: number
}

/**
 * What an audit has when `now` is the latest block, each at most `mostMs`.
 * @param blocks that are left for the report, and for receipts
 */
export async function auditTime(
  chain: ChainPort,
  now: number,
  blocks: { readonly report: number; readonly slot: number },
  mostMs: number,
): Promise<AuditTime> {
  const blockMs = await pace(chain, now)
  const within = (count: number, leastMs: number): number =>
    blockMs === undefined ? mostMs : Math.min(mostMs, Math.max(leastMs, blockMs * count * AUDIT_SHARE))
  return { deadlineMs: within(blocks.report, LEAST_AUDIT_MS), slotMs: within(blocks.slot, 0) }
}
