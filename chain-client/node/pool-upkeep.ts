/**
 * The pool after the best branch changed.
 *
 * Owns: what leaves the pool, what comes back, and looking again at what stays. Does not own: the pool's queues, nor validity.
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

/** Transactions looked at again per block, in turn: a hundred microseconds or so. Blocks find out about the others. */
const REVALIDATED_PER_BLOCK = 16

interface UpkeepDeps {
  readonly runtime: Runtime
  readonly pool: TransactionPool
  readonly submission: Submission
  readonly at: (hash: Uint8Array) => At
}

/** See the module's header. */
export class PoolUpkeep {
  readonly #deps: UpkeepDeps
  #turn: Iterator<PoolTransaction> | undefined

  constructor(deps: UpkeepDeps) {
    this.#deps = deps
  }

  /**
   * Resolves when what left the best branch is back in the pool.
   * @param built the block that was just built here: what it includes need not be looked up.
   */
  async bestChanged({ retracted, enacted }: BestChange, built?: BuiltBlock): Promise<void> {
    const { pool, submission } = this.#deps
    if (retracted.length > 0) submission.reorganised()
    for (const { hash } of retracted) pool.retract(hash)
    this.#enact(enacted, built)
    const best = enacted.at(-1) ?? retracted.at(-1)
    if (best) pool.removeExpired(best.header.number)
    if (retracted.length === 0) return this.#revalidateSome()
    // What stays is first put where it belongs without what comes back.
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

  /** A state was set by hand: what was valid may be so no more, and what was not may be now. */
  stateSet(): void {
    const { pool, submission } = this.#deps
    submission.reorganised()
    pool.forgetBans()
    this.#revalidateAll()
  }

  /**
   * The chain stepped outside its rules. What only the blocks left behind include is gone, for it would go into the next block and
   * redo what was undone; what the blocks stepped into include is in a block again.
   * @param finalized number of the finalized block now.
   * @param pooled what shall be in the pool, and nothing else. Without it, what is there stays where it is still valid.
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
    for (const id of left) if (!pool.get(id) && !included.has(id)) pool.giveUp(id, 'dropped')
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

  /** What a block of another author includes: transactions that the pool does not know are asked for their tags. */
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
    const validity = runtime.validate(at(parent), extrinsic)
    return validity.ok ? validity.valid.provides.map(latin1) : []
  }

  /** Takes in again what only the retracted blocks have. */
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
