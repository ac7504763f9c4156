/**
 * Builds one block, of the pool's transactions or of given ones.
 *
 * Owns: which transactions go in and when to stop. Does not own: when to build (sealing). Building is synchronous, so that the pool
 * and the best block cannot change meanwhile.
 * Source: sc-basic-authorship basic_authorship.rs.
 */
import { toHex } from '#types/bytes.ts'
import { AssayError } from '#types/errors.ts'
import { headerHash } from '#types/scale/header.ts'
import type { DecodedExtrinsic, OpenBlock, Runtime, TransactionError } from '#chain/runtime/runtime-interface.ts'
import type { Trie } from '#chain/trie/trie.ts'
import type { AccountShares } from './account-shares.ts'
import type { Authority } from './keystore.ts'
import type { Block } from './node-interface.ts'
import { nextTimestamp, slotDigest } from './slots.ts'
import type { BestTransactions } from './tx-pool/ready.ts'
import type { PoolTransaction } from './tx-pool/transaction.ts'

/** Time that a block's normal transactions may take, during which the node does nothing else. Some 1500 transfers. */
const NORMAL_BUILD_MS = 100
/** With operational ones: their share of the time is that of the weight. */
const MAX_BUILD_MS = 133
/** After so many transactions that did not fit, the block is full for all but operational ones. As `MAX_SKIPPED_TRANSACTIONS`. */
const MAX_UNFIT = 8

interface BuildDeps {
  readonly runtime: Runtime
  readonly authority: Authority
  readonly slotDurationMs: bigint
  /** Unix time for the block, milliseconds; its parent's and one more where that is later. */
  readonly unixMs: number
  /** Number of the block. Default: its parent's and one more. */
  readonly number?: number | undefined
  /** Milliseconds that never go back. The clock stands still where a block must not depend on the speed of the machine. */
  readonly now: () => number
  /** The accounts' shares of the time of blocks. */
  readonly shares: AccountShares
}

/** The transactions that go into a block after its inherents. */
export type Filling =
  /** As many of the pool's as fit; the builder leaves out those that turn out invalid. */
  | { readonly from: BestTransactions }
  /** Exactly these. */
  | { readonly exactly: readonly { readonly wire: Uint8Array; readonly extrinsic: DecodedExtrinsic }[] }

/** A sealed block that is not stored yet. */
export interface BuiltBlock {
  readonly block: Block
  readonly state: Trie
  /** Time of the block, Unix milliseconds. */
  readonly timestampMs: number
  /** The pool's transactions that went in: in body order, after the inherents. */
  readonly included: readonly PoolTransaction[]
  /** Index of the first of them in the body. */
  readonly firstIndex: number
  /** Transactions that turned out invalid, and why. */
  readonly invalid: ReadonlyMap<string, TransactionError>
}

const NONE = { included: [], invalid: new Map<string, TransactionError>() } as const

/**
 * Applies transactions until there are no more, the block is full or the time is up. Others than operational ones end earlier. An account
 * that took its share of the time goes on after all others: no account keeps the rest out, whatever it tips.
 */
function fill(open: OpenBlock, transactions: BestTransactions, { now, shares }: Pick<BuildDeps, 'now' | 'shares'>) {
  shares.nextBlock()
  const began = now()
  const included: PoolTransaction[] = []
  const invalid = new Map<string, TransactionError>()
  let unfit = 0
  const isOver = (): boolean => unfit >= MAX_UNFIT || now() - began >= NORMAL_BUILD_MS
  const hasTime = (): boolean => now() - began < MAX_BUILD_MS && (transactions.operationalLeft > 0 || !isOver())
  for (let next = transactions.next(); next; next = hasTime() ? transactions.next() : undefined) {
    const { account, extrinsic, id } = next
    const start = now()
    if (!extrinsic.isOperational) {
      if (isOver()) {
        transactions.skip()
        continue
      }
      if (account !== undefined && shares.isOver(account) && transactions.postpone()) continue
    }
    const outcome = open.apply(extrinsic)
    if (account !== undefined) shares.charge(account, now() - start)
    if (outcome.kind !== 'refused') {
      included.push(next)
      continue
    }
    transactions.skip()
    const isFull = outcome.error.kind === 'invalid' && outcome.error.reason === 'ExhaustsResources'
    // A transaction that does not fit into an empty block never fits. It must not stop all later blocks.
    if (!isFull || included.length === 0) invalid.set(id, outcome.error)
    else if (!extrinsic.isOperational) unfit++
  }
  return { included, invalid }
}

/** Applies all of them. @throws AssayError `TRANSACTION_REFUSED`, naming which and why. */
function fillExactly(open: OpenBlock, transactions: readonly { readonly extrinsic: DecodedExtrinsic }[]): void {
  for (const [index, { extrinsic }] of transactions.entries()) {
    const outcome = open.apply(extrinsic)
    if (outcome.kind !== 'refused') continue
    throw new AssayError(
      'TRANSACTION_REFUSED',
      `expected transactions that the block can take, got ${outcome.error.reason} for number ${index} ` +
        `(${toHex(extrinsic.hash)}): leave it out, or mend it`,
      { index, hash: toHex(extrinsic.hash), reason: outcome.error.reason },
    )
  }
}

/**
 * Builds and seals a child of `parent`, whose state is `state`.
 * @throws AssayError `TRANSACTION_REFUSED` where one of an exact filling does not go in.
 */
export function buildBlock(parent: Block, state: Trie, filling: Filling, deps: BuildDeps): BuiltBlock {
  const timestampMs = nextTimestamp(state, deps.unixMs, deps.runtime.minimumPeriodMs)
  const open = deps.runtime.openBlock(state, {
    parentHash: parent.hash,
    number: deps.number ?? parent.header.number + 1,
    digest: [slotDigest(timestampMs, deps.slotDurationMs)],
  })
  const inherents = open.applyInherents({ timestampMs })
  const isExact = 'exactly' in filling
  if (isExact) fillExactly(open, filling.exactly)
  const { included, invalid } = isExact ? NONE : fill(open, filling.from, deps)
  const done = open.finalize()
  const header = deps.authority.seal(done.header)
  const body = [...inherents, ...(isExact ? filling.exactly : included).map(({ wire }) => wire)]
  const block: Block = { hash: headerHash(header), header, body }
  const time = Number(timestampMs)
  return { block, state: done.state, timestampMs: time, included, firstIndex: inherents.length, invalid }
}
