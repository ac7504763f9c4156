/**
 * Types as a person reads them: `Vec<Receipt{hash: H256, chunks: Vec<u32>}>`.
 *
 * Owns: the text. Does not own: comparison.
 */
import type { FieldDef, TypeDef } from '#types/scale/type-def.ts'

/** The text goes this deep into a type and then says `…`. */
const MAX_TEXT_DEPTH = 3
const MAX_TEXT_PARTS = 12

function list(parts: readonly string[]): string {
  const shown = parts.slice(0, MAX_TEXT_PARTS)
  return (parts.length > shown.length ? [...shown, '…'] : shown).join(', ')
}

function fieldText({ name, type }: FieldDef, depth: number): string {
  const text = typeText(type(), depth)
  return name === undefined ? text : `${name}: ${text}`
}

const fieldsText = (fields: readonly FieldDef[], depth: number): string =>
  list(fields.map((field) => fieldText(field, depth)))

/** One line that names the type and its parts. */
export function typeText({ path, shape }: TypeDef, depth: number = MAX_TEXT_DEPTH): string {
  const name = path.at(-1) ?? ''
  if (depth === 0) return name || '…'
  switch (shape.kind) {
    case 'primitive':
      return shape.primitive
    case 'composite': {
      const only = shape.fields.length === 1 ? shape.fields[0] : undefined
      if (only && only.name === undefined) return name || typeText(only.type(), depth)
      return `${name}{${fieldsText(shape.fields, depth - 1)}}`
    }
    case 'variant': {
      const some = name === 'Option' ? shape.variants[1]?.fields[0] : undefined
      if (some) return `Option<${typeText(some.type(), depth)}>`
      return `${name || 'enum'}(${list(shape.variants.map((variant) => variant.name))})`
    }
    case 'sequence':
      return `Vec<${typeText(shape.element(), depth)}>`
    case 'array':
      return `[${typeText(shape.element(), depth)}; ${shape.length}]`
    case 'tuple':
      return `(${list(shape.elements.map((element) => typeText(element(), depth - 1)))})`
    case 'compact':
      break
  }
  return `Compact<${typeText(shape.element(), depth)}>`
}
