/**
 * The executive: how a block is executed, from its header to its roots.
 *
 * Owns: the order of hooks, inherents and extrinsics; limits of a block; the cost of a failing call; the rule that a failed check
 * leaves no trace. Does not own: the checks (the transaction extensions).
 * Source: frame-executive lib.rs, frame-system extensions/check_weight.rs.
 */
import { messageOf, AssayError } from '#types/errors.ts'
import { encode } from '#types/scale/codec.ts'
import type { DispatchEventInfo } from '#types/scale/dispatch.ts'
import type { Header } from '#types/scale/header.ts'
import { orderedRoot } from '#chain/trie/ordered-root.ts'
import type { Change, Trie } from '#chain/trie/trie.ts'
import type { Frame } from './frame/construct.ts'
import type { DispatchOutcome } from './frame/dispatch.ts'
import type { DispatchInfo, RuntimeCall } from './frame/terms.ts'
import { Externalities } from './frame/externalities.ts'
import { inherentCalls } from './frame/inherents.ts'
import { Meter } from './frame/meter.ts'
import type { Origin } from './frame/origin.ts'
import type { Hooks } from './frame/pallet.ts'
import { stackLines, type MapStack } from './frame/stack.ts'
import type { Tracer } from './frame/trace.ts'
import { validateUnsigned } from './frame/unsigned.ts'
import { addWeights, BLOCK_WEIGHTS, classKey, HOOK_PARTS, HOOKS_REF_TIME, minWeight } from './frame/weights.ts'
import { Consumption } from './consumption.ts'
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

/** The parts that the executive drives. */
export interface ExecutiveConfig {
  readonly frame: Frame
  readonly extensions: Extensions
  readonly system: System
  readonly payment: TransactionPayment
  readonly log: RuntimeLog
  readonly mapStack: MapStack
}

/** The outcome of an extrinsic that is in the block. */
const applied = (outcome: DispatchOutcome): ApplyOutcome =>
  outcome.ok ? { kind: 'success' } : { kind: 'failed', error: outcome.error, message: outcome.message }

const REFUSED_CALL: TransactionError = { kind: 'invalid', reason: 'Call' }

/** One block that is being built, or tried. */
export class Execution implements OpenBlock {
  readonly #config: ExecutiveConfig
  readonly #parent: Trie
  readonly #context: BlockContext
  readonly #env: Externalities
  readonly #consumed = new Consumption()
  readonly #extrinsics: Uint8Array[] = []
  #finalized = false

  /** `tracer` hears of the initialisation too; set {@link tracer} to add one later. */
  constructor(config: ExecutiveConfig, parent: Trie, context: BlockContext, isTraceable = false, tracer?: Tracer) {
    this.#config = config
    this.#parent = parent
    this.#context = context
    const { isTrial = false } = context
    const capturesStacks = isTraceable || (!isTrial && config.log.isLevelEnabled?.('debug') === true)
    this.#env = new Externalities(parent, context, { isTraceable, isTrial, capturesStacks })
    this.#env.tracer = tracer
    this.#run(() => {
      tracer?.openStep('initialize')
      config.system.initialize()
      tracer?.close()
      this.#hooks('onInitialize', (hooks, meter) => hooks.onInitialize?.(meter))
    })
  }

  /** The tracer that hears of all later steps. Only where the execution is traceable. */
  set tracer(tracer: Tracer | undefined) {
    this.#env.tracer = tracer
  }

  /** The writes of the block so far. */
  get changes(): readonly Change[] {
    return this.#env.overlay.changes()
  }

  /** Tries a call, without checks and fees. */
  dispatch(call: RuntimeCall, origin: Origin): ApplyOutcome {
    return this.#run(() => {
      this.#env.phase = { tag: 'ApplyExtrinsic', value: this.#extrinsics.length }
      return applied(this.#config.frame.dispatcher.dispatch(call, origin))
    })
  }

  applyInherents(data: InherentData): readonly Uint8Array[] {
    return this.#run(() => inherentCalls(this.#config.frame.pallets, data).map((call) => this.#applyInherent(call)))
  }

  apply(extrinsic: DecodedExtrinsic): ApplyOutcome {
    return this.#run(() => {
      const body = parsed(extrinsic)
      const { tracer } = this.#env
      tracer?.openExtrinsic(this.#extrinsics.length, body.hash, body.signature?.signer)
      const outcome = this.#applyOrUndo(body)
      tracer?.closeExtrinsic(outcome)
      return outcome
    })
  }

  #applyOrUndo(body: ParsedExtrinsic): ApplyOutcome {
    this.#env.begin()
    let outcome: ApplyOutcome
    try {
      outcome = this.#applyParsed(body)
    } catch (thrown) {
      this.#env.rollback()
      return this.#refusedByBug(thrown)
    }
    if (outcome.kind === 'refused') this.#env.rollback()
    else this.#env.commit()
    return outcome
  }

  finalize(): { readonly header: Header; readonly state: Trie } {
    return this.#run(() => {
      this.#env.phase = { tag: 'Finalization', value: undefined }
      this.#hooks('onFinalize', (hooks) => hooks.onFinalize?.(this.#consumed.weight))
      this.#env.tracer?.openStep('finalize')
      this.#config.system.finalize(this.#consumed.weight)
      this.#env.tracer?.close()
      this.#finalized = true
      const state = this.#parent.apply(this.#env.overlay.changes())
      const { parentHash, number, digest } = this.#context
      const extrinsicsRoot = extrinsicsRootOf(this.#extrinsics)
      return { header: { parentHash, number, stateRoot: state.root(), extrinsicsRoot, digest }, state }
    })
  }

  #run<T>(act: () => T): T {
    if (this.#finalized)
      throw new AssayError('BLOCK_FINALIZED', `expected block ${this.#context.number} to be open, got it finalized`)
    return this.#config.frame.current.run(this.#env, act)
  }

  /**
   * Runs one hook of every pallet, each contained: a bug in one is logged and undone, and the others still run. The work of all
   * counts, that of a bug too.
   */
  #hooks(name: 'onInitialize' | 'onFinalize', hook: (hooks: Hooks, meter: Meter) => void): void {
    const { pallets, dispatcher } = this.#config.frame
    const hooked = pallets.filter(({ hooks }) => hooks[name])
    const all = new Meter(() => this.#env.used, HOOKS_REF_TIME)
    for (const [index, pallet] of hooked.entries()) {
      this.#env.tracer?.openHook(pallet.name, name)
      dispatcher.contained(`${pallet.name}.${name}`, () =>
        hook(pallet.hooks, all.ahead(hooked.length - index - 1, HOOK_PARTS)),
      )
      this.#env.tracer?.close()
    }
    this.#consumed.add('Mandatory', { refTime: all.used, proofSize: 0n })
  }

  /** An inherent that fails makes the block impossible, so the error goes to the author. */
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

  #applyParsed(body: ParsedExtrinsic): ApplyOutcome {
    const { signature, general, call } = body.value
    if (signature) return this.#applySigned(body, body.signature!.signer, termsOf(signature.extra))
    if (!general) return this.#applyBare(body)
    const { dispatcher } = this.#config.frame
    const checked = { terms: termsOf(general.extra), info: dispatcher.info(call), length: body.wire.length }
    return { kind: 'refused', error: this.#config.extensions.checkGeneral(checked) }
  }

  /** An unsigned transaction, or an inherent that the author wants here. Neither has a fee. */
  #applyBare(body: ParsedExtrinsic): ApplyOutcome {
    const { extensions, frame } = this.#config
    const { call } = body.value
    const info = frame.dispatcher.info(call)
    const length = body.wire.length
    this.#env.phase = { tag: 'ApplyExtrinsic', value: this.#extrinsics.length }
    const verdict = body.isInherent ? undefined : this.#validateUnsigned(call)
    if (verdict && 'kind' in verdict) return { kind: 'refused', error: verdict }
    const oversized = extensions.checkSize(info, length)
    if (oversized) return { kind: 'refused', error: oversized }
    if (!this.#consumed.fits(info, length))
      return { kind: 'refused', error: { kind: 'invalid', reason: 'ExhaustsResources' } }
    const outcome = frame.dispatcher.dispatch(call, 'none')
    if (!outcome.ok && info.class === 'Mandatory')
      return { kind: 'refused', error: { kind: 'invalid', reason: 'BadMandatory' } }
    this.#note(body.wire, info, outcome)
    return applied(outcome)
  }

  #validateUnsigned(call: RuntimeCall): ReturnType<typeof validateUnsigned> {
    this.#env.tracer?.openStep('validateUnsigned')
    const verdict = validateUnsigned(this.#config.frame.pallets, call, 'InBlock')
    this.#env.tracer?.close()
    return verdict
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
    const { tracer } = this.#env
    tracer?.openStep('prepare')
    const prepared = extensions.prepare(transaction, () => this.#consumed.fits(info, length))
    tracer?.close()
    if (!('withdrawn' in prepared)) return { kind: 'refused', error: prepared }
    tracer?.withdrawn(prepared.withdrawn.fee, prepared.withdrawn.tip)
    const outcome = frame.dispatcher.dispatch(call, { signed: signer })
    if (!outcome.ok && info.class === 'Mandatory')
      return { kind: 'refused', error: { kind: 'invalid', reason: 'BadMandatory' } }
    tracer?.openStep('postDispatch')
    payment.settle(prepared.withdrawn, length, info, outcome.post)
    tracer?.close()
    this.#note(body.wire, info, outcome)
    return applied(outcome)
  }

  /** The extrinsic is in the block: counts it, and deposits how it ended (`note_applied_extrinsic`). */
  #note(wire: Uint8Array, info: DispatchInfo, outcome: DispatchOutcome): void {
    const { system } = this.#config
    const { post } = outcome
    const weight = post.actualWeight ? minWeight(post.actualWeight, info.weight) : info.weight
    const eventInfo: DispatchEventInfo = {
      weight: addWeights(weight, BLOCK_WEIGHTS.perClass[classKey(info.class)].baseExtrinsic),
      class: info.class,
      paysFee: post.paysFee ?? info.paysFee,
    }
    this.#env.tracer?.openStep('noteApplied')
    if (outcome.ok) system.depositSuccess(eventInfo)
    else system.depositFailure(outcome.error, eventInfo)
    this.#env.tracer?.close()
    this.#consumed.addExtrinsic(info, weight, wire.length)
    this.#extrinsics.push(wire)
  }

  /** A bug outside of the call: nothing of the extrinsic stays, and nobody tries it again. */
  #refusedByBug(thrown: unknown): ApplyOutcome {
    const stack = stackLines(thrown, this.#config.mapStack)
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

/** The root of a block's extrinsics, to which its header commits. */
export const extrinsicsRootOf = (extrinsics: readonly Uint8Array[]): Uint8Array =>
  orderedRoot(extrinsics, EXTRINSICS_ROOT_LAYOUT)

/** Opens a block on a parent state and runs its initialisation. */
export const openBlock = (config: ExecutiveConfig, parent: Trie, context: BlockContext): OpenBlock =>
  new Execution(config, parent, context)
