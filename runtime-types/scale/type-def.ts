/**
 * A codec's description of itself for metadata: the shapes of scale-info.
 *
 * Owns: the description of a type. Does not own: the metadata codecs.
 * Source: scale-info (paritytech/scale-info, src/ty/mod.rs).
 */

export type PrimitiveName =
  | 'bool'
  | 'char'
  | 'str'
  | 'u8'
  | 'u16'
  | 'u32'
  | 'u64'
  | 'u128'
  | 'u256'
  | 'i8'
  | 'i16'
  | 'i32'
  | 'i64'

/** A type inside another. It is a function so that a type may contain itself (a call that carries calls). */
export type TypeRef = () => TypeDef

export interface FieldDef {
  /** snake_case name as in Rust; absent in tuple structs and tuple variants. */
  readonly name?: string
  readonly type: TypeRef
  /** Rust type name, such as `AccountId` or `BalanceOf<T>`. Clients show it. */
  readonly typeName?: string
  readonly docs?: readonly string[]
}

export interface VariantDef {
  readonly name: string
  readonly index: number
  readonly fields: readonly FieldDef[]
  readonly docs?: readonly string[]
}

export type Shape =
  | { readonly kind: 'primitive'; readonly primitive: PrimitiveName }
  | { readonly kind: 'composite'; readonly fields: readonly FieldDef[] }
  | { readonly kind: 'variant'; readonly variants: readonly VariantDef[] }
  | { readonly kind: 'sequence'; readonly element: TypeRef }
  | { readonly kind: 'array'; readonly length: number; readonly element: TypeRef }
  | { readonly kind: 'tuple'; readonly elements: readonly TypeRef[] }
  | { readonly kind: 'compact'; readonly element: TypeRef }

/** A type as scale-info describes it. `path` is empty for anonymous types; for others it is the Rust path. */
export interface TypeDef {
  readonly path: readonly string[]
  readonly params?: readonly { readonly name: string; readonly type?: TypeRef }[]
  readonly shape: Shape
  readonly docs?: readonly string[]
  /** An alias of Rust, such as `BalanceOf`: fields of this type have it as their type's name. */
  readonly typeName?: string
}
