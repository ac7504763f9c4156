/** Extrinsics without a signature: unsigned transactions that a pallet vouches for, inherents, general transactions. */
import { describe, expect, it } from 'vitest'
import { concatBytes, utf8 } from '#types/bytes.ts'
import { U64_MAX } from '#types/scale/primitives.ts'
import { withBox } from '../../../helpers/box-pallet.ts'
import { bob, callOf, devGenesis, TestChain } from '../../../helpers/runtime.ts'

const open = (word: string) => callOf('Box', 'open', { word: utf8(word) })
const invalid = (reason: string) => ({ kind: 'invalid', reason })
const refused = (reason: string) => ({ kind: 'refused', error: invalid(reason) })

const newChain = () => new TestChain(devGenesis, withBox)
const validity = (chain: TestChain, wire: Uint8Array) => chain.runtime.validate(chain.at, chain.runtime.decode(wire))

describe('an unsigned transaction', () => {
  it('is valid where its pallet says so, with tags under the name of the pallet', () => {
    const chain = newChain()
    expect(validity(chain, chain.bare(open('sesame')))).toEqual({
      ok: true,
      valid: {
        priority: 5n,
        requires: [],
        provides: [concatBytes(utf8('Box'), utf8('sesame'))],
        longevity: 7n,
        propagate: false,
      },
    })
  })

  it('has defaults: no priority, for ever, told to others', () => {
    const chain = newChain()
    expect(validity(chain, chain.bare(callOf('Box', 'knock')))).toEqual({
      ok: true,
      valid: {
        priority: 0n,
        requires: [utf8('Boxsesame')],
        provides: [utf8('Boxknock')],
        longevity: U64_MAX,
        propagate: true,
      },
    })
  })

  it('too heavy for any block is refused like any other', () => {
    const chain = newChain()
    const wire = chain.bare(callOf('Box', 'flood'))
    expect(validity(chain, wire)).toEqual({ ok: false, error: invalid('ExhaustsResources') })
    expect(chain.build([wire])).toEqual([refused('ExhaustsResources')])
  })

  it.each([4, 5] as const)('of version %i runs without fee and without origin, and says so', (version) => {
    const chain = newChain()
    expect(chain.build([chain.bare(open('sesame'), version)])).toEqual([{ kind: 'success' }])
    expect(chain.events()).toEqual(['Box.Opened', 'System.ExtrinsicSuccess'])
    expect(validity(chain, chain.bare(open('sesame')))).toEqual({ ok: false, error: invalid('Stale') })
  })

  it('that has been done is refused in the same block too, and leaves nothing', () => {
    const chain = newChain()
    const wire = chain.bare(open('sesame'))
    expect(chain.build([wire, wire])).toEqual([{ kind: 'success' }, refused('Stale')])
    expect(chain.records().map(({ phase }) => phase)).not.toContainEqual({ tag: 'ApplyExtrinsic', value: 2 })
  })

  it('that its pallet refuses is refused by pool and block', () => {
    const chain = newChain()
    const wire = chain.bare(open('please'))
    expect(validity(chain, wire)).toEqual({ ok: false, error: invalid('BadProof') })
    expect(chain.build([wire])).toEqual([refused('BadProof')])
    expect(chain.events()).toEqual([])
  })

  it('whose call fails is in the block and changed nothing', () => {
    const chain = newChain()
    const [outcome] = chain.build([chain.bare(open('x'.repeat(101)))])
    expect(outcome).toMatchObject({ kind: 'failed', error: { tag: 'Module', value: { index: 42 } } })
    expect(chain.events()).toEqual(['System.ExtrinsicFailed'])
  })

  it('of a call without validator is unknown: NoUnsignedValidator', () => {
    const chain = newChain()
    const error = { kind: 'unknown', reason: 'NoUnsignedValidator' }
    for (const wire of [
      chain.bare(callOf('Box', 'shut')),
      chain.bare(callOf('System', 'remark', { remark: utf8('a') })),
    ]) {
      expect(validity(chain, wire)).toEqual({ ok: false, error })
      expect(chain.build([wire])).toEqual([{ kind: 'refused', error }])
    }
  })

  it('whose validator has a bug is refused and the bug logged', () => {
    const chain = newChain()
    const wire = chain.bare(callOf('Box', 'crash'))
    expect(validity(chain, wire)).toEqual({ ok: false, error: invalid('Call') })
    expect(chain.build([wire])).toEqual([refused('Call')])
    expect(chain.log.errors.map(({ message }) => message)).toEqual([
      expect.stringContaining('oops'),
      expect.stringContaining('oops'),
    ])
  })

  it('is told where it came from by TaggedTransactionQueue', () => {
    const chain = newChain()
    const ask = (source: number) =>
      chain.runtime.call(
        chain.at,
        'TaggedTransactionQueue_validate_transaction',
        concatBytes(Uint8Array.of(source), chain.bare(open('sesame')), chain.hash),
      )
    expect([ask(1)[1], ask(2)[1]]).toEqual([9, 5])
  })

  it('can be signed too, and then is refused by its call: the origin is somebody', () => {
    const chain = newChain()
    expect(chain.submit(bob, open('sesame'))).toMatchObject({ kind: 'failed', error: { tag: 'BadOrigin' } })
  })
})

describe('an inherent', () => {
  it('is known as one, unless somebody signed it', () => {
    const chain = newChain()
    const set = callOf('Timestamp', 'set', { now: 1n })
    expect(chain.runtime.decode(chain.bare(set)).isInherent).toBe(true)
    expect(chain.runtime.decode(chain.sign(bob, set)).isInherent).toBe(false)
    expect(chain.runtime.decode(chain.general(set)).isInherent).toBe(false)
    expect(chain.runtime.decode(chain.bare(open('sesame'))).isInherent).toBe(false)
  })

  it('is not taken from the pool, and not twice in a block', () => {
    const chain = newChain()
    const wire = chain.bare(callOf('Timestamp', 'set', { now: 1n }))
    expect(validity(chain, wire)).toEqual({ ok: false, error: invalid('MandatoryValidation') })
    expect(chain.build([wire])).toEqual([refused('BadMandatory')])
  })
})

describe('a general transaction', () => {
  const remark = callOf('System', 'remark', { remark: utf8('hi') })

  it('is from nobody: UnknownOrigin, as no extension says whom it is from', () => {
    const chain = newChain()
    const wire = chain.general(remark)
    expect(wire[1]).toBe(0x45)
    expect(chain.runtime.decode(wire).signature).toBeUndefined()
    expect(chain.runtime.signingPayload(chain.at, chain.runtime.decode(wire))).toBeUndefined()
    expect(validity(chain, wire)).toEqual({ ok: false, error: invalid('UnknownOrigin') })
    expect(chain.build([wire])).toEqual([refused('UnknownOrigin')])
    expect(chain.events()).toEqual([])
  })

  it('of a call that may come unsigned is none the less general', () => {
    const chain = newChain()
    expect(chain.build([chain.general(open('sesame'))])).toEqual([refused('UnknownOrigin')])
  })

  it('is refused by the extensions before that', () => {
    const chain = newChain()
    chain.state = chain.state.apply([[chain.key('System', 'BlockHash', new Uint8Array(4), 'Twox64Concat'), null]])
    chain.number = 10
    const old = chain.general(remark, { era: { period: 8, phase: 3 } })
    expect(validity(chain, old)).toEqual({ ok: false, error: invalid('AncientBirthBlock') })
    const heavy = newChain()
    const flood = heavy.general(callOf('Box', 'flood'))
    expect(validity(heavy, flood)).toEqual({ ok: false, error: invalid('ExhaustsResources') })
    const mandatory = heavy.general(callOf('Timestamp', 'set', { now: 1n }))
    expect(validity(heavy, mandatory)).toEqual({ ok: false, error: invalid('MandatoryValidation') })
  })
})
