/**
 * The digest of merkleized metadata, which signers of CheckMetadataHash sign. With it, a wallet that shows a call by metadata can
 * prove to the chain which metadata it used.
 *
 * Owns: the way from metadata to leaves, tree and digest. Does not own: the check (the transaction extensions).
 * Source: RFC-78 (polkadot-fellows/RFCs), merkleized-metadata src/{lib,from_frame_metadata}.rs.
 */
import { concatBytes } from '#types/bytes.ts'
import { blake3 } from '#types/crypto/blake3.ts'
import { AssayError } from '#types/errors.ts'
import { encode } from '#types/scale/codec.ts'
import {
  ExtrinsicMetadata,
  MetadataDigest,
  TypeLeaf,
  type TypeRef,
  type MetadataDigest as Digest,
} from '#types/scale/merkleized-metadata.ts'
import type { PortableRegistry, PortableType } from '#types/scale/metadata-types.ts'
import type { RuntimeMetadataV15 } from '#types/scale/metadata-v15.ts'

/** The part of the digest beside metadata: names and units that a wallet shows. */
export type ChainInfo = Pick<Digest['value'], 'specVersion' | 'specName' | 'base58Prefix' | 'decimals' | 'tokenSymbol'>

/** Version of the described extrinsics: the signed one. */
const EXTRINSIC_VERSION = 4
/** Root of the tree of no types. */
const NO_TYPES = new Uint8Array(32)

const none = undefined

/** Types by their ids. Ids are indices: a registry is a list. */
const typeAt = (types: PortableRegistry, id: number): PortableType => {
  const type = types[id]
  if (!type) throw new AssayError('BAD_METADATA', `expected a type id below ${types.length}, got ${id}`)
  return type
}

/** The types inside a type that becomes a leaf; undefined for types that references name directly. */
function content({ def }: PortableType): readonly number[] | undefined {
  switch (def.tag) {
    case 'Composite':
      return def.value.fields.length > 0 ? def.value.fields.map(({ type }) => type) : undefined
    case 'Variant':
      return def.value.variants.length > 0
        ? def.value.variants.flatMap(({ fields }) => fields.map(({ type }) => type))
        : undefined
    case 'Tuple':
      return def.value.length > 0 ? def.value : undefined
    case 'Sequence':
    case 'Array':
      return [def.value.type]
    case 'BitSequence':
      return []
    default:
      return undefined
  }
}

/** New ids of all types that can be reached from the roots, in the order of their old ids. */
function accessible(types: PortableRegistry, roots: readonly number[]): ReadonlyMap<number, number> {
  const found = new Set<number>()
  const queue = [...roots]
  for (let id = queue.pop(); id !== undefined; id = queue.pop()) {
    if (found.has(id)) continue
    const inner = content(typeAt(types, id))
    if (!inner) continue
    found.add(id)
    queue.push(...inner)
  }
  return new Map([...found].sort((a, b) => a - b).map((id, index) => [id, index]))
}

const COMPACT_REFS = {
  u8: 'compactU8',
  u16: 'compactU16',
  u32: 'compactU32',
  u64: 'compactU64',
  u128: 'compactU128',
  u256: 'compactU256',
} as const

/** The number inside a compact, through wrappers of one field; undefined for the compact of nothing. */
function compactOf(types: PortableRegistry, id: number): keyof typeof COMPACT_REFS | undefined {
  const { def } = typeAt(types, id)
  if (def.tag === 'Primitive' && def.value in COMPACT_REFS) return def.value as keyof typeof COMPACT_REFS
  const inner =
    def.tag === 'Tuple' ? def.value : def.tag === 'Composite' ? def.value.fields.map(({ type }) => type) : none
  if (!inner || inner.length > 1)
    throw new AssayError('BAD_METADATA', `expected a number in a compact, got type ${id} (${def.tag})`)
  return inner[0] === undefined ? undefined : compactOf(types, inner[0])
}

type Refer = (id: number) => TypeRef

/** References to types, given the new ids. */
function references(types: PortableRegistry, ids: ReadonlyMap<number, number>): Refer {
  return (id) => {
    const { def } = typeAt(types, id)
    if (def.tag === 'Primitive') return { tag: def.value, value: none }
    if (def.tag === 'Compact') {
      const number = compactOf(types, def.value.type)
      return { tag: number ? COMPACT_REFS[number] : 'void', value: none }
    }
    const leaf = ids.get(id)
    return leaf === undefined ? { tag: 'void', value: none } : { tag: 'perId', value: leaf }
  }
}

type Definition = TypeLeaf['definition']
type Fields = readonly {
  readonly name: string | undefined
  readonly type: number
  readonly typeName: string | undefined
}[]

/** The leaves of one type: one a variant for enums, otherwise one. */
function definitions({ id, def }: PortableType, refer: Refer): readonly Definition[] {
  const fields = (of: Fields) => of.map(({ name, type, typeName }) => ({ name, type: refer(type), typeName }))
  switch (def.tag) {
    case 'Composite':
      return [{ tag: 'composite', value: fields(def.value.fields) }]
    case 'Variant':
      return def.value.variants
        .toSorted((a, b) => a.index - b.index)
        .map(({ name, index, fields: of }) => ({ tag: 'enumeration', value: { name, fields: fields(of), index } }))
    case 'Sequence':
      return [{ tag: 'sequence', value: refer(def.value.type) }]
    case 'Array':
      return [{ tag: 'array', value: { length: def.value.len, element: refer(def.value.type) } }]
    case 'Tuple':
      return [{ tag: 'tuple', value: def.value.map(refer) }]
    default:
      throw new AssayError('BAD_METADATA', `expected a type that has a leaf, got type ${id} (${def.tag})`)
  }
}

/** A complete binary tree, its last level filled from the left; nodes are hashes of their two children. */
function treeRoot(leaves: readonly Uint8Array[]): Uint8Array {
  if (leaves.length === 0) return NO_TYPES
  const nodes: Uint8Array[] = [...leaves.slice(1).map(() => NO_TYPES), ...leaves.map(blake3)]
  for (let at = nodes.length - 2; at > 0; at -= 2) nodes[(at - 1) / 2] = blake3(concatBytes(nodes[at]!, nodes[at + 1]!))
  return nodes[0]!
}

/** The digest, 32 bytes. @throws AssayError `BAD_METADATA` where a type refers to a missing one. */
export function metadataDigest({ types, extrinsic }: RuntimeMetadataV15, info: ChainInfo): Uint8Array {
  const { addressType, callType, signatureType, signedExtensions } = extrinsic
  const ids = accessible(types, [
    callType,
    addressType,
    signatureType,
    ...signedExtensions.flatMap(({ type, additionalSigned }) => [type, additionalSigned]),
  ])
  const refer = references(types, ids)
  const leaves = [...ids].flatMap(([id, typeId]) => {
    const type = typeAt(types, id)
    return definitions(type, refer).map((definition) => encode(TypeLeaf, { path: type.path, definition, typeId }))
  })
  const described = encode(ExtrinsicMetadata, {
    version: EXTRINSIC_VERSION,
    address: refer(addressType),
    call: refer(callType),
    signature: refer(signatureType),
    signedExtensions: signedExtensions.map(({ identifier, type, additionalSigned }) => ({
      identifier,
      includedInExtrinsic: refer(type),
      includedInSignedData: refer(additionalSigned),
    })),
  })
  const value = { typesTreeRoot: treeRoot(leaves), extrinsicMetadataHash: blake3(described), ...info }
  return blake3(encode(MetadataDigest, { tag: 'V1', value }))
}
