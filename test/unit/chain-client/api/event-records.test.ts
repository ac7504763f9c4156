import { describe, expect, it } from 'vitest'
import { concatBytes } from '#types/bytes.ts'
import { AccountId, H256 } from '#types/scale/account.ts'
import { encode, ScaleError } from '#types/scale/codec.ts'
import { compactU128, option, struct, tuple, variant, vec, type AnyCodec } from '#types/scale/compound.ts'
import { DispatchError, DispatchEventInfo } from '#types/scale/dispatch.ts'
import { bool, bytes, fixedBytes, str, u128, u32, u64, u8, unit } from '#types/scale/primitives.ts'
import { decodeEvent, eventOf } from '#chain/api/descriptors.ts'
import { dispatchFailure, splitEvents } from '#chain/api/event-records.ts'
import { shapesOfCodecs } from './shapes-of-codecs.ts'

const Rich = {
  who: AccountId,
  amount: compactU128,
  name: str,
  blob: bytes,
  list: vec(struct({ at: u64, on: bool })),
  maybe: option(vec(u32)),
  choice: variant({ None: unit, Some: tuple(u8, str) }),
}
const rich = {
  who: new Uint8Array(32).fill(7),
  amount: 1n << 90n,
  name: 'größe',
  blob: new Uint8Array(300).fill(1),
  list: [{ at: 5n, on: true }],
  maybe: [1, 2, 3],
  choice: { tag: 'Some', value: [9, 'x'] },
} as const

const shapes = shapesOfCodecs({
  System: {
    events: {
      ExtrinsicSuccess: { dispatchInfo: DispatchEventInfo },
      ExtrinsicFailed: { dispatchError: DispatchError, dispatchInfo: DispatchEventInfo },
    },
  },
  Test: { events: { Empty: {}, Rich }, errors: ['Tired', 'Cold'] },
})
const INFO = encode(DispatchEventInfo, {
  weight: { refTime: 5n, proofSize: 0n },
  class: 'Normal',
  paysFee: 'Yes',
})
const inExtrinsic = (index: number): Uint8Array => concatBytes(Uint8Array.of(0), encode(u32, index))
const FINALIZATION = Uint8Array.of(1)
const NO_TOPICS = Uint8Array.of(0)

/** An event record: phase, pallet and event index, fields, topics. */
const record = (
  phase: Uint8Array,
  index: readonly number[],
  data: Uint8Array,
  topics: Uint8Array = NO_TOPICS,
): Uint8Array => concatBytes(phase, Uint8Array.from(index), data, topics)
const list = (...records: readonly Uint8Array[]): Uint8Array =>
  concatBytes(Uint8Array.of(records.length << 2), ...records)
const failed = (error: DispatchError): Uint8Array =>
  record(inExtrinsic(1), [0, 1], concatBytes(encode(DispatchError, error), INFO))

describe('event records', () => {
  it('are split at their fields, whatever these are made of', () => {
    const data = encode(struct(Rich), rich)
    const topics = encode(vec(H256), [new Uint8Array(32), new Uint8Array(32)])
    const events = splitEvents(
      shapes,
      list(record(inExtrinsic(3), [1, 1], data, topics), record(FINALIZATION, [1, 0], new Uint8Array())),
    )
    expect(events).toEqual([
      { pallet: 'Test', name: 'Rich', data, extrinsicIndex: 3 },
      { pallet: 'Test', name: 'Empty', data: new Uint8Array(), extrinsicIndex: undefined },
    ])
    expect(decodeEvent(eventOf('Test', 'Rich', Rich), events[0]!)).toEqual(rich)
    expect(decodeEvent(eventOf('Test', 'Rich', Rich), events[1]!)).toBeUndefined()
    expect(splitEvents(shapes, undefined)).toEqual([])
  })

  it('that do not fit the metadata are refused', () => {
    const whole = list(record(inExtrinsic(3), [1, 1], encode(struct(Rich), rich)))
    for (let length = 0; length < whole.length; length++)
      expect(() => splitEvents(shapes, whole.slice(0, length))).toThrow(ScaleError)
    expect(() => splitEvents(shapes, concatBytes(whole, NO_TOPICS))).toThrow('1 bytes more')
    expect(() => splitEvents(shapes, list(record(FINALIZATION, [9, 0], NO_TOPICS)))).toThrow('pallet 9 event 0')
    expect(() => splitEvents(shapes, list(record(FINALIZATION, [1, 7], NO_TOPICS)))).toThrow('pallet 1 event 7')
  })

  it.each([
    [
      { tag: 'Module', value: { index: 1, error: Uint8Array.of(1, 0, 0, 0) } },
      { pallet: 'Test', name: 'Cold' },
    ],
    [{ tag: 'Module', value: { index: 8, error: Uint8Array.of(1, 0, 0, 0) } }, { text: 'Module 8 error 1.0.0.0' }],
    [{ tag: 'BadOrigin', value: undefined }, { text: 'BadOrigin' }],
    [{ tag: 'Token', value: 'FundsUnavailable' }, { text: 'Token: FundsUnavailable' }],
  ] as const)('name the failure of a call: %#', (error, expected) => {
    const events = splitEvents(shapes, list(record(inExtrinsic(0), [0, 0], INFO), failed(error)))
    expect(dispatchFailure(shapes, events, 0)).toBeUndefined()
    expect(dispatchFailure(shapes, events, 1)).toEqual(expected)
    expect(() => dispatchFailure(shapes, events, 2)).toThrow('extrinsic 2')
  })

  it('skip every kind of type as the codec reads it', () => {
    const one = (codec: AnyCodec, value: Uint8Array): void => {
      const single = shapesOfCodecs({ P: { events: { E: { x: codec } } } })
      expect(splitEvents(single, list(record(FINALIZATION, [0, 0], value)))[0]?.data).toEqual(value)
    }
    for (const value of [0n, 63n, 64n, 16_383n, 16_384n, (1n << 30n) - 1n, 1n << 30n, (1n << 128n) - 1n])
      one(compactU128, encode(compactU128, value))
    one(u128, encode(u128, 3n))
    one(fixedBytes(0), new Uint8Array())
    one(vec(unit), encode(vec(unit), [undefined, undefined]))
    one(vec(vec(str)), encode(vec(vec(str)), [['a'], [], ['b', 'cc']]))
  })
})
