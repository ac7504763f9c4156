/**
 * `construct_runtime!`: pallets put together under their indices.
 *
 * Owns: the runtime that they make, with its outer enums and dispatcher. Does not own: binding one pallet.
 */
import { AssayError } from '#types/errors.ts'
import type { Codec } from '#types/scale/codec.ts'
import type { TypeDef } from '#types/scale/type-def.ts'
import type { RuntimeCall, RuntimeLog } from './terms.ts'
import { bindPallet, bindSelf, type BoundPallet } from './bind.ts'
import { CallTable, Dispatcher, runtimeCallCodec } from './dispatch.ts'
import { CurrentExternalities } from './externalities.ts'
import { outerEnum, RuntimeEventCodec, type RuntimeEvent } from './outer-enums.ts'
import type { AnyPallet, ExportsOf, UsesArgument } from './pallet.ts'
import type { MapStack } from './stack.ts'

/** A runtime's pallets and their outer enums. */
export interface Frame {
  /** In order of their indices, which is the order of hooks. */
  readonly pallets: readonly BoundPallet[]
  readonly runtimeCall: Codec<RuntimeCall>
  readonly runtimeEvent: Codec<RuntimeEvent>
  readonly errorType: TypeDef
  readonly current: CurrentExternalities
  readonly dispatcher: Dispatcher
}

/** Where a runtime's messages go, and how its stacks become readable. */
export interface FrameOptions {
  readonly mapStack?: MapStack
  readonly console?: RuntimeLog
}

/** Collects pallets. Pallets can get the outer enums and the dispatcher before all pallets are added. */
export class FrameBuilder {
  readonly current = new CurrentExternalities()
  readonly runtimeCall: Codec<RuntimeCall>
  readonly runtimeEvent: Codec<RuntimeEvent>
  readonly dispatcher: Dispatcher
  readonly #pallets: BoundPallet[] = []
  #built: { readonly pallets: readonly BoundPallet[]; readonly table: CallTable } | undefined

  readonly #console: RuntimeLog

  /** Pallets' consoles write to `console`; by default the log. */
  constructor(log: RuntimeLog, { mapStack = (stack) => stack, console = log }: FrameOptions = {}) {
    this.#console = console
    const callType = outerEnum(
      'RuntimeCall',
      () => this.#complete().pallets,
      (pallet) => pallet.callType,
    )
    const eventType = outerEnum(
      'RuntimeEvent',
      () => this.#complete().pallets,
      (pallet) => pallet.eventType,
    )
    this.runtimeCall = runtimeCallCodec(callType, () => this.#complete().table)
    this.runtimeEvent = new RuntimeEventCodec(eventType, () => this.#complete().pallets)
    this.dispatcher = new Dispatcher(() => this.#complete().table, this.current, { log, mapStack })
  }

  /**
   * Adds a pallet under its index and returns its exports.
   * @throws AssayError `DUPLICATE_PALLET` where the index or the name is taken.
   */
  add<A extends AnyPallet>(index: number, declared: A, ...uses: UsesArgument<A>): ExportsOf<A> {
    const clash = this.#pallets.find((other) => other.index === index || other.name === declared.name)
    if (clash) {
      const got = `${clash.name} (${clash.index})`
      throw new AssayError('DUPLICATE_PALLET', `expected ${declared.name} (${index}) to be free, got ${got} there`)
    }
    const self = bindSelf({ current: this.current, log: this.#console }, index, declared, uses[0])
    const own = declared.exports?.(self)
    this.#pallets.push(bindPallet(index, declared, self, own))
    return own as ExportsOf<A>
  }

  /** Puts the outer enums together. No pallet can be added after. */
  build(): Frame {
    const pallets = this.#pallets.toSorted((a, b) => a.index - b.index)
    this.#built = { pallets, table: new CallTable(pallets) }
    return {
      pallets,
      runtimeCall: this.runtimeCall,
      runtimeEvent: this.runtimeEvent,
      errorType: outerEnum(
        'RuntimeError',
        () => pallets,
        (pallet) => pallet.errorType,
      ),
      current: this.current,
      dispatcher: this.dispatcher,
    }
  }

  #complete() {
    if (!this.#built)
      throw new AssayError(
        'RUNTIME_NOT_BUILT',
        'expected build() after the last add(), got a use of the runtime before',
      )
    return this.#built
  }
}
