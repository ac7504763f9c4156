/**
 * The pool after the best branch changed.
 *
 * Owns: which transactions leave the pool, which come back, and looking again at those that stay. Does not own: the pool's queues.
 * Source: sc-transaction-pool lib.rs (maintain), revalidation.rs.
 */
import { blake2b256 } from '#types/crypto/hash.ts'
import type { At, Runtime } from '#chain/runtime/runtime-interface.ts'
import type { BuiltBlock } from './block-builder.ts'
import type { BestChange } from './branches.ts'
import { latin1 } from './db.ts'
import type { Block } from './node-interface.ts'
import type { Submission } from './submission.ts'
import type { Included } from './tx-pool/inclusions.ts'
import type { TransactionPool } from './tx-pool/pool.ts'
import type { PoolTransaction } from './tx-pool/transaction.ts'

/** Transactions validated again per block, in turn; about 100 µs. The block builder finds the other invalid ones. */
const REVALIDATED_PER_BLOCK = 16

const LEFT_BEHIND = 'the chain left the block that it was in'

interface UpkeepDeps {
  readonly runtime: Runtime
  readonly pool: TransactionPool
  readonly submission: Submission
  /** Undefined where the state after the block is pruned. */
  readonly at: (hash: Uint8Array) => At | undefined
}

/** See the module's header. */
export class PoolUpkeep {
  readonly #deps: UpkeepDeps
  #turn: Iterator<PoolTransaction> | undefined

  constructor(deps: UpkeepDeps) {
    this.#deps = deps
  }

  /**
   * Resolves when the transactions of blocks that left the best branch are back in the pool.
   * @param built the block that was just built here, with the transactions that it includes.
   */
  async bestChanged({ retracted, enacted }: BestChange, built?: BuiltBlock): Promise<void> {
    const { pool, submission } = this.#deps
    if (retracted.length > 0) submission.reorganised()
    for (const { hash } of retracted) pool.retract(hash)
    this.#enact(enacted, built)
    const best = enacted.at(-1) ?? retracted.at(-1)
    if (best) pool.removeExpired(best.header.number)
    if (retracted.length === 0) return this.#revalidateSome()
    // First sort the transactions that stay; those that come back are not there yet.
    this.#revalidateAll()
    await this.#resubmit(retracted, enacted)
  }

  #enact(blocks: readonly Block[], built?: BuiltBlock): void {
    const { pool } = this.#deps
    for (const block of blocks) {
      const included = built?.block === block ? includedInBuilt(built) : this.#includedIn(block)
      pool.enact(block.hash, included)
    }
  }

  /** Tells that a state was set by hand, which may change what is valid. */
  stateSet(): void {
    const { pool, submission } = this.#deps
    submission.reorganised()
    pool.forgetBans()
    this.#revalidateAll()
  }

  /**
   * Tells that the chain stepped outside its rules. Transactions of the blocks left behind do not come back: in the next block they
   * would redo what the step undid. Transactions of the blocks that joined leave the pool.
   * @param finalized number of the finalized block now.
   * @param pooled the transactions that the pool shall hold, and no others. Without it, the pool keeps its valid ones.
   */
  moved({ retracted, enacted }: BestChange, finalized: number, pooled?: readonly PoolTransaction[]): void {
    const { pool, submission } = this.#deps
    submission.reorganised()
    pool.forgetBans()
    const left = retracted.flatMap(({ hash }) => pool.retract(hash))
    this.#enact(enacted)
    for (const { header, hash } of enacted) if (header.number <= finalized) pool.finalize(hash)
    if (pooled) this.#removeOthers(pooled)
    this.#revalidateAll()
    if (pooled) this.#restore(pooled)
    const included = new Set(enacted.flatMap(({ body }) => body.map((wire) => latin1(blake2b256(wire)))))
    for (const id of left) if (!pool.get(id) && !included.has(id)) pool.giveUp(id, 'dropped', LEFT_BEHIND)
  }

  #removeOthers(pooled: readonly PoolTransaction[]): void {
    const kept = new Set(pooled.map(({ id }) => id))
    this.#deps.pool.removeAll((id) => !kept.has(id))
  }

  #restore(pooled: readonly PoolTransaction[]): void {
    const { pool, submission } = this.#deps
    for (const transaction of pooled)
      if (pool.get(transaction.id)?.order !== transaction.order) submission.restore(transaction)
  }

  /** The transactions of another author's block. The runtime gives the tags of those that the pool does not know. */
  #includedIn({ header, body }: Block): Included[] {
    const { pool } = this.#deps
    return body.flatMap((wire, index) => {
      const hash = blake2b256(wire)
      const provides = pool.get(latin1(hash))?.provides ?? this.#tagsOf(wire, header.parentHash)
      return provides ? [{ hash, index, provides }] : []
    })
  }

  #tagsOf(wire: Uint8Array, parent: Uint8Array): readonly string[] | undefined {
    const { runtime, at } = this.#deps
    const extrinsic = runtime.decode(wire)
    if (extrinsic.isInherent) return undefined
    const before = at(parent)
    // Without the state, nobody can say which nonce the transaction used.
    if (!before) return []
    const validity = runtime.validate(before, extrinsic)
    return validity.ok ? validity.valid.provides.map(latin1) : []
  }

  /** Takes in again the transactions that only the retracted blocks have. */
  #resubmit(retracted: readonly Block[], enacted: readonly Block[]): Promise<void> {
    const { runtime, submission } = this.#deps
    const still = new Set(enacted.flatMap(({ body }) => body.map(latin1)))
    const wires = retracted.toReversed().flatMap(({ body }) => body)
    return submission.resubmit(wires.filter((wire) => !still.has(latin1(wire)) && !runtime.decode(wire).isInherent))
  }

  #revalidateAll(): void {
    this.#turn = undefined
    for (const transaction of this.#deps.pool.walk()) this.#deps.submission.revalidate(transaction)
  }

  #revalidateSome(): void {
    const { pool, submission } = this.#deps
    this.#turn ??= pool.walk()
    for (let i = 0; i < REVALIDATED_PER_BLOCK; i++) {
      const { value } = this.#turn.next()
      if (value === undefined) {
        this.#turn = undefined
        return
      }
      submission.revalidate(value)
    }
  }
}

const includedInBuilt = ({ included, firstIndex }: BuiltBlock): Included[] =>
  included.map(({ hash, provides }, i) => ({ hash, index: firstIndex + i, provides }))
