/**
 * Runtime metadata, version 15: version 14 with runtime APIs, outer enums, pallet docs and custom values.
 *
 * Owns: the codec; its names and order follow frame-metadata. Does not own: the prefix.
 * Source: frame-metadata src/v15.rs.
 */
import type { ValueOf } from './codec.ts'
import { struct, tuple, vec } from './compound.ts'
import { docs, PortableRegistry, typeId } from './metadata-types.ts'
import { PalletMetadataV15, SignedExtensionMetadata } from './metadata-v14.ts'
import { bytes, str, u8 } from './primitives.ts'

/** A function that clients may call: a method of a runtime API, or a view function of a pallet. */
export const methodFields = {
  name: str,
  inputs: vec(struct({ name: str, type: typeId })),
  output: typeId,
  docs,
}

const RuntimeApiMetadata = struct({ name: str, methods: vec(struct(methodFields)), docs })
export type RuntimeApiMetadata = ValueOf<typeof RuntimeApiMetadata>

/** Ids of the outer enums. */
export const OuterEnums = struct({ callType: typeId, eventType: typeId, errorType: typeId })
/** Values by name: a map, with its pairs in the order of their names. */
export const CustomMetadata = vec(tuple(str, struct({ type: typeId, value: bytes })))

/** `RuntimeMetadataV15`. */
export const RuntimeMetadataV15 = struct({
  types: PortableRegistry,
  pallets: vec(PalletMetadataV15),
  extrinsic: struct({
    version: u8,
    addressType: typeId,
    callType: typeId,
    signatureType: typeId,
    extraType: typeId,
    signedExtensions: vec(SignedExtensionMetadata),
  }),
  type: typeId,
  apis: vec(RuntimeApiMetadata),
  outerEnums: OuterEnums,
  custom: CustomMetadata,
})
export type RuntimeMetadataV15 = ValueOf<typeof RuntimeMetadataV15>
