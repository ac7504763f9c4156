/**
 * Pruning: old blocks and states leave the database as the chain goes on.
 *
 * Owns: how much stays, and when older ones go. Does not own: their records.
 * Source: polkadot-sdk's --blocks-pruning and --state-pruning (sc-client-db, sc-state-db), where a number counts back from the finalized
 * block.
 */
import { AssayError, messageOf } from '#types/errors.ts'
import type { Log } from '#types/log.ts'
import type { BlockStore } from './block-store.ts'
import type { Chain } from './chain.ts'
import type { NodeClock } from './clock.ts'
import type { HeldBlocks } from './held-blocks.ts'
import type { Block } from './node-interface.ts'
import { Turns, type Beside } from './pruned-records.ts'

/** Final blocks that stay, counted back from the last; undefined for all. */
export interface Kept {
  readonly blocks?: number | undefined
  /** States of blocks; a block that goes takes its state along. */
  readonly states?: number | undefined
}

/** Clients read a few blocks back, and workers must find the block at which they stopped. */
export const LEAST_KEPT = 16
/** Block numbers have no more. */
export const MOST_KEPT = 2 ** 32
/** Blocks are pruned together, a share of what stays: each time costs a walk over the oldest state that stays. */
const SHARE = 4
/** A pruning that failed, such as on a full disk, is tried again after so long. */
const RETRY_MS = 60_000
/** Work of pruning takes at most about one part in this of the time. */
const PAUSE_PER_TIME = 10

interface PruningDeps {
  readonly chain: Chain
  readonly store: BlockStore
  readonly clock: NodeClock
  readonly log: Log
  readonly held: HeldBlocks
}

function checkKept(name: string, kept: number): void {
  if (Number.isInteger(kept) && kept >= LEAST_KEPT && kept <= MOST_KEPT) return
  throw new AssayError(
    'BAD_PRUNING',
    `expected from ${LEAST_KEPT} to ${MOST_KEPT} ${name} to be kept, got ${kept}: leave it out to keep all`,
  )
}

/** The distances from the last final block. @throws AssayError `BAD_PRUNING` */
export function checkPruning({ blocks, states }: Kept): void {
  if (blocks !== undefined) checkKept('blocks', blocks)
  if (states !== undefined) checkKept('states', states)
}

/** Begins to prune a chain. @returns the way to stop, which waits until a pruning under way is done or has given up. */
export function startPruning({ blocks, states }: Kept, deps: PruningDeps): () => Promise<void> {
  const { chain, store, clock, log, held } = deps
  const fewest = Math.min(states ?? Infinity, blocks ?? Infinity)
  if (fewest === Infinity) return async () => undefined
  const step = Math.max(1, Math.floor(fewest / SHARE))
  let beside: Beside[] = []
  let live = new Set(store.live())
  let pruning: Promise<void> | undefined
  let notBefore = -Infinity
  let turns = new Turns(clock.now)
  let isStopped = false
  let knowsBeside = false

  /** The block so far behind the last final one, where there is one. */
  const back = (distance: number | undefined): Block | undefined => {
    if (distance === undefined) return undefined
    const number = Math.min(store.finalized.header.number - distance, held.oldest())
    const hash = number > 0 ? store.hashAt(number) : undefined
    return hash && store.block(hash)
  }
  /** Notes blocks that may have left the chain. Those that have not, or come back, are passed over when their time comes. */
  const leave = ({ hash, header }: Block): void => void beside.push({ hash, number: header.number })
  /** What an earlier process left beside the best branch of a chain that it pruned: few blocks are kept, so that all can be read. */
  const findBeside = async (): Promise<void> => {
    if (knowsBeside || !store.oldestBlock) return
    for await (const found of store.leftBeside()) {
      found.forEach(leave)
      await turns.rest()
    }
    knowsBeside = true
  }
  const prune = async (state: Block): Promise<void> => {
    turns = new Turns(clock.now)
    await findBeside()
    const block = back(blocks)
    // A jump may have brought the chain to where a snapshot needs more.
    const isFree = (): boolean => held.oldest() >= state.header.number
    const isDone = await store.prune({ state, block }, beside, {
      inTurn: (task) => chain.inTurn(async () => (isFree() ? task() : undefined)),
      turns,
    })
    const { number } = (block ?? state).header
    if (isDone) beside = beside.filter((each) => each.number >= number)
    notBefore = clock.now() + turns.busyMs * PAUSE_PER_TIME
    log.debug({ oldest: state.header.number, ms: Math.round(turns.busyMs) }, 'pruned')
  }
  const look = (): void => {
    const state = back(fewest)
    const isDue = state !== undefined && state.header.number - store.oldestState >= step
    if (pruning || !isDue || clock.now() < notBefore) return
    // The chain may be back on a branch of which older states are gone: the first one that is there waits for its turn.
    if (!store.states.find(state.hash)) return
    pruning = prune(state)
      .catch((error: unknown) => {
        if (isStopped) return
        notBefore = clock.now() + RETRY_MS
        // The database has told of a disk that refuses writes already.
        if (error instanceof AssayError && error.code.startsWith('DISK_')) return
        log.error({ err: error }, `the node could not prune: ${messageOf(error)}`)
      })
      .finally(() => (pruning = undefined))
  }
  const jumped = (from: Block): void => {
    held.moved()
    live.forEach(leave)
    live = new Set(store.live())
    for (let block: Block | undefined = from; block && !store.isOnBestBranch(block);) {
      leave(block)
      block = store.block(block.header.parentHash)
    }
  }
  const stop = chain.onEvent((event) => {
    if (event.kind === 'imported') live.add(event.block)
    if (event.kind === 'reverted') jumped(event.from)
    if (event.kind !== 'finalized') return
    for (const hash of event.pruned) beside.push({ hash, number: event.block.header.number })
    for (const block of live) if (!store.isLive(block.hash)) live.delete(block)
    look()
  })
  return async () => {
    stop()
    isStopped = true
    turns.stop()
    await pruning
  }
}
