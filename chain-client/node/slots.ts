/**
 * The time that a block gets, and its slot.
 *
 * Owns: both rules. Does not own: the clock.
 *
 * A block's time is the clock's, but at least the runtime's minimum period (Timestamp.MinimumPeriod, one millisecond unless equal
 * times are allowed) after its parent's, so that instant sealing may build many blocks in a slot; Aura allows that here, as Substrate
 * does with AllowMultipleBlocksPerSlot. If the machine's clock goes back, block times go on in steps of that period until the clock
 * has caught up.
 */
import { concatBytes, u64le, utf8 } from '#types/bytes.ts'
import { AssayError } from '#types/errors.ts'
import { twox128 } from '#types/crypto/hash.ts'
import { AURA_ENGINE_ID, type DigestItem } from '#types/scale/digest.ts'
import type { Change, Trie } from '#chain/trie/trie.ts'

/** Storage key of the time of the last block, u64 milliseconds. All clients know this key. */
export const TIMESTAMP_NOW = concatBytes(twox128(utf8('Timestamp')), twox128(utf8('Now')))
/** Storage key of the slot of the last block, u64. */
const AURA_CURRENT_SLOT = concatBytes(twox128(utf8('Aura')), twox128(utf8('CurrentSlot')))
/** A fixed distance between block times is at most a day. */
const MAX_INTERVAL_MS = 86_400_000

/** Time of the block with this state, Unix milliseconds; 0 for one that has none. */
export function timestampOf(state: Trie): bigint {
  const stored = state.get(TIMESTAMP_NOW)
  return stored?.length === 8 ? new DataView(stored.buffer, stored.byteOffset).getBigUint64(0, true) : 0n
}

/** @throws AssayError `TIME_GOES_BACK` where a child of the block with this state cannot have that time. */
export function checkTime(parent: Trie, unixMs: number, minimumPeriodMs: bigint): void {
  const before = timestampOf(parent)
  const earliest = before + minimumPeriodMs
  if (Number.isSafeInteger(unixMs) && BigInt(unixMs) >= earliest) return
  const relation = minimumPeriodMs === 0n ? "the parent block's" : "after the parent block's"
  const hint = unixMs === Number(before) ? ': a chain started with --allow-same-timestamps takes equal times' : ''
  throw new AssayError(
    'TIME_GOES_BACK',
    `expected a time of at least ${earliest} (Unix milliseconds), which is ${relation}, got ${unixMs}${hint}`,
  )
}

/** @throws AssayError `BAD_TIMESTAMP_INTERVAL` where blocks cannot be so far apart. */
export function checkInterval(intervalMs: number, minimumPeriodMs: bigint): void {
  if (intervalMs >= minimumPeriodMs && intervalMs <= MAX_INTERVAL_MS && Number.isInteger(intervalMs)) return
  const hint = intervalMs === 0 ? ': a chain started with --allow-same-timestamps takes 0' : ''
  throw new AssayError(
    'BAD_TIMESTAMP_INTERVAL',
    `expected a timestamp interval from ${minimumPeriodMs} to ${MAX_INTERVAL_MS} whole milliseconds, got ${intervalMs}${hint}`,
  )
}

/**
 * Changes that set the time and slot of a state, so that blocks go on from there. The slot too, because Aura refuses one before the
 * last.
 */
export const atTime = (unixMs: number, slotDurationMs: bigint): readonly Change[] => [
  [TIMESTAMP_NOW, u64le(BigInt(unixMs))],
  [AURA_CURRENT_SLOT, u64le(BigInt(unixMs) / slotDurationMs)],
]

/** Time for a child of the block with this state, Unix milliseconds. */
export function nextTimestamp(parent: Trie, clockMs: number, minimumPeriodMs: bigint): bigint {
  const earliest = timestampOf(parent) + minimumPeriodMs
  const now = BigInt(Math.floor(clockMs))
  return now > earliest ? now : earliest
}

/** Aura's digest item for a time. Source: sp-consensus-aura digests.rs. */
export const slotDigest = (timestampMs: bigint, slotDurationMs: bigint): DigestItem => ({
  tag: 'PreRuntime',
  value: [AURA_ENGINE_ID, u64le(timestampMs / slotDurationMs)],
})
