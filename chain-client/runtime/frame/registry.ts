/**
 * The portable type registry: types get ids, and types of the same structure get the same id.
 *
 * Owns: structural identity and numbering. Does not own: the metadata around the registry.
 * Source: scale-info registry.rs, portable.rs.
 */
import type { PortableType } from '#types/scale/metadata-types.ts'
import type { FieldDef, Shape, TypeDef, TypeRef } from '#types/scale/type-def.ts'

/** The types inside a type, its generic parameters included. */
function parts({ params = [], shape }: TypeDef): TypeRef[] {
  const own = params.flatMap(({ type }) => (type ? [type] : []))
  switch (shape.kind) {
    case 'primitive':
      return own
    case 'composite':
      return [...own, ...shape.fields.map(({ type }) => type)]
    case 'variant':
      return [...own, ...shape.variants.flatMap(({ fields }) => fields.map(({ type }) => type))]
    case 'tuple':
      return [...own, ...shape.elements]
    default:
      return [...own, shape.element]
  }
}

const fieldFace = ({ name, typeName }: FieldDef) => [name, typeName]

/** The parts of a shape that are not other types. */
function face(shape: Shape): unknown {
  switch (shape.kind) {
    case 'primitive':
      return shape.primitive
    case 'composite':
      return shape.fields.map(fieldFace)
    case 'variant':
      return shape.variants.map(({ name, index, fields }) => [name, index, fields.map(fieldFace)])
    case 'array':
      return shape.length
    case 'tuple':
      return shape.elements.length
    default:
      return undefined
  }
}

/** Sorts types into classes of the same structure, then numbers those asked for. */
export class Registry {
  /** Class of each type seen. A type has its class before its parts are read, because recursion may meet it. */
  readonly #classes = new Map<TypeDef, number>()
  readonly #underWay = new Set<TypeDef>()
  readonly #recursive = new Set<TypeDef>()
  readonly #byStructure = new Map<string, number>()
  readonly #ids = new Map<number, number>()
  readonly #types: (PortableType | undefined)[] = []
  #nextClass = 0

  /** The id of a type. A new type gets the next id, and then the types inside it. */
  id(type: TypeDef): number {
    const known = this.#ids.get(this.#class(type))
    if (known !== undefined) return known
    const id = this.#types.length
    this.#ids.set(this.#class(type), id)
    this.#types.push(undefined)
    this.#types[id] = this.#portable(id, type)
    return id
  }

  /** All types so far, each at its id. */
  types(): PortableType[] {
    return this.#types.map((type) => type!)
  }

  #class(type: TypeDef): number {
    const known = this.#classes.get(type)
    if (known !== undefined) {
      if (this.#underWay.has(type)) this.#recursive.add(type)
      return known
    }
    const fresh = this.#nextClass++
    this.#classes.set(type, fresh)
    this.#underWay.add(type)
    const made = parts(type).map((part) => this.#class(part()))
    this.#underWay.delete(type)
    const names = type.params?.map(({ name, type: of }) => [name, of !== undefined])
    const structure = JSON.stringify([type.path, names, type.shape.kind, face(type.shape), made])
    const same = this.#byStructure.get(structure)
    if (same !== undefined && !this.#recursive.has(type)) {
      this.#classes.set(type, same)
      return same
    }
    this.#byStructure.set(structure, fresh)
    return fresh
  }

  #portable(id: number, type: TypeDef): PortableType {
    return {
      id,
      path: type.path,
      params: (type.params ?? []).map(({ name, type: of }) => ({ name, type: of ? this.id(of()) : undefined })),
      def: this.#definition(type.shape),
      docs: type.docs ?? [],
    }
  }

  #definition(shape: Shape): PortableType['def'] {
    switch (shape.kind) {
      case 'primitive':
        return { tag: 'Primitive', value: shape.primitive }
      case 'composite':
        return { tag: 'Composite', value: { fields: shape.fields.map((field) => this.#field(field)) } }
      case 'variant':
        return {
          tag: 'Variant',
          value: {
            variants: shape.variants.map(({ name, index, fields, docs = [] }) => ({
              name,
              index,
              docs,
              fields: fields.map((field) => this.#field(field)),
            })),
          },
        }
      case 'sequence':
        return { tag: 'Sequence', value: { type: this.id(shape.element()) } }
      case 'array':
        return { tag: 'Array', value: { len: shape.length, type: this.id(shape.element()) } }
      case 'tuple':
        return { tag: 'Tuple', value: shape.elements.map((element) => this.id(element())) }
      case 'compact':
        return { tag: 'Compact', value: { type: this.id(shape.element()) } }
    }
  }

  #field({ name, type, typeName, docs = [] }: FieldDef) {
    return { name, type: this.id(type()), typeName, docs }
  }
}
