/**
 * Whether a chain has the items that a worker needs, in the form that it needs.
 *
 * Owns: the check of requirements against metadata, and its refusal. Does not own: the comparison of two types.
 */
import { AssayError } from '#types/errors.ts'
import { fieldDefs, type AnyCodec, type Fields } from '#types/scale/compound.ts'
import type { FieldDef, TypeRef, VariantDef } from '#types/scale/type-def.ts'
import type { Requirement } from './descriptors.ts'
import type { ChainShapes, ConstantShape, PalletShape, StorageShape } from './shapes.ts'
import { matchTypes, type Direction, type TypeMismatch } from './type-match.ts'

/** One refusal names at most this many mismatches and counts the rest. */
const MAX_NAMED = 8

const lowerFirst = (name: string): string => name.charAt(0).toLowerCase() + name.slice(1)

function differs({ at, expected, got }: TypeMismatch): string {
  return `expected ${expected}, chain has ${got}${at === '' ? '' : ` (at ${at})`}`
}

function checkType(what: string, ours: AnyCodec, chain: TypeRef, direction: Direction): string[] {
  const mismatch = matchTypes(ours.type, chain(), direction)
  return mismatch ? [`${what}: ${differs(mismatch)}`] : []
}

/** Compares field by field, to name each one: `argument 2 \`receipts\`: expected …, chain has …`. */
function checkFields(
  what: string,
  noun: string,
  fields: Fields,
  chain: readonly FieldDef[],
  direction: Direction,
): string[] {
  const ours = fieldDefs(fields)
  const names = (list: readonly FieldDef[]): string => list.map((field) => field.name ?? '_').join(', ')
  if (ours.length !== chain.length)
    return [`${what}: expected ${ours.length} ${noun}s (${names(ours)}), chain has ${chain.length} (${names(chain)})`]
  return ours.flatMap((field, i) => {
    const other = chain[i]
    const label = `${what}: ${noun} ${i + 1} \`${field.name}\``
    if (!other || other.name !== field.name)
      return [`${label}: expected that name, chain has \`${other?.name ?? '_'}\``]
    const mismatch = matchTypes(field.type(), other.type(), direction)
    return mismatch ? [`${label}: ${differs(mismatch)}`] : []
  })
}

function checkVariant(
  what: string,
  noun: string,
  found: VariantDef | undefined,
  fields: Fields,
  direction: Direction,
): string[] {
  return found ? checkFields(what, noun, fields, found.fields, direction) : [`${what} is missing`]
}

function checkStorage(
  what: string,
  found: StorageShape | undefined,
  keys: readonly AnyCodec[],
  value: AnyCodec,
): string[] {
  if (!found) return [`${what} is missing`]
  if (found.keys.length !== keys.length)
    return [`${what}: expected ${keys.length} keys, chain has ${found.keys.length}`]
  return [
    ...keys.flatMap((key, i) => {
      const other = found.keys[i]
      return other ? checkType(`${what}: key ${i + 1}`, key, other, 'write') : []
    }),
    ...checkType(`${what}: value`, value, found.value, 'read'),
  ]
}

const checkConstant = (what: string, found: ConstantShape | undefined, value: AnyCodec): string[] =>
  found ? checkType(what, value, found.type, 'read') : [`${what} is missing`]

function check(requirement: Requirement, pallet: PalletShape | undefined): string[] {
  const { name } = requirement
  switch (requirement.kind) {
    case 'call': {
      const what = `call ${lowerFirst(requirement.pallet)}.${name}`
      return checkVariant(what, 'argument', pallet?.calls.get(name), requirement.fields, 'write')
    }
    case 'event': {
      const event = [...(pallet?.events.values() ?? [])].find((candidate) => candidate.name === name)
      return checkVariant(`event ${requirement.pallet}.${name}`, 'field', event, requirement.fields, 'read')
    }
    case 'storage':
      return checkStorage(
        `storage ${requirement.pallet}.${name}`,
        pallet?.storage.get(name),
        requirement.keys,
        requirement.value,
      )
    case 'constant':
      break
  }
  return checkConstant(`constant ${requirement.pallet}.${name}`, pallet?.constants.get(name), requirement.value)
}

/** Items that the chain lacks or has in another form, one sentence each; empty if the chain fits. */
export const mismatches = (requires: readonly Requirement[], shapes: ChainShapes): string[] =>
  requires.flatMap((requirement) => check(requirement, shapes.pallets.get(requirement.pallet)))

/** @throws AssayError `CHAIN_MISMATCH`, which names the missing and different items. */
export function checkFit(requires: readonly Requirement[], shapes: ChainShapes): void {
  const found = mismatches(requires, shapes)
  if (found.length === 0) return
  const more = found.length > MAX_NAMED ? `; and ${found.length - MAX_NAMED} more` : ''
  throw new AssayError(
    'CHAIN_MISMATCH',
    `the chain ${shapes.specName} ${shapes.specVersion} does not fit this worker: ${found.slice(0, MAX_NAMED).join('; ')}` +
      `${more}. Connect to a chain with these pallets, or use the worker release made for this chain`,
    { specName: shapes.specName, specVersion: shapes.specVersion, mismatches: found.length },
  )
}
