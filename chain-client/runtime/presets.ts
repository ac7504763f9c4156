/**
 * Presets: genesis values that the runtime knows by name.
 *
 * Owns: the values of block 0 of the development chain. Does not own: the chain's name and properties.
 * Source: sp-genesis-builder (PresetId), sp-keyring.
 */
import { fromHex } from '#types/bytes.ts'
import { DEFAULT_PARAMETERS } from '#types/domain/attestation/round.ts'
import { DEFAULT_BOND_TERMS, seatBond } from '#types/domain/bond.ts'

/**
 * Balance of an account of the development chain: a million whole units. In the smallest unit it is below 2^60, for the sake of
 * some clients.
 */
const ENDOWMENT = 1_000_000n * 10n ** 12n

/**
 * Substrate's well-known development accounts (sr25519), by their secret URI. Constants, because deriving them takes 10 ms at the
 * start.
 */
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

/** Few enough for one developer to staff: three attestors with //Charlie's, //Dave's and //Eve's accounts. */
const DEV_ATTESTORS = 3
const DEV_COINFLIP_WINDOW = 8
const DEV_SLOT_BLOCKS = 4
/** A bond returns within the day: no round of this chain takes 300 blocks. */
const DEV_UNBONDING_BLOCKS = 1_000

const devAccount = (suri: string): Uint8Array => fromHex(DEV_ACCOUNTS[suri]!)

/** Block 0 of the development chain: //Alice authors and is sudo, her friends are rich. */
export const developmentGenesis = () => ({
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
    answerWindow: 6,
    objectionWindow: 3,
  },
  workers: {
    ...DEFAULT_BOND_TERMS,
    capacityBond: seatBond(DEFAULT_PARAMETERS.attestorReward, DEV_ATTESTORS),
    unbonding: DEV_UNBONDING_BLOCKS,
  },
})

/** Genesis values by the preset's name (`sp_genesis_builder::DEV_RUNTIME_PRESET`). */
export const PRESETS: Readonly<Record<string, () => Readonly<Record<string, unknown>>>> = {
  development: developmentGenesis,
}
