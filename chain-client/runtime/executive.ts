/**
 * The executive: how a block is executed, from its header to its roots.
 *
 * Owns: the order of hooks, inherents and extrinsics; limits of a block; what a failing call costs; the rule that a failed
 * check leaves no trace. Does not own: the pallets (runtime.ts), the checks (extensions.ts), sealing (node/).
 * Source: frame-executive lib.rs, frame-system extensions/check_weight.rs.
 */
import { messageOf, AssayError } from '#types/errors.ts'
import { encode } from '#types/scale/codec.ts'
import type { DispatchEventInfo, Weight } from '#types/scale/dispatch.ts'
import type { Header } from '#types/scale/header.ts'
import { orderedRoot } from '#chain/trie/ordered-root.ts'
import type { Trie } from '#chain/trie/trie.ts'
import type { Frame } from './frame/construct.ts'
import type { DispatchInfo, DispatchOutcome, RuntimeCall } from './frame/dispatch.ts'
import { Externalities } from './frame/externalities.ts'
import type { PostDispatchInfo } from './frame/pallet.ts'
import {
  addWeights,
  BLOCK_LENGTH,
  BLOCK_WEIGHTS,
  classKey,
  minWeight,
  ZERO_WEIGHT,
  type ConsumedWeight,
} from './frame/weights.ts'
import { termsOf, type CheckedTransaction, type Extensions } from './extensions.ts'
import { bareExtrinsic, parsed, type ParsedExtrinsic } from './extrinsics.ts'
import type { System } from './pallets/system.ts'
import type { TransactionPayment } from './pallets/transaction-payment.ts'
import type {
  ApplyOutcome,
  BlockContext,
  DecodedExtrinsic,
  InherentData,
  OpenBlock,
  RuntimeLog,
  TransactionError,
} from './runtime-interface.ts'

/** What the executive drives. */
export interface ExecutiveConfig {
  readonly frame: Frame
  readonly extensions: Extensions
  readonly system: System
  readonly payment: TransactionPayment
  readonly log: RuntimeLog
}

const REFUSED_CALL: TransactionError = { kind: 'invalid', reason: 'Call' }

/** What a block has used of its limits. */
class Consumption {
  weight: ConsumedWeight = { normal: ZERO_WEIGHT, operational: ZERO_WEIGHT, mandatory: BLOCK_WEIGHTS.baseBlock }
  length = 0

  /** Whether an extrinsic of this length and cost has room: in its class and in the block as a whole. */
  fits(info: DispatchInfo, length: number): boolean {
    const key = classKey(info.class)
    if (this.length + length > BLOCK_LENGTH.max[key]) return false
    const { baseExtrinsic, maxTotal, reserved } = BLOCK_WEIGHTS.perClass[key]
    const added = info.weight.refTime + baseExtrinsic.refTime
    const ofClass = this.weight[key].refTime + added
    if (maxTotal && ofClass > maxTotal.refTime) return false
    const { normal, operational, mandatory } = this.weight
    const all = normal.refTime + operational.refTime + mandatory.refTime + added
    return maxTotal === undefined || all <= BLOCK_WEIGHTS.maxBlock.refTime || ofClass <= (reserved?.refTime ?? 0n)
  }

  add(dispatchClass: DispatchInfo['class'], weight: Weight): void {
    const key = classKey(dispatchClass)
    this.weight = { ...this.weight, [key]: addWeights(this.weight[key], weight) }
  }

  /** Counts an extrinsic that is in the block. */
  addExtrinsic(info: DispatchInfo, weight: Weight, length: number): void {
    this.add(info.class, addWeights(weight, BLOCK_WEIGHTS.perClass[classKey(info.class)].baseExtrinsic))
    this.length += length
  }
}

/** One block being built. */
class Execution implements OpenBlock {
  readonly #config: ExecutiveConfig
  readonly #parent: Trie
  readonly #context: BlockContext
  readonly #env: Externalities
  readonly #consumed = new Consumption()
  readonly #extrinsics: Uint8Array[] = []
  #finalized = false

  constructor(config: ExecutiveConfig, parent: Trie, context: BlockContext) {
    this.#config = config
    this.#parent = parent
    this.#context = context
    this.#env = new Externalities(parent, context)
    this.#run(() => {
      config.system.initialize()
      this.#hooks('onInitialize', (hooks) => hooks.onInitialize?.())
    })
  }

  applyInherents(data: InherentData): readonly Uint8Array[] {
    return this.#run(() => this.#inherentCalls(data).map((call) => this.#applyInherent(call)))
  }

  apply(extrinsic: DecodedExtrinsic): ApplyOutcome {
    return this.#run(() => {
      const body = parsed(extrinsic)
      const { signature } = body.value
      if (!signature) return { kind: 'refused', error: { kind: 'unknown', reason: 'NoUnsignedValidator' } }
      this.#env.begin()
      let outcome: ApplyOutcome
      try {
        outcome = this.#applySigned(body, extrinsic.signature!.signer, termsOf(signature.extra))
      } catch (thrown) {
        this.#env.rollback()
        return this.#refusedByBug(thrown)
      }
      if (outcome.kind === 'refused') this.#env.rollback()
      else this.#env.commit()
      return outcome
    })
  }

  finalize(): { readonly header: Header; readonly state: Trie } {
    return this.#run(() => {
      this.#env.phase = { tag: 'Finalization', value: undefined }
      this.#hooks('onFinalize', (hooks) => hooks.onFinalize?.())
      this.#config.system.finalize(this.#consumed.weight)
      this.#finalized = true
      const state = this.#parent.apply(this.#env.overlay.changes())
      const { parentHash, number, digest } = this.#context
      const extrinsicsRoot = orderedRoot(this.#extrinsics, EXTRINSICS_ROOT_LAYOUT)
      return { header: { parentHash, number, stateRoot: state.root(), extrinsicsRoot, digest }, state }
    })
  }

  #run<T>(act: () => T): T {
    if (this.#finalized)
      throw new AssayError('BLOCK_FINALIZED', `expected block ${this.#context.number} to be open, got it finalized`)
    return this.#config.frame.current.run(this.#env, act)
  }

  /** Runs one hook of every pallet, each contained: a bug in one is logged, undone, and stops nothing. */
  #hooks(name: 'onInitialize' | 'onFinalize', hook: (hooks: Frame['pallets'][number]['hooks']) => bigint | void): void {
    const { pallets, dispatcher } = this.#config.frame
    for (const pallet of pallets) {
      if (!pallet.hooks[name]) continue
      dispatcher.contained(`${pallet.name}.${name}`, () => {
        const weight = hook(pallet.hooks)
        if (weight !== undefined) this.#consumed.add('Mandatory', { refTime: weight, proofSize: 0n })
      })
    }
  }

  #inherentCalls(data: InherentData): RuntimeCall[] {
    return this.#config.frame.pallets.flatMap(({ name, inherent }) =>
      inherent ? [{ pallet: name, name: inherent.call, args: inherent.args(data) }] : [],
    )
  }

  /** An inherent that fails makes the block impossible, so it is the author who is told. */
  #applyInherent(call: RuntimeCall): Uint8Array {
    const { dispatcher, runtimeCall } = this.#config.frame
    const wire = bareExtrinsic(encode(runtimeCall, call))
    const info = dispatcher.info(call)
    this.#env.phase = { tag: 'ApplyExtrinsic', value: this.#extrinsics.length }
    const outcome = dispatcher.dispatch(call, 'none')
    if (!outcome.ok)
      throw new AssayError(
        'INHERENT_FAILED',
        `expected inherent ${call.pallet}.${call.name} to succeed, got ${outcome.message}`,
      )
    this.#note(wire, info, outcome)
    return wire
  }

  #applySigned(body: ParsedExtrinsic, signer: Uint8Array, terms: CheckedTransaction['terms']): ApplyOutcome {
    const { extensions, payment, frame } = this.#config
    const { call } = body.value
    const info = frame.dispatcher.info(call)
    const length = body.wire.length
    this.#env.phase = { tag: 'ApplyExtrinsic', value: this.#extrinsics.length }
    if (!body.hasKnownSigner) return { kind: 'refused', error: { kind: 'unknown', reason: 'CannotLookup' } }
    const unsigned = body.checkImplicit(extensions.implicit(terms))
    if (unsigned) return { kind: 'refused', error: unsigned }
    const transaction: CheckedTransaction = { signer, terms, info, length }
    const prepared = extensions.prepare(transaction, () => this.#consumed.fits(info, length))
    if (!('withdrawn' in prepared)) return { kind: 'refused', error: prepared }
    const outcome = frame.dispatcher.dispatch(call, { signed: signer })
    if (!outcome.ok && info.class === 'Mandatory')
      return { kind: 'refused', error: { kind: 'invalid', reason: 'BadMandatory' } }
    payment.settle(prepared.withdrawn, length, info, outcome.ok ? outcome.post : {})
    this.#note(body.wire, info, outcome)
    return outcome.ok ? { kind: 'success' } : { kind: 'failed', message: outcome.message }
  }

  /** The extrinsic is in: count it and say how it ended (`note_applied_extrinsic`). */
  #note(wire: Uint8Array, info: DispatchInfo, outcome: DispatchOutcome): void {
    const { system } = this.#config
    const post: PostDispatchInfo = outcome.ok ? outcome.post : {}
    const weight = post.actualWeight ? minWeight(post.actualWeight, info.weight) : info.weight
    const eventInfo: DispatchEventInfo = {
      weight: addWeights(weight, BLOCK_WEIGHTS.perClass[classKey(info.class)].baseExtrinsic),
      class: info.class,
      paysFee: post.paysFee ?? info.paysFee,
    }
    if (outcome.ok) system.depositSuccess(eventInfo)
    else system.depositFailure(outcome.error, eventInfo)
    this.#consumed.addExtrinsic(info, weight, wire.length)
    this.#extrinsics.push(wire)
  }

  /** Something broke outside of the call: nothing of the extrinsic stays, and it is not tried again. */
  #refusedByBug(thrown: unknown): ApplyOutcome {
    const stack = thrown instanceof Error ? thrown.stack : undefined
    this.#config.log.error(
      { block: this.#context.number, stack },
      `bug while applying an extrinsic: ${messageOf(thrown)}`,
    )
    return { kind: 'refused', error: REFUSED_CALL }
  }
}

/**
 * Layout of the extrinsics trie: version 0, which Substrate uses for runtimes whose system_version is below 2
 * (`extrinsics_root_state_version`); ours is 1.
 */
const EXTRINSICS_ROOT_LAYOUT = 0

/** Opens a block on a parent state and runs its initialisation. */
export const openBlock = (config: ExecutiveConfig, parent: Trie, context: BlockContext): OpenBlock =>
  new Execution(config, parent, context)
