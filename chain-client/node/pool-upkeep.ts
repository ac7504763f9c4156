/**
 * The pool after the best branch changed.
 *
 * Owns: what leaves the pool, what comes back, and looking again at what stays. Does not own: the pool's queues, nor validity.
 * Source: sc-transaction-pool lib.rs (maintain), revalidation.rs.
 */
import { blake2b256 } from '#types/crypto/hash.ts'
import { messageOf } from '#types/errors.ts'
import type { At, Runtime } from '#chain/runtime/runtime-interface.ts'
import type { BuiltBlock } from './block-builder.ts'
import type { BestChange } from './block-store.ts'
import { latin1 } from './db.ts'
import type { Log } from '#types/log.ts'
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
  readonly log: Log
}

/** See the module's header. */
export class PoolUpkeep {
  readonly #deps: UpkeepDeps
  #turn: Iterator<PoolTransaction> | undefined

  constructor(deps: UpkeepDeps) {
    this.#deps = deps
  }

  /** @param built the block that was just built here: what it includes need not be looked up. */
  bestChanged({ retracted, enacted }: BestChange, built?: BuiltBlock): void {
    const { pool, submission } = this.#deps
    if (retracted.length > 0) submission.reorganised()
    for (const { hash } of retracted) pool.retract(hash)
    for (const block of enacted) {
      const included = built?.block === block ? includedInBuilt(built) : this.#includedIn(block)
      pool.enact(block.hash, included)
    }
    const best = enacted.at(-1) ?? retracted.at(-1)
    if (best) pool.removeExpired(best.header.number)
    this.#resubmit(retracted, enacted)
    this.#revalidate(retracted.length > 0 ? Infinity : REVALIDATED_PER_BLOCK)
  }

  /** The chain stepped outside its rules: what was included may be so no more, and everything is looked at again. */
  moved(): void {
    const { pool, submission } = this.#deps
    submission.reorganised()
    pool.forgetBlocks()
    this.#revalidate(Infinity)
  }

  /** As `moved`, with just these in the pool. */
  reset(wires: readonly Uint8Array[]): void {
    const { pool } = this.#deps
    this.moved()
    const kept = new Set(wires.map((wire) => latin1(blake2b256(wire))))
    pool.removeAll((id) => !kept.has(id))
    for (const wire of wires) if (!pool.get(latin1(blake2b256(wire)))) this.#readmit(wire)
  }

  #readmit(wire: Uint8Array): void {
    const { submission, log } = this.#deps
    submission
      .resubmit(wire)
      .catch((error: unknown) => log.warn({ err: error }, `a transaction is lost: ${messageOf(error)}`))
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
  #resubmit(retracted: readonly Block[], enacted: readonly Block[]): void {
    if (retracted.length === 0) return
    const { runtime } = this.#deps
    const still = new Set(enacted.flatMap(({ body }) => body.map(latin1)))
    for (const wire of retracted.toReversed().flatMap(({ body }) => body)) {
      if (still.has(latin1(wire)) || runtime.decode(wire).isInherent) continue
      this.#readmit(wire)
    }
  }

  #revalidate(count: number): void {
    const { pool, submission } = this.#deps
    this.#turn ??= pool.walk()
    for (let i = 0; i < count; i++) {
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
