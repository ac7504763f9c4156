/**
 * The outer enums of a runtime: one variant a pallet, with the pallet's own enum inside.
 *
 * Owns: their metadata types, and the codec of RuntimeEvent. Does not own: the codec of RuntimeCall (dispatch).
 * Source: frame-support construct_runtime expand/{outer_enums,call}.rs.
 */
import { inside, ScaleError, type Codec, type Reader, type Writer } from '#types/scale/codec.ts'
import { struct } from '#types/scale/compound.ts'
import type { TypeDef, VariantDef } from '#types/scale/type-def.ts'
import type { BoundPallet } from './bind.ts'

/** A decoded event: pallet, event, data. */
export interface RuntimeEvent {
  readonly tag: string
  readonly value: { readonly tag: string; readonly value: unknown }
}

/** An outer enum: one variant a pallet, each with the pallet's enum in it. Its shape is known after all pallets are added. */
export function outerEnum(
  name: string,
  pallets: () => readonly BoundPallet[],
  typeOf: (pallet: BoundPallet) => TypeDef | undefined,
): TypeDef {
  const variants = (): VariantDef[] =>
    pallets().flatMap((pallet) => {
      const type = typeOf(pallet)
      return type ? [{ name: pallet.name, index: pallet.index, fields: [{ type: () => type }] }] : []
    })
  return {
    path: ['assay_runtime', name],
    get shape() {
      return { kind: 'variant' as const, variants: variants() }
    },
  }
}

interface BoundEvent {
  readonly name: string
  readonly index: number
  readonly data: Codec<unknown>
}

/** The codec of RuntimeEvent: values are `{ tag: pallet, value: { tag: event, value: data } }`. */
export class RuntimeEventCodec implements Codec<RuntimeEvent> {
  readonly type: TypeDef
  readonly #pallets: () => readonly BoundPallet[]
  #table: ReadonlyMap<string, { readonly index: number; readonly events: ReadonlyMap<string, BoundEvent> }> | undefined

  constructor(type: TypeDef, pallets: () => readonly BoundPallet[]) {
    this.type = type
    this.#pallets = pallets
  }

  write(event: RuntimeEvent, out: Writer): void {
    const pallet = this.#byName().get(event.tag)
    const found = pallet?.events.get(event.value.tag)
    if (!pallet || !found) throw new ScaleError('an event of the runtime', `${event.tag}.${event.value.tag}`)
    out.byte(pallet.index)
    out.byte(found.index)
    try {
      found.data.write(event.value.value, out)
    } catch (thrown) {
      throw inside(thrown, `${event.tag}.${event.value.tag}`)
    }
  }

  read(from: Reader): RuntimeEvent {
    const index = from.byte('RuntimeEvent')
    for (const [tag, pallet] of this.#byName()) {
      if (pallet.index !== index) continue
      const at = from.byte(`${tag} event`)
      const found = [...pallet.events.values()][at]
      if (!found) throw new ScaleError(`the index of an event of ${tag}`, String(at), from.offset - 1)
      return { tag, value: { tag: found.name, value: found.data.read(from) } }
    }
    throw new ScaleError('the index of a pallet', String(index), from.offset - 1)
  }

  #byName() {
    this.#table ??= new Map(
      this.#pallets().map(({ name, index, events }) => {
        const bound = Object.entries(events).map(([event, { fields }], at): [string, BoundEvent] => [
          event,
          { name: event, index: at, data: struct(fields) },
        ])
        return [name, { index, events: new Map(bound) }]
      }),
    )
    return this.#table
  }
}
