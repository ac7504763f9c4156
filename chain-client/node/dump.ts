/**
 * Makes a dump of a chain: its best branch and all live blocks beside it, with every state.
 *
 * Owns: which blocks go into a dump. Does not own: loading a dump. Pruned blocks, and those that a revert left aside, do not go in.
 */
import { AssayError } from '#types/errors.ts'
import { encode } from '#types/scale/codec.ts'
import { Header } from '#types/scale/header.ts'
import type { Change } from '#chain/trie/trie.ts'
import type { BlockStore } from './block-store.ts'
import { MAX_DUMP_BYTES, printDump, type ChainDump, type DumpedChain } from './dump-format.ts'
import type { Block } from './node-interface.ts'

/** Counts the length of the JSON. */
class Size {
  #bytes = 0

  /** Hex takes two characters a byte; the constant covers quotes, commas and names. */
  add(bytes: number): void {
    this.#bytes += 2 * bytes + 16
    if (this.#bytes > MAX_DUMP_BYTES)
      throw new AssayError(
        'DUMP_TOO_LARGE',
        `expected a chain that fits into ${MAX_DUMP_BYTES} bytes of JSON, got a larger one: keep its --base-path folder instead`,
      )
  }
}

function collect(changes: Iterable<Change>, size: Size): [Uint8Array, Uint8Array | null][] {
  const collected: [Uint8Array, Uint8Array | null][] = []
  for (const [key, value] of changes) {
    size.add(key.length + (value?.length ?? 0))
    collected.push([key, value])
  }
  return collected
}

/** The blocks from the child of the genesis to the finalized block, then all live ones; parents first. */
function blocksOf(store: BlockStore): Block[] {
  if (store.oldestState > 0)
    throw new AssayError(
      'DUMP_PRUNED',
      `expected a chain with its whole history, got one whose states before block ${store.oldestState} are pruned: run the node without ` +
        'pruning to dump its chain',
    )
  const final: Block[] = []
  for (let block = store.finalized; block.header.number > 0; block = store.known(block.header.parentHash))
    final.push(block)
  return [...final.reverse(), ...store.live()]
}

/** Dumps the chain. @throws AssayError `DUMP_TOO_LARGE` or `DUMP_PRUNED`. */
export function makeDump(store: BlockStore, specVersion: number): ChainDump {
  const size = new Size()
  const blocks = blocksOf(store)
  const dumped = blocks.map((block): DumpedChain['blocks'][number] => {
    const header = encode(Header, block.header)
    for (const part of [header, ...block.body]) size.add(part.length)
    const changes = collect(store.states.ownChanges(block, store.known(block.header.parentHash)), size)
    return { header, body: block.body, changes }
  })
  const setStates = [store.genesis, ...blocks].flatMap((block): DumpedChain['setStates'] => {
    const set = store.states.override(block)
    return set ? [{ block: block.hash, root: set.root, changes: collect(set.changes, size) }] : []
  })
  const [genesis, best, finalized] = [store.genesis.hash, store.best.hash, store.finalized.hash]
  return printDump({ specVersion, genesis, best, finalized, blocks: dumped, setStates })
}
