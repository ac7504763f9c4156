import { describe, expect, it } from 'vitest'
import { AccountId, H256 } from '#types/scale/account.ts'
import type { AnyCodec } from '#types/scale/compound.ts'
import { recursive } from '#types/scale/recursive.ts'
import { array, compactU128, compactU32, option, struct, tuple, variant, vec } from '#types/scale/compound.ts'
import type { Codec } from '#types/scale/codec.ts'
import { enumeration } from '#types/scale/enumeration.ts'
import { boundedBytes, bytes, fixedBytes, u128, u16, u32, u64, u8, unit } from '#types/scale/primitives.ts'
import { callOf, constantOf, eventOf, storageOf } from '#chain/api/descriptors.ts'
import { checkFit, mismatches } from '#chain/api/fit.ts'
import { shapesOfCodecs } from './shapes-of-codecs.ts'

const Receipt = struct({ hash: H256, chunks: vec(u32) }, { path: ['assay', 'Receipt'] })
const OtherReceipt = struct({ hash: H256, chunks: vec(u64) }, { path: ['assay', 'Receipt'] })

const chain = shapesOfCodecs({
  Attestation: {
    calls: { submitReport: { round: u32, receipts: vec(Receipt) } },
    events: { RoundOpened: { round: u32, hoster: AccountId } },
    storage: { Rounds: { keys: [u32], value: Receipt } },
    constants: { Fee: u128 },
  },
})

/** Whether `ours` fits `theirs` where it is written (a call's argument) and where it is read (a constant). */
function fits(ours: AnyCodec, theirs: AnyCodec): { readonly written: boolean; readonly read: boolean } {
  const shapes = shapesOfCodecs({ P: { calls: { c: { x: theirs } }, constants: { K: theirs } } })
  return {
    written: mismatches([callOf('P', 'c', { x: ours })], shapes).length === 0,
    read: mismatches([{ ...constantOf('P', 'K', u8), value: ours }], shapes).length === 0,
  }
}
const BOTH = { written: true, read: true }
const NEITHER = { written: false, read: false }

describe('fit', () => {
  it('accepts a chain that has everything', () => {
    const requires = [
      callOf('Attestation', 'submitReport', { round: u32, receipts: vec(Receipt) }),
      eventOf('Attestation', 'RoundOpened', { round: u32, hoster: AccountId }),
      storageOf('Attestation', 'Rounds', [u32], Receipt),
      constantOf('Attestation', 'Fee', u128),
    ]
    expect(() => checkFit(requires, chain)).not.toThrow()
  })

  it.each([
    [callOf('Attestation', 'close', {}), 'call attestation.close is missing'],
    [callOf('Nowhere', 'close', {}), 'call nowhere.close is missing'],
    [eventOf('Attestation', 'Closed', {}), 'event Attestation.Closed is missing'],
    [storageOf('Workers', 'Workers', [u32], u32), 'storage Workers.Workers is missing'],
    [constantOf('Attestation', 'Slots', u32), 'constant Attestation.Slots is missing'],
    [storageOf('Attestation', 'Rounds', [], Receipt), 'storage Attestation.Rounds: expected 0 keys, chain has 1'],
    [
      storageOf('Attestation', 'Rounds', [u64], Receipt),
      'storage Attestation.Rounds: key 1: expected u64, chain has u32',
    ],
    [
      storageOf('Attestation', 'Rounds', [u32], OtherReceipt),
      'storage Attestation.Rounds: value: expected u64, chain has u32 (at chunks.[])',
    ],
    [
      callOf('Attestation', 'submitReport', { round: u32, receipts: vec(OtherReceipt) }),
      'call attestation.submitReport: argument 2 `receipts`: expected u64, chain has u32 (at [].chunks.[])',
    ],
    [
      callOf('Attestation', 'submitReport', { round: u32, receipts: Receipt }),
      'call attestation.submitReport: argument 2 `receipts`: expected Receipt{hash: H256, chunks: Vec<u32>}, chain has ' +
        'Vec<Receipt{hash: H256, chunks: Vec<u32>}>',
    ],
    [
      callOf('Attestation', 'submitReport', { round: u32 }),
      'call attestation.submitReport: expected 1 arguments (round), chain has 2 (round, receipts)',
    ],
    [
      eventOf('Attestation', 'RoundOpened', { hoster: AccountId, round: u32 }),
      'event Attestation.RoundOpened: field 1 `hoster`: expected that name, chain has `round`; event ' +
        'Attestation.RoundOpened: field 2 `round`: expected that name, chain has `hoster`',
    ],
  ])('names what is missing or different: %#', (requirement, message) => {
    expect(mismatches([requirement], chain).join('; ')).toBe(message)
  })

  it('refuses with one error that names the chain and what to do', () => {
    const requires = Array.from({ length: 12 }, (_, i) => callOf('Attestation', `call${i}`, {}))
    expect(() => checkFit(requires, chain)).toThrow(
      expect.objectContaining({
        code: 'CHAIN_MISMATCH',
        message: expect.stringMatching(
          /test 1 does not fit .*attestation\.call0 is missing.*and 4 more\. Connect to a chain/,
        ),
      }),
    )
  })

  it('compares what is on the wire: wrappers of one field and bounds do not matter', () => {
    expect(fits(bytes, boundedBytes(9))).toEqual(BOTH)
    expect(fits(fixedBytes(32), AccountId)).toEqual(BOTH)
    expect(fits(vec(u8, 3), bytes)).toEqual(BOTH)
    expect(fits(option(u32), option(u32))).toEqual(BOTH)
    expect(fits(unit, unit)).toEqual(BOTH)
  })

  it.each([
    ['widths', u32, u64],
    ['compact and plain', compactU32, u32],
    ['compact widths', compactU32, compactU128],
    ['array lengths', fixedBytes(32), fixedBytes(33)],
    ['array elements', array(u32, 2), array(u64, 2)],
    ['sequence and array', bytes, fixedBytes(4)],
    ['tuple lengths', tuple(u8, u8), tuple(u8, u8, u8)],
    ['tuple elements', tuple(u8, u8), tuple(u8, u16)],
    ['newtypes of the same bytes', AccountId, H256],
    ['field names', struct({ a: u8, b: u8 }), struct({ b: u8, a: u8 })],
    ['number of fields', struct({ a: u8 }), struct({ a: u8, b: u8 })],
    ['option and value', option(u32), u32],
    ['variant names', enumeration(['A', 'B']), enumeration(['A', 'C'])],
    ['variant indices', variant({ A: u8, B: u8 }), variant({ A: u8, B: u8 }, { indices: { A: 0, B: 2 } })],
    ['variant fields', variant({ A: u8 }), variant({ A: u32 })],
  ] as [string, AnyCodec, AnyCodec][])('tells %s apart', (_, ours, theirs) => {
    expect(fits(ours, theirs)).toEqual(NEITHER)
  })

  it('lets a chain know variants that we never write, and us variants that it never sends', () => {
    expect(fits(enumeration(['A']), enumeration(['A', 'B']))).toEqual({ written: true, read: false })
    expect(fits(enumeration(['A', 'B']), enumeration(['A']))).toEqual({ written: false, read: true })
  })

  it('ends on types that contain themselves', () => {
    const tree = (leaf: AnyCodec): AnyCodec => {
      const type: Codec<unknown> = recursive(
        () => made.type,
        () => made as Codec<unknown>,
      )
      const made: AnyCodec = variant({ Leaf: leaf, Node: vec(type) }, { path: ['Tree'] })
      return made
    }
    expect(fits(tree(u8), tree(u8))).toEqual(BOTH)
    expect(fits(tree(u8), tree(u32))).toEqual(NEITHER)
  })
})
