/**
 * One block from the pool.
 *
 * Owns: which transactions go in and when to stop. Does not own: their meaning (runtime), when to build (sealing.ts), or storing.
 * Synchronous: the pool and the best block cannot change meanwhile.
 * Source: sc-basic-authorship basic_authorship.rs.
 */
import { headerHash } from '#types/scale/header.ts'
import type { OpenBlock, Runtime } from '#chain/runtime/runtime-interface.ts'
import type { Trie } from '#chain/trie/trie.ts'
import type { Authority } from './keystore.ts'
import type { Block } from './node-interface.ts'
import { nextTimestamp, slotDigest } from './slots.ts'
import type { BestTransactions } from './tx-pool/ready.ts'
import type { PoolTransaction } from './tx-pool/transaction.ts'

/** Time a block may take to fill, during which the node does nothing else. Some 1500 transfers. */
const MAX_BUILD_MS = 100

interface BuildDeps {
  readonly runtime: Runtime
  readonly authority: Authority
  readonly slotDurationMs: bigint
  readonly unixMs: () => number
  /** Milliseconds that never go back. */
  readonly now: () => number
}

/** A sealed block that is not stored yet. */
export interface BuiltBlock {
  readonly block: Block
  readonly state: Trie
  /** In body order, after the inherents. */
  readonly included: readonly PoolTransaction[]
  /** Index of the first of them in the body. */
  readonly firstIndex: number
  /** Transactions that turned out invalid. */
  readonly invalid: readonly string[]
}

/** Applies transactions until there are no more, the block is full or the time is up. */
function fill(open: OpenBlock, transactions: BestTransactions, now: () => number) {
  const deadline = now() + MAX_BUILD_MS
  const included: PoolTransaction[] = []
  const invalid: string[] = []
  for (let next = transactions.next(); next; next = now() < deadline ? transactions.next() : undefined) {
    const outcome = open.apply(next.extrinsic)
    if (outcome.kind !== 'refused') {
      included.push(next)
      continue
    }
    const full = outcome.error.kind === 'invalid' && outcome.error.reason === 'ExhaustsResources'
    // What does not fit into an empty block will never fit: it must not stop every block to come.
    if (full && included.length > 0) break
    invalid.push(next.id)
    transactions.skip()
  }
  return { included, invalid }
}

/** Builds and seals a child of `parent`, whose state is `state`. */
export function buildBlock(parent: Block, state: Trie, transactions: BestTransactions, deps: BuildDeps): BuiltBlock {
  const timestampMs = nextTimestamp(state, deps.unixMs())
  const open = deps.runtime.openBlock(state, {
    parentHash: parent.hash,
    number: parent.header.number + 1,
    digest: [slotDigest(timestampMs, deps.slotDurationMs)],
  })
  const inherents = open.applyInherents({ timestampMs })
  const { included, invalid } = fill(open, transactions, deps.now)
  const done = open.finalize()
  const header = deps.authority.seal(done.header)
  const body = [...inherents, ...included.map(({ wire }) => wire)]
  const block: Block = { hash: headerHash(header), header, body }
  return { block, state: done.state, included, firstIndex: inherents.length, invalid }
}
