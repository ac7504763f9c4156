/**
 * Genesis values: a section for each pallet that declares one, as JSON and as the pallets take them.
 *
 * Owns: the sections, and the way between a whole genesis and its JSON. Does not own: storing the values.
 *
 * Everything follows from the pallets' own `genesis.config`. So a chain spec takes the values of a new pallet without further code.
 * Sections are named after pallets, first letter lower case; a section whose pallet has a fallback may be left out.
 */
import type { BoundGenesis, BoundPallet } from './frame/bind.ts'
import type { GenesisOf } from './frame/pallet.ts'
import { fromJson, isRecord, toJson, wrong } from './genesis-json.ts'
import type { attestationPallet } from './pallets/attestation/pallet.ts'
import type { auraPallet } from './pallets/aura.ts'
import type { balancesPallet } from './pallets/balances/pallet.ts'
import type { hostingPallet } from './pallets/hosting/pallet.ts'
import type { randomnessPallet } from './pallets/randomness.ts'
import type { sudoPallet } from './pallets/sudo.ts'
import type { workersPallet } from './pallets/workers/pallet.ts'

/** Genesis values as the runtime takes them, by section. Values of pallets that are not named here work too, without types. */
export interface GenesisConfig {
  readonly aura: GenesisOf<typeof auraPallet>
  readonly balances?: GenesisOf<typeof balancesPallet>
  readonly sudo?: GenesisOf<ReturnType<typeof sudoPallet>>
  readonly randomness?: GenesisOf<typeof randomnessPallet>
  readonly workers?: GenesisOf<typeof workersPallet>
  readonly attestation?: GenesisOf<typeof attestationPallet>
  readonly hosting?: GenesisOf<typeof hostingPallet>
  readonly [section: string]: unknown
}

/** `TransactionPayment` is `transactionPayment` in a chain spec. */
export const sectionOf = (pallet: string): string => `${pallet[0]!.toLowerCase()}${pallet.slice(1)}`

/** The pallets' declarations, by section. */
const sectionsOf = (pallets: readonly BoundPallet[]): ReadonlyMap<string, BoundGenesis> =>
  new Map(pallets.flatMap(({ name, genesis }) => (genesis ? [[sectionOf(name), genesis] as const] : [])))

/** The codec of a section. @throws AssayError `BAD_GENESIS` where no pallet has it. */
function configOf(sections: ReadonlyMap<string, BoundGenesis>, section: string, path: string, json: unknown) {
  const declared = sections.get(section)
  if (declared) return declared.config
  throw wrong(`${path}${section}`, `one of the fields ${[...sections.keys()].join(', ')}`, json)
}

/** The values of the sections that may be left out. */
export const fallbacks = (pallets: readonly BoundPallet[]): Readonly<Record<string, unknown>> =>
  Object.fromEntries(
    [...sectionsOf(pallets)].flatMap(([section, declared]) =>
      'fallback' in declared ? [[section, declared.fallback] as const] : [],
    ),
  )

/** Substrate writes `{}` for a pallet that stores nothing at genesis. */
const isEmptySection = (
  pallets: readonly BoundPallet[],
  sections: ReadonlyMap<string, BoundGenesis>,
  section: string,
  json: unknown,
): boolean =>
  !sections.has(section) &&
  pallets.some(({ name }) => sectionOf(name) === section) &&
  isRecord(json) &&
  Object.keys(json).length === 0

/** The value of a section that is one value here and an object with a field of that name in Substrate, such as `balances.balances`. */
function unwrapped(section: string, json: Readonly<Record<string, unknown>>, path: string): unknown {
  const stray = Object.keys(json).find((key) => key !== section && json[key] !== null)
  if (stray === undefined) return json[section]
  throw wrong(`${path}${section}.${stray}`, `the field ${section} alone`, json[stray])
}

/**
 * Genesis values from JSON.
 * @param path prefix of the sections in errors, with its dot: `$.genesis.`, or empty.
 * @throws AssayError `BAD_GENESIS` naming the path in the JSON, the expected and the found value.
 */
export function genesisFromJson(pallets: readonly BoundPallet[], json: unknown, path: string): GenesisConfig {
  if (!isRecord(json)) throw wrong(path.slice(0, -1) || 'genesis', 'an object with a section for each pallet', json)
  const sections = sectionsOf(pallets)
  for (const [section, declared] of sections)
    if (json[section] === undefined && !('fallback' in declared))
      throw wrong(`${path}${section}`, 'a section for the pallet of this name', undefined)
  const read = Object.entries(json)
    .filter(([section, value]) => !isEmptySection(pallets, sections, section, value))
    .map(([section, value]) => {
      const config = configOf(sections, section, path, value)
      const isWrapped = isRecord(value) && section in value && config.type.shape.kind !== 'composite'
      const at = `${path}${section}${isWrapped ? `.${section}` : ''}`
      return [section, fromJson(config, isWrapped ? unwrapped(section, value, path) : value, at)]
    })
  return Object.fromEntries(read) as GenesisConfig
}

/** JSON that {@link genesisFromJson} reads as the same values. @throws AssayError `BAD_GENESIS` for a section of no pallet. */
export function genesisToJson(
  pallets: readonly BoundPallet[],
  config: Readonly<Record<string, unknown>>,
): Readonly<Record<string, unknown>> {
  const sections = sectionsOf(pallets)
  return Object.fromEntries(
    Object.entries(config).map(([section, value]) => [
      section,
      toJson(configOf(sections, section, '', undefined), value),
    ]),
  )
}
