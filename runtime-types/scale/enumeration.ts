/**
 * Enums whose variants carry no value; a variant is a string here.
 *
 * Owns: C-like enums. Does not own: enums with values (`variant` in compound.ts).
 */
import { ScaleError, type Codec } from './codec.ts'
import type { Naming } from './compound.ts'

/** A C-like enum: its value is the variant's name. The variants have numbers from 0 in the given order. */
export function enumeration<const N extends readonly string[]>(names: N, naming: Naming = {}): Codec<N[number]> {
  const indices = new Map(names.map((name, index) => [name, index]))
  const label = naming.path?.at(-1) ?? 'enum'
  const variants = names.map((name, index) => ({ name, index, fields: [] }))
  return {
    type: { path: naming.path ?? [], docs: naming.docs ?? [], shape: { kind: 'variant', variants } },
    write(value, out) {
      const index = indices.get(value)
      if (index === undefined) throw new ScaleError(`a variant of ${label} (${names.join(', ')})`, `${value}`)
      out.byte(index)
    },
    read(from) {
      const index = from.byte(label)
      const name: N[number] | undefined = names[index]
      if (name === undefined) throw new ScaleError(`a variant index of ${label}`, String(index), from.offset - 1)
      return name
    },
  }
}
