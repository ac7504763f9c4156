import { randomBytes } from 'node:crypto'
import { secp256k1 } from '@noble/curves/secp256k1.js'
import { describe, expect, it } from 'vitest'
import { fromHex, utf8 } from '#types/bytes.ts'
import { verify, verifyEd25519 } from '#types/crypto/signature.ts'
import { keypairFromSuri } from '#types/crypto/suri.ts'
import type { MultiSignature } from '#types/scale/multi-signature.ts'

const message = utf8('a message')
const schemes = [
  ['Sr25519', 'sr25519'],
  ['Ed25519', 'ed25519'],
  ['Ecdsa', 'ecdsa'],
] as const

describe.each(schemes)('%s', (tag, scheme) => {
  const alice = keypairFromSuri('//Alice', scheme)
  const signature: MultiSignature = { tag, value: alice.sign(message) }

  it('accepts what was signed and nothing else', () => {
    expect(verify(signature, message, alice.accountId)).toBe(true)
    expect(verify(signature, utf8('b message'), alice.accountId)).toBe(false)
    expect(verify(signature, message, keypairFromSuri('//Bob', scheme).accountId)).toBe(false)
    expect(verify(signature, utf8('<Bytes>a message</Bytes>'), alice.accountId)).toBe(false)
  })

  it('refuses each flipped byte', () => {
    for (let at = 0; at < signature.value.length; at++) {
      const value = signature.value.slice()
      value[at]! ^= 0x40
      expect(verify({ tag, value }, message, alice.accountId)).toBe(false)
    }
  })

  it('refuses malformed input without an exception, and works after a thousand of it', () => {
    const count = tag === 'Ecdsa' ? 300 : 1000
    for (let i = 0; i < count; i++) {
      const value = i % 2 === 0 ? randomBytes(i % 80) : randomBytes(signature.value.length)
      expect(verify({ tag, value }, randomBytes(i % 90), i % 3 === 0 ? randomBytes(i % 50) : randomBytes(32))).toBe(
        false,
      )
    }
    for (const byte of [0, 0xff]) {
      const value = new Uint8Array(signature.value.length).fill(byte)
      expect(verify({ tag, value }, message, new Uint8Array(32).fill(byte))).toBe(false)
    }
    expect(verify(signature, message, alice.accountId)).toBe(true)
  })
})

it('verifies the vector of @polkadot/util-crypto (sr25519)', () => {
  const value = fromHex(
    '0x4e172314444b8f820bb54c22e95076f220ed25373e5c178234aa6c211d29271244b947e3ff3418ff6b45fd1df1140c8cbff69fc58ee6dc96df70936a2bb74b82',
  )
  const account = fromHex('0x46ebddef8cd9bb167dc30878d7113b7e168e6f0646beffd77d69d39bad76b47a')
  expect(verify({ tag: 'Sr25519', value }, utf8('this is a message'), account)).toBe(true)
})

it('verifies RFC 8032 test 3 (ed25519)', () => {
  const signature = fromHex(
    '0x6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a',
  )
  const key = fromHex('0xfc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025')
  expect(verifyEd25519(signature, fromHex('0xaf82'), key)).toBe(true)
  expect(verifyEd25519(signature, fromHex('0xaf83'), key)).toBe(false)
})

it('keeps verifying when more keys come than are cached', () => {
  const pairs = Array.from({ length: 600 }, (_, i) =>
    keypairFromSuri(`0x${i.toString(16).padStart(64, '0')}`, 'ed25519'),
  )
  for (const pair of [...pairs, ...pairs.slice(0, 50)]) {
    expect(verifyEd25519(pair.sign(message), message, pair.publicKey)).toBe(true)
  }
})

describe('ecdsa recovery as sp-core does it', () => {
  const alice = keypairFromSuri('//Alice', 'ecdsa')
  const value = alice.sign(message)

  it('takes recovery ids 27 and 28 as 0 and 1', () => {
    const ethereum = value.slice()
    ethereum[64]! += 27
    expect(verify({ tag: 'Ecdsa', value: ethereum }, message, alice.accountId)).toBe(true)
    ethereum[64] = 4
    expect(verify({ tag: 'Ecdsa', value: ethereum }, message, alice.accountId)).toBe(false)
  })

  it('takes the other s of the same signature', () => {
    const signature = secp256k1.Signature.fromBytes(value.slice(0, 64), 'compact')
    const mirrored = new secp256k1.Signature(signature.r, secp256k1.Point.CURVE().n - signature.s).toBytes('compact')
    const high = Uint8Array.of(...mirrored, value[64]! ^ 1)
    expect(verify({ tag: 'Ecdsa', value: high }, message, alice.accountId)).toBe(true)
  })
})
