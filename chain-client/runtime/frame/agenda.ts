/**
 * An agenda: what a pallet has to do in which block.
 *
 * Owns: the storage of it, and taking what is due. Does not own: how often a pallet looks (its hooks).
 *
 * Each entry is a storage key of its own, and the number of its block comes first in the key, highest byte first. So entries lie
 * in the state in the order in which they are due: inserting or removing one writes one key, whatever else is there, and taking
 * reads what is due and one entry more. An account that puts ten thousand entries into one block pays for each, makes none of the
 * others dearer, and cannot fill a block: a pallet takes at most so many, and the rest is due in the next block, before all that is
 * due later. A block that nobody builds, because a number was skipped, loses nothing for the same reason.
 *
 * Keys are not hashed, so somebody who chooses items can make the path to them long, but no longer than the item has bytes.
 * Source: the agenda of frame/scheduler, which keeps a list for each block; here nothing grows.
 */
import type { Codec } from '#types/scale/codec.ts'
import { bool, fixedBytes } from '#types/scale/primitives.ts'
import { Identity } from '#types/scale/storage-key.ts'
import { doubleMap, type Item, type MapAccess } from './storage.ts'

const BLOCK_BYTES = 4

/** Declares the storage of an agenda: a map by block, as four bytes in big-endian order, and item. */
export const agenda = <T>(docs: string, item: Codec<T>): Item<[Uint8Array, T], boolean, boolean | undefined> =>
  doubleMap(docs, [fixedBytes(BLOCK_BYTES), item], bool, { hashers: [Identity, Identity] })

/** What is due when. */
export interface Agenda<T> {
  /** Puts an item into a block's agenda. Once it is there, doing so again changes nothing. A past block means: as soon as possible. */
  insert(block: number, item: T): void
  /** Takes an item out of a block's agenda, where it is in it. */
  remove(block: number, item: T): void
  /**
   * Removes what is due by a block, at most `most` items, and returns them: in the order of their blocks, and for one block in the
   * order of their encodings. What is inserted after that, due or not, is for the next time.
   */
  take(block: number, most: number): readonly T[]
}

function blockKey(block: number): Uint8Array {
  const key = new Uint8Array(BLOCK_BYTES)
  new DataView(key.buffer).setUint32(0, block)
  return key
}

const blockOf = (key: Uint8Array): number => new DataView(key.buffer, key.byteOffset).getUint32(0)

/** The agenda that is kept in such storage. */
export function openAgenda<T>(entries: MapAccess<[Uint8Array, T], boolean, boolean | undefined>): Agenda<T> {
  const dueBy = (block: number, most: number): [Uint8Array, T][] => {
    const due: [Uint8Array, T][] = []
    for (const keys of entries.keys()) {
      if (due.length === most || blockOf(keys[0]) > block) break
      due.push(keys)
    }
    return due
  }
  return {
    insert: (block, item) => entries.put(blockKey(block), item, true),
    remove: (block, item) => entries.remove(blockKey(block), item),
    take(block, most) {
      const due = dueBy(block, most)
      for (const keys of due) entries.remove(...keys)
      return due.map(([, item]) => item)
    },
  }
}
