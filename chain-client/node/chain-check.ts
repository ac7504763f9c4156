/**
 * Reads a chain's folder from end to end, and says whether it is whole.
 *
 * Owns: which records are read and what each must agree with. Does not own: a repair.
 */
import { access } from 'node:fs/promises'
import { equalBytes, toHex } from '#types/bytes.ts'
import { AssayError } from '#types/errors.ts'
import type { Log } from '#types/log.ts'
import type { Runtime } from '#chain/runtime/runtime-interface.ts'
import { BlockStore } from './block-store.ts'
import type { ChainSpec } from './chain-spec.ts'
import type { Block } from './node-interface.ts'
import { databaseFolder, makeGenesis } from './service.ts'

/** What a whole chain consists of. */
export interface CheckedChain {
  readonly best: number
  readonly finalized: number
  /** Blocks read, on every live branch. */
  readonly blocks: number
  /** Storage items of the best and of the finalized state. */
  readonly items: number
}

const damaged = (what: string, expected: string, got: string): AssayError =>
  new AssayError(
    'DB_UNREADABLE',
    `expected ${what} to be ${expected}, got ${got}: the database is damaged, restore a copy of its folder or begin anew with another`,
  )

/** @throws AssayError `DB_UNREADABLE` where a record does not fit the hash in a block. */
function checkBlock(runtime: Runtime, { hash, header, body }: Block): void {
  const name = `block ${header.number} (${toHex(hash)})`
  const root = runtime.extrinsicsRoot(body)
  if (!equalBytes(root, header.extrinsicsRoot))
    throw damaged(`the extrinsics root of ${name}`, toHex(header.extrinsicsRoot), toHex(root))
}

function checkBranch(store: BlockStore, runtime: Runtime): number {
  let blocks = 1
  const oldest = store.oldestBlock
  for (let block = store.best; block.header.number > 0; block = store.known(block.header.parentHash)) {
    const there = store.hashAt(block.header.number)
    if (there === undefined || !equalBytes(there, block.hash))
      throw damaged(`the block at number ${block.header.number}`, toHex(block.hash), there ? toHex(there) : 'none')
    checkBlock(runtime, block)
    blocks++
    if (oldest && equalBytes(block.hash, oldest.hash)) break
  }
  return blocks
}

/** Reading an item checks the hash of each trie node on the way. */
function countItems(store: BlockStore, hash: Uint8Array): number {
  const entries = store.state(hash).entries(new Uint8Array())
  let items = 0
  while (entries.next().done !== true) items++
  return items
}

/**
 * Reads every block of the best branch and of the live ones, and the best and the finalized state, and checks each against its hash.
 * @throws AssayError `NO_CHAIN`, `GENESIS_MISMATCH`, `DB_LOCKED`, `DB_VERSION` or `DB_UNREADABLE`; TrieError for a damaged state.
 */
export async function checkChain(
  basePath: string,
  spec: ChainSpec,
  { runtime, log }: { readonly runtime: Runtime; readonly log: Log },
): Promise<CheckedChain> {
  const folder = databaseFolder(basePath, spec)
  await access(folder).catch((cause: unknown) => {
    throw new AssayError(
      'NO_CHAIN',
      `expected a chain in ${folder}, got no such folder: give the --base-path of the chain`,
      {},
      { cause },
    )
  })
  const { openLevelDb } = await import('./level-db.ts')
  const db = await openLevelDb(folder, { log })
  try {
    const store = await BlockStore.open(db, (nodes) => makeGenesis(runtime, spec, nodes))
    let blocks = checkBranch(store, runtime)
    for (const block of store.live()) {
      if (store.isOnBestBranch(block)) continue
      checkBlock(runtime, block)
      blocks++
    }
    const { best, finalized } = store
    const items = countItems(store, best.hash) + (best === finalized ? 0 : countItems(store, finalized.hash))
    return { best: best.header.number, finalized: finalized.header.number, blocks, items }
  } finally {
    await db.close()
  }
}
