/**
 * The types of merkleized metadata: metadata cut into leaves, small enough for a hardware wallet. Signers sign its
 * digest.
 *
 * Owns: the codecs. Does not own: making leaves and the tree over them.
 * Source: RFC-78 (polkadot-fellows/RFCs), merkleized-metadata src/types.rs.
 */
import type { ValueOf } from './codec.ts'
import { compactU32, option, struct, variant, vec } from './compound.ts'
import { bool, fixedBytes, str, u16, u32, u8, unit } from './primitives.ts'

/** A primitive type by name, any other by the id of its leaf. `void` is a type without content. */
export const TypeRef = variant({
  bool: unit,
  char: unit,
  str: unit,
  u8: unit,
  u16: unit,
  u32: unit,
  u64: unit,
  u128: unit,
  u256: unit,
  i8: unit,
  i16: unit,
  i32: unit,
  i64: unit,
  i128: unit,
  i256: unit,
  compactU8: unit,
  compactU16: unit,
  compactU32: unit,
  compactU64: unit,
  compactU128: unit,
  compactU256: unit,
  void: unit,
  perId: compactU32,
})
export type TypeRef = ValueOf<typeof TypeRef>

const Field = struct({ name: option(str), type: TypeRef, typeName: option(str) })

/** A leaf: a type, or one variant of an enum. All leaves of an enum have the same `typeId`. */
export const TypeLeaf = struct({
  path: vec(str),
  definition: variant({
    composite: vec(Field),
    enumeration: struct({ name: str, fields: vec(Field), index: compactU32 }),
    sequence: TypeRef,
    array: struct({ length: u32, element: TypeRef }),
    tuple: vec(TypeRef),
    bitSequence: struct({ numBytes: u8, leastSignificantBitFirst: bool }),
  }),
  typeId: compactU32,
})
export type TypeLeaf = ValueOf<typeof TypeLeaf>

/** The parts of an extrinsic. `version` is that of extrinsics: 4. */
export const ExtrinsicMetadata = struct({
  version: u8,
  address: TypeRef,
  call: TypeRef,
  signature: TypeRef,
  signedExtensions: vec(struct({ identifier: str, includedInExtrinsic: TypeRef, includedInSignedData: TypeRef })),
})
export type ExtrinsicMetadata = ValueOf<typeof ExtrinsicMetadata>

/** Facts that a wallet shows and metadata does not contain. */
const chainInfo = { specVersion: u32, specName: str, base58Prefix: u16, decimals: u8, tokenSymbol: str }

/** The preimage of the digest: `MetadataDigest`. Version 1 is in use. */
export const MetadataDigest = variant(
  {
    V1: struct({ typesTreeRoot: fixedBytes(32), extrinsicMetadataHash: fixedBytes(32), ...chainInfo }),
  },
  { indices: { V1: 1 } },
)
export type MetadataDigest = ValueOf<typeof MetadataDigest>
