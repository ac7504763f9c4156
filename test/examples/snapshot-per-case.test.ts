/**
 * An example to copy: one chain and one client for a file of tests. Every case begins from the same state as the first.
 */
import { ApiPromise, Keyring } from '@polkadot/api'
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import { startChain, type InProcessChain } from '#chain/in-process/start-chain.ts'

const UNIT = 10n ** 12n

let chain: InProcessChain
let api: ApiPromise
let snapshot: number

beforeAll(async () => {
  chain = await startChain({ sealing: { kind: 'manual' } })
  api = await ApiPromise.create({ provider: chain.providers.polkadotJs(), noInitWarn: true })
})
afterAll(async () => {
  await api.disconnect()
  await chain.close()
})

beforeEach(async () => {
  snapshot = await chain.dev.snapshot()
})
afterEach(() => chain.dev.revert(snapshot))

const keyring = new Keyring({ type: 'sr25519' })
const alice = keyring.addFromUri('//Alice')
const eve = keyring.addFromUri('//Eve//savings')
const free = async (address: string): Promise<bigint> => {
  const { data } = (await api.query.system.account(address)) as unknown as { data: { free: { toBigInt(): bigint } } }
  return data.free.toBigInt()
}

test.each(['one case', 'another', 'and a third'])('%s spends the same money', async () => {
  expect(await free(eve.address)).toBe(0n)
  await api.tx['balances']['transferKeepAlive'](eve.address, 999_000n * UNIT).signAndSend(alice, { nonce: -1 })
  await chain.dev.newBlock()
  expect(await free(eve.address)).toBe(999_000n * UNIT)
})

test('time, balances and storage are what a case needs', async () => {
  await chain.dev.setBalance(eve.address, 5n * UNIT)
  await chain.dev.timeTravel('2035-01-01')
  await chain.dev.newBlock({ count: 3 })
  expect(await free(eve.address)).toBe(5n * UNIT)
  expect(Number(await api.query.timestamp.now())).toBeGreaterThan(Date.UTC(2035, 0, 1))
})
