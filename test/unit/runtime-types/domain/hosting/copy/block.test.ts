/** One block of a copy: test vectors, that only its encoding decodes, and how many leaves it has. */
import { createHash } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, it, test } from 'vitest'
import { compareBytes, equalBytes, toHex, utf8 } from '#types/bytes.ts'
import { badModulus, rsaInvert, rsaPublic } from '#types/crypto/rsa.ts'
import { decodeBlock, encodeBlock, leavesOf } from '#types/domain/hosting/copy/block.ts'
import { blockKey, copyKey } from '#types/domain/hosting/copy/keys.ts'
import { permute, unpermute } from '#types/domain/hosting/copy/permutation.ts'
import { encoding, segmentOf, testIdentity, testKey } from '../../../../../helpers/hosting/copies.ts'

const KEY = testKey()
const IDENTITY = testIdentity(KEY.modulus)
const COPY = copyKey(IDENTITY)
const rsa = rsaPublic(KEY.modulus)
const hex = (bytes: Uint8Array): string => toHex(bytes).slice(2)
const hashed = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex')
const numbered = (size: number): Uint8Array => Uint8Array.from({ length: size }, (_, i) => i & 255)

/** The block before RSA. */
function permuted(plain: Uint8Array, index: number): Uint8Array {
  const pieces: Uint8Array[] = []
  encodeBlock(plain, blockKey(COPY, index), rsa.bytes, (piece) => (pieces.push(piece.slice(1)), piece))
  return Buffer.concat(pieces)
}

describe('vectors', () => {
  it('the key of the tests, the copy and a block', () => {
    expect(hashed(KEY.modulus)).toBe('c24637801f20c684d576029a22b65ba6344d1b64e88ad508880e6e7bbeb24d3b')
    expect(hex(COPY)).toBe('b9dbcdaea117b1a7ad4557873bd3861a1e6bb7099efc6fafadd2cde1a21af693')
    expect(hex(blockKey(COPY, 0))).toBe('ae0508f42935fe1193c67aefe661cd8430892f177aa6c84396cb45b1ee57d436')
  })

  it('a block of one leaf', () => {
    expect(hex(permuted(utf8('hello'), 0)).slice(0, 32)).toBe('800412943d582437425eab2b861be6b9')
    expect(hex(encoding(utf8('hello'), 0, IDENTITY, KEY))).toBe(
      '4dd90a9a8c479b7fed8f8f9e16a2a831a3b6d8669f6ba3f0ec70a9a134c3f9e57734ee82c6d8bf421d3af890507a1ac6168931b1a4aeb25c57dcf2c84209e9296cba9be14373cdc19d093191886c57ad8b8252bd6601a8cb52d0d4ce5bd07ca4aa60169075804e341e711bd2b3273b978b0eac289349ef6f76eea7dc0df196dc',
    )
  })

  it('a block of three leaves, and the segment of both', () => {
    expect(hashed(permuted(numbered(300), 1))).toBe('f55552a77c54760b8ffd679426b3739ea6539c346e918b16fc06fb51072aa51f')
    const encoded = [utf8('hello'), numbered(300)].map((plain, index) => encoding(plain, index, IDENTITY, KEY))
    expect(hashed(encoded[1]!)).toBe('375201f9555e8d8524a2741d379f9449b94e0962e33d55904980b2b5e0abd86c')
    const { segment } = segmentOf(0, encoded, KEY.modulus)
    expect(segment.leaves).toBe(4n)
    expect(hex(segment.root)).toBe('5e8b8fd3351db55217cb8109be35eab661cf2c7735c9519709003ab7053cbec0')
  })
})

test.each([
  [0, 1, 1],
  [1, 1, 1],
  [250, 1, 2],
  [251, 1, 3],
  [252, 2, 3],
  [256, 2, 3],
  [65_535, 258, 517],
  [65_536, 258, 517],
  [2 ** 20, 4_113, 8_257],
])('a block of %i bytes has %i leaves of 2,048 bits or %i of 1,024', (size, long, short) => {
  expect([leavesOf(size, 256), leavesOf(size, 128)]).toEqual([long, short])
})

test('blocks of these sizes come back as they were, and two copies have no leaf in common', () => {
  const other = { ...IDENTITY, generation: 1 }
  for (const size of [0, 1, 122, 123, 124, 250, 251, 4_000]) {
    const plain = numbered(size)
    const encoded = encoding(plain, 7, IDENTITY, KEY)
    expect(decodeBlock(encoded, blockKey(COPY, 7), rsa)).toEqual({ plain })
    const again = encoding(plain, 7, other, KEY)
    for (let at = 0; at < encoded.length; at += rsa.bytes) {
      expect(equalBytes(encoded.subarray(at, at + rsa.bytes), again.subarray(at, at + rsa.bytes))).toBe(false)
    }
  }
})

test('what is changed anywhere is no encoding of the same block', () => {
  const plain = numbered(400)
  const encoded = encoding(plain, 3, IDENTITY, KEY)
  fc.assert(
    fc.property(fc.nat(encoded.length - 1), fc.integer({ min: 1, max: 255 }), (at, change) => {
      const changed = encoded.slice()
      changed[at]! ^= change
      const decoded = decodeBlock(changed, blockKey(COPY, 3), rsa)
      expect('plain' in decoded && equalBytes(decoded.plain, plain)).toBe(false)
    }),
    { numRuns: 200 },
  )
})

describe('what is no encoding', () => {
  const key = blockKey(COPY, 0)
  /** Leaves of a block that was laid out by hand. */
  const made = (layout: Uint8Array): Uint8Array => {
    const bytes = layout.slice()
    permute(key, bytes)
    const leaves: Uint8Array[] = []
    for (let at = 0; at < bytes.length; at += rsa.bytes - 1) {
      const padded = new Uint8Array(rsa.bytes)
      padded.set(bytes.subarray(at, at + rsa.bytes - 1), 1)
      leaves.push(rsaInvert(KEY.secret, padded))
    }
    return Buffer.concat(leaves)
  }
  const layout = (size: number, pieces: number): Uint8Array => {
    const bytes = new Uint8Array(pieces * (rsa.bytes - 1))
    new DataView(bytes.buffer).setUint32(0, size, true)
    return bytes
  }

  test.each([
    ['no bytes', new Uint8Array(0), 'length'],
    ['half a leaf', new Uint8Array(64), 'length'],
    ['the modulus itself', KEY.modulus, 'leaf'],
    ['more than the modulus', new Uint8Array(128).fill(255), 'leaf'],
    ['a number of no piece', Uint8Array.from({ length: 128 }, (_, i) => (i === 127 ? 2 : 0)), 'leaf'],
    ['a length that is more than the block has', made(layout(124, 1)), 'content'],
    ['a length that needs fewer leaves', made(layout(5, 2)), 'content'],
    ['the greatest length', made(layout(0xffff_ffff, 1)), 'content'],
    ['padding that is not zero', made(layout(5, 1).fill(1, 126)), 'content'],
  ])('%s', (_, encoded, bad) => {
    expect(decodeBlock(encoded, key, rsa)).toEqual({ bad })
  })

  it('a leaf without its first zero bytes, although OpenSSL takes it', () => {
    expect(rsa.apply(new Uint8Array(127).fill(1))).toBeUndefined()
    expect(rsa.apply(Uint8Array.from({ length: 128 }, (_, i) => (i === 127 ? 1 : 0)))?.at(-1)).toBe(1)
  })
})

test('RSA with the public key is what the numbers say', () => {
  const n = BigInt(toHex(KEY.modulus))
  const power = (base: bigint): bigint => {
    let result = base
    for (let i = 0; i < 16; i++) result = (result * result) % n
    return (result * base) % n
  }
  const numbers = fc.uint8Array({ minLength: 128, maxLength: 128 })
  fc.assert(
    fc.property(numbers, (z) => {
      fc.pre(compareBytes(z, KEY.modulus) < 0)
      expect(BigInt(toHex(rsa.apply(z)!))).toBe(power(BigInt(toHex(z))))
    }),
  )
})

test('a modulus has its length, its top bit, and is odd', () => {
  const changed = (at: number, byte: number): Uint8Array => KEY.modulus.with(at, byte)
  expect(badModulus(KEY.modulus, 128)).toBeUndefined()
  expect(badModulus(KEY.modulus, 256)).toBe('length')
  expect(badModulus(changed(0, 0x7f), 128)).toBe('short')
  expect(badModulus(changed(127, 0xfe), 128)).toBe('even')
  expect(badModulus(new Uint8Array(64).fill(255), 64)).toBe('length')
})

test('the permutation has an inverse, and a change of one bit changes all', () => {
  const key = new Uint8Array(32).fill(5)
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 33, maxLength: 400 }), (bytes) => {
      const block = bytes.slice()
      permute(key, block)
      unpermute(key, block)
      expect(block).toEqual(bytes)
    }),
  )
  const [one, other] = [numbered(4_000), numbered(4_000)]
  other[3_999]! ^= 1
  permute(key, one)
  permute(key, other)
  const same = one.filter((byte, i) => byte === other[i]).length
  expect(same).toBeLessThan(4_000 / 64)
})
