/**
 * Runtime metadata, version 16: version 15 with view functions, associated types, deprecations, versions of runtime
 * APIs, and several versions of extrinsics, each with its transaction extensions.
 *
 * Owns: the codec; its names and order follow frame-metadata. Does not own: the prefix.
 * Source: frame-metadata src/v16.rs.
 */
import type { ValueOf } from './codec.ts'
import { compactU32, option, struct, tuple, variant, vec } from './compound.ts'
import { docs, PortableRegistry, typeId } from './metadata-types.ts'
import { constantFields, storageEntryFields } from './metadata-v14.ts'
import { CustomMetadata, methodFields, OuterEnums } from './metadata-v15.ts'
import { fixedBytes, str, u8, unit } from './primitives.ts'

const Deprecated = struct({ note: str, since: option(str) })

/** `ItemDeprecationInfo`. */
const ItemDeprecation = variant({ NotDeprecated: unit, DeprecatedWithoutNote: unit, Deprecated })
export type ItemDeprecation = ValueOf<typeof ItemDeprecation>

/**
 * `EnumDeprecationInfo`: the deprecated variants by their index, in order. The variant 0 of a single variant's
 * deprecation is unused.
 */
const EnumDeprecation = vec(
  tuple(
    u8,
    variant({ DeprecatedWithoutNote: unit, Deprecated }, { indices: { DeprecatedWithoutNote: 1, Deprecated: 2 } }),
  ),
)

/** A pallet's enum of calls, events or errors. */
const PalletEnum = struct({ type: typeId, deprecationInfo: EnumDeprecation })
export type PalletEnum = ValueOf<typeof PalletEnum>

/** `id` is TwoX-128 of the pallet's name, then of the function's signature. */
const ViewFunctionMetadata = struct({ id: fixedBytes(32), ...methodFields, deprecationInfo: ItemDeprecation })
export type ViewFunctionMetadata = ValueOf<typeof ViewFunctionMetadata>

const PalletMetadataV16 = struct({
  name: str,
  storage: option(
    struct({ prefix: str, entries: vec(struct({ ...storageEntryFields, deprecationInfo: ItemDeprecation })) }),
  ),
  calls: option(PalletEnum),
  events: option(PalletEnum),
  constants: vec(struct({ ...constantFields, deprecationInfo: ItemDeprecation })),
  errors: option(PalletEnum),
  associatedTypes: vec(struct({ name: str, type: typeId, docs })),
  viewFunctions: vec(ViewFunctionMetadata),
  index: u8,
  docs,
  deprecationInfo: ItemDeprecation,
})
export type PalletMetadataV16 = ValueOf<typeof PalletMetadataV16>

const RuntimeApiMetadataV16 = struct({
  name: str,
  methods: vec(struct({ ...methodFields, deprecationInfo: ItemDeprecation })),
  docs,
  version: compactU32,
  deprecationInfo: ItemDeprecation,
})
export type RuntimeApiMetadataV16 = ValueOf<typeof RuntimeApiMetadataV16>

/** Ids of the types of an extension's explicit and implicit parts. */
const TransactionExtensionMetadata = struct({ identifier: str, type: typeId, implicit: typeId })

/**
 * `RuntimeMetadataV16`. For each version of transaction extensions (not of extrinsics),
 * `transactionExtensionsByVersion` lists its extensions, by their index in `transactionExtensions`.
 */
export const RuntimeMetadataV16 = struct({
  types: PortableRegistry,
  pallets: vec(PalletMetadataV16),
  extrinsic: struct({
    versions: vec(u8),
    addressType: typeId,
    callType: typeId,
    signatureType: typeId,
    transactionExtensionsByVersion: vec(tuple(u8, vec(compactU32))),
    transactionExtensions: vec(TransactionExtensionMetadata),
  }),
  apis: vec(RuntimeApiMetadataV16),
  outerEnums: OuterEnums,
  custom: CustomMetadata,
})
export type RuntimeMetadataV16 = ValueOf<typeof RuntimeMetadataV16>
