/**
 * Block 0 of a devnet, as it follows from the cast.
 *
 * Owns: the accounts of processes, their endowments and their names. Does not own: genesis values of a system (its cast).
 */
import { equalBytes } from '#types/bytes.ts'
import { keypairFromSuri } from '#types/crypto/suri.ts'
import { developmentSpec, exportSpec } from '#chain/node/chain-spec.ts'
import { shortAddress } from '../terminal/shown.ts'
import type { Cast, NameOf } from './scenario.ts'

const TOKEN = 10n ** 12n
const ENDOWMENT = 1_000n * TOKEN

/** The accounts of processes that sign, and their names. */
export const accountsOf = ({ processes }: Cast): readonly (readonly [account: Uint8Array, name: string])[] =>
  processes.flatMap(({ name, suri }) => (suri === undefined ? [] : [[keypairFromSuri(suri).accountId, name] as const]))

/** The genesis values: the development chain's with those of the cast, and a purse for every process that signs. */
export function genesisOf(cast: Cast) {
  const { genesis } = developmentSpec()
  const purses = accountsOf(cast).map(([account]) => [account, ENDOWMENT] as const)
  return { ...genesis, ...cast.genesis, balances: [...(cast.genesis?.balances ?? genesis.balances), ...purses] }
}

/** The chain spec with these values. */
export const specFor = (cast: Cast): string => exportSpec({ ...developmentSpec(), genesis: genesisOf(cast) })

/** Names for the accounts of a cast. */
export function createNameOf(cast: Cast): NameOf {
  const accounts = accountsOf(cast)
  return (account) => accounts.find(([known]) => equalBytes(known, account))?.[1] ?? shortAddress(account)
}
