/**
 * An agenda: what a pallet has to do in which block.
 *
 * Owns: its storage, and taking the due entries.
 *
 * Each entry is a storage key of its own. The key begins with the number of its block, highest byte first. So entries lie in the
 * state in the order in which they are due. Inserting or removing an entry writes one key, however many there are; taking reads the
 * due entries and one more. An account that puts ten thousand entries into one block pays for each, and makes none of the others
 * dearer. It cannot fill a block either: a pallet takes entries while its hook has room, and the rest comes in the next block, before
 * all later entries. For the same reason, a skipped block number loses nothing.
 *
 * Keys are not hashed. An attacker who chooses items can make the path to them long, but no longer than the item has bytes.
 * Source: the agenda of frame/scheduler, which keeps a list for each block; here no value grows.
 */
import type { Codec } from '#types/scale/codec.ts'
import { bool, fixedBytes } from '#types/scale/primitives.ts'
import { Identity } from '#types/scale/storage-key.ts'
import type { Room } from './meter.ts'
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
   * Removes items that are due by a block and gives them, one at a time while there is room: in the order of their blocks, and
   * within a block in the order of their encodings. An item that is inserted meanwhile, due or not, waits for the next call. One
   * that is removed meanwhile does not come.
   */
  take(block: number, room: Room): Generator<T, void, void>
}

function blockKey(block: number): Uint8Array {
  const key = new Uint8Array(BLOCK_BYTES)
  new DataView(key.buffer).setUint32(0, block)
  return key
}

const blockOf = (key: Uint8Array): number => new DataView(key.buffer, key.byteOffset).getUint32(0)

/** The agenda in that storage. */
export function openAgenda<T>(entries: MapAccess<[Uint8Array, T], boolean, boolean | undefined>): Agenda<T> {
  return {
    insert: (block, item) => entries.put(blockKey(block), item, true),
    remove: (block, item) => entries.remove(blockKey(block), item),
    *take(block, room) {
      if (!room.hasRoom()) return
      for (const keys of entries.keys()) {
        if (blockOf(keys[0]) > block) return
        entries.remove(...keys)
        yield keys[1]
        if (!room.hasRoom()) return
      }
    },
  }
}
