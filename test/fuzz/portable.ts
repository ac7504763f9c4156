/**
 * Types of decoded metadata as the descriptions that generate.ts needs.
 *
 * Owns: that one translation, which reverses runtime/frame/registry.ts.
 */
import type { PortableType } from '#types/scale/metadata-types.ts'
import type { Shape, TypeDef } from '#types/scale/type-def.ts'

/** Looks types up by id. */
export function typeDefs(types: readonly PortableType[]): (id: number) => TypeDef {
  const made = new Map<number, TypeDef>()
  const ref = (id: number) => (): TypeDef => {
    const known = made.get(id)
    if (known) return known
    const { path, def } = types[id]!
    const type: TypeDef = { path, shape: shapeOf(def, ref) }
    made.set(id, type)
    return type
  }
  return (id) => ref(id)()
}

function shapeOf(def: PortableType['def'], ref: (id: number) => () => TypeDef): Shape {
  const fields = (of: readonly { readonly type: number }[]) => of.map(({ type }) => ({ type: ref(type) }))
  switch (def.tag) {
    case 'Primitive':
      return { kind: 'primitive', primitive: def.value as never }
    case 'Composite':
      return { kind: 'composite', fields: fields(def.value.fields) }
    case 'Variant':
      return {
        kind: 'variant',
        variants: def.value.variants.map(({ name, index, fields: of }) => ({ name, index, fields: fields(of) })),
      }
    case 'Sequence':
      return { kind: 'sequence', element: ref(def.value.type) }
    case 'Array':
      return { kind: 'array', length: def.value.len, element: ref(def.value.type) }
    case 'Tuple':
      return { kind: 'tuple', elements: def.value.map(ref) }
    case 'Compact':
      return { kind: 'compact', element: ref(def.value.type) }
    default:
      throw new Error(`no type of this runtime is ${def.tag}`)
  }
}
