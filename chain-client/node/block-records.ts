/**
 * How blocks and pointers lie in the database.
 *
 * Owns: keys and values of each record. Does not own: the records of states.
 */
import { concatBytes, equalBytes, toHex, utf8 } from '#types/bytes.ts'
import { AssayError, messageOf } from '#types/errors.ts'
import { decode, encode } from '#types/scale/codec.ts'
import { struct, vec } from '#types/scale/compound.ts'
import { Header, headerHash } from '#types/scale/header.ts'
import { bytes } from '#types/scale/primitives.ts'
import type { BestChange } from './branches.ts'
import { COLUMN, columnKey, type Db, type DbChange } from './db.ts'
import type { Block } from './node-interface.ts'

const StoredBlock = struct({ header: Header, body: vec(bytes) })

/** Pointers: hashes of blocks, 32 bytes. */
export const POINTER = {
  genesis: columnKey(COLUMN.meta, utf8('genesis')),
  best: columnKey(COLUMN.meta, utf8('best')),
  finalized: columnKey(COLUMN.meta, utf8('finalized')),
} as const

/** Hashes of the oldest block that is kept, and of the oldest whose state is, where older ones were pruned. */
export const OLDEST = {
  block: columnKey(COLUMN.meta, utf8('oldest block')),
  state: columnKey(COLUMN.meta, utf8('oldest state')),
} as const

/** Hashes of the live blocks without children, one after the other. */
export const TIPS = columnKey(COLUMN.meta, utf8('tips'))

/** Key of the root of a state that a developer set: the header names another root. */
export const stateOverrideKey = (block: Uint8Array): Uint8Array => columnKey(COLUMN.stateOverride, block)

/** Key of the hash of the best branch's block with that number. Big endian, so that the records lie in order. */
export function numberKey(number: number): Uint8Array {
  const key = new Uint8Array(5)
  const view = new DataView(key.buffer)
  view.setUint8(0, COLUMN.numberToHash)
  view.setUint32(1, number)
  return key
}

export const tipsChange = (tips: readonly Block[]): DbChange => [TIPS, concatBytes(...tips.map(({ hash }) => hash))]

/** Writes the new best block, and the numbers of the blocks on the way to it. */
export const bestChanges = (block: Block, { retracted, enacted }: BestChange): DbChange[] => [
  ...retracted.map(({ header }): DbChange => [numberKey(header.number), null]),
  ...enacted.map(({ header, hash }): DbChange => [numberKey(header.number), hash]),
  [POINTER.best, block.hash],
]

/** Key that tells of a state kept as nodes: the number of its block, big endian, and its root. */
export function nodeStateKey(number: number, root: Uint8Array): Uint8Array {
  const place = new Uint8Array(4)
  new DataView(place.buffer).setUint32(0, number)
  return columnKey(COLUMN.nodeState, place, root)
}

/** The block's number and the state's root in such a key. */
export const nodeStateIn = (key: Uint8Array): { readonly number: number; readonly root: Uint8Array } => ({
  number: new DataView(key.buffer, key.byteOffset).getUint32(1),
  root: key.slice(5),
})

/** The block's hash in the key of its record. */
export const hashOfBlockKey = (key: Uint8Array): Uint8Array => key.slice(1)

/** Removes a block's record. */
export const blockRemoval = ({ hash }: Block): DbChange => [columnKey(COLUMN.block, hash), null]

/** The record of a block. */
export const blockChange = ({ hash, header, body }: Block): DbChange => [
  columnKey(COLUMN.block, hash),
  encode(StoredBlock, { header, body }),
]

/** Reads a block. @throws AssayError `DB_UNREADABLE` where its record is damaged, or is of another block. */
export function readBlock(db: Db, hash: Uint8Array): Block | undefined {
  const record = db.get(columnKey(COLUMN.block, hash))
  if (record === undefined) return undefined
  try {
    const { header, body } = decode(StoredBlock, record)
    const found = headerHash(header)
    if (!equalBytes(found, hash)) throw new Error(`a header that hashes to ${toHex(found)}`)
    return { hash: found, header, body }
  } catch (error) {
    throw new AssayError(
      'DB_UNREADABLE',
      `expected the stored block ${toHex(hash)}, got bytes that are not it (${messageOf(error)}): the database is damaged, delete its ` +
        'folder',
      {},
      { cause: error },
    )
  }
}
