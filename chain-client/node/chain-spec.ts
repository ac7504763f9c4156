/**
 * Chain specs: what a chain is called and what its block 0 holds.
 *
 * Owns: the development chain, reading and printing spec files. Does not own: what the genesis values become in storage (each
 * pallet's genesis build). A pallet with genesis values gets one entry in `GENESIS`; everything else follows from it.
 */
import { fromHex } from '#types/bytes.ts'
import { DEFAULT_PARAMETERS } from '#types/domain/round.ts'
import { AssayError, messageOf } from '#types/errors.ts'
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

/** Whole units of an account of the development chain: a million. Below 2^60 in the smallest unit, as some clients like it. */
const ENDOWMENT = 1_000_000n * 10n ** 12n

/** Substrate's well-known development accounts (sr25519), by their secret URI. Constants: deriving them takes 10 ms of start. */
const DEV_ACCOUNTS: Readonly<Record<string, string>> = {
  '//Alice': '0xd43593c715fdd31c61141abd04a99fd6822c8558854ccde39a5684e7a56da27d',
  '//Alice//stash': '0xbe5ddb1579b72e84524fc29e78609e3caf42e85aa118ebfe0b0ad404b5bdd25f',
  '//Bob': '0x8eaf04151687736326c9fea17e25fc5287613693c912909cb226aa4794f26a48',
  '//Bob//stash': '0xfe65717dad0447d715f660a0a58411de509b42e6efb8375f562f58a554d5860e',
  '//Charlie': '0x90b5ab205c6974c9ea841be688864633dc9ca8a357843eeacf2314649965fe22',
  '//Charlie//stash': '0x1e07379407fecc4b89eb7dbd287c2c781cfb1907a96947a3eb18e4f8e7198625',
  '//Dave': '0x306721211d5404bd9da88e0204360a1a9ab8b87c66c1bc2fcdd37f3c2222cc20',
  '//Dave//stash': '0xe860f1b1c7227f7c22602f53f15af80747814dffd839719731ee3bba6edc126c',
  '//Eve': '0xe659a7a1628cdd93febc04a4e0646ea20e9f5f0ce097d9a05290d4a9e054df4e',
  '//Eve//stash': '0x8ac59e11963af19174d0b94d5d78041c233f55d2e19324665bafdfb62925af2d',
  '//Ferdie': '0x1cbd2d43530a44705ad088af313e18f80b53ef16b36177cd4b77b846f2a5f07c',
  '//Ferdie//stash': '0x101191192fc877c24d725b337120fa3edc63d227bbc92705db1e2cb65f56981a',
}

/** Rounds that one developer can staff and wait for: three attestors with //Charlie's, //Dave's and //Eve's accounts. */
const DEV_ATTESTORS = 3
const DEV_COINFLIP_WINDOW = 8
const DEV_SLOT_BLOCKS = 4

const devAccount = (suri: string): Uint8Array => fromHex(DEV_ACCOUNTS[suri]!)

/** The chain that starts where nothing else is asked for: //Alice authors and is sudo, her friends are rich. */
export const developmentSpec = (): ChainSpec => ({
  name: 'Assay Development',
  id: 'assay_dev',
  chainType: 'Development',
  properties: { ss58Format: 42, tokenDecimals: 12, tokenSymbol: 'ASY' },
  genesis: {
    balances: Object.keys(DEV_ACCOUNTS).map((suri) => [devAccount(suri), ENDOWMENT] as const),
    sudo: { key: devAccount('//Alice') },
    aura: { authorities: [devAccount('//Alice')] },
    attestation: {
      ...DEFAULT_PARAMETERS,
      attestors: DEV_ATTESTORS,
      coinflipWindow: DEV_COINFLIP_WINDOW,
      roundLength: DEV_COINFLIP_WINDOW + DEV_SLOT_BLOCKS * DEV_ATTESTORS,
      reportWindow: 12,
      slotTolerance: 8,
    },
  },
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
