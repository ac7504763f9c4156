/**
 * Whether a codec of ours and a type of the chain's metadata are the same on the wire and mean the same.
 *
 * Owns: the structural comparison. Does not own: which types are compared.
 * Field names and newtype names count: otherwise bytes that fit by chance would pass, such as two swapped 32-byte
 * fields.
 */
import type { FieldDef, TypeDef, VariantDef } from '#types/scale/type-def.ts'
import { typeText } from './type-text.ts'

/**
 * Which way values go. A chain's type that we only write may have variants that we do not know. A type that we read may
 * lack variants that we know.
 */
export type Direction = 'write' | 'read'

/** The first place at which two types differ. `at` is empty for the two types themselves. */
export interface TypeMismatch {
  readonly at: string
  readonly expected: string
  readonly got: string
}

/** Wrappers that only bound a length, and change neither encoding nor meaning. */
const TRANSPARENT = new Set([
  'BoundedVec',
  'WeakBoundedVec',
  'BoundedBTreeMap',
  'BoundedBTreeSet',
  'BTreeMap',
  'BTreeSet',
])

interface Peeled {
  readonly type: TypeDef
  /** Name of the outermost removed newtype, if it tells what the value means. */
  readonly newtype: string | undefined
}

/** Removes wrappers of one unnamed field, because they are not on the wire. Structs of unnamed fields become tuples. */
function peel(type: TypeDef): Peeled {
  let newtype: string | undefined
  let inner = type
  for (;;) {
    const { shape, path } = inner
    if (shape.kind !== 'composite' || shape.fields.some((field) => field.name !== undefined)) break
    const only = shape.fields.length === 1 ? shape.fields[0] : undefined
    if (!only) {
      inner = { path, shape: { kind: 'tuple', elements: shape.fields.map((field) => field.type) } }
      break
    }
    const name = path.at(-1)
    if (newtype === undefined && name !== undefined && !TRANSPARENT.has(name)) newtype = name
    inner = only.type()
  }
  return { type: inner, newtype }
}

/**
 * Pairs of types that an outer comparison has begun. A type that contains itself equals another one that does so in the
 * same place.
 */
type Seen = Map<TypeDef, Set<TypeDef>>

function enter(seen: Seen, ours: TypeDef, chain: TypeDef): boolean {
  const known = seen.get(ours) ?? new Set()
  seen.set(ours, known)
  if (known.has(chain)) return false
  known.add(chain)
  return true
}

const under = (segment: string, mismatch: TypeMismatch | undefined): TypeMismatch | undefined =>
  mismatch && { ...mismatch, at: mismatch.at === '' ? segment : `${segment}.${mismatch.at}` }

const namesOf = (fields: readonly FieldDef[]): string => fields.map((field) => field.name ?? '_').join(', ')

/** Where two lists of fields differ in number, names or types. */
function matchFields(
  ours: readonly FieldDef[],
  chain: readonly FieldDef[],
  direction: Direction,
  seen: Seen = new Map(),
): TypeMismatch | undefined {
  const expected = `fields (${namesOf(ours)})`
  const got = `(${namesOf(chain)})`
  if (expected !== `fields ${got}`) return { at: '', expected, got }
  for (const [i, field] of ours.entries()) {
    const other = chain[i]
    const mismatch = other && match(field.type(), other.type(), direction, seen)
    if (mismatch) return under(field.name ?? String(i), mismatch)
  }
  return undefined
}

function matchVariants(
  ours: readonly VariantDef[],
  chain: readonly VariantDef[],
  direction: Direction,
  seen: Seen,
): TypeMismatch | undefined {
  const needed = direction === 'write' ? ours : chain
  for (const { index, name } of needed) {
    const mine = ours.find((variant) => variant.index === index)
    const theirs = chain.find((variant) => variant.index === index)
    if (!mine || mine.name !== theirs?.name) {
      const text = (variant: VariantDef | undefined): string =>
        variant ? `variant ${index} ${variant.name}` : `no variant ${index}`
      return { at: '', expected: text(mine), got: text(theirs) }
    }
    const mismatch = under(name, matchFields(mine.fields, theirs.fields, direction, seen))
    if (mismatch) return mismatch
  }
  return undefined
}

/** Where two shapes differ. `different` is the answer if they differ at the top. */
function matchShapes(
  a: TypeDef['shape'],
  b: TypeDef['shape'],
  different: TypeMismatch,
  direction: Direction,
  seen: Seen,
): TypeMismatch | undefined {
  if (a.kind === 'composite' && b.kind === 'composite') return matchFields(a.fields, b.fields, direction, seen)
  if (a.kind === 'variant' && b.kind === 'variant') return matchVariants(a.variants, b.variants, direction, seen)
  if (a.kind === 'primitive' && b.kind === 'primitive') return a.primitive === b.primitive ? undefined : different
  if (a.kind === 'tuple' && b.kind === 'tuple') {
    if (a.elements.length !== b.elements.length) return different
    const unnamed = (elements: typeof a.elements): FieldDef[] => elements.map((type) => ({ type }))
    return matchFields(unnamed(a.elements), unnamed(b.elements), direction, seen)
  }
  if (a.kind === 'array' && b.kind === 'array')
    return a.length === b.length ? under('[]', match(a.element(), b.element(), direction, seen)) : different
  if (a.kind === 'sequence' && b.kind === 'sequence')
    return under('[]', match(a.element(), b.element(), direction, seen))
  if (a.kind === 'compact' && b.kind === 'compact') return match(a.element(), b.element(), direction, seen) && different
  return different
}

function match(ours: TypeDef, chain: TypeDef, direction: Direction, seen: Seen): TypeMismatch | undefined {
  if (!enter(seen, ours, chain)) return undefined
  const [mine, theirs] = [peel(ours), peel(chain)]
  const bothNamed = mine.newtype !== undefined && theirs.newtype !== undefined
  const different = { at: '', expected: typeText(ours), got: typeText(chain) }
  if (bothNamed && mine.newtype !== theirs.newtype) return different
  return matchShapes(mine.type.shape, theirs.type.shape, different, direction, seen)
}

/** Where `ours` and the chain's type differ; undefined if values can go in `direction`. */
export const matchTypes = (ours: TypeDef, chain: TypeDef, direction: Direction): TypeMismatch | undefined =>
  match(ours, chain, direction, new Map())
