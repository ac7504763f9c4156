/**
 * Ways between branches, and places at which the chain can be put.
 *
 * Owns: which blocks leave and join the best branch on the way from one block to another, and which are live at a place. Does not
 * own: going there (the block store).
 */
import { equalBytes } from '#types/bytes.ts'
import type { Trie } from '#chain/trie/trie.ts'
import type { Block } from './node-interface.ts'

/** A change of the best branch: the blocks that left it, highest first, and the blocks that joined it, lowest first. */
export interface BestChange {
  readonly retracted: readonly Block[]
  readonly enacted: readonly Block[]
}

/** A place to which the chain can be put back. Nothing in it is a copy. */
export interface Place {
  readonly best: Block
  readonly finalized: Block
  /** Parents before children. */
  readonly live: readonly Block[]
}

/** A state in place of a block's own. */
export interface SetState {
  readonly block: Uint8Array
  readonly state: Trie
}

/** The way from one block to another. @param known finds a block by its hash. */
export function routeBetween(from: Block, to: Block, known: (hash: Uint8Array) => Block): BestChange {
  const retracted: Block[] = []
  const enacted: Block[] = []
  while (!equalBytes(from.hash, to.hash)) {
    if (to.header.number >= from.header.number) {
      enacted.push(to)
      to = known(to.header.parentHash)
    } else {
      retracted.push(from)
      from = known(from.header.parentHash)
    }
  }
  return { retracted, enacted: enacted.reverse() }
}

/** The questions that `placeAt` asks about the stored blocks. */
interface Blocks {
  known(hash: Uint8Array): Block
  isLive(hash: Uint8Array): boolean
}

/**
 * The place whose head is a stored block, seen from place `now`. The block becomes final too where it does not descend from the
 * finalized one.
 */
export function placeAt(head: Block, now: Place, blocks: Blocks): Place {
  if (blocks.isLive(head.hash)) return { ...now, best: head }
  const path: Block[] = []
  for (let block = head; block.header.number > now.finalized.header.number;) {
    path.push(block)
    block = blocks.known(block.header.parentHash)
    // An earlier revert left this block aside; it becomes live again.
    if (blocks.isLive(block.hash)) return { ...now, best: head, live: [...now.live, ...path.reverse()] }
  }
  return { best: head, finalized: head, live: [] }
}
