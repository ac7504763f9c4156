/**
 * The metadata that polkadot-js has decoded, as ChainShapes.
 *
 * Owns: the translation, which makes a type when a caller first asks for it. Does not own: the decoding of metadata,
 * which polkadot-js does.
 */
import type { ApiPromise } from '@polkadot/api'
import { AssayError } from '#types/errors.ts'
import {
  Blake2_128,
  Blake2_128Concat,
  Blake2_256,
  Identity,
  Twox128,
  Twox256,
  Twox64Concat,
  type StorageHasher,
} from '#types/scale/storage-key.ts'
import type { FieldDef, PrimitiveName, Shape, TypeDef, TypeRef, VariantDef } from '#types/scale/type-def.ts'
import { camelCase, type ChainShapes, type PalletShape, type StorageShape } from './shapes.ts'

/** Decoded metadata of any version, as polkadot-js returns it. */
export type PolkadotMetadata = ApiPromise['runtimeMetadata']
type Latest = PolkadotMetadata['asLatest']
type PolkadotPallet = Latest['pallets'][number]
type PolkadotTypeDef = Latest['lookup']['types'][number]['type']['def']
type PolkadotField = PolkadotTypeDef['asComposite']['fields'][number]
type PolkadotItem = ReturnType<PolkadotPallet['storage']['unwrap']>['items'][number]

const HASHERS: ReadonlyMap<string, StorageHasher> = new Map(
  [Identity, Twox64Concat, Blake2_128Concat, Blake2_128, Blake2_256, Twox128, Twox256].map((hasher) => [
    hasher.name,
    hasher,
  ]),
)

const PRIMITIVES: ReadonlySet<string> = new Set<PrimitiveName>([
  'bool',
  'char',
  'str',
  'u8',
  'u16',
  'u32',
  'u64',
  'u128',
  'u256',
  'i8',
  'i16',
  'i32',
  'i64',
])

const unsupported = (what: string): AssayError =>
  new AssayError('UNSUPPORTED_TYPE', `expected a type that this client can read, got ${what} in the chain's metadata`, {
    what,
  })

interface Id {
  toNumber(): number
}

/** Types by id. Makes each one once. */
function createTypes(lookup: Latest['lookup']): (id: Id) => TypeRef {
  const made = new Map<number, TypeDef>()
  const refer = (id: Id): TypeRef => {
    const at = id.toNumber()
    return () => made.get(at) ?? make(at)
  }
  const fields = (list: Iterable<PolkadotField>): FieldDef[] =>
    Array.from(list, ({ name, type }) => ({
      ...(name.isSome && { name: name.unwrap().toString() }),
      type: refer(type),
    }))
  const make = (at: number): TypeDef => {
    const entry = lookup.types[at]
    if (!entry) throw unsupported(`type id ${at}, which is not there,`)
    const type = { path: entry.type.path.map(String), shape: shapeOf(entry.type.def, refer, fields) }
    made.set(at, type)
    return type
  }
  return refer
}

function shapeOf(
  def: PolkadotTypeDef,
  refer: (id: Id) => TypeRef,
  fields: (list: Iterable<PolkadotField>) => FieldDef[],
): Shape {
  if (def.isComposite) return { kind: 'composite', fields: fields(def.asComposite.fields) }
  if (def.isVariant) {
    const variants = def.asVariant.variants.map((variant): VariantDef => ({
      name: variant.name.toString(),
      index: variant.index.toNumber(),
      fields: fields(variant.fields),
    }))
    return { kind: 'variant', variants }
  }
  if (def.isSequence) return { kind: 'sequence', element: refer(def.asSequence.type) }
  if (def.isArray) return { kind: 'array', length: def.asArray.len.toNumber(), element: refer(def.asArray.type) }
  if (def.isTuple) return { kind: 'tuple', elements: def.asTuple.map(refer) }
  if (def.isCompact) return { kind: 'compact', element: refer(def.asCompact.type) }
  const primitive = def.isPrimitive ? def.asPrimitive.type.toLowerCase() : 'a bit sequence'
  if (!PRIMITIVES.has(primitive)) throw unsupported(primitive)
  return { kind: 'primitive', primitive: primitive as PrimitiveName }
}

function storageItem(prefix: string, item: PolkadotItem, refer: (id: Id) => TypeRef): StorageShape {
  const fallback = item.modifier.isDefault ? item.fallback.toU8a(true) : undefined
  if (item.type.isPlain) return { prefix, hashers: [], keys: [], value: refer(item.type.asPlain), fallback }
  const map = item.type.asMap
  const hashers = map.hashers.map(({ type }) => {
    const hasher = HASHERS.get(type)
    if (!hasher) throw unsupported(`the storage hasher ${type}`)
    return hasher
  })
  return { prefix, hashers, keys: keyTypes(refer(map.key), hashers.length), value: refer(map.value), fallback }
}

/** A map with several keys has a tuple of them as its key type. */
function keyTypes(key: TypeRef, count: number): readonly TypeRef[] {
  if (count === 1) return [key]
  const { shape } = key()
  if (shape.kind !== 'tuple' || shape.elements.length !== count) throw unsupported(`${count} hashers for one key`)
  return shape.elements
}

function variantsOf(type: TypeRef | undefined): readonly VariantDef[] {
  const shape = type?.().shape
  return shape?.kind === 'variant' ? shape.variants : []
}

function palletOf(pallet: PolkadotPallet, refer: (id: Id) => TypeRef): PalletShape {
  const variants = (part: PolkadotPallet['calls']): readonly VariantDef[] =>
    variantsOf(part.isSome ? refer(part.unwrap().type) : undefined)
  const storage = pallet.storage.isSome ? pallet.storage.unwrap() : undefined
  const items = [...(storage?.items ?? [])].map((item): [string, StorageShape] => [
    item.name.toString(),
    storageItem(String(storage?.prefix), item, refer),
  ])
  const constants = pallet.constants.map(
    ({ name, type, value }) => [name.toString(), { type: refer(type), value: value.toU8a(true) }] as const,
  )
  return {
    name: pallet.name.toString(),
    index: pallet.index.toNumber(),
    calls: new Map(variants(pallet.calls).map((call) => [camelCase(call.name), call])),
    events: new Map(variants(pallet.events).map((event) => [event.index, event])),
    errors: new Map(variants(pallet.errors).map((error) => [error.index, error])),
    storage: new Map(items),
    constants: new Map(constants),
  }
}

/** @throws AssayError `UNSUPPORTED_TYPE`; for a type inside another one, only when a caller first looks at it. */
export function shapesOf(metadata: PolkadotMetadata, specName: string, specVersion: number): ChainShapes {
  const latest = metadata.asLatest
  const refer = createTypes(latest.lookup)
  const pallets = latest.pallets.map((pallet) => palletOf(pallet, refer))
  return {
    specName,
    specVersion,
    pallets: new Map(pallets.map((pallet) => [pallet.name, pallet])),
    byIndex: new Map(pallets.map((pallet) => [pallet.index, pallet])),
  }
}
