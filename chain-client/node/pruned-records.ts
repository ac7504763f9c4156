/**
 * Which records go when old blocks and states are pruned.
 *
 * Owns: finding them. Does not own: when to prune. The oldest state that stays becomes one that is kept as nodes, because the later ones
 * are kept as changes to it. Nodes go that neither it needs, nor the genesis state, nor a later state that is kept as nodes.
 */
import { equalBytes } from '#types/bytes.ts'
import { AssayError } from '#types/errors.ts'
import { Trie } from '#chain/trie/trie.ts'
import { blockRemoval, nodeStateIn, numberKey, OLDEST } from './block-records.ts'
import type { BlockStates } from './block-states.ts'
import { COLUMN, type Db, type DbChange } from './db.ts'
import type { Block } from './node-interface.ts'
import { hashOfNodeKey, nodeRemoval, trieNodeStore } from './state-records.ts'

/** The oldest final blocks that stay; undefined where nothing of the kind goes. */
export interface Oldest {
  readonly block: Block | undefined
  /** Not before `block`. */
  readonly state: Block
}

/** The blocks of the chain, as the search for records needs them. */
interface ChainBlocks {
  block(hash: Uint8Array): Block | undefined
  readonly finalized: Block
  isOnBestBranch(block: Block): boolean
  isLive(hash: Uint8Array): boolean
}

/** A block that left the best branch, or never was on it. `number` is its own, or a later one from which on it may go. */
export interface Beside {
  readonly hash: Uint8Array
  readonly number: number
}

/** Where the chain is stored. */
interface Stored {
  readonly blocks: ChainBlocks
  readonly states: BlockStates
  readonly db: Db
}

/** The nodes of a state that stay, and the keys of those that go. */
interface Swept {
  /** Root of the oldest state that stays. */
  readonly root: Uint8Array
  readonly seen: Set<string>
  readonly garbage: readonly Uint8Array[]
}

/** After so many steps others get a turn. */
const STEPS_PER_TURN = 2_000

/** Pauses of long work, in which others get their turns, and the time that the work itself takes. */
export class Turns {
  readonly #now: () => number
  #began: number
  #steps = 0
  #isStopped = false
  /** Milliseconds of work, the present part not counted. */
  busyMs = 0

  /** @param now milliseconds that never go back */
  constructor(now: () => number) {
    this.#now = now
    this.#began = now()
  }

  /** Ends a part of the work, before a wait or for good. */
  pause(): void {
    this.busyMs += this.#now() - this.#began
  }

  /** Begins the next part. */
  resume(): void {
    this.#began = this.#now()
  }

  /** Counts steps. @returns whether it is time for {@link rest}: a promise for each step would let others in between all the time. */
  isOver(steps = 1): boolean {
    this.#steps += steps
    return this.#steps >= STEPS_PER_TURN
  }

  /** Lets others have their turns. @throws AssayError `WORK_STOPPED` after {@link stop} */
  async rest(): Promise<void> {
    this.#steps = 0
    this.pause()
    await new Promise<void>((resolve) => setImmediate(resolve))
    this.resume()
    if (this.#isStopped) throw new AssayError('WORK_STOPPED', 'expected to go on after a pause, got a node that ends')
  }

  /** Ends the work with its next pause. */
  stop(): void {
    this.#isStopped = true
  }
}

/** The blocks from the parent of one down to the first that is gone, without the genesis. */
function* below({ header }: Block, blocks: Pick<ChainBlocks, 'block'>): Generator<Block, void, void> {
  let block = blocks.block(header.parentHash)
  while (block && block.header.number > 0) {
    yield block
    block = blocks.block(block.header.parentHash)
  }
}

/** Whether a state that is kept as nodes stays. */
const stays = (number: number, oldest: Block): boolean => number === 0 || number >= oldest.header.number

/**
 * Finds the nodes that go when `oldest` is the oldest block with a state. The chain may grow meanwhile: {@link removals} spares the nodes
 * of new states.
 */
async function sweep(oldest: Block, { states, db }: Stored, turns: Turns): Promise<Swept> {
  const seen = new Set<string>()
  const mark = async (state: Trie): Promise<void> => {
    for (const _ of state.storedHashes(seen)) if (turns.isOver()) await turns.rest()
  }
  const root = states.get(oldest.hash).root()
  for (const state of states.all(oldest)) await mark(state)
  for await (const keys of db.keys(COLUMN.nodeState))
    for (const { number, root: kept } of keys.map(nodeStateIn))
      if (stays(number, oldest)) await mark(Trie.open(kept, trieNodeStore(db)))
  const garbage: Uint8Array[] = []
  for await (const keys of db.keys(COLUMN.trieNode)) {
    garbage.push(...keys.filter((key) => !seen.has(hashOfNodeKey(key))))
    if (turns.isOver(keys.length)) await turns.rest()
  }
  return { root, seen, garbage }
}

/** The blocks that lose their record or their state, and the changes in the database. */
interface Removals {
  readonly gone: readonly Block[]
  readonly changes: readonly DbChange[]
}

/**
 * All changes that prune the chain. Nothing else may change it meanwhile.
 */
async function removals(
  { block: oldestBlock, state: oldestState }: Oldest,
  { seen, garbage }: Swept,
  beside: readonly Beside[],
  { blocks, states, db }: Stored,
): Promise<Removals> {
  const changes: DbChange[] = [...states.asNodes(oldestState), [OLDEST.state, oldestState.hash]]
  const gone: Block[] = []
  const former = db.get(OLDEST.state)
  if (oldestBlock) changes.push([OLDEST.block, oldestBlock.hash])
  let hasState = true
  for (const block of below(oldestState, blocks)) {
    const { hash, header } = block
    const isGone = oldestBlock !== undefined && header.number < oldestBlock.header.number
    // All of a block at once: its records lie side by side.
    if (hasState) changes.push(...states.removal(block))
    if (isGone) changes.push(blockRemoval(block), [numberKey(header.number), null])
    if (hasState || isGone) gone.push(block)
    if (former && equalBytes(hash, former)) hasState = false
    if (!hasState && !oldestBlock) break
  }
  for (const { hash, number } of beside) {
    if (number >= (oldestBlock ?? oldestState).header.number || blocks.isLive(hash)) continue
    const block = blocks.block(hash)
    if (!block || blocks.isOnBestBranch(block)) continue
    changes.push(...states.removal(block), blockRemoval(block))
    gone.push(block)
  }
  for await (const keys of db.keys(COLUMN.nodeState))
    for (const key of keys) {
      const { number, root } = nodeStateIn(key)
      if (!stays(number, oldestState)) changes.push([key, null])
      // Some were kept since the sweep began.
      else for (const _ of Trie.open(root, trieNodeStore(db)).storedHashes(seen));
    }
  for (const key of garbage) if (!seen.has(hashOfNodeKey(key))) changes.push(nodeRemoval(key))
  return { gone, changes }
}

/** How the work is done beside the chain. */
export interface PruningWork {
  /** Runs a task while nothing else changes the chain; undefined where the records must stay by now. */
  readonly inTurn: <T>(task: () => Promise<T>) => Promise<T | undefined>
  readonly turns: Turns
}

/**
 * Removes what lies before the oldest block and state that stay. The chain may go on while it looks for them.
 * @returns the blocks without state or record now; undefined where the chain moved meanwhile, so that nothing was removed
 * @throws AssayError `WORK_STOPPED` where the work was stopped; nothing was removed then
 */
export async function pruneRecords(
  oldest: Oldest,
  beside: readonly Beside[],
  stored: Stored,
  { inTurn, turns }: PruningWork,
): Promise<readonly Block[] | undefined> {
  const { blocks, states, db } = stored
  const { state } = oldest
  const swept = await sweep(state, stored, turns)
  turns.pause()
  const gone = await inTurn(async () => {
    turns.resume()
    const isFinal = blocks.isOnBestBranch(state) && state.header.number <= blocks.finalized.header.number
    if (!isFinal || !equalBytes(states.get(state.hash).root(), swept.root)) return undefined
    const removed = await removals(oldest, swept, beside, stored)
    await db.write(removed.changes, { sync: true })
    states.keptAsNodes(state)
    states.discardBelow(state.header.number)
    for (const { hash } of removed.gone) states.forget(hash)
    // What a branch that the chain left was made from may be gone, while its later states are still open.
    states.forgetWhere((hash) => {
      const block = blocks.block(hash)
      return !block || !(blocks.isLive(hash) || blocks.isOnBestBranch(block))
    })
    return removed.gone
  })
  turns.pause()
  return gone
}
