/**
 * Loading a chain from a dump that nobody trusts.
 *
 * Owns: the checks, and the records to store. Does not own: the format. Every header must lead back to our genesis; every body and
 * every state must have the root that its header names. The load does not execute the blocks again: that is the one thing about a
 * loaded chain that is not checked.
 */
import { equalBytes, toHex } from '#types/bytes.ts'
import { AssayError, messageOf } from '#types/errors.ts'
import { decode } from '#types/scale/codec.ts'
import { Header, headerHash } from '#types/scale/header.ts'
import type { Runtime } from '#chain/runtime/runtime-interface.ts'
import type { Trie } from '#chain/trie/trie.ts'
import { blockChange, stateOverrideKey } from './block-records.ts'
import type { BlockStore, LoadedChain } from './block-store.ts'
import type { Place, SetState } from './branches.ts'
import { latin1, type DbChange } from './db.ts'
import { LiveBlocks } from './live-blocks.ts'
import { readDump, type DumpedChain } from './dump-format.ts'
import type { Block } from './node-interface.ts'

/** A checked chain, and the states that it replaces. */
export interface CheckedDump extends LoadedChain {
  /** Present states of blocks that this node has already, and whose state the load changes. */
  readonly before: readonly SetState[]
}

const badBlock = (
  block: { readonly number: number; readonly hash: Uint8Array },
  expected: string,
  got: string,
): AssayError =>
  new AssayError(
    'DUMP_BAD_BLOCK',
    `expected block ${block.number} (${toHex(block.hash)}) of the dump to have ${expected}, got ${got}: it was changed or cut`,
    { hash: toHex(block.hash) },
  )

const nameOf = ({ header, hash }: Block): { number: number; hash: Uint8Array } => ({ number: header.number, hash })

function blockOf({ header: bytes, body }: DumpedChain['blocks'][number], index: number): Block {
  try {
    const header = decode(Header, bytes)
    return { hash: headerHash(header), header, body }
  } catch (error) {
    throw new AssayError(
      'DUMP_MALFORMED',
      `expected a header at dump.blocks[${index}].header, got: ${messageOf(error)}`,
    )
  }
}

/** Rebuilds the states one after the other. It holds a state only while a child of its block, or a state set by hand, needs it. */
class Rebuilding {
  readonly #store: BlockStore
  readonly #runtime: Runtime
  readonly #blocks: ReadonlyMap<string, Block>
  readonly #states = new Map<string, Trie>()
  /** How often each block's state is still needed. */
  readonly #wanted = new Map<string, number>()
  readonly #set = new Set<string>()
  /** Roots whose records are in the batch. */
  readonly #roots = new Set<string>()
  readonly records: DbChange[] = []
  readonly before: SetState[] = []

  constructor(store: BlockStore, runtime: Runtime, blocks: readonly Block[], chain: DumpedChain) {
    this.#store = store
    this.#runtime = runtime
    this.#blocks = new Map([store.genesis, ...blocks].map((block) => [latin1(block.hash), block]))
    this.#states.set(latin1(store.genesis.hash), store.states.own(store.genesis))
    this.#noteBefore(store.genesis.hash, store.genesis.header.stateRoot)
    this.records.push([stateOverrideKey(store.genesis.hash), null])
    for (const { header } of blocks) this.#want(header.parentHash)
    for (const { block } of chain.setStates) {
      if (this.#set.has(latin1(block)))
        throw new AssayError(
          'DUMP_MALFORMED',
          `expected one state set after a block at dump.setStates, got two for ${toHex(block)}`,
        )
      this.#set.add(latin1(block))
      this.#want(block)
    }
  }

  #want(hash: Uint8Array): void {
    const id = latin1(hash)
    this.#wanted.set(id, (this.#wanted.get(id) ?? 0) + 1)
  }

  /** A block's own state; counts one use. */
  #take(hash: Uint8Array): Trie {
    const id = latin1(hash)
    const state = this.#states.get(id)!
    const left = this.#wanted.get(id)! - 1
    this.#wanted.set(id, left)
    if (left === 0) this.#states.delete(id)
    return state
  }

  add(block: Block, { changes }: DumpedChain['blocks'][number]): void {
    const { header, hash } = block
    const parent = this.#blocks.get(latin1(header.parentHash))
    if (parent === undefined || !this.#states.has(latin1(header.parentHash)))
      throw badBlock(nameOf(block), 'its parent before it', toHex(header.parentHash))
    if (header.number <= parent.header.number)
      throw badBlock(nameOf(block), `a number above its parent's, ${parent.header.number}`, String(header.number))
    this.#checkBody(block)
    const extrinsicsRoot = this.#runtime.extrinsicsRoot(block.body)
    if (!equalBytes(extrinsicsRoot, header.extrinsicsRoot))
      throw badBlock(nameOf(block), `extrinsics root ${toHex(header.extrinsicsRoot)}`, toHex(extrinsicsRoot))
    const base = this.#take(header.parentHash)
    const state = base.apply(changes)
    this.#checkRoot(block, header.stateRoot, state)
    this.#noteBefore(block.hash, header.stateRoot)
    this.records.push(blockChange(block), ...this.#store.states.ofNew(block, state, base, this.#roots))
    if (this.#wanted.has(latin1(hash))) this.#states.set(latin1(hash), state)
  }

  /** Checks that every extrinsic decodes, because later readers of the block decode it. */
  #checkBody(block: Block): void {
    for (const [index, wire] of block.body.entries()) {
      try {
        this.#runtime.decode(wire)
      } catch (error) {
        throw badBlock(nameOf(block), `an extrinsic at ${index}`, messageOf(error))
      }
    }
  }

  /** Adds a state that was set by hand. */
  set({ block: hash, root, changes }: DumpedChain['setStates'][number]): void {
    const block = this.#blocks.get(latin1(hash))
    if (block === undefined || !this.#states.has(latin1(hash)))
      throw new AssayError(
        'DUMP_MALFORMED',
        `expected states set after blocks of the dump, got one after ${toHex(hash)}`,
      )
    const own = this.#take(hash)
    const state = own.apply(changes)
    this.#checkRoot(block, root, state)
    this.#noteBefore(hash, root)
    this.records.push(...this.#store.states.kept(block, state, own, this.#roots), [stateOverrideKey(hash), root])
  }

  #checkRoot(block: Block, expected: Uint8Array, state: Trie): void {
    const root = state.root()
    if (!equalBytes(root, expected)) throw badBlock(nameOf(block), `state root ${toHex(expected)}`, toHex(root))
  }

  #noteBefore(hash: Uint8Array, root: Uint8Array): void {
    if (this.#store.block(hash) === undefined) return
    const state = this.#store.states.find(hash)
    if (state && !equalBytes(state.root(), root)) this.before.push({ block: hash, state })
  }
}

/** The place of the dump's chain. Each of its blocks is final, or live above the finalized block. */
function placeOf(chain: DumpedChain, genesis: Block, blocks: readonly Block[]): Place {
  const known = new Map([genesis, ...blocks].map((block) => [latin1(block.hash), block]))
  const find = (hash: Uint8Array, what: string): Block => {
    const block = known.get(latin1(hash))
    if (block) return block
    throw new AssayError(
      'DUMP_MALFORMED',
      `expected the ${what} block ${toHex(hash)} among the dump's blocks, got none`,
    )
  }
  const best = find(chain.best, 'best')
  const finalized = find(chain.finalized, 'finalized')
  const { live, pruned } = new LiveBlocks(blocks).split(finalized)
  const [dead] = pruned
  if (dead) throw badBlock(nameOf(dead), 'the finalized block above it or below it', 'another branch')
  if (best !== finalized && !live.includes(best))
    throw badBlock(nameOf(best), 'the finalized block below it, as it is the best', toHex(finalized.hash))
  return { best, finalized, live }
}

/**
 * Checks a dump against this chain's genesis and runtime.
 * @throws AssayError `DUMP_MALFORMED`, `DUMP_VERSION`, `DUMP_GENESIS`, `DUMP_RUNTIME` or `DUMP_BAD_BLOCK`; nothing changes then.
 */
export function checkDump(json: unknown, store: BlockStore, runtime: Runtime): CheckedDump {
  const chain = readDump(json)
  if (chain.specVersion !== runtime.version.specVersion)
    throw new AssayError(
      'DUMP_RUNTIME',
      `expected a dump of runtime version ${runtime.version.specVersion}, got ${chain.specVersion}: load it with the Assay that wrote it`,
    )
  if (!equalBytes(chain.genesis, store.genesis.hash))
    throw new AssayError(
      'DUMP_GENESIS',
      `expected a dump of the chain with genesis ${toHex(store.genesis.hash)}, got one of ${toHex(chain.genesis)}: start with the ` +
        'chain spec that it was made with (--chain)',
    )
  const blocks = chain.blocks.map(blockOf)
  const rebuilding = new Rebuilding(store, runtime, blocks, chain)
  for (const [index, block] of blocks.entries()) rebuilding.add(block, chain.blocks[index]!)
  for (const each of chain.setStates) rebuilding.set(each)
  return {
    place: placeOf(chain, store.genesis, blocks),
    blocks,
    records: rebuilding.records,
    before: rebuilding.before,
  }
}
