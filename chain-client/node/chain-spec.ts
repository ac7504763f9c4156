/**
 * Chain specs: the name of a chain and the content of its block 0.
 *
 * Owns: the development chain's name and properties, reading and printing spec files. Does not own: genesis values, which follow
 * from the pallets' declarations.
 */
import { AssayError, messageOf } from '#types/errors.ts'
import { fallbacks, genesisFromJson, genesisToJson, type GenesisConfig } from '#chain/runtime/genesis-config.ts'
import { developmentGenesis } from '#chain/runtime/presets.ts'
import { declaredPallets } from '#chain/runtime/runtime.ts'
import { isRecord } from '#chain/runtime/genesis-json.ts'
import type { SpecInfo } from './node-interface.ts'
import { parseExactly, patched, placedGenesis, relevant } from './spec-json.ts'
import { badSpec, integer, list, matching, object, oneOf, text, type Shape } from './spec-shapes.ts'

/** This node authors every slot alone, so its own key is the one authority. */
const AUTHORITIES = 1

function readGenesis(json: unknown, path: string): GenesisConfig {
  try {
    return genesisFromJson(declaredPallets(), json, `${path}.`)
  } catch (thrown) {
    if (!(thrown instanceof AssayError) || thrown.code !== 'BAD_GENESIS') throw thrown
    const { path: at, expected, got } = thrown.meta
    throw badSpec(String(at), String(expected), String(got))
  }
}

/** The genesis values of each pallet, by its name in `Runtime.genesis`. */
const GENESIS: Shape<GenesisConfig> = {
  read(json, at) {
    const { values, path, isPatch } = placedGenesis(json, at)
    const pallets = declaredPallets()
    const whole = isPatch ? patched(genesisToJson(pallets, fallbacks(pallets)), values) : values
    const genesis = readGenesis(whole, path)
    const { authorities } = genesis.aura
    if (authorities.length !== AUTHORITIES)
      throw badSpec(`${path}.aura.authorities`, `a list of ${AUTHORITIES}`, `${authorities.length} items`)
    return genesis
  },
  print: (genesis) =>
    genesisToJson(
      declaredPallets(),
      Object.fromEntries(Object.entries(genesis).filter(([, values]) => values !== undefined)),
    ),
}

/** Most tokens that a spec may name. The first is the chain's own. */
const MOST_TOKENS = 100

/** A value, or a list of them: one for each token. */
function oneOrMore<T>(of: Shape<T>): Shape<T | readonly T[]> {
  const several = list(of, { min: 1, max: MOST_TOKENS })
  return {
    read: (json, path) => (Array.isArray(json) ? several.read(json, path) : of.read(json, path)),
    print: (value) => value,
  }
}

const DEFAULT_PROPERTIES = { ss58Format: 42, tokenDecimals: 12, tokenSymbol: 'ASY' } as const

const KNOWN_PROPERTIES = object({
  ss58Format: oneOrMore(integer(0, 16_383)),
  tokenDecimals: oneOrMore(integer(0, 30)),
  tokenSymbol: oneOrMore(text(12)),
})

/** A free map in Substrate: clients get what the spec says, and this node's own where it says nothing. */
const PROPERTIES: Shape<SpecInfo['properties']> = {
  read(json, path) {
    const given = json === null || json === undefined ? {} : json
    if (!isRecord(given)) return KNOWN_PROPERTIES.read(given, path)
    const { ss58Format, tokenDecimals, tokenSymbol } = { ...DEFAULT_PROPERTIES, ...given }
    return { ...given, ...KNOWN_PROPERTIES.read({ ss58Format, tokenDecimals, tokenSymbol }, path) }
  },
  print: (properties) => properties,
}

const SPEC = object({
  name: text(64),
  id: matching(
    /^[a-z0-9_-]{1,64}$/,
    'an id of 1 to 64 lower-case letters, digits, _ or - (it names the database folder)',
  ),
  chainType: oneOf('Development', 'Local', 'Live'),
  properties: PROPERTIES,
  genesis: GENESIS,
})

/** A whole chain spec. */
export interface ChainSpec extends SpecInfo {
  readonly genesis: GenesisConfig
}

/** The chain that starts by default: //Alice authors and is sudo, her friends are rich. */
export const developmentSpec = (): ChainSpec & { readonly genesis: ReturnType<typeof developmentGenesis> } => ({
  name: 'Assay Development',
  id: 'assay_dev',
  chainType: 'Development',
  properties: DEFAULT_PROPERTIES,
  genesis: developmentGenesis(),
})

/**
 * Reads a chain spec, in the form that `exportSpec` prints or in Substrate's.
 * @param json the file's text. @param source its name, for errors.
 * @throws AssayError `BAD_SPEC`, naming the file, the path in the JSON, the expected and the found value.
 */
export function parseSpec(json: string, source: string): ChainSpec {
  let value: unknown
  try {
    value = parseExactly(json)
  } catch (error) {
    throw new AssayError(
      'BAD_SPEC',
      `expected JSON in ${source}, got: ${messageOf(error)}`,
      { source },
      { cause: error },
    )
  }
  try {
    return SPEC.read(relevant(value), '$')
  } catch (thrown) {
    if (!(thrown instanceof AssayError) || thrown.code !== 'BAD_SPEC') throw thrown
    throw new AssayError('BAD_SPEC', `${source}: ${thrown.message}`, { ...thrown.meta, source }, { cause: thrown })
  }
}

/** Prints a spec as `parseSpec` reads it back, value for value. */
export const exportSpec = (spec: ChainSpec): string => `${JSON.stringify(SPEC.print(spec), undefined, 2)}\n`
