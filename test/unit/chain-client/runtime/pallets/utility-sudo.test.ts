import { describe, expect, it } from 'vitest'
import { alice, bob, callOf, charlie, id, TestChain, UNIT } from '../../../../helpers/runtime.ts'

const transfer = (value: bigint) => callOf('Balances', 'transferAllowDeath', { dest: id(charlie.publicKey), value })
const tooMuch = transfer(1n << 100n)
const batch = (name: string, ...calls: unknown[]) => callOf('Utility', name, { calls })
const events = (chain: TestChain) => chain.events().filter((name) => name.startsWith('Utility.'))
const received = (chain: TestChain) => chain.account(charlie.publicKey).data.free

describe('batch', () => {
  it('runs all calls', () => {
    const chain = new TestChain()
    expect(chain.submit(bob, batch('batch', transfer(UNIT), transfer(UNIT))).kind).toBe('success')
    expect(events(chain)).toEqual(['Utility.ItemCompleted', 'Utility.ItemCompleted', 'Utility.BatchCompleted'])
    expect(received(chain)).toBe(2n * UNIT)
  })

  it('stops at the first failure and keeps what was done before', () => {
    const chain = new TestChain()
    expect(chain.submit(bob, batch('batch', transfer(UNIT), tooMuch, transfer(UNIT))).kind).toBe('success')
    expect(events(chain)).toEqual(['Utility.ItemCompleted', 'Utility.BatchInterrupted'])
    expect(chain.event('Utility.BatchInterrupted')).toEqual({
      index: 1,
      error: { tag: 'Token', value: 'FundsUnavailable' },
    })
    expect(received(chain)).toBe(UNIT)
  })

  it('gives back the fee for calls that never ran', () => {
    const fee = (...calls: unknown[]) => {
      const chain = new TestChain()
      chain.submit(bob, batch('batch', ...calls))
      return (chain.event('TransactionPayment.TransactionFeePaid') as { actualFee: bigint }).actualFee
    }
    expect(fee(tooMuch, transfer(UNIT))).toBeLessThan(fee(transfer(UNIT), transfer(UNIT)))
  })
})

describe('batch_all', () => {
  it('undoes everything when one call fails, with that call’s error', () => {
    const chain = new TestChain()
    expect(chain.submit(bob, batch('batchAll', transfer(UNIT), tooMuch)).kind).toBe('failed')
    expect(events(chain)).toEqual([])
    expect(chain.event('System.ExtrinsicFailed')).toMatchObject({
      dispatchError: { tag: 'Token', value: 'FundsUnavailable' },
    })
    expect(received(chain)).toBe(0n)
  })

  it('inside a batch fails alone', () => {
    const chain = new TestChain()
    chain.submit(bob, batch('forceBatch', transfer(UNIT), batch('batchAll', transfer(UNIT), tooMuch), transfer(UNIT)))
    expect(events(chain)).toEqual([
      'Utility.ItemCompleted',
      'Utility.ItemFailed',
      'Utility.ItemCompleted',
      'Utility.BatchCompletedWithErrors',
    ])
    expect(received(chain)).toBe(2n * UNIT)
  })
})

describe('force_batch', () => {
  it('goes on after a failure', () => {
    const chain = new TestChain()
    chain.submit(bob, batch('forceBatch', tooMuch, transfer(UNIT)))
    expect(events(chain)).toEqual(['Utility.ItemFailed', 'Utility.ItemCompleted', 'Utility.BatchCompletedWithErrors'])
    expect(received(chain)).toBe(UNIT)
  })
})

it('batches nested beyond the limit do not decode, and the deepest that do still run', () => {
  const chain = new TestChain()
  const nest = (depth: number) => {
    let call = transfer(UNIT)
    for (let i = 0; i < depth; i++) call = batch('batch', call)
    return call
  }
  expect(() => chain.runtime.decode(chain.sign(bob, nest(256), { nonce: 0 }))).toThrowError(/nesting of at most 256/)
  expect(chain.submit(bob, nest(200), { nonce: 0 }).kind).toBe('success')
  expect(received(chain)).toBe(UNIT)
})

describe('sudo', () => {
  const setBalance = callOf('Balances', 'forceSetBalance', { who: id(charlie.publicKey), newFree: UNIT })
  const requireSudo = { dispatchError: { tag: 'Module', value: { index: 6, error: Uint8Array.of(0, 0, 0, 0) } } }

  it('runs a call as root, and says what came of it', () => {
    const chain = new TestChain()
    chain.submit(alice, callOf('Sudo', 'sudo', { call: setBalance }))
    expect(chain.event('Sudo.Sudid')).toEqual({ sudoResult: { ok: true, value: undefined } })
    expect(received(chain)).toBe(UNIT)
  })

  it('reports the failure of the inner call and undoes it', () => {
    const chain = new TestChain()
    chain.submit(alice, callOf('Sudo', 'sudo', { call: transfer(UNIT) }))
    expect(chain.event('Sudo.Sudid')).toEqual({
      sudoResult: { ok: false, error: { tag: 'BadOrigin', value: undefined } },
    })
    expect(received(chain)).toBe(0n)
  })

  it('is for the key only', () => {
    const chain = new TestChain()
    chain.submit(bob, callOf('Sudo', 'sudo', { call: setBalance }))
    expect(chain.event('System.ExtrinsicFailed')).toMatchObject(requireSudo)
    expect(received(chain)).toBe(0n)
  })

  it('acts as others', () => {
    const chain = new TestChain()
    chain.submit(alice, callOf('Sudo', 'sudoAs', { who: id(bob.publicKey), call: transfer(UNIT) }))
    expect(chain.event('Sudo.SudoAsDone')).toEqual({ sudoResult: { ok: true, value: undefined } })
    expect(received(chain)).toBe(UNIT)
  })

  it('changes hands and goes away', () => {
    const chain = new TestChain()
    chain.submit(alice, callOf('Sudo', 'setKey', { new: id(bob.publicKey) }))
    expect(chain.event('Sudo.KeyChanged')).toEqual({ old: alice.publicKey, new: bob.publicKey })
    chain.submit(alice, callOf('Sudo', 'sudo', { call: setBalance }))
    expect(chain.event('System.ExtrinsicFailed')).toMatchObject(requireSudo)
    chain.submit(bob, callOf('Sudo', 'removeKey'))
    chain.submit(bob, callOf('Sudo', 'sudo', { call: setBalance }))
    expect(chain.event('System.ExtrinsicFailed')).toMatchObject(requireSudo)
  })
})
