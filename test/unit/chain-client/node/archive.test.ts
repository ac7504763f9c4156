/** The archive behaves like a map, also while it compresses records. */
import * as fc from 'fast-check'
import { expect, it } from 'vitest'
import { concatBytes, equalBytes, toHex, u32le } from '#types/bytes.ts'
import { blake2b256 } from '#types/crypto/hash.ts'
import { Archive } from '#chain/node/archive.ts'

const hashKey = (index: number): Uint8Array => concatBytes(Uint8Array.of(1), blake2b256(u32le(index)))

it('gives back what was set last, over many segments and growths of its index', () => {
  const RECORDS = 5000
  const archive = new Archive()
  const value = (index: number): Uint8Array => new Uint8Array(index % 300).fill(index)
  for (let i = 0; i < RECORDS; i++) archive.set(hashKey(i), value(i))
  for (let i = 0; i < RECORDS; i += 7) archive.set(hashKey(i), value(i + 1))
  const wrong: number[] = []
  for (let i = 0; i < RECORDS; i++)
    if (!equalBytes(archive.get(hashKey(i))!, value(i % 7 === 0 ? i + 1 : i))) wrong.push(i)
  expect(wrong).toEqual([])
  expect(archive.get(hashKey(RECORDS))).toBeUndefined()
})

it('equals a map for keys that share their first bytes, and values of any size', () => {
  const key = fc.tuple(fc.constantFrom('01aabbccdd', '02aabbccdd', '01aabbccde'), fc.nat(3)).map(([head, tail]) =>
    // Four bytes and the column make the fingerprint: all of these collide but for the column or one bit.
    concatBytes(Buffer.from(head, 'hex'), new Uint8Array(tail)),
  )
  const value = fc.oneof(
    fc.uint8Array({ maxLength: 40 }),
    fc.integer({ min: 60_000, max: 140_000 }).map((length) => new Uint8Array(length).fill(length)),
  )
  fc.assert(
    fc.property(fc.array(fc.tuple(key, fc.option(value)), { maxLength: 30 }), (records) => {
      const archive = new Archive()
      const model = new Map<string, Uint8Array>()
      for (const [at, bytes] of records) {
        if (bytes) archive.set(at, bytes)
        else archive.delete(at)
        if (bytes) model.set(toHex(at), bytes)
        else model.delete(toHex(at))
      }
      for (const [at] of records) {
        const [found, expected] = [archive.get(at), model.get(toHex(at))]
        expect(found === undefined || expected === undefined ? found : Buffer.compare(found, expected)).toBe(
          expected && 0,
        )
      }
    }),
  )
})

it('holds no more for records that were removed or set again, however many there were', () => {
  const KEPT = 500
  const ROUNDS = 40
  const archive = new Archive()
  const noise = (seed: number): Uint8Array =>
    concatBytes(...Array.from({ length: 16 }, (_, i) => blake2b256(u32le(seed * 16 + i))))
  const before = process.memoryUsage().arrayBuffers
  for (let i = 0; i < KEPT * ROUNDS; i++) {
    archive.set(hashKey(i), noise(i))
    archive.set(hashKey(-1), noise(i))
    if (i >= KEPT) archive.delete(hashKey(i - KEPT))
  }
  // All of it would be 20 MiB.
  expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(4 * 1024 * 1024)
  expect(archive.get(hashKey(KEPT * ROUNDS - KEPT - 1))).toBeUndefined()
  for (const i of [KEPT * ROUNDS - KEPT, KEPT * ROUNDS - 1]) expect(archive.get(hashKey(i))).toEqual(noise(i))
  expect(archive.get(hashKey(-1))).toEqual(noise(KEPT * ROUNDS - 1))
})

it('holds what repeats in a fraction of its bytes', () => {
  const RECORDS = 20_000
  const archive = new Archive()
  const before = process.memoryUsage().arrayBuffers
  const row = new Uint8Array(500).fill(7)
  for (let i = 0; i < RECORDS; i++) archive.set(hashKey(i), row)
  expect(process.memoryUsage().arrayBuffers - before).toBeLessThan((RECORDS * row.length) / 2)
  expect(archive.get(hashKey(0))).toEqual(row)
})
