/**
 * The way of a transaction into the pool: decode, verify the signature, validate, take in.
 *
 * Owns: that order, which is Substrate's, so that each kind of bad transaction gets Substrate's answer. It also keeps transactions
 * in their order of submission, in whatever order the threads finish. Does not own: the steps themselves.
 * Source: sp-runtime generic/unchecked_extrinsic.rs (check), generic/checked_extrinsic.rs (validate).
 */
import { equalBytes } from '#types/bytes.ts'
import { AssayError } from '#types/errors.ts'
import type {
  At,
  DecodedExtrinsic,
  InvalidReason,
  Runtime,
  ValidTransaction,
  Validity,
} from '#chain/runtime/runtime-interface.ts'
import { latin1 } from './db.ts'
import type { Impersonation } from './impersonation.ts'
import type { Block, PoolRefusal } from './node-interface.ts'
import { PoolError } from './tx-pool/errors.ts'
import type { TransactionPool } from './tx-pool/pool.ts'
import { poolTransaction, type PoolTransaction } from './tx-pool/transaction.ts'
import type { Watch } from './tx-pool/watchers.ts'
import type { Verifier } from './verifier.ts'

interface SubmissionDeps {
  readonly runtime: Runtime
  readonly verifier: Verifier
  readonly pool: TransactionPool
  /** The present best block. */
  readonly best: () => At
  readonly at: (hash: Uint8Array) => At
  readonly impersonation: Impersonation
  /** Resolves when the next transaction need not wait for the one just taken in. Default: at once. */
  readonly settled?: () => Promise<void>
}

/** A transaction whose signature fits its payload, or whose signer is impersonated. */
export interface Verified {
  readonly wire: Uint8Array
  readonly extrinsic: DecodedExtrinsic
  readonly payload: Uint8Array | undefined
  /** `#reorganisations` when the payload was made. */
  readonly epoch: number
}

const invalid = (reason: InvalidReason): PoolError =>
  new PoolError({ kind: 'validity', error: { kind: 'invalid', reason } })

/** See the module's header. */
export class Submission {
  readonly #deps: SubmissionDeps
  /** The last submission under way; the next takes its place in the pool after it. */
  #last: Promise<void> = Promise.resolve()
  /** The last submission under way, without the wait for its block. */
  #arrivals: Promise<void> | undefined
  #coming = 0
  /** How often a block left the best branch. */
  #reorganisations = 0

  constructor(deps: SubmissionDeps) {
    this.#deps = deps
  }

  /**
   * Verifies, validates and pools.
   * @returns the hash. @throws PoolError, or ScaleError where the bytes are not exactly one extrinsic.
   */
  async submit(wire: Uint8Array, watch?: Watch): Promise<Uint8Array> {
    const { runtime, pool, settled = nothing } = this.#deps
    const extrinsic = runtime.decode(wire)
    pool.checkNew(extrinsic.hash)
    this.#coming++
    const verified = this.#verify(wire, extrinsic)
    const admitted = this.#last.then(async () => this.#admit(await this.#arrival(verified), watch))
    this.#last = admitted.then(settled, nothing)
    const arrived: Promise<void> = admitted.then(nothing, nothing).then(() => {
      if (this.#arrivals === arrived) this.#arrivals = undefined
    })
    this.#arrivals = arrived
    // It may reject before its turn; that must not be an unhandled rejection.
    verified.catch(nothing)
    try {
      await admitted
    } catch (error) {
      if (error instanceof PoolError) pool.refused(latin1(extrinsic.hash), error.refusal)
      if (error instanceof PoolError && isInvalid(error)) pool.ban(latin1(extrinsic.hash))
      throw error
    }
    return extrinsic.hash
  }

  /** Submissions that have begun and are neither in the pool nor refused. */
  get coming(): number {
    return this.#coming
  }

  async #arrival(verified: Promise<Verified>): Promise<Verified> {
    try {
      return await verified
    } finally {
      this.#coming--
    }
  }

  /** Resolves when all submissions that have begun are in the pool or refused; undefined where none is under way. */
  arrived(): Promise<void> | undefined {
    return this.#arrivals
  }

  /** @throws PoolError where the birth block is unknown, the signature is wrong or the verifier full. */
  async #verify(wire: Uint8Array, extrinsic: DecodedExtrinsic, at = this.#deps.best()): Promise<Verified> {
    const { runtime, verifier, impersonation } = this.#deps
    const { signature } = extrinsic
    const epoch = this.#reorganisations
    if (signature === undefined) return { wire, extrinsic, payload: undefined, epoch }
    const payload = runtime.signingPayload(at, extrinsic)
    if (payload === undefined) throw invalid('AncientBirthBlock')
    if (impersonation.covers(signature)) return { wire, extrinsic, payload, epoch }
    try {
      const valid = await verifier.verify({ signature: signature.proof, message: payload, account: signature.signer })
      if (!valid) throw invalid('BadProof')
    } catch (error) {
      if (error instanceof AssayError && error.code === 'VERIFIER_BUSY')
        throw new PoolError({ kind: 'immediatelyDropped' })
      throw error
    }
    return { wire, extrinsic, payload, epoch }
  }

  /**
   * Verifies transactions for a block on `parent`, past the pool.
   * @throws PoolError `validity`, or ScaleError where the bytes are not exactly one extrinsic.
   */
  async verifyAll(wires: readonly Uint8Array[], parent: Block): Promise<readonly Verified[]> {
    const { runtime, at } = this.#deps
    const decoded = wires.map((wire) => [wire, runtime.decode(wire)] as const)
    return Promise.all(decoded.map(([wire, extrinsic]) => this.#verify(wire, extrinsic, at(parent.hash))))
  }

  /** Validates and pools in one synchronous step, so that no block can come between. */
  #admit(verified: Verified, watch: Watch | undefined): void {
    const { pool } = this.#deps
    pool.checkNew(verified.extrinsic.hash)
    const transaction = this.#pooled(verified, this.#validate(verified.extrinsic))
    if (verified.epoch !== this.#reorganisations && !this.#signsSame(transaction)) throw invalid('BadProof')
    if (watch) pool.watch(transaction.id, watch)
    try {
      pool.import(transaction)
    } catch (error) {
      if (watch) pool.unwatch(transaction.id, watch)
      throw error
    }
  }

  #validate(extrinsic: DecodedExtrinsic): ValidTransaction {
    const { runtime, best } = this.#deps
    const validity = runtime.validate(best(), extrinsic)
    if (!validity.ok) throw new PoolError({ kind: 'validity', error: validity.error })
    return validity.valid
  }

  #pooled({ wire, extrinsic, payload }: Verified, valid: ValidTransaction): PoolTransaction {
    const { pool, best } = this.#deps
    return poolTransaction(wire, extrinsic, payload, valid, { number: best().number, order: pool.nextOrder() })
  }

  /** Tells that blocks left the best branch: a payload made before may differ from the one that must be signed after. */
  reorganised(): void {
    this.#reorganisations++
  }

  /**
   * Looks at a pooled transaction again, with the best block as it is now: removes it where it became invalid, and moves it to the
   * other queue where the transactions that it waits for came or went.
   */
  revalidate(transaction: PoolTransaction): void {
    const { runtime, pool, best } = this.#deps
    const { extrinsic, payload, wire } = transaction
    const validity = runtime.validate(best(), extrinsic)
    if (!validity.ok || !this.#signsSame(transaction)) {
      pool.removeInvalid([transaction.id], whyNot(validity))
      return
    }
    const now = poolTransaction(wire, extrinsic, payload, validity.valid, {
      number: best().number,
      order: transaction.order,
    })
    const mustWait = now.requires.some((tag) => !pool.provides(tag))
    if (mustWait === pool.isReady(transaction.id) || !sameTags(now.provides, transaction.provides)) pool.replace(now)
  }

  /** Whether the verified payload is still the one that must be signed: a reorganisation can change the birth block. */
  #signsSame({ extrinsic, payload }: PoolTransaction): boolean {
    if (payload === undefined) return true
    const now = this.#deps.runtime.signingPayload(this.#deps.best(), extrinsic)
    return now !== undefined && equalBytes(now, payload)
  }

  /**
   * Takes in again the transactions of blocks that left the best branch: in order, and before later submissions. A watcher hears
   * the result.
   */
  resubmit(wires: readonly Uint8Array[]): Promise<void> {
    const { runtime } = this.#deps
    const verifying = wires.map((wire) => {
      const extrinsic = runtime.decode(wire)
      const verified = this.#verify(wire, extrinsic)
      verified.catch(nothing)
      return { extrinsic, verified }
    })
    const done = (async () => {
      for (const { extrinsic, verified } of verifying) await this.#readmit(extrinsic, verified)
    })()
    this.#last = Promise.allSettled([this.#last, done]).then(nothing)
    return done
  }

  async #readmit(extrinsic: DecodedExtrinsic, verifying: Promise<Verified>): Promise<void> {
    const { pool } = this.#deps
    try {
      const verified = await verifying
      pool.readmit(this.#pooled(verified, this.#validate(extrinsic)))
    } catch (error) {
      if (!(error instanceof AssayError)) throw error
      const isPools = error instanceof PoolError
      const kind = isPools && isInvalid(error) ? 'invalid' : 'dropped'
      pool.giveUp(latin1(extrinsic.hash), kind, isPools ? error.refusal : error.message)
    }
  }

  /** Puts a transaction back into the pool, at its former place. Its signature is known, so this is synchronous. */
  restore(transaction: PoolTransaction): void {
    const { wire, extrinsic, payload, order, id } = transaction
    const { pool, runtime, best } = this.#deps
    const validity = runtime.validate(best(), extrinsic)
    if (validity.ok && this.#signsSame(transaction))
      pool.replace(poolTransaction(wire, extrinsic, payload, validity.valid, { number: best().number, order }))
    else pool.giveUp(id, 'invalid', whyNot(validity))
  }
}

const nothing = (): void => undefined

/** Why a pooled transaction is not valid on the best block of now; one that is signs for another branch. */
const whyNot = (validity: Validity): PoolRefusal =>
  validity.ok ? invalid('BadProof').refusal : { kind: 'validity', error: validity.error }

const isInvalid = ({ refusal }: PoolError): boolean => refusal.kind === 'validity' && refusal.error.kind === 'invalid'

const sameTags = (a: readonly string[], b: readonly string[]): boolean =>
  a.length === b.length && a.every((tag, index) => tag === b[index])
