/** The shared generator: the same numbers give the same stream everywhere, against a chain of hashes from another library. */
import { blake2b } from '@noble/hashes/blake2.js'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { toHex, utf8 } from '#types/bytes.ts'
import { createPrng } from '#types/domain/prng.ts'

const hash = (...parts: Uint8Array[]): Uint8Array =>
  blake2b(Uint8Array.from(parts.flatMap((part) => [...part])), { dkLen: 32 })
const u64 = (value: number): Uint8Array => new Uint8Array(new BigUint64Array([BigInt(value)]).buffer)
const fill = (byte: number): Uint8Array => new Uint8Array(32).fill(byte)
const drawn = (numbers: Uint8Array[], count: number): string[] => {
  const prng = createPrng(numbers)
  return Array.from({ length: count }, () => toHex(prng.next()))
}

describe('vectors', () => {
  test('of two numbers, as written down', () => {
    expect(drawn([fill(1), fill(2)], 3)).toEqual([
      '0x38e6dd36c830d70779177c8701564b2a3c07be493fb9c3bef1cb08b73a5ef33d',
      '0x649465ec3bb2f7e0df299ffe4e985c2a8763fd3b0b35b5e0fd2d954fb99d8f6b',
      '0xaba3f27cb85af140727f6310ac8833a1f78e6dcd98bb858272d44cf4fafbd91c',
    ])
  })

  test('of any numbers: a chain of BLAKE2b-256, a draw beside each link', () => {
    const number = fc.uint8Array({ minLength: 0, maxLength: 80 })
    fc.assert(
      fc.property(fc.array(number, { minLength: 1, maxLength: 6 }), (numbers) => {
        let seed: Uint8Array = new Uint8Array(0)
        for (const x of numbers) seed = hash(seed, x)
        const expected = Array.from({ length: 20 }, (_, i) => {
          const draw = hash(seed, utf8('draw'))
          seed = hash(seed, u64(i))
          return toHex(draw)
        })
        expect(drawn(numbers, 20)).toEqual(expected)
      }),
      { numRuns: 20 },
    )
  })

  test('of numbers, integers and an order', () => {
    const prng = createPrng([fill(7)])
    expect([6, 100, 1, 2 ** 53 - 1].map((bound) => prng.below(bound))).toEqual([0, 98, 0, 4_254_449_095_900_225])
    expect(prng.shuffle(['a', 'b', 'c', 'd', 'e', 'f'])).toEqual(['c', 'd', 'b', 'a', 'f', 'e'])
  })
})

test('depends on every number, their order and where one ends', () => {
  const ab = Uint8Array.of(...fill(1), ...fill(2))
  const streams = [[fill(1), fill(2)], [fill(2), fill(1)], [fill(1)], [ab], [fill(1), fill(3)], []]
  expect(new Set(streams.map((numbers) => drawn(numbers, 1)[0])).size).toBe(streams.length)
})

test('a draw does not tell the next one: it is no link of the chain', () => {
  const [first, second] = drawn([fill(9)], 2) as [string, string]
  const seen = Uint8Array.from(Buffer.from(first.slice(2), 'hex'))
  for (const guess of [hash(seen), hash(seen, u64(0)), hash(hash(seen, u64(0)), utf8('draw'))])
    expect(toHex(guess)).not.toBe(second)
})

describe('integers', () => {
  test('lie below their bound, each as likely: chi squared of 16,000 draws below 5', () => {
    const prng = createPrng([utf8('uniform')])
    const counts = [0, 0, 0, 0, 0]
    for (let i = 0; i < 16_000; i++) counts[prng.below(5)]!++
    const chi = counts.reduce((sum, count) => sum + (count - 3_200) ** 2 / 3_200, 0)
    expect(chi).toBeLessThan(18.5) // 4 degrees of freedom, p = 0.001
  })

  test('are drawn again above the last multiple of the bound, because a remainder would favour small results', () => {
    const range = 2n ** 64n
    const bound = range / 2_049n + 1n
    const limit = range - (range % bound)
    const read = (bytes: Uint8Array): bigint => Buffer.from(bytes).readBigUInt64BE(0)
    let label = 0
    while (read(hash(hash(u64(label)), utf8('draw'))) < limit) label++
    const [first, second] = drawn([u64(label)], 2).map((hex) => BigInt(hex.slice(0, 18))) as [bigint, bigint]
    expect(first).toBeGreaterThanOrEqual(limit)
    expect(second).toBeLessThan(limit)
    expect(BigInt(createPrng([u64(label)]).below(Number(bound)))).toBe(second % bound)
  })

  test.each([0, -1, 1.5, Number.NaN, 2 ** 53])('%d is no bound', (bound) => {
    expect(() => createPrng([fill(1)]).below(bound)).toThrow(/expected a bound from 1 to/)
  })
})

test('an order is a permutation, and every one of the six of three comes up as often', () => {
  const prng = createPrng([utf8('orders')])
  const seen = new Map<string, number>()
  for (let i = 0; i < 6_000; i++) {
    const order = prng.shuffle([1, 2, 3]).join('')
    seen.set(order, (seen.get(order) ?? 0) + 1)
  }
  expect(seen.size).toBe(6)
  const chi = [...seen.values()].reduce((sum, count) => sum + (count - 1_000) ** 2 / 1_000, 0)
  expect(chi).toBeLessThan(20.5) // 5 degrees of freedom, p = 0.001
})
