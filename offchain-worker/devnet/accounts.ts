/**
 * The accounts of a devnet as a person reads them, who wants to sign as one of them.
 *
 * Owns: the table. Does not own: block 0, which endows them (genesis.ts).
 */
import { equalBytes } from '#types/bytes.ts'
import { toSs58 } from '#types/crypto/ss58.ts'
import { keypairFromSuri } from '#types/crypto/suri.ts'
import { formatAmount } from '#types/domain/amount.ts'
import { tableLines } from '../terminal/table.ts'
import { genesisOf } from './genesis.ts'
import type { Cast, Step } from './scenario.ts'

/** Well-known accounts of the development chain, beside those of the cast. Apps knows them without being told. */
const DEVELOPMENT = [
  { name: 'alice', role: 'pays, sudo', suri: '//Alice' },
  ...['Bob', 'Charlie', 'Dave', 'Eve', 'Ferdie'].map((name) => ({
    name: name.toLowerCase(),
    role: '',
    suri: `//${name}`,
  })),
]

/** An account with its secret, which everybody may know. */
export interface KnownAccount {
  readonly name: string
  readonly role: string
  readonly suri: string
  readonly address: string
  /** Free balance in block 0. */
  readonly balance: bigint
}

/** The accounts of the cast, then the well-known ones that block 0 endows. */
export function knownAccounts(cast: Cast): readonly KnownAccount[] {
  const { balances } = genesisOf(cast)
  const signers = cast.processes.flatMap(({ name, suri, role = '' }) =>
    suri === undefined ? [] : [{ name, role, suri }],
  )
  return [...signers, ...DEVELOPMENT].flatMap(({ name, role, suri }) => {
    const { accountId } = keypairFromSuri(suri)
    const endowed = balances.find(([account]) => equalBytes(account, accountId))
    return endowed ? [{ name, role, suri, address: toSs58(accountId), balance: endowed[1] }] : []
  })
}

/** The step that tells them. */
export function accountsStep(cast: Cast): Step {
  const accounts = knownAccounts(cast)
  const rows = [
    ['name', 'role', 'secret', 'address', 'balance'],
    ...accounts.map(({ name, role, suri, address, balance }) => [name, role, suri, address, formatAmount(balance)]),
  ]
  return {
    notice: { kind: 'accounts', accounts },
    sentence: 'these accounts have tokens, and everybody knows their secrets',
    block: tableLines(rows),
  }
}
