/**
 * The time that a block gets, and its slot.
 *
 * Owns: both rules. Does not own: the clock.
 *
 * A block's time is the clock's, but at least one millisecond (Timestamp.MinimumPeriod) after its parent's, so that instant sealing
 * may build many blocks in a slot; Aura allows that here, as Substrate does with AllowMultipleBlocksPerSlot. If the machine's clock
 * goes back, block times go on in steps of a millisecond until the clock has caught up.
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
const MINIMUM_PERIOD_MS = 1n

/** Time of the block with this state, Unix milliseconds; 0 for one that has none. */
export function timestampOf(state: Trie): bigint {
  const stored = state.get(TIMESTAMP_NOW)
  return stored?.length === 8 ? new DataView(stored.buffer, stored.byteOffset).getBigUint64(0, true) : 0n
}

/** @throws AssayError `TIME_GOES_BACK` where a child of the block with this state cannot have that time. */
export function checkTime(parent: Trie, unixMs: number): void {
  const earliest = timestampOf(parent) + MINIMUM_PERIOD_MS
  if (Number.isSafeInteger(unixMs) && BigInt(unixMs) >= earliest) return
  throw new AssayError(
    'TIME_GOES_BACK',
    `expected a time of at least ${earliest} (Unix milliseconds), which is after the parent block's, got ${unixMs}`,
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
export function nextTimestamp(parent: Trie, clockMs: number): bigint {
  const earliest = timestampOf(parent) + MINIMUM_PERIOD_MS
  const now = BigInt(Math.floor(clockMs))
  return now > earliest ? now : earliest
}

/** Aura's digest item for a time. Source: sp-consensus-aura digests.rs. */
export const slotDigest = (timestampMs: bigint, slotDurationMs: bigint): DigestItem => ({
  tag: 'PreRuntime',
  value: [AURA_ENGINE_ID, u64le(timestampMs / slotDurationMs)],
})
