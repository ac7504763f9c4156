/** Accounts by name, secret and address, and amounts, as an operator types them. */
import { expect, test } from 'vitest'
import { toSs58 } from '#types/crypto/ss58.ts'
import { keypairFromSuri } from '#types/crypto/suri.ts'
import { formatAmount, parseAmount } from '#types/domain/amount.ts'
import { accountOf, createNames, secretOf, signerOf } from '#worker/terminal/operator.ts'
import { shortAddress } from '#worker/terminal/shown.ts'

const idOf = (suri: string): Uint8Array => keypairFromSuri(suri).accountId

test.each([
  ['alice', '//Alice'],
  ['hoster', '//Hoster'],
  ['attestor-12', '//Attestor//12'],
  ['//Bob//stash', '//Bob//stash'],
])('%s is the account of %s, and signs', (who, suri) => {
  expect(accountOf(who)).toEqual(idOf(suri))
  expect(signerOf(who)).toBe(suri)
})

test('an address is an account, but nobody signs for it', () => {
  const address = toSs58(idOf('//Eve'))
  expect(accountOf(address)).toEqual(idOf('//Eve'))
  expect(secretOf(address)).toBeUndefined()
  expect(() => signerOf(address)).toThrow(expect.objectContaining({ code: 'NO_SECRET' }))
})

test.each(['', 'Bob!', '5GrwvaEF5zXb26Fz9rcQpDWS57CtERHpNehXCPcNoHGKutQX'])('%j is no account', (who) => {
  expect(() => accountOf(who)).toThrow(expect.objectContaining({ code: 'BAD_ACCOUNT' }))
  expect(() => signerOf(who)).toThrow(expect.objectContaining({ code: 'BAD_ACCOUNT' }))
})

test('accounts of a devnet have their names, and others their address', () => {
  const accounts = ['//Hoster', '//Attestor//2', '//Alice', '//Nobody//knows'].map(idOf)
  const { nameOf, idOf: told } = createNames(accounts.map((account) => ({ account, name: '' })))
  expect(accounts.map(nameOf)).toEqual(accounts.map(told))
  expect(accounts.map(nameOf)).toEqual(['hoster', 'attestor-2', 'alice', toSs58(accounts[3]!)])
})

test('a name that an operator chose stands beside the address, and never for a known account', () => {
  const [hoster, liar, other] = ['//Hoster', '//Liar', '//Other'].map(idOf) as [Uint8Array, Uint8Array, Uint8Array]
  const { nameOf, idOf: told } = createNames([hoster, liar, other].map((account) => ({ account, name: 'attestor-1' })))
  expect(nameOf(hoster)).toBe('hoster')
  expect(nameOf(liar)).toBe(`attestor-1 (${shortAddress(liar)})`)
  expect(nameOf(other)).not.toBe(nameOf(liar))
  expect(told(liar)).toBe(toSs58(liar))
})

test.each([
  ['1', 10n ** 12n],
  ['2.5', 25n * 10n ** 11n],
  ['0.000000000001', 1n],
  ['1000000', 10n ** 18n],
])('%s is an amount', (text, amount) => {
  expect(parseAmount(text)).toBe(amount)
  if (amount > 10n ** 8n) expect(formatAmount(amount)).toContain(' ASY')
})

test.each(['', '0', '-1', '1e3', '1.0000000000001', 'all'])('%j is no amount', (text) => {
  expect(parseAmount(text)).toBeUndefined()
})
