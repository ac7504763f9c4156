/**
 * A chain's metadata made from codecs, as a runtime makes it.
 *
 * Owns: making it. Does not own: the wire format of metadata (test/conformance).
 */
import { Twox64Concat } from '#types/scale/storage-key.ts'
import { fieldDefs, snakeCase, type AnyCodec, type Fields } from '#types/scale/compound.ts'
import type { VariantDef } from '#types/scale/type-def.ts'
import { camelCase, type ChainShapes, type PalletShape } from '#chain/api/shapes.ts'

interface PalletOf {
  readonly calls?: Readonly<Record<string, Fields>>
  readonly events?: Readonly<Record<string, Fields>>
  readonly errors?: readonly string[]
  readonly storage?: Readonly<Record<string, { readonly keys: readonly AnyCodec[]; readonly value: AnyCodec }>>
  readonly constants?: Readonly<Record<string, AnyCodec>>
}

const variants = (of: Readonly<Record<string, Fields>> = {}): VariantDef[] =>
  Object.entries(of).map(([name, fields], index) => ({ name, index, fields: fieldDefs(fields) }))

function palletShape(name: string, index: number, of: PalletOf): PalletShape {
  const storage = Object.entries(of.storage ?? {}).map(([item, { keys, value }]) => {
    const hashers = keys.map(() => Twox64Concat)
    return [
      item,
      { prefix: name, hashers, keys: keys.map((key) => () => key.type), value: () => value.type, fallback: undefined },
    ] as const
  })
  const constants = Object.entries(of.constants ?? {}).map(
    ([constant, codec]) => [constant, { type: () => codec.type, value: new Uint8Array() }] as const,
  )
  const calls = variants(of.calls).map((call) => [camelCase(snakeCase(call.name)), call] as const)
  return {
    name,
    index,
    calls: new Map(calls),
    events: new Map(variants(of.events).map((event) => [event.index, event])),
    errors: new Map((of.errors ?? []).map((error, at) => [at, { name: error, index: at, fields: [] }])),
    storage: new Map(storage),
    constants: new Map(constants),
  }
}

/** Shapes of pallets by name, indexed in the order given, from 0. */
export function shapesOfCodecs(of: Readonly<Record<string, PalletOf>>): ChainShapes {
  const pallets = Object.entries(of).map(([name, pallet], index) => palletShape(name, index, pallet))
  return {
    specName: 'test',
    specVersion: 1,
    pallets: new Map(pallets.map((pallet) => [pallet.name, pallet])),
    byIndex: new Map(pallets.map((pallet) => [pallet.index, pallet])),
  }
}
