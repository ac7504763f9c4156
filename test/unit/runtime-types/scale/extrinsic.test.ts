import { describe, expect, it } from 'vitest'
import { concatBytes, fromHex, toHex } from '#types/bytes.ts'
import { blake2b256 } from '#types/crypto/hash.ts'
import { decode, encode } from '#types/scale/codec.ts'
import { compactU32, struct, variant } from '#types/scale/compound.ts'
import { Era } from '#types/scale/era.ts'
import { extrinsicCodec, extrinsicHash, signingPayload } from '#types/scale/extrinsic.ts'
import { bytes, unit } from '#types/scale/primitives.ts'

const call = variant({ remark: bytes, nothing: unit })
const extra = struct({ era: Era, nonce: compactU32 })
const codec = extrinsicCodec({ call, extra })

const nothing = { tag: 'nothing', value: undefined } as const
const signed: Parameters<typeof codec.write>[0] = {
  version: 4,
  signature: {
    address: { tag: 'Id', value: new Uint8Array(32).fill(1) },
    signature: { tag: 'Sr25519', value: new Uint8Array(64).fill(2) },
    extra: { era: 'immortal', nonce: 3 },
  },
  call: nothing,
}

describe('extrinsics', () => {
  it('are signed as version 4 behind their length', () => {
    const wire = encode(codec, signed)
    expect(toHex(wire)).toBe(`0x99018400${'01'.repeat(32)}01${'02'.repeat(64)}000c01`)
    expect(decode(codec, wire)).toEqual(signed)
    expect(extrinsicHash(wire)).toEqual(blake2b256(wire))
  })

  it.each([
    ['0x080401', 4],
    ['0x080501', 5],
  ] as const)('are bare as %s', (hex, version) => {
    expect(decode(codec, fromHex(hex))).toEqual({ version, call: nothing })
    expect(toHex(encode(codec, { version, call: nothing }))).toBe(hex)
  })

  it.each([
    ['a prefix that is too long', '0x0c040101', 'extrinsic at byte 1: expected an extrinsic of 3 bytes, got 2 bytes'],
    ['a prefix that is too short', '0x040401', 'extrinsic at byte 1: expected an extrinsic of 1 bytes, got 2 bytes'],
    ['a prefix longer than the input', '0x100401', 'extrinsic at byte 0: expected extrinsic of 4 elements'],
    ['extensions of another version', '0x14450100000c', 'extrinsic at byte 2: expected extension version 0, got 1'],
    ['a general one of version 4', '0x084401', '0x84 (signed), 0x45 (general), 0x04 or 0x05 (bare), got 0x44'],
    ['a signed one of version 5', '0x088501', 'got 0x85'],
    ['nothing', '0x00', 'expected 1 bytes for extrinsic version'],
    ['another call', '0x080407', 'extrinsic.call at byte 2: expected a variant index of enum, got 7'],
    ['a broken address', '0x088409', 'extrinsic.address at byte 2: expected a variant index of MultiAddress, got 9'],
  ])('are refused with %s', (_, hex, message) => {
    expect(() => decode(codec, fromHex(hex))).toThrow(message)
  })

  it('are general as 0x45, with the version and the explicit parts of the extensions', () => {
    const general = { extensionVersion: 0, extra: { era: 'immortal', nonce: 3 } } as const
    expect(toHex(encode(codec, { version: 5, general, call: nothing }))).toBe('0x144500000c01')
    expect(decode(codec, fromHex('0x144500000c01'))).toEqual({ version: 5, general, call: nothing })
    expect(() => encode(codec, { version: 4, general, call: nothing })).toThrow('version 5 for a general')
    expect(() => encode(codec, { ...signed, general })).toThrow('a signed or a general extrinsic, got both')
  })

  it('are not signed in version 5', () => {
    expect(() => encode(codec, { ...signed, version: 5 })).toThrow('extrinsic version 4')
  })
})

it('payloads are hashed when longer than 256 bytes', () => {
  const payload = (length: number): Uint8Array =>
    signingPayload(new Uint8Array(length - 2).fill(1), Uint8Array.of(2), Uint8Array.of(3))
  const plain = concatBytes(new Uint8Array(254).fill(1), Uint8Array.of(2, 3))
  expect(payload(256)).toEqual(plain)
  expect(payload(257)).toEqual(blake2b256(concatBytes(Uint8Array.of(1), plain)))
})
