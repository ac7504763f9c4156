/**
 * An agenda: what a pallet has to do in which block.
 *
 * Owns: its storage, and taking the due entries.
 *
 * Each entry is a storage key of its own. The key begins with the number of its block, highest byte first. So entries lie in the
 * state in the order in which they are due. Inserting or removing an entry writes one key, however many there are; taking reads the
 * due entries and one more. An account that puts ten thousand entries into one block pays for each, and makes none of the others
 * dearer. It cannot fill a block either: a pallet takes a limited number, and the rest comes in the next block, before all later
 * entries. For the same reason, a skipped block number loses nothing.
 *
 * Keys are not hashed. An attacker who chooses items can make the path to them long, but no longer than the item has bytes.
 * Source: the agenda of frame/scheduler, which keeps a list for each block; here no value grows.
 */
import type { Codec } from '#types/scale/codec.ts'
import { bool, fixedBytes } from '#types/scale/primitives.ts'
import { Identity } from '#types/scale/storage-key.ts'
import { doubleMap, type Item, type MapAccess } from './storage.ts'

const BLOCK_BYTES = 4

/** Declares the storage of an agenda: a map by block, as four bytes in big-endian order, and item. */
export const agenda = <T>(docs: string, item: Codec<T>): Item<[Uint8Array, T], boolean, boolean | undefined> =>
  doubleMap(docs, [fixedBytes(BLOCK_BYTES), item], bool, { hashers: [Identity, Identity] })

/** An agenda of items of one type. */
export interface Agenda<T> {
  /** Puts an item into a block's agenda. A second insert of it changes nothing. A past block means: as soon as possible. */
  insert(block: number, item: T): void
  /** Removes an item from a block's agenda, if it is there. */
  remove(block: number, item: T): void
  /**
   * Removes at most `most` items that are due by a block, and returns them: in the order of their blocks, and within a block in the
   * order of their encodings. A later insert, due or not, waits for the next call.
   */
  take(block: number, most: number): readonly T[]
}

function blockKey(block: number): Uint8Array {
  const key = new Uint8Array(BLOCK_BYTES)
  new DataView(key.buffer).setUint32(0, block)
  return key
}

const blockOf = (key: Uint8Array): number => new DataView(key.buffer, key.byteOffset).getUint32(0)

/** The agenda in that storage. */
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
