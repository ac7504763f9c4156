import { describe, expect, it } from 'vitest'
import { concatBytes, toHex, utf8 } from '#types/bytes.ts'
import { blake2b256, blake2b256Of } from '#types/crypto/hash.ts'
import { encode } from '#types/scale/codec.ts'
import { u32 } from '#types/scale/primitives.ts'
import { RuntimeVersion } from '#types/scale/runtime-version.ts'
import { storagePrefix } from '#types/scale/storage-key.ts'
import { createRuntime } from '#chain/runtime/runtime.ts'
import { ZERO_WEIGHT } from '#chain/runtime/frame/weights.ts'
import { randomnessPallet } from '#chain/runtime/pallets/randomness.ts'
import {
  account,
  alice,
  bob,
  callOf,
  devGenesis,
  palletRuntime,
  TestChain,
  TestLog,
  UNIT,
} from '../../../../helpers/runtime.ts'

const NOTHING_USED = { normal: ZERO_WEIGHT, operational: ZERO_WEIGHT, mandatory: ZERO_WEIGHT }

describe('System', () => {
  it('remarks', () => {
    const chain = new TestChain()
    chain.submit(bob, callOf('System', 'remarkWithEvent', { remark: utf8('hello') }))
    expect(chain.event('System.Remarked')).toEqual({ sender: bob.publicKey, hash: blake2b256(utf8('hello')) })
  })

  it('lets root write, kill and clear raw storage', () => {
    const chain = new TestChain()
    const [one, two] = [utf8('raw:1'), utf8('raw:2')]
    const root = (name: string, args: Record<string, unknown>) =>
      chain.submit(alice, callOf('Sudo', 'sudo', { call: callOf('System', name, args) }))
    root('setStorage', {
      items: [
        [one, utf8('x')],
        [two, utf8('y')],
      ],
    })
    expect([chain.state.get(one), chain.state.get(two)]).toEqual([utf8('x'), utf8('y')])
    root('killStorage', { keys: [one] })
    expect([chain.state.has(one), chain.state.has(two)]).toEqual([false, true])
    root('setStorage', { items: [[one, utf8('x')]] })
    root('killPrefix', { prefix: utf8('raw:'), subkeys: 1 })
    expect([chain.state.has(one), chain.state.has(two)]).toEqual([false, true])
    expect(chain.submit(bob, callOf('System', 'killStorage', { keys: [two] })).kind).toBe('failed')
    expect(chain.state.has(two)).toBe(true)
  })

  it('survives root breaking an account, and says whose fault it is', () => {
    const chain = new TestChain()
    const key = chain.key('System', 'Account', bob.publicKey, 'Blake2_128Concat')
    const items = [[key, Uint8Array.of(1, 2, 3)]]
    chain.submit(alice, callOf('Sudo', 'sudo', { call: callOf('System', 'setStorage', { items }) }))
    const wire = chain.sign(bob, callOf('System', 'remark', { remark: utf8('x') }))
    expect(chain.runtime.validate(chain.at, chain.runtime.decode(wire)).ok).toBe(false)
    expect(chain.build([wire])[0]).toMatchObject({ kind: 'refused' })
    expect(chain.log.errors.at(-1)!.message).toContain('bug while applying an extrinsic')
    expect(chain.submit(alice, callOf('System', 'remark', { remark: utf8('x') })).kind).toBe('success')
  })

  it('counts events and keeps those of the last block only', () => {
    const chain = new TestChain()
    chain.submit(bob, callOf('System', 'remark', { remark: utf8('x') }))
    const count = () => chain.state.get(storagePrefix('System', 'EventCount'))
    expect(count()).toEqual(encode(u32, chain.records().length))
    chain.build()
    expect(chain.records().map(({ event }) => event.value.tag)).toEqual(['ExtrinsicSuccess'])
  })
})

describe('Randomness', () => {
  const beacon = (chain: TestChain, n: number) =>
    chain.state.get(chain.key('Randomness', 'Values', encode(u32, n), 'Twox64Concat'))!

  it('chains its values over the parent hashes', () => {
    const chain = new TestChain()
    const before = beacon(chain, 0)
    chain.build()
    expect(toHex(beacon(chain, 1))).toBe(toHex(blake2b256Of(concatBytes(before, chain.hashes[0]!))))
  })

  it('mixes in what it is given, once', () => {
    const open = () => palletRuntime((builder) => builder.add(9, randomnessPallet))
    const next = (...mixed: Uint8Array[]) => {
      const { run, pallets, frame } = open()
      return run(() => {
        for (const bytes of mixed) pallets.mix(bytes)
        frame.pallets[1]!.hooks.onFinalize!(NOTHING_USED)
        return toHex(pallets.at(1)!)
      })
    }
    expect(
      new Set([next(), next(utf8('a')), next(utf8('b')), next(utf8('a'), utf8('b')), next(utf8('b'), utf8('a'))]).size,
    ).toBe(5)
    expect(next(utf8('a'))).toBe(next(utf8('a')))
  })

  it('forgets values beyond its history', () => {
    const chain = new TestChain()
    for (let i = 0; i < 513; i++) chain.build()
    expect([beacon(chain, 1), beacon(chain, 2)].map((value) => value?.length)).toEqual([undefined, 32])
  })
})

describe('genesis', () => {
  it('has the version under :code, by which polkadot-api tells runtimes apart', () => {
    const { state, runtime } = new TestChain()
    expect(state.get(utf8(':code'))).toEqual(encode(RuntimeVersion, runtime.version))
  })

  const build = (changed: Record<string, unknown>) => () =>
    createRuntime({ log: new TestLog() }).genesis({ ...devGenesis, ...changed })

  it.each([
    ['a balance that is no number', { balances: [[alice.publicKey, 'many']] }, 'balances: [0].1'],
    ['an account that is too short', { balances: [[new Uint8Array(31), 1n]] }, 'balances: [0].0'],
    ['less than the existential deposit', { balances: [[alice.publicKey, 1n]] }, 'balances: Token.BelowMinimum'],
    [
      'an account twice',
      {
        balances: [
          [alice.publicKey, UNIT],
          [alice.publicKey, UNIT],
        ],
      },
      'balances[1]: expected each account once',
    ],
    ['no authority', { aura: { authorities: [] } }, 'aura.authorities: expected at least one'],
    ['no section of Aura', { aura: undefined }, 'aura: expected a section for pallet Aura'],
    ['a sudo key that is none', { sudo: { key: 5 } }, 'sudo: key'],
    ['a section that no pallet has', { sudoo: {} }, 'sudoo: expected one of'],
  ])('refuses %s, naming where', (_, changed, message) => {
    expect(build(changed)).toThrowError(
      expect.objectContaining({ code: 'BAD_GENESIS', message: expect.stringContaining(message) }),
    )
  })

  it('gives what was asked for', () => {
    const chain = new TestChain({ ...devGenesis, balances: [[account('x'), UNIT]] })
    expect(chain.account(account('x')).data.free).toBe(UNIT)
    expect(chain.state.get(storagePrefix('Sudo', 'Key'))).toEqual(alice.publicKey)
    expect(chain.state.get(storagePrefix('Session', 'Validators'))).toEqual(Uint8Array.of(4, ...alice.publicKey))
  })
})
