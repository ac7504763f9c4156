/**
 * The portable type registry, and the parts of storage and pallets, that all metadata versions share.
 *
 * Owns: the codecs. Values are plain objects, type ids are numbers, names are those of Rust. Does not own: making
 * registry entries of our types.
 * Source: scale-info src/portable.rs and src/ty/*.rs; frame-metadata src/v14.rs.
 */
import type { ValueOf } from './codec.ts'
import { compactU32, option, struct, variant, vec } from './compound.ts'
import { enumeration } from './enumeration.ts'
import { str, u32, u8 } from './primitives.ts'

/** Index into the registry. */
export const typeId = compactU32
/** Lines of documentation, without line ends. */
export const docs = vec(str)

const Field = struct({ name: option(str), type: typeId, typeName: option(str), docs })
const Variant = struct({ name: str, fields: vec(Field), index: u8, docs })

const Primitive = enumeration([
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
  'i128',
  'i256',
])

const PortableTypeDef = variant({
  Composite: struct({ fields: vec(Field) }),
  Variant: struct({ variants: vec(Variant) }),
  Sequence: struct({ type: typeId }),
  Array: struct({ len: u32, type: typeId }),
  Tuple: vec(typeId),
  Primitive,
  Compact: struct({ type: typeId }),
  BitSequence: struct({ bitStoreType: typeId, bitOrderType: typeId }),
})

const PortableType = struct({
  id: typeId,
  path: vec(str),
  params: vec(struct({ name: str, type: option(typeId) })),
  def: PortableTypeDef,
  docs,
})
export type PortableType = ValueOf<typeof PortableType>

/** All types, each at the index that is its id. */
export const PortableRegistry = vec(PortableType)
export type PortableRegistry = ValueOf<typeof PortableRegistry>
