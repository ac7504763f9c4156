/** The trees over a copy: their shape, and that a proof has just the nodes that it needs. */
import { createHash } from 'node:crypto'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { equalBytes } from '#types/bytes.ts'
import { leafNode, siblingsOf, topBy, topOf, type PlacedNode } from '#types/domain/hosting/copy/tree.ts'

const hash = (...parts: readonly Uint8Array[]): Uint8Array => createHash('sha256').update(Buffer.concat(parts)).digest()
const nodes = (count: number): Uint8Array[] => Array.from({ length: count }, (_, i) => leafNode(Uint8Array.of(i)))

/** RFC 6962, section 2.1, word for word. */
function naiveTop(of: readonly Uint8Array[]): Uint8Array {
  if (of.length === 1) return of[0]!
  let k = 1
  while (2 * k < of.length) k *= 2
  return hash(Uint8Array.of(1), naiveTop(of.slice(0, k)), naiveTop(of.slice(k)))
}

/** Some places of a tree. */
const proven = fc.integer({ min: 1, max: 70 }).chain((count) =>
  fc.record({
    count: fc.constant(count),
    places: fc
      .uniqueArray(fc.nat(count - 1), { minLength: 1, maxLength: count })
      .map((all) => all.sort((a, b) => a - b)),
  }),
)

test('the shape is that of RFC 6962, whatever the number of nodes', () => {
  for (let count = 1; count <= 70; count++) expect(topOf(nodes(count))).toEqual(naiveTop(nodes(count)))
})

test('nodes and their siblings lead to the top, and no other nodes or siblings do', () => {
  fc.assert(
    fc.property(proven, fc.nat(), ({ count, places }, seed) => {
      const all = nodes(count)
      const top = topOf(all)
      const siblings = siblingsOf(all, places)
      const given = places.map((place): PlacedNode => [place, all[place]!])
      const leads = (nodesGiven: readonly PlacedNode[], of = siblings, length = count): boolean => {
        const found = topBy(length, nodesGiven, of)
        return found !== undefined && equalBytes(found, top)
      }
      expect(leads(given)).toBe(true)
      expect(leads(given, [...siblings, top])).toBe(false)
      if (siblings.length > 0) expect(leads(given, siblings.slice(1))).toBe(false)
      const at = seed % given.length
      expect(leads(given.with(at, [given[at]![0], leafNode(Uint8Array.of(255))]))).toBe(false)
      if (count > 1) {
        const elsewhere = given.with(at, [(given[at]![0] + 1) % count, given[at]![1]])
        expect(leads(elsewhere.toSorted(([a], [b]) => a - b))).toBe(false)
      }
    }),
  )
})

test('the work for a proof does not grow with the number of nodes that is said', () => {
  expect(topBy(2 ** 32 - 1, [[2 ** 32 - 2, leafNode(Uint8Array.of(1))]], [])).toBeUndefined()
  const siblings = Array.from({ length: 32 }, () => leafNode(Uint8Array.of(2)))
  expect(topBy(2 ** 32 - 1, [[0, leafNode(Uint8Array.of(1))]], siblings)).toHaveLength(32)
})
