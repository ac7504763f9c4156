import { describe, expect, it } from 'vitest'
import { concatBytes, toHex } from '#types/bytes.ts'
import { mortalEra } from '#types/scale/era.ts'
import { encode } from '#types/scale/codec.ts'
import { AccountId } from '#types/scale/account.ts'
import { tuple } from '#types/scale/compound.ts'
import { u32 } from '#types/scale/primitives.ts'
import { utf8 } from '#types/bytes.ts'
import type { Validity } from '#chain/runtime/runtime-interface.ts'
import { EXTRINSIC_BASE_REF_TIME } from '#chain/runtime/frame/weights.ts'
import { alice, bob, callOf, charlie, id, TestChain, UNIT, type Keypair, type Terms } from '../../../helpers/runtime.ts'

const transfer = (to: Uint8Array, value: bigint) => callOf('Balances', 'transferKeepAlive', { dest: id(to), value })
const remark = (text = 'hi') => callOf('System', 'remark', { remark: utf8(text) })
const fund = transfer(bob.publicKey, UNIT)

const free = (chain: TestChain, who: Keypair) => chain.account(who.publicKey).data.free
const validity = (chain: TestChain, wire: Uint8Array): Validity =>
  chain.runtime.validate(chain.at, chain.runtime.decode(wire))
const invalid = (reason: string) => ({ kind: 'invalid', reason })

/** Both the pool and a block refuse with this reason, and the block changes nothing for it. */
function expectRefused(chain: TestChain, signer: Keypair, terms: Terms, reason: string, call = fund) {
  const wire = chain.sign(signer, call, terms)
  expect(validity(chain, wire)).toEqual({ ok: false, error: invalid(reason) })
  const [outcome] = chain.build([wire])
  expect(outcome).toEqual({ kind: 'refused', error: invalid(reason) })
  expect(chain.events()).toEqual([])
}

const tag = (who: Uint8Array, nonce: number) => encode(tuple(AccountId, u32), [who, nonce])

describe('a transaction', () => {
  it('moves money, pays the author, counts the nonce and says so', () => {
    const chain = new TestChain()
    const before = free(chain, bob)
    expect(chain.submit(bob, transfer(charlie.publicKey, UNIT))).toEqual({ kind: 'success' })
    expect(chain.events()).toEqual([
      'Balances.Withdraw',
      'System.NewAccount',
      'Balances.Endowed',
      'Balances.Transfer',
      'Balances.Deposit',
      'TransactionPayment.TransactionFeePaid',
      'System.ExtrinsicSuccess',
    ])
    const { actualFee } = chain.event('TransactionPayment.TransactionFeePaid') as { actualFee: bigint }
    expect(actualFee).toBeGreaterThan(EXTRINSIC_BASE_REF_TIME)
    expect(free(chain, bob)).toBe(before - UNIT - actualFee)
    expect(free(chain, charlie)).toBe(UNIT)
    expect(free(chain, alice)).toBe(1_000_000n * UNIT + actualFee)
    expect(chain.account(bob.publicKey).nonce).toBe(1)
  })

  it('that fails pays its fee and counts its nonce, and does nothing else', () => {
    const chain = new TestChain()
    const before = free(chain, bob)
    const outcome = chain.submit(bob, transfer(charlie.publicKey, 10_000_000n * UNIT))
    expect(outcome).toMatchObject({ kind: 'failed', message: expect.stringContaining('Token.FundsUnavailable') })
    expect(chain.events().at(-1)).toBe('System.ExtrinsicFailed')
    expect(chain.event('System.ExtrinsicFailed')).toMatchObject({
      dispatchError: { tag: 'Token', value: 'FundsUnavailable' },
    })
    const { actualFee } = chain.event('TransactionPayment.TransactionFeePaid') as { actualFee: bigint }
    expect(free(chain, bob)).toBe(before - actualFee)
    expect(chain.account(bob.publicKey).nonce).toBe(1)
    expect(chain.account(charlie.publicKey).providers).toBe(0)
  })

  it('that fails with a pallet error names pallet and error by index', () => {
    const chain = new TestChain()
    chain.submit(bob, callOf('Sudo', 'removeKey'))
    expect(chain.event('System.ExtrinsicFailed')).toMatchObject({
      dispatchError: { tag: 'Module', value: { index: 6, error: Uint8Array.of(0, 0, 0, 0) } },
    })
  })

  it('gives the tip to the author too', () => {
    const chain = new TestChain()
    chain.submit(bob, remark(), { tip: 7n * UNIT })
    const paid = chain.event('TransactionPayment.TransactionFeePaid') as { actualFee: bigint; tip: bigint }
    expect(paid.tip).toBe(7n * UNIT)
    expect(free(chain, alice)).toBe(1_000_000n * UNIT + paid.actualFee)
  })

  it('that the sudo key makes is free', () => {
    const chain = new TestChain()
    const before = free(chain, alice)
    chain.submit(alice, callOf('Sudo', 'sudo', { call: remark() }))
    expect(chain.event('TransactionPayment.TransactionFeePaid')).toMatchObject({ actualFee: 0n })
    expect(free(chain, alice)).toBe(before)
  })
})

describe('refuses', () => {
  const chain = new TestChain()
  chain.submit(bob, remark())

  it('a nonce that was used: Stale', () => expectRefused(chain, bob, { nonce: 0 }, 'Stale'))

  it('a tip that cannot be paid: Payment', () => expectRefused(chain, bob, { nonce: 1, tip: 10n ** 30n }, 'Payment'))

  it('an account that does not exist: Payment', () => expectRefused(chain, charlie, { nonce: 0 }, 'Payment'))

  it('an era that began at a block unknown: AncientBirthBlock', () => {
    const poor = new TestChain()
    poor.state = poor.state.apply([[blockHashKey(poor, 0), null]])
    poor.number = 10
    const wire = poor.sign(bob, remark(), { era: { period: 8, phase: 3 } })
    expect(validity(poor, wire)).toEqual({ ok: false, error: invalid('AncientBirthBlock') })
    expect(poor.runtime.signingPayload(poor.at, poor.runtime.decode(wire))).toBeUndefined()
  })

  it('a call too heavy for any block: ExhaustsResources', () => {
    const call = callOf('Sudo', 'sudoUncheckedWeight', {
      call: remark(),
      weight: { refTime: 10n ** 15n, proofSize: 0n },
    })
    expectRefused(chain, bob, { nonce: 1 }, 'ExhaustsResources', call)
  })

  it('the zero account: BadSigner', () => {
    const nobody = { ...bob, publicKey: new Uint8Array(32) }
    expectRefused(chain, nobody, { nonce: 0 }, 'BadSigner')
  })

  it('a mandatory call from the pool: MandatoryValidation', () => {
    const wire = chain.sign(bob, callOf('Timestamp', 'set', { now: 5n }), { nonce: 1 })
    expect(validity(chain, wire)).toEqual({ ok: false, error: invalid('MandatoryValidation') })
    expect(chain.build([wire])[0]).toEqual({ kind: 'refused', error: invalid('BadMandatory') })
  })

  it('a bare extrinsic: NoUnsignedValidator', () => {
    const decoded = chain.runtime.decode(chain.bare(remark()))
    expect(decoded.signature).toBeUndefined()
    expect(chain.runtime.validate(chain.at, decoded)).toEqual({
      ok: false,
      error: { kind: 'unknown', reason: 'NoUnsignedValidator' },
    })
    const [outcome] = chain.build([chain.bare(remark())])
    expect(outcome).toEqual({ kind: 'refused', error: { kind: 'unknown', reason: 'NoUnsignedValidator' } })
  })

  it('a nonce ahead only in a block: Future; the pool waits for the one before', () => {
    const wire = chain.sign(bob, fund, { nonce: 3 })
    expect(validity(chain, wire)).toMatchObject({
      ok: true,
      valid: { requires: [tag(bob.publicKey, 2)], provides: [tag(bob.publicKey, 3)] },
    })
    expect(chain.build([wire])[0]).toEqual({ kind: 'refused', error: invalid('Future') })
  })

  it('a signature verified for another birth block: BadProof', () => {
    const decoded = chain.runtime.decode(chain.sign(bob, fund, { nonce: 1, era: mortalEra(4, chain.number) }))
    expect(chain.runtime.signingPayload(chain.at, decoded)).toBeDefined()
    expect(chain.runtime.validate(chain.at, decoded).ok).toBe(true)
    for (let i = 0; i < 5; i++) chain.build()
    expect(chain.runtime.validate(chain.at, decoded)).toEqual({ ok: false, error: invalid('BadProof') })
  })
})

describe('a block', () => {
  it('that is full refuses with ExhaustsResources and goes on', () => {
    const chain = new TestChain()
    const heavy = callOf('Sudo', 'sudoUncheckedWeight', {
      call: remark(),
      weight: { refTime: 10n ** 12n, proofSize: 0n },
    })
    const outcomes = chain.build([
      chain.sign(alice, heavy),
      chain.sign(alice, heavy, { nonce: 1 }),
      chain.sign(bob, remark()),
    ])
    expect(outcomes.map(({ kind }) => kind)).toEqual(['success', 'refused', 'success'])
    expect(outcomes[1]).toEqual({ kind: 'refused', error: invalid('ExhaustsResources') })
  })

  it('has the roots of its extrinsics and of its state', () => {
    const chain = new TestChain()
    chain.build([chain.sign(bob, remark())])
    expect(toHex(chain.lastHeader!.stateRoot)).toBe(toHex(chain.state.root()))
    const same = new TestChain()
    same.build([same.sign(bob, remark('other'))])
    expect(toHex(same.lastHeader!.extrinsicsRoot)).not.toBe(toHex(chain.lastHeader!.extrinsicsRoot))
  })

  it('is the same however often it is built', () => {
    const roots = [1, 2].map(() => {
      const chain = new TestChain()
      chain.build([chain.sign(bob, fund)].map((wire) => wire))
      return toHex(chain.lastHeader!.stateRoot)
    })
    expect(roots[0]).toBe(roots[1])
  })

  it('cannot be used once it is finalized', () => {
    const chain = new TestChain()
    const block = chain.open()
    block.finalize()
    expect(() => block.finalize()).toThrowError(expect.objectContaining({ code: 'BLOCK_FINALIZED' }))
  })

  it('needs a time that grows and is in the slot', () => {
    const chain = new TestChain()
    const open = (slot: number) =>
      chain.runtime.openBlock(chain.state, { parentHash: chain.hash, number: 1, digest: chain.digest(BigInt(slot)) })
    expect(() => open(5).applyInherents({ timestampMs: 4_999n })).toThrowError(
      expect.objectContaining({
        code: 'INHERENT_FAILED',
        message: expect.stringContaining('expected a time in slot 5, got slot 4'),
      }),
    )
    expect(() => open(0).applyInherents({ timestampMs: 0n })).toThrowError(
      expect.objectContaining({ code: 'INHERENT_FAILED' }),
    )
    expect(open(5).applyInherents({ timestampMs: 5_000n })).toHaveLength(1)
  })

  it('remembers the hashes of its ancestors', () => {
    const chain = new TestChain()
    for (let i = 0; i < 3; i++) chain.build()
    expect(toHex(chain.state.get(blockHashKey(chain, 2))!)).toBe(toHex(chain.hashes[2]!))
  })
})

describe('runtime APIs', () => {
  const chain = new TestChain()
  const call = (method: string, ...args: Uint8Array[]) => chain.runtime.call(chain.at, method, concatBytes(...args))
  const BadProof = Uint8Array.of(1, 0, 4)

  it('validates with the signature', () => {
    const good = chain.sign(bob, fund)
    const source = Uint8Array.of(2)
    expect(call('TaggedTransactionQueue_validate_transaction', source, good, chain.hash)[0]).toBe(0)
    const bad = good.slice()
    bad[bad.length - 1]! ^= 1
    expect(call('TaggedTransactionQueue_validate_transaction', source, bad, chain.hash)).toEqual(BadProof)
  })

  it('refuses unknown methods and leftover arguments', () => {
    expect(() => call('Core_execute')).toThrowError(expect.objectContaining({ code: 'UNKNOWN_RUNTIME_API' }))
    expect(() => call('Core_constructor')).toThrowError(expect.objectContaining({ code: 'UNKNOWN_RUNTIME_API' }))
    expect(() => call('Core_version', Uint8Array.of(1))).toThrowError(expect.objectContaining({ code: 'SCALE' }))
  })

  it('tells the nonce', () => {
    expect(call('AccountNonceApi_account_nonce', bob.publicKey)).toEqual(Uint8Array.of(0, 0, 0, 0))
  })
})

/** Storage key of System.BlockHash. */
function blockHashKey(chain: TestChain, number: number): Uint8Array {
  return chain.key('System', 'BlockHash', encode(u32, number), 'Twox64Concat')
}
