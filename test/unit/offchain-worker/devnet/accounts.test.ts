/** The table of accounts: everybody can sign as any of them. */
import { expect, test } from 'vitest'
import { toSs58 } from '#types/crypto/ss58.ts'
import { keypairFromSuri } from '#types/crypto/suri.ts'
import { accountsStep, knownAccounts } from '#worker/devnet/accounts.ts'
import type { Cast } from '#worker/devnet/scenario.ts'
import { worker } from '#worker/devnet/worker-process.ts'

const CAST: Cast = {
  processes: [
    worker({ name: 'host', suri: '//Host', role: 'hoster' }),
    { name: 'guest', ready: 'here', args: () => ['visit'] },
  ],
}
const addressOf = (suri: string): string => toSs58(keypairFromSuri(suri).accountId)

test('every process that signs is in it, and the well-known accounts of the chain', () => {
  const accounts = knownAccounts(CAST)
  expect(accounts.map(({ name }) => name)).toEqual(['host', 'alice', 'bob', 'charlie', 'dave', 'eve', 'ferdie'])
  expect(accounts[0]).toEqual({
    name: 'host',
    role: 'hoster',
    suri: '//Host',
    address: addressOf('//Host'),
    balance: 1_000n * 10n ** 12n,
  })
  expect(accounts[1]).toMatchObject({ suri: '//Alice', address: '5GrwvaEF5zXb26Fz9rcQpDWS57CtERHpNehXCPcNoHGKutQY' })
})

test('it is told in columns, without accounts that have nothing', () => {
  const { block } = accountsStep({
    ...CAST,
    genesis: { balances: [[keypairFromSuri('//Eve').accountId, 7n * 10n ** 12n]] },
  })
  expect(block).toEqual([
    'name  role    secret  address                                           balance',
    `host  hoster  //Host  ${addressOf('//Host')}  1000.0000 ASY`,
    `eve           //Eve   ${addressOf('//Eve')}  7.0000 ASY`,
  ])
})
