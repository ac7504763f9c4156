import fc from 'fast-check'
import { expect, it } from 'vitest'
import { AccountInfo } from '#types/scale/account.ts'
import { decode } from '#types/scale/codec.ts'
import { u128 } from '#types/scale/primitives.ts'
import { storagePrefix } from '#types/scale/storage-key.ts'
import type { RuntimeCall } from '#chain/runtime/frame/terms.ts'
import { EXISTENTIAL_DEPOSIT as ED } from '#chain/runtime/pallets/balances/ledger.ts'
import { alice, bob, callOf, charlie, devGenesis, id, TestChain, UNIT } from '../helpers/runtime.ts'

const people = [alice, bob, charlie]
const who = fc.constantFrom(...people.map(({ publicKey }) => publicKey))
const amount = fc.oneof(
  fc.bigInt(0n, 2n * ED),
  fc.bigInt(0n, 2n * UNIT),
  fc.constantFrom(0n, 1n, ED - 1n, ED, UNIT, 1_000n * UNIT, (1n << 127n) - 1n, (1n << 128n) - 1n),
)

const plain: fc.Arbitrary<RuntimeCall> = fc.oneof(
  fc
    .record({ dest: who, value: amount })
    .map(({ dest, value }) => callOf('Balances', 'transferAllowDeath', { dest: id(dest), value })),
  fc
    .record({ dest: who, value: amount })
    .map(({ dest, value }) => callOf('Balances', 'transferKeepAlive', { dest: id(dest), value })),
  fc
    .record({ dest: who, keepAlive: fc.boolean() })
    .map(({ dest, keepAlive }) => callOf('Balances', 'transferAll', { dest: id(dest), keepAlive })),
  fc.record({ value: amount, keepAlive: fc.boolean() }).map((args) => callOf('Balances', 'burn', args)),
)
const asRoot = fc
  .oneof(
    fc
      .record({ who, newFree: amount })
      .map(({ who, newFree }) => callOf('Balances', 'forceSetBalance', { who: id(who), newFree })),
    fc
      .record({ source: who, dest: who, value: amount })
      .map(({ source, dest, value }) =>
        callOf('Balances', 'forceTransfer', { source: id(source), dest: id(dest), value }),
      ),
  )
  .map((call) => callOf('Sudo', 'sudo', { call }))
const anyCall = fc.oneof(
  { weight: 4, arbitrary: plain },
  { weight: 2, arbitrary: asRoot },
  {
    weight: 1,
    arbitrary: fc
      .record({ name: fc.constantFrom('batch', 'batchAll', 'forceBatch'), calls: fc.array(plain, { maxLength: 4 }) })
      .map(({ name, calls }) => callOf('Utility', name, { calls })),
  },
)
const step = fc.record({ signer: fc.constantFrom(...people), call: anyCall, tip: fc.oneof(fc.constant(0n), amount) })

/** Sum of all balances, read from the state entry by entry. */
function sumOfBalances({ state }: TestChain): bigint {
  let sum = 0n
  for (const [, bytes] of state.entries(storagePrefix('System', 'Account'))) {
    const { data, providers } = decode(AccountInfo, bytes)
    expect(providers).toBe(1)
    expect(data.free >= ED).toBe(true)
    sum += data.free + data.reserved
  }
  return sum
}

const issuance = ({ state }: TestChain) => decode(u128, state.get(storagePrefix('Balances', 'TotalIssuance'))!)

it('total issuance is the sum of all balances in every state that calls can reach', () => {
  fc.assert(
    fc.property(fc.array(fc.array(step, { minLength: 1, maxLength: 4 }), { maxLength: 6 }), (blocks) => {
      const chain = new TestChain({
        ...devGenesis,
        balances: people.map(({ publicKey }) => [publicKey, 3n * UNIT] as const),
      })
      for (const steps of blocks) {
        const nonces = new Map<string, number>()
        const wires = steps.map(({ signer, call, tip }) => {
          const name = String(signer.publicKey)
          const nonce = nonces.get(name) ?? chain.account(signer.publicKey).nonce
          nonces.set(name, nonce + 1)
          return chain.sign(signer, call, { nonce, tip })
        })
        chain.build(wires)
        expect(issuance(chain)).toBe(sumOfBalances(chain))
      }
      expect(chain.log.errors).toEqual([])
    }),
    { numRuns: 60 },
  )
})
