/**
 * Dropping blocks from a Hypercore.
 *
 * Owns: the storage's bits and bytes of a block, and telling Hypercore and its peers. Does not own: which blocks go.
 *
 * Hypercore's own `clear` would delete tree nodes that neighbours need for their proofs.
 * Source: hypercore lib/session-state.js (clear, storeBitfieldRange) and lib/core.js.
 */
import type { Core, StorageWriter } from 'hypercore'
import type { BlockRange } from './block-terms.ts'

const PAGE_BITS = 32_768
const BITS_PER_BYTE = 8

/** Writes all that `fill` puts into a batch; nothing where it throws. Nobody else writes meanwhile. */
export async function inBatch<T>({ state }: Core, fill: (batch: StorageWriter) => Promise<T>): Promise<T> {
  await state.mutex.lock()
  try {
    const result = await fill(state.createWriteBatch())
    await state.flush()
    return result
  } finally {
    state._unlock()
  }
}

/** The first block from here on that is held; Infinity without any. */
function firstHeld({ bitfield }: Core, index: number): number {
  const first = bitfield.firstSet(index)
  return first === -1 ? Infinity : first
}

async function bitsOf({ storage }: Core, page: number): Promise<Buffer> {
  const reader = storage.read()
  const stored = reader.getBitfieldPage(page)
  reader.tryFlush()
  return (await stored) ?? Buffer.alloc(PAGE_BITS / BITS_PER_BYTE)
}

/** Puts into a batch that these blocks are not held. The caller tells of it by `tellDropped` once the batch is written. */
export async function dropBlocks(core: Core, batch: StorageWriter, ranges: readonly BlockRange[]): Promise<void> {
  const pages = new Map<number, Buffer>()
  for (const { from, to } of ranges) {
    for (let index = firstHeld(core, from); index < to; index = firstHeld(core, index + 1)) {
      const page = Math.floor(index / PAGE_BITS)
      const bits = pages.get(page) ?? (await bitsOf(core, page))
      pages.set(page, bits)
      const bit = index % PAGE_BITS
      bits[Math.floor(bit / BITS_PER_BYTE)]! &= ~(1 << (bit % BITS_PER_BYTE))
    }
    batch.deleteBlockRange(from, to)
  }
  for (const [page, bits] of pages) batch.putBitfieldPage(page, bits)
  const { hints } = core.header
  const first = Math.min(...ranges.map(({ from }) => from))
  if (first < hints.contiguousLength) batch.setHints({ ...hints, contiguousLength: first })
}

/** Tells Hypercore and its peers of dropped blocks. */
export async function tellDropped(core: Core, { from, to }: BlockRange): Promise<void> {
  core._setBitfieldRanges(from, to, false)
  core.updateContiguousLength({ start: from, length: to - from, drop: true })
  core.replicator.onhave(from, to - from, true)
  await core.flushHints()
}
