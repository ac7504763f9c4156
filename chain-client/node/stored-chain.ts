/**
 * The chain that a database holds when it is opened.
 *
 * Owns: reading the pointers and the live blocks, and refusing a damaged database or another chain's. Does not own: the chain after
 * opening (the block store).
 */
import { equalBytes, toHex } from '#types/bytes.ts'
import { AssayError } from '#types/errors.ts'
import { POINTER, readBlock, TIPS } from './block-records.ts'
import { latin1, type Db } from './db.ts'
import type { Block } from './node-interface.ts'

/** The blocks from which all others are found. */
export interface Pointers {
  readonly genesis: Block
  best: Block
  finalized: Block
}

const damaged = (what: string): AssayError =>
  new AssayError(
    'DB_UNREADABLE',
    `expected ${what} in the database, got none: it is damaged, delete its folder to begin anew`,
  )

/** The block that a pointer names. Undefined where there is no such pointer. */
function pointed(db: Db, key: Uint8Array, name: string): Block | undefined {
  const hash = db.get(key)
  if (hash === undefined) return undefined
  const block = readBlock(db, hash)
  if (block === undefined || !equalBytes(block.hash, hash)) throw damaged(`the ${name} block ${toHex(hash)}`)
  return block
}

/** Undefined for an empty database. @throws AssayError `GENESIS_MISMATCH` or `DB_UNREADABLE`. */
export function readPointers(db: Db, genesis: Block): Pointers | undefined {
  const hash = db.get(POINTER.genesis)
  if (hash === undefined) return undefined
  if (!equalBytes(hash, genesis.hash))
    throw new AssayError(
      'GENESIS_MISMATCH',
      `expected a database of the chain with genesis ${toHex(genesis.hash)}, got one of ${toHex(hash)}: the chain spec or the ` +
        'runtime changed since. Use the former one, another --base-path, or delete the folder',
      { expected: toHex(genesis.hash), got: toHex(hash) },
    )
  const best = pointed(db, POINTER.best, 'best')
  const finalized = pointed(db, POINTER.finalized, 'finalized')
  if (!best || !finalized) throw damaged('best and finalized block')
  return { genesis, best, finalized }
}

const HASH_BYTES = 32

/** The live blocks of a database: all between its tips and the finalized block. @throws AssayError `DB_UNREADABLE`. */
export function readLive(db: Db, { best, finalized }: Pointers): Block[] {
  const tips = db.get(TIPS) ?? best.hash
  const found = new Map<string, Block>()
  for (let at = 0; at < tips.length; at += HASH_BYTES) {
    let hash: Uint8Array = tips.slice(at, at + HASH_BYTES)
    while (!equalBytes(hash, finalized.hash) && !found.has(latin1(hash))) {
      const block = readBlock(db, hash)
      if (block === undefined || block.header.number <= finalized.header.number)
        throw damaged(`the live block ${toHex(hash)}, above the finalized one,`)
      found.set(latin1(hash), block)
      hash = block.header.parentHash
    }
  }
  return [...found.values()].sort((a, b) => a.header.number - b.header.number)
}
