/**
 * Chain specs: what a chain is called and what its block 0 holds.
 *
 * Owns: the development chain's name and properties, reading and printing spec files. Does not own: its genesis values
 * (runtime/presets.ts), what genesis values become in storage (each pallet's genesis build). A pallet with genesis values gets one entry in `GENESIS`; everything else follows from it.
 */
import { AssayError, messageOf } from '#types/errors.ts'
import { developmentGenesis } from '#chain/runtime/presets.ts'
import type { SpecInfo } from './node-interface.ts'
import {
  account,
  amount,
  hexBytes,
  integer,
  list,
  matching,
  object,
  objectWith,
  oneOf,
  pair,
  text,
  type Shaped,
} from './spec-shapes.ts'

const MAX_ACCOUNTS = 1_000_000
/** This node authors every slot alone, so the one authority is its own. */
const AUTHORITIES = 1

const count = integer(0, 0xffff_ffff)

/** Attestation's parameters; where a spec has none, the pallet's defaults hold. */
const ATTESTATION = object({
  attestors: count,
  roundLength: count,
  coinflipWindow: count,
  reportWindow: count,
  challenges: count,
  slotTolerance: count,
  gap: count,
  maxRedraws: count,
  maxWait: count,
  hosterReward: amount,
  attestorReward: amount,
  magicRule: oneOf('Concat', 'XorHash', 'Xor'),
  accusationDeposit: amount,
})

/** The genesis values of each pallet, by its name in `Runtime.genesis`. */
const GENESIS = objectWith(
  {
    balances: list(pair(account, amount), { max: MAX_ACCOUNTS }),
    aura: object({ authorities: list(account, { min: AUTHORITIES, max: AUTHORITIES }) }),
  },
  { sudo: object({ key: account }), randomness: object({ seed: hexBytes(32) }), attestation: ATTESTATION },
)

const SPEC = object({
  name: text(64),
  id: matching(
    /^[a-z0-9_-]{1,64}$/,
    'an id of 1 to 64 lower-case letters, digits, _ or - (it names the database folder)',
  ),
  chainType: oneOf('Development', 'Local', 'Live'),
  properties: object({ ss58Format: integer(0, 16_383), tokenDecimals: integer(0, 30), tokenSymbol: text(12) }),
  genesis: GENESIS,
})

/** Genesis values as the runtime takes them: bytes and bigints. */
type GenesisConfig = Shaped<typeof GENESIS>

/** A whole chain spec. */
export interface ChainSpec extends SpecInfo {
  readonly genesis: GenesisConfig
}

/** The chain that starts where nothing else is asked for: //Alice authors and is sudo, her friends are rich. */
export const developmentSpec = (): ChainSpec => ({
  name: 'Assay Development',
  id: 'assay_dev',
  chainType: 'Development',
  properties: { ss58Format: 42, tokenDecimals: 12, tokenSymbol: 'ASY' },
  genesis: developmentGenesis(),
})

/**
 * Reads a chain spec.
 * @param json the file's text. @param source its name, for errors.
 * @throws AssayError `BAD_SPEC`, naming the path in the JSON, what was expected and what was found.
 */
export function parseSpec(json: string, source: string): ChainSpec {
  let value: unknown
  try {
    value = JSON.parse(json)
  } catch (error) {
    throw new AssayError(
      'BAD_SPEC',
      `expected JSON in ${source}, got: ${messageOf(error)}`,
      { source },
      { cause: error },
    )
  }
  return SPEC.read(value, '$')
}

/** Prints a spec as `parseSpec` reads it back, value for value. */
export const exportSpec = (spec: ChainSpec): string => `${JSON.stringify(SPEC.print(spec), undefined, 2)}\n`
