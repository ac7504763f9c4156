import { describe, expect, it } from 'vitest'
import { concatBytes, fromHex, toHex, utf8 } from '#types/bytes.ts'
import { blake2b256 } from '#types/crypto/hash.ts'
import { AccountId, AccountInfo, NEW_LOGIC_FLAG } from '#types/scale/account.ts'
import { decode, encode, Reader, type Codec } from '#types/scale/codec.ts'
import { AURA_ENGINE_ID, Digest, DigestItem } from '#types/scale/digest.ts'
import {
  ApplyExtrinsicResult,
  DispatchError,
  DispatchEventInfo,
  DispatchResult,
  FeeDetails,
  InvalidTransaction,
  RuntimeDispatchInfo,
  TransactionSource,
  TransactionValidity,
} from '#types/scale/dispatch.ts'
import { Era, eraBirth, eraDeath, mortalEra } from '#types/scale/era.ts'
import { eventRecord } from '#types/scale/events.ts'
import { Header, headerHash } from '#types/scale/header.ts'
import { MultiAddress } from '#types/scale/multi-address.ts'
import { MultiSignature } from '#types/scale/multi-signature.ts'
import { u16, u32 } from '#types/scale/primitives.ts'
import { RuntimeVersion } from '#types/scale/runtime-version.ts'
import {
  Blake2_128,
  Blake2_128Concat,
  Identity,
  readStorageKeyPart,
  storageKey,
  storagePrefix,
  Twox128,
  Twox256,
  Twox64Concat,
} from '#types/scale/storage-key.ts'

const bytesOf = (byte: number, length = 32): Uint8Array => new Uint8Array(length).fill(byte)

/** Encodes to exactly `hex` and comes back as it was. */
function expectBoth<T>(codec: Codec<T>, value: T, hex: string): void {
  expect(toHex(encode(codec, value))).toBe(hex)
  expect(decode(codec, fromHex(hex))).toEqual(value)
}

describe('Era', () => {
  it('encodes as the vectors in sp-runtime era.rs', () => {
    expectBoth(Era, 'immortal', '0x00')
    expectBoth(Era, { period: 64, phase: 42 }, toHex(Uint8Array.of(5 + (42 % 16) * 16, Math.floor(42 / 16))))
    expectBoth(Era, { period: 32768, phase: 20000 }, toHex(Uint8Array.of(14 + (2500 % 16) * 16, Math.floor(2500 / 16))))
  })

  it.each(['0x1000', '0x4100', '0xf5ff', '0x05', '0x'])('refuses %s', (hex) => {
    expect(() => decode(Era, fromHex(hex))).toThrow(/expected/)
  })

  it.each([
    { period: 2, phase: 0 },
    { period: 100, phase: 0 },
    { period: 131072, phase: 0 },
    { period: 64, phase: 64 },
    { period: 64, phase: -1 },
    { period: 65536, phase: 17 },
  ])('does not write $period/$phase', (era) => {
    expect(() => encode(Era, era)).toThrow(/expected an era/)
  })

  it('rounds periods up to powers of two within 4 to 65536', () => {
    expect(mortalEra(0, 7)).toEqual({ period: 4, phase: 3 })
    expect(mortalEra(50, 100)).toEqual({ period: 64, phase: 36 })
    expect(mortalEra(1e9, 100_007)).toEqual({ period: 65536, phase: 34464 })
  })

  it('is born at the last block of its phase and dies a period later', () => {
    const era = { period: 4, phase: 3 }
    expect([3, 6, 7, 10].map((current) => eraBirth(era, current))).toEqual([3, 3, 7, 7])
    expect(eraBirth(era, 1)).toBe(3)
    expect(eraDeath(era, 6)).toBe(7)
    expect([eraBirth('immortal', 9), eraDeath('immortal', 9)]).toEqual([0, Infinity])
  })

  it('lists 256 variants in metadata', () => {
    expect(Era.type.shape).toMatchObject({ kind: 'variant', variants: { length: 256 } })
  })
})

it('MultiAddress and MultiSignature are numbered as in sp-runtime', () => {
  expectBoth(MultiAddress, { tag: 'Id', value: bytesOf(1) }, `0x00${'01'.repeat(32)}`)
  expectBoth(MultiAddress, { tag: 'Index', value: undefined }, '0x01')
  expectBoth(MultiAddress, { tag: 'Raw', value: bytesOf(2, 2) }, '0x02080202')
  expectBoth(MultiAddress, { tag: 'Address32', value: bytesOf(3) }, `0x03${'03'.repeat(32)}`)
  expectBoth(MultiAddress, { tag: 'Address20', value: bytesOf(4, 20) }, `0x04${'04'.repeat(20)}`)
  expectBoth(MultiSignature, { tag: 'Ed25519', value: bytesOf(5, 64) }, `0x00${'05'.repeat(64)}`)
  expectBoth(MultiSignature, { tag: 'Ecdsa', value: bytesOf(6, 65) }, `0x02${'06'.repeat(65)}`)
  expect(() => decode(MultiAddress, fromHex('0x05'))).toThrow('MultiAddress, got 5')
})

it('AccountInfo is 80 bytes', () => {
  const data = { free: 10n, reserved: 2n, frozen: 1n, flags: NEW_LOGIC_FLAG }
  const encoded = encode(AccountInfo, { nonce: 1, consumers: 2, providers: 3, sufficients: 4, data })
  expect(encoded.length).toBe(80)
  expect(encoded[79]).toBe(0x80)
  expect(decode(AccountInfo, encoded).data).toEqual(data)
})

describe('Header and Digest', () => {
  const items: DigestItem[] = [
    { tag: 'PreRuntime', value: [AURA_ENGINE_ID, bytesOf(1, 8)] },
    { tag: 'Other', value: bytesOf(2, 1) },
    { tag: 'RuntimeEnvironmentUpdated', value: undefined },
  ]

  it('numbers digest items as sp-runtime does', () => {
    expectBoth(Digest, { logs: items }, '0x0c066175726120010101010101010100040208')
    expect(() => decode(DigestItem, fromHex('0x01'))).toThrow('DigestItem, got 1')
  })

  it('hashes the encoding', () => {
    const header = {
      parentHash: bytesOf(1),
      number: 70,
      stateRoot: bytesOf(2),
      extrinsicsRoot: bytesOf(3),
      digest: items,
    }
    const encoded = encode(Header, header)
    expect(toHex(encoded.subarray(32, 34))).toBe('0x1901')
    expect(decode(Header, encoded)).toEqual(header)
    expect(headerHash(header)).toEqual(blake2b256(encoded))
  })
})

it('dispatch results and validity', () => {
  expectBoth(DispatchResult, { ok: true, value: undefined }, '0x00')
  const error: DispatchError = { tag: 'Module', value: { index: 5, error: Uint8Array.of(2, 0, 0, 0) } }
  expectBoth(DispatchResult, { ok: false, error }, '0x01030502000000')
  expectBoth(DispatchError, { tag: 'Token', value: 'Blocked' }, '0x0709')
  expectBoth(DispatchError, { tag: 'Trie', value: 'DecodeError' }, '0x0e0d')
  expectBoth(InvalidTransaction, { tag: 'UnknownOrigin', value: undefined }, '0x0c')
  expectBoth(TransactionSource, 'External', '0x02')
  expectBoth(
    ApplyExtrinsicResult,
    { ok: false, error: { tag: 'Invalid', value: { tag: 'Stale', value: undefined } } },
    '0x010003',
  )
  const valid = { priority: 1n, requires: [], provides: [bytesOf(1, 1)], longevity: 2n, propagate: true }
  expectBoth(TransactionValidity, { ok: true, value: valid }, '0x00010000000000000000040401020000000000000001')
})

it('weights and fees', () => {
  const weight = { refTime: 1n, proofSize: 64n }
  expectBoth(DispatchEventInfo, { weight, class: 'Operational', paysFee: 'No' }, '0x0401010101')
  expectBoth(RuntimeDispatchInfo, { weight, class: 'Normal', partialFee: 3n }, `0x0401010003${'00'.repeat(15)}`)
  const inclusionFee = { baseFee: 1n, lenFee: 2n, adjustedWeightFee: 3n }
  expect(decode(FeeDetails, encode(FeeDetails, { inclusionFee, tip: 4n }))).toEqual({ inclusionFee, tip: 4n })
})

it('event records', () => {
  const record = { phase: { tag: 'ApplyExtrinsic', value: 1 }, event: 7, topics: [bytesOf(9)] } as const
  expectBoth(eventRecord(u16), record, `0x0001000000070004${'09'.repeat(32)}`)
})

it('runtime version', () => {
  const version: RuntimeVersion = {
    specName: 'a',
    implName: 'b',
    authoringVersion: 1,
    specVersion: 2,
    implVersion: 3,
    apis: [[bytesOf(1, 8), 5]],
    transactionVersion: 4,
    stateVersion: 1,
  }
  expectBoth(RuntimeVersion, version, '0x04610462010000000200000003000000040101010101010101050000000400000001')
})

describe('storage keys', () => {
  it('have the well-known prefixes', () => {
    expect(toHex(storagePrefix('System', 'Account'))).toBe(
      '0x26aa394eea5630e07c48ae0c9558cef7b99d880ec681799c0cf30e8886371da9',
    )
    expect(toHex(storagePrefix('System', 'Number'))).toBe(
      '0x26aa394eea5630e07c48ae0c9558cef702a5c1b19ab7a04f536c519aca4983ac',
    )
  })

  it('lead to the account they were made of', () => {
    const alice = fromHex('0xd43593c715fdd31c61141abd04a99fd6822c8558854ccde39a5684e7a56da27d')
    const prefix = storagePrefix('System', 'Account')
    const key = storageKey(prefix, [[Blake2_128Concat, alice]])
    expect(toHex(key.subarray(32, 48))).toBe('0xde1e86a9a8c739864cf3cc5ec2bea59f')
    const from = new Reader(key)
    from.advance(prefix.length, 'prefix')
    expect(readStorageKeyPart(Blake2_128Concat, AccountId, from)).toEqual(alice)
  })

  it('of several parts are read part by part', () => {
    const key = storageKey(new Uint8Array(), [
      [Twox64Concat, encode(u32, 1)],
      [Identity, encode(u16, 2)],
      [Blake2_128, encode(u32, 3)],
    ])
    const from = new Reader(key)
    expect(readStorageKeyPart(Twox64Concat, u32, from)).toBe(1)
    expect(readStorageKeyPart(Identity, u16, from)).toBe(2)
    expect(readStorageKeyPart(Blake2_128, u32, from)).toBeUndefined()
    expect(from.remaining).toBe(16)
  })

  it('tell names apart that only differ in where they are cut', () => {
    expect(storagePrefix('AB', 'C')).not.toEqual(storagePrefix('A', 'BC'))
  })

  it('twox256 begins with twox128', () => {
    const hash = Twox256.encode(utf8('abc'))
    expect(hash.length).toBe(32)
    expect(hash.subarray(0, 16)).toEqual(Twox128.encode(utf8('abc')))
    expect(concatBytes(hash.subarray(16))).not.toEqual(hash.subarray(0, 16))
  })
})
