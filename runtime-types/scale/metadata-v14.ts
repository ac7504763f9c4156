/**
 * Runtime metadata, version 14.
 *
 * Owns: the codec; its names and order follow frame-metadata. Does not own: the prefix.
 * Source: frame-metadata src/v14.rs.
 */
import type { ValueOf } from './codec.ts'
import { option, struct, variant, vec } from './compound.ts'
import { enumeration } from './enumeration.ts'
import { docs, PortableRegistry, typeId } from './metadata-types.ts'
import { bytes, str, u8 } from './primitives.ts'

const StorageHasherName = enumeration([
  'Blake2_128',
  'Blake2_256',
  'Blake2_128Concat',
  'Twox128',
  'Twox256',
  'Twox64Concat',
  'Identity',
])
export type StorageHasherName = ValueOf<typeof StorageHasherName>

/** A client decodes `fallback` if nothing is stored: the default, or 0 for `Optional`. */
export const storageEntryFields = {
  name: str,
  modifier: enumeration(['Optional', 'Default']),
  type: variant({
    Plain: typeId,
    Map: struct({ hashers: vec(StorageHasherName), key: typeId, value: typeId }),
  }),
  fallback: bytes,
  docs,
}
const StorageEntryMetadata = struct(storageEntryFields)
export type StorageEntryMetadata = ValueOf<typeof StorageEntryMetadata>

/** A constant and its encoded value. */
export const constantFields = { name: str, type: typeId, value: bytes, docs }

/** `calls`, `events` and `errors` are the ids of the pallet's enums. */
const palletFields = {
  name: str,
  storage: option(struct({ prefix: str, entries: vec(StorageEntryMetadata) })),
  calls: option(typeId),
  events: option(typeId),
  constants: vec(struct(constantFields)),
  errors: option(typeId),
  index: u8,
}

const PalletMetadataV14 = struct(palletFields)
export type PalletMetadataV14 = ValueOf<typeof PalletMetadataV14>

/** From version 15 on, pallets have documentation. */
export const PalletMetadataV15 = struct({ ...palletFields, docs })
export type PalletMetadataV15 = ValueOf<typeof PalletMetadataV15>

/** A transaction extension: ids of the types of its explicit and implicit parts. */
export const SignedExtensionMetadata = struct({ identifier: str, type: typeId, additionalSigned: typeId })
export type SignedExtensionMetadata = ValueOf<typeof SignedExtensionMetadata>

/** `RuntimeMetadataV14`. `type` is the id of the runtime itself. */
export const RuntimeMetadataV14 = struct({
  types: PortableRegistry,
  pallets: vec(PalletMetadataV14),
  extrinsic: struct({ type: typeId, version: u8, signedExtensions: vec(SignedExtensionMetadata) }),
  type: typeId,
})
export type RuntimeMetadataV14 = ValueOf<typeof RuntimeMetadataV14>
