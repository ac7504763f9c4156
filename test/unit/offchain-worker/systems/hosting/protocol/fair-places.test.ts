/** Places of which everybody who comes has the same chance. */
import { expect, test } from 'vitest'
import { u32le } from '#types/bytes.ts'
import { createPrng } from '#types/domain/prng.ts'
import { FairPlaces } from '#worker/systems/hosting/protocol/fair-places.ts'

const PLACES = 8
const placesOf = (seed: number): FairPlaces => new FairPlaces(PLACES, createPrng([u32le(seed)]))

/** The names that have a place after all of these came. */
function after(seed: number, names: readonly string[]): Set<string> {
  const places = placesOf(seed)
  const holders = new Set<string>()
  for (const name of names) {
    const { hasPlace, loser } = places.arrive(name)
    if (loser !== undefined) holders.delete(loser)
    if (hasPlace) holders.add(name)
  }
  return holders
}

test('those who come first and stay for ever do not keep all places, and nobody has a better chance', () => {
  const planted = Array.from({ length: PLACES }, (_, i) => `planted ${i}`)
  const readers = Array.from({ length: 7 * PLACES }, (_, i) => `reader ${i}`)
  let kept = 0
  const rounds = 400
  for (let seed = 0; seed < rounds; seed++) {
    const holders = after(seed, [...planted, ...readers])
    expect(holders.size).toBe(PLACES)
    kept += planted.filter((name) => holders.has(name)).length
  }
  // Each of 8 x 8 who came has a place with 1/8.
  expect(kept / rounds / PLACES).toBeGreaterThan(0.1)
  expect(kept / rounds / PLACES).toBeLessThan(0.15)
})

test('one that has lost stays out, however often it comes', () => {
  const places = placesOf(1)
  const names = Array.from({ length: 100 }, (_, i) => `${i}`)
  const out = new Set<string>()
  for (const name of names) {
    const { hasPlace, loser } = places.arrive(name)
    if (!hasPlace) out.add(name)
    if (loser !== undefined) out.add(loser)
  }
  expect(out.size).toBe(names.length - PLACES)
  for (const name of names) expect(places.arrive(name)).toEqual({ hasPlace: !out.has(name) })
})
