/**
 * When an attestor audits, and how long its audit may take.
 *
 * Owns: remembering our slot in a round, and fitting an audit into the blocks that are left. Does not own: the rule by which slots are
 * drawn, which chain and workers share.
 */
import type { ChainPort } from '#chain/api/chain-port.ts'
import { toHex } from '#types/bytes.ts'
import { auditSlot, type RoundRecord, type Slot, type SlotDraw } from '#types/domain/attestation/round.ts'
import { pace } from '#worker/kernel/pace.ts'

/** The part of the blocks left that an audit may use. The rest is for its report to get into a block, and for finality, by which receipts lag. */
const AUDIT_SHARE = 0.6
/** A busy machine needs this much to meet a hoster that is there. */
const LEAST_AUDIT_MS = 2_000

/** What an audit has, in milliseconds. */
export interface AuditTime {
  /** Until the audit must be over. It also holds where the hoster is gone: the report must come in time. */
  readonly deadlineMs: number
  /** For visits and pauses, if the receipts are to lie in the slot. */
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

/** Our slot in a round, by its number and our challenge. */
export type SlotOf = (draw: Omit<SlotDraw, 'members'>, record: RoundRecord) => Slot

/** Works a slot out again only when something that it follows from has changed. */
export function createSlotOf(): SlotOf {
  let last: { readonly from: string; readonly slot: Slot } | undefined
  return ({ magic, seed, rank }, record) => {
    const { auditFrom, endsAt } = record
    const draw = { magic, seed, rank, members: record.members.length }
    const from = [toHex(magic), toHex(seed), rank, draw.members, auditFrom, endsAt].join(' ')
    if (last?.from !== from) last = { from, slot: auditSlot(draw, record) }
    return last.slot
  }
}
