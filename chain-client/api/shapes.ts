/**
 * The content of a chain's metadata, in this project's own terms.
 *
 * Owns: pallets, calls, events, errors, storage and constants by name, with types as TypeDefs. Does not own: the
 * reading of metadata.
 */
import { AssayError } from '#types/errors.ts'
import type { StorageHasher } from '#types/scale/storage-key.ts'
import type { TypeRef, VariantDef } from '#types/scale/type-def.ts'

/** A storage item. A plain value has no keys. */
export interface StorageShape {
  /** The pallet's name in storage keys. */
  readonly prefix: string
  readonly hashers: readonly StorageHasher[]
  readonly keys: readonly TypeRef[]
  readonly value: TypeRef
  /** The item's value while it is not set; undefined if it has none then. */
  readonly fallback: Uint8Array | undefined
}

export interface ConstantShape {
  readonly type: TypeRef
  readonly value: Uint8Array
}

export interface PalletShape {
  readonly name: string
  readonly index: number
  /** By camelCase name. */
  readonly calls: ReadonlyMap<string, VariantDef>
  readonly events: ReadonlyMap<number, VariantDef>
  readonly errors: ReadonlyMap<number, VariantDef>
  readonly storage: ReadonlyMap<string, StorageShape>
  readonly constants: ReadonlyMap<string, ConstantShape>
}

export interface ChainShapes {
  readonly specName: string
  readonly specVersion: number
  readonly pallets: ReadonlyMap<string, PalletShape>
  readonly byIndex: ReadonlyMap<number, PalletShape>
}

/** `submit_report` as JavaScript clients write it: `submitReport`. */
export const camelCase = (name: string): string =>
  name.replace(/_+([a-z0-9])/g, (_, letter: string) => letter.toUpperCase())

const unknownItem = (what: string, shapes: ChainShapes): AssayError =>
  new AssayError(
    'UNKNOWN_ITEM',
    `expected ${what} in the metadata of ${shapes.specName} ${shapes.specVersion}, got none of that name`,
    { what },
  )

/** @throws AssayError `UNKNOWN_ITEM` if the chain has no such storage item. */
export function storageShape(shapes: ChainShapes, pallet: string, item: string): StorageShape {
  const found = shapes.pallets.get(pallet)?.storage.get(item)
  if (!found) throw unknownItem(`storage ${pallet}.${item}`, shapes)
  return found
}

/** @throws AssayError `UNKNOWN_ITEM` if the chain has no such constant. */
export function constantShape(shapes: ChainShapes, pallet: string, name: string): ConstantShape {
  const found = shapes.pallets.get(pallet)?.constants.get(name)
  if (!found) throw unknownItem(`constant ${pallet}.${name}`, shapes)
  return found
}

/** Pallet index and call index: the first two bytes of a call. @throws AssayError `UNKNOWN_ITEM`. */
export function callIndex(shapes: ChainShapes, pallet: string, call: string): Uint8Array {
  const found = shapes.pallets.get(pallet)
  const variant = found?.calls.get(call)
  if (!found || !variant) throw unknownItem(`call ${pallet}.${call}`, shapes)
  return Uint8Array.of(found.index, variant.index)
}
