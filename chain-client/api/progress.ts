/**
 * What a client keeps of the finalized blocks that it has processed, and how it goes back when the chain did.
 *
 * Owns: the cursor, the hashes of recent blocks, and finding the last processed block that the chain still has. Does
 * not own: following.
 *
 * A development chain may take finalized blocks away (dev_revert, dev_setHead, dev_loadState). Then a following ends
 * with `CHAIN_WENT_BACK`, and the next following or connection goes back too, before it does anything else.
 */
import { equalBytes, toHex } from '#types/bytes.ts'
import { AssayError } from '#types/errors.ts'
import { decode, encode } from '#types/scale/codec.ts'
import { struct } from '#types/scale/compound.ts'
import { fixedBytes, u32 } from '#types/scale/primitives.ts'
import type { BlockRef, BlockSource } from './chain-rpc.ts'
import type { KeyValue } from './store.ts'

const CURSOR_KEY = 'cursor'
const Cursor = struct({ number: u32, hash: fixedBytes(32) })

/** Blocks whose hashes are kept. A chain that goes back further is found only by a node that still stores what it left. */
const RECENT_BLOCKS = 512
const recentKey = (number: number): string => `recent/${number % RECENT_BLOCKS}`

/** How far a client goes back. */
export interface Rewind {
  /** The following goes on after this block. */
  readonly to: BlockRef
  /** What was noted of blocks up to this number holds. */
  readonly holds: number
}

/** The chain has left the last processed block. Another following goes back with it. */
export const wentBack = ({ number, hash }: BlockRef): AssayError =>
  new AssayError(
    'CHAIN_WENT_BACK',
    `expected finalized block ${number} ${toHex(hash)}, the last one processed, got a chain that has left it: follow ` +
      'again, to go on from the last block that the chain still has',
    { number, hash: toHex(hash) },
  )

const unknownCursor = ({ number, hash }: BlockRef): AssayError =>
  new AssayError(
    'CURSOR_UNKNOWN',
    `expected finalized block ${number} ${toHex(hash)}, the last one processed, got a chain that has neither it nor any ` +
      `block before it that was processed: the chain was reset. Remove this worker's data folder to begin anew, or ` +
      'connect to the chain it belongs to',
    { number, hash: toHex(hash) },
  )

function decodeRef(stored: Uint8Array): BlockRef {
  try {
    return decode(Cursor, stored)
  } catch (cause) {
    throw new AssayError(
      'CURSOR_CORRUPT',
      `expected a block number and hash in the database, got ${toHex(stored)}: the data folder is damaged, remove it to begin anew`,
      {},
      { cause },
    )
  }
}

/** The last processed block; undefined before the first. @throws AssayError `CURSOR_CORRUPT`. */
export async function readCursor(store: KeyValue): Promise<BlockRef | undefined> {
  const stored = await store.get(CURSOR_KEY)
  return stored && decodeRef(stored)
}

/** Notes a processed block. */
export async function keepCursor(store: KeyValue, block: BlockRef): Promise<void> {
  const stored = encode(Cursor, block)
  await store.put(recentKey(block.number), stored)
  await store.put(CURSOR_KEY, stored)
}

/**
 * Finds how far the chain went back since the last run. The client asks before it submits anything: after a reset of
 * the chain, a worker's calls would go to the wrong chain.
 * @returns undefined if the chain still has the last processed block.
 * @throws AssayError `CURSOR_UNKNOWN`, `CURSOR_CORRUPT`, and the errors of the source.
 */
export async function findRewind(blocks: BlockSource, store: KeyValue): Promise<Rewind | undefined> {
  const cursor = await readCursor(store)
  if (!cursor || (await isThere(blocks, cursor))) return undefined
  const head = await blocks.finalizedHead()
  for (let number = Math.min(cursor.number, head.number); number > cursor.number - RECENT_BLOCKS; number--) {
    const stored = await store.get(recentKey(number))
    const processed = stored && decodeRef(stored)
    if (processed?.number !== number) break
    if (await isThere(blocks, processed)) return { to: processed, holds: number }
  }
  // A node that stores the block has left it. It went back further than the recent blocks.
  if (await blocks.parentHash(cursor.hash)) return { to: head, holds: 0 }
  throw unknownCursor(cursor)
}

async function isThere(blocks: BlockSource, { number, hash }: BlockRef): Promise<boolean> {
  const there = await blocks.blockHash(number)
  return there !== undefined && equalBytes(there, hash)
}
