/**
 * Calls: their codec, their cost, and running one so that failure leaves no trace.
 *
 * Owns: the outer call enum's codec, the storage layer around a call, and the rule that a bug in a pallet becomes a failed call and
 * a log entry. Does not own: how a pallet declares a call.
 * Source: frame-support dispatch.rs, dispatch_context.rs; construct_runtime's RuntimeCall.
 */
import { messageOf } from '#types/errors.ts'
import { inside, ScaleError, type Codec, type Reader } from '#types/scale/codec.ts'
import type { DispatchError } from '#types/scale/dispatch.ts'
import { recursive } from '#types/scale/recursive.ts'
import type { TypeDef } from '#types/scale/type-def.ts'
import { DispatchFailure } from './errors.ts'
import type { CurrentExternalities, Externalities } from './externalities.ts'
import type { Origin } from './origin.ts'
import type { CallOptions } from './pallet.ts'
import { stackLines, type MapStack } from './stack.ts'
import type { DispatchInfo, PostDispatchInfo, RefusedCall, RuntimeCall, RuntimeLog } from './terms.ts'
import type { Tracer } from './trace.ts'

/** The outcome of a call. */
export type DispatchOutcome =
  | { readonly ok: true; readonly post: PostDispatchInfo }
  | {
      readonly ok: false
      readonly post: PostDispatchInfo
      readonly error: DispatchError
      readonly message: string
    }

/** A call bound to its pallet's storage and to its index. */
export interface BoundCall {
  readonly name: string
  readonly index: number
  readonly docs: string
  readonly args: Codec<Readonly<Record<string, unknown>>>
  readonly options: CallOptions<any>
  readonly run: (origin: Origin, args: any) => PostDispatchInfo | void
}

/** The calls of one pallet. */
export interface PalletCalls {
  readonly name: string
  readonly index: number
  readonly calls: readonly BoundCall[]
}

/** Stands for an error that is no pallet's own. */
const OTHER_ERROR = 255

const refused = ({ error, message }: { error: DispatchError; message: string }): RefusedCall => ({
  kind: 'invalid',
  reason: 'Custom',
  code: error.tag === 'Module' ? error.value.error[0]! : OTHER_ERROR,
  name: message.split(':', 1)[0]!,
})

const valueFor = <T>(declared: T | ((args: any) => T) | undefined, args: unknown, fallback: T): T =>
  typeof declared === 'function' ? (declared as (args: unknown) => T)(args) : (declared ?? fallback)

/** Whether all calls with these options have the same info. */
const hasFixedInfo = ({ weight, class: kind, paysFee }: CallOptions<never>): boolean =>
  ![weight, kind, paysFee].some((declared) => typeof declared === 'function')

/** The calls of a runtime, by name and by index. */
export class CallTable {
  readonly #byIndex = new Map<number, { name: string; calls: ReadonlyMap<number, BoundCall> }>()
  readonly #byName = new Map<string, { index: number; calls: ReadonlyMap<string, BoundCall> }>()

  constructor(pallets: readonly PalletCalls[]) {
    for (const { name, index, calls } of pallets) {
      this.#byIndex.set(index, { name, calls: new Map(calls.map((call) => [call.index, call])) })
      this.#byName.set(name, { index, calls: new Map(calls.map((call) => [call.name, call])) })
    }
  }

  has({ pallet, name }: RuntimeCall): boolean {
    return this.#byName.get(pallet)?.calls.has(name) ?? false
  }

  /** @throws ScaleError where the runtime has no such call. */
  find({ pallet, name }: RuntimeCall): { readonly palletIndex: number; readonly call: BoundCall } {
    const found = this.#byName.get(pallet)
    const call = found?.calls.get(name)
    if (!found || !call) throw new ScaleError('a call of the runtime', `${pallet}.${name}`)
    return { palletIndex: found.index, call }
  }

  read(from: Reader): RuntimeCall {
    const palletIndex = from.byte('RuntimeCall')
    const pallet = this.#byIndex.get(palletIndex)
    if (!pallet) throw new ScaleError('the index of a pallet', String(palletIndex), from.offset - 1)
    const callIndex = from.byte(`${pallet.name} call`)
    const call = pallet.calls.get(callIndex)
    if (!call) throw new ScaleError(`the index of a call of ${pallet.name}`, String(callIndex), from.offset - 1)
    try {
      return { pallet: pallet.name, name: call.name, args: call.args.read(from) }
    } catch (thrown) {
      throw inside(thrown, `${pallet.name}.${call.name}`)
    }
  }
}

/** The codec of the outer call enum. Calls may carry calls, so it asks for the table at first use. */
export function runtimeCallCodec(type: TypeDef, table: () => CallTable): Codec<RuntimeCall> {
  const codec: Codec<RuntimeCall> = {
    type,
    write(value, out) {
      const { palletIndex, call } = table().find(value)
      out.byte(palletIndex)
      out.byte(call.index)
      try {
        call.args.write(value.args, out)
      } catch (thrown) {
        throw inside(thrown, `${value.pallet}.${value.name}`)
      }
    },
    read: (from) => table().read(from),
  }
  return recursive(
    () => type,
    () => codec,
  )
}

/** Where failures are logged, and how their stacks become readable. */
export interface DispatcherDeps {
  readonly log: RuntimeLog
  readonly mapStack: MapStack
}

/** Runs calls. */
export class Dispatcher {
  readonly #table: () => CallTable
  readonly #current: CurrentExternalities
  readonly #log: RuntimeLog
  readonly #mapStack: MapStack
  /**
   * Calls that carry calls ask for the info of those more than once. Without this memory the work would double with every level of
   * nesting.
   */
  readonly #infos = new WeakMap<RuntimeCall, DispatchInfo>()
  /** One info for all calls of a kind, where it does not depend on arguments: a WeakMap of all calls costs much garbage collection. */
  readonly #fixedInfos = new Map<BoundCall, DispatchInfo>()

  constructor(table: () => CallTable, current: CurrentExternalities, { log, mapStack }: DispatcherDeps) {
    this.#table = table
    this.#current = current
    this.#log = log
    this.#mapStack = mapStack
  }

  /** Weight, class and whether the call pays a fee. @throws ScaleError where the runtime has no such call. */
  readonly info = (runtimeCall: RuntimeCall): DispatchInfo => {
    const { call } = this.#table().find(runtimeCall)
    const known = this.#fixedInfos.get(call) ?? this.#infos.get(runtimeCall)
    if (known) return known
    const { options } = call
    const { args } = runtimeCall
    const info: DispatchInfo = {
      weight: { refTime: valueFor(options.weight, args, 0n), proofSize: 0n },
      class: valueFor(options.class, args, 'Normal'),
      paysFee: valueFor(options.paysFee, args, 'Yes'),
    }
    if (hasFixedInfo(options)) this.#fixedInfos.set(call, info)
    else this.#infos.set(runtimeCall, info)
    return info
  }

  /** Runs a call in a storage layer of its own. Never throws: a bug is logged with its stack and fails as `Other`. */
  readonly dispatch = (runtimeCall: RuntimeCall, origin: Origin): DispatchOutcome => {
    const { tracer } = this.#current.get()
    if (!tracer) return this.#dispatch(runtimeCall, origin)
    return this.#traced(tracer, runtimeCall, origin)
  }

  #dispatch(runtimeCall: RuntimeCall, origin: Origin): DispatchOutcome {
    const { pallet, name, args } = runtimeCall
    const env = this.#current.get()
    const before = env.used
    let computation: bigint | undefined
    let post: PostDispatchInfo = {}
    const failed = this.contained(`${pallet}.${name}`, () => {
      const { call } = this.#table().find(runtimeCall)
      const declared = call.options.computation
      computation = typeof declared === 'function' ? declared(args) : declared
      post = call.run(origin, args) ?? post
    })
    if (computation !== undefined)
      post = { ...post, actualWeight: { refTime: computation + env.used - before, proofSize: 0n } }
    return failed ? { ok: false, post, ...failed } : { ok: true, post }
  }

  /**
   * Why the call's pallet refuses it from this signer, before any fee; undefined where it does not. A bug is logged, and refuses.
   * @param fee that the call will cost its signer, in the smallest unit.
   * @throws ScaleError where the runtime has no such call.
   */
  readonly refusal = (runtimeCall: RuntimeCall, who: Uint8Array, fee: bigint): RefusedCall | undefined => {
    const { validate } = this.#table().find(runtimeCall).call.options
    if (!validate) return undefined
    const { pallet, name, args } = runtimeCall
    const failed = this.contained(`validation of ${pallet}.${name}`, () => validate(who, args, fee))
    return failed && refused(failed)
  }

  #traced(tracer: Tracer, runtimeCall: RuntimeCall, origin: Origin): DispatchOutcome {
    tracer.openCall(runtimeCall, origin)
    // A missing call fails as a bug in the pallet that made it, and declares nothing.
    if (this.#table().has(runtimeCall)) tracer.declared(this.info(runtimeCall))
    const outcome = this.#dispatch(runtimeCall, origin)
    tracer.closeCall(outcome.post)
    return outcome
  }

  /** Runs pallet code in a storage layer. An exception undoes its writes; a bug is logged under `where`. */
  contained(where: string, act: () => void): { error: DispatchError; message: string } | undefined {
    const env = this.#current.get()
    const outer = env.where
    env.where = where
    try {
      env.transactional(act)
      return undefined
    } catch (thrown) {
      const failure = this.#failure(env, where, thrown)
      env.tracer?.fail(failure.error, failure.message, thrown)
      return failure
    } finally {
      env.where = outer
    }
  }

  /** The failure of a call that threw. Logs bugs, and at level debug other failures too. */
  #failure(env: Externalities, where: string, thrown: unknown): { error: DispatchError; message: string } {
    const place = () => {
      const { block, extrinsicIndex } = env
      const stack = stackLines(thrown, this.#mapStack)
      return { where, block: block.number, ...(extrinsicIndex !== undefined && { extrinsic: extrinsicIndex }), stack }
    }
    if (thrown instanceof DispatchFailure) {
      const { error, message } = thrown
      if (env.capturesStacks && !env.isTrial) this.#log.debug?.(place(), `${where} failed: ${message}`)
      return { error, message }
    }
    const message = `bug in ${where}: ${messageOf(thrown)}`
    // A trace shows the bug itself; the log already told it when the block was built.
    if (!env.isTraceable) this.#log.error(place(), message)
    return { error: { tag: 'Other', value: undefined }, message }
  }
}
