/** Slots, quorums and verdicts. */
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { auditSlot, leastMembers, majority, quorum, reasonOf, verdictOf } from '#types/domain/attestation/round.ts'

const seed = fc.uint8Array({ minLength: 32, maxLength: 32 })
const timing = fc.record({
  openedAt: fc.integer({ min: 0, max: 1_000_000 }),
  window: fc.integer({ min: 1, max: 20 }),
  members: fc.integer({ min: 3, max: 20 }),
  extra: fc.integer({ min: 0, max: 200 }),
})

test('every slot lies between the coinflip and END, and is not empty', () => {
  fc.assert(
    fc.property(seed, seed, timing, (magic, challenge, { openedAt, window, members, extra }) => {
      const endsAt = openedAt + window + members + extra
      for (let rank = 0; rank < members; rank++) {
        const slot = auditSlot({ magic, seed: challenge, rank, members }, { auditFrom: openedAt + window, endsAt })
        expect(slot.from).toBeGreaterThanOrEqual(openedAt + window)
        expect(slot.to).toBeLessThanOrEqual(endsAt)
        expect(slot.from).toBeLessThan(slot.to)
        expect(Number.isInteger(slot.from) && Number.isInteger(slot.to)).toBe(true)
      }
    }),
    { numRuns: 60 },
  )
})

test('slots follow one another: each place of the window is one member’s, up to the jitter', () => {
  fc.assert(
    fc.property(seed, seed, fc.integer({ min: 3, max: 12 }), (magic, mask, members) => {
      const length = 20
      const round = { auditFrom: 110, endsAt: 110 + members * length }
      const starts = Array.from({ length: members }, (_, rank) => {
        const challenge = mask.map((byte) => byte ^ rank)
        return auditSlot({ magic, seed: challenge, rank, members }, round).from
      })
      const sorted = starts.toSorted((a, b) => a - b)
      // Floor of a start moved by a fifth of a slot either way.
      for (const [place, start] of sorted.entries()) {
        expect(Math.abs(start - (110 + place * length))).toBeLessThanOrEqual(length / 5 + 1)
      }
    }),
    { numRuns: 60 },
  )
})

test('another number gives another order, whatever the challenges are', () => {
  const round = { auditFrom: 10, endsAt: 1_000 }
  const orderFor = (fill: number): string =>
    Array.from({ length: 10 }, (_, rank) => {
      const magic = new Uint8Array(32).fill(fill)
      return auditSlot({ magic, seed: new Uint8Array(32), rank, members: 10 }, round).from
    }).join()
  expect(new Set(Array.from({ length: 20 }, (_, fill) => orderFor(fill))).size).toBe(20)
})

test.each([
  [3, 2, 2],
  [4, 3, 3],
  [5, 4, 3],
  [7, 5, 4],
  [10, 7, 6],
])('of %i members %i make a verdict and %i agree', (members, forVerdict, forAgreement) => {
  expect(quorum(members)).toBe(forVerdict)
  expect(majority(members)).toBe(forAgreement)
  expect(2 * majority(members)).toBeGreaterThan(members)
})

test('a coinflip goes on with more than half of those drawn, and with three at least', () => {
  expect([3, 4, 5, 10].map(leastMembers)).toEqual([3, 3, 4, 6])
})

test('a verdict needs two thirds; anything else is inconclusive', () => {
  expect(verdictOf(5, 4, 1)).toBe('Pass')
  expect(verdictOf(5, 3, 2)).toBe('Inconclusive')
  expect(verdictOf(5, 1, 4)).toBe('Fail')
  expect(verdictOf(5, 0, 0)).toBe('Inconclusive')
  expect([reasonOf(5, 4, 1), reasonOf(5, 1, 4), reasonOf(5, 3, 2), reasonOf(5, 2, 1)]).toEqual([
    'Quorum',
    'Quorum',
    'ReportsDisagree',
    'TooFewReports',
  ])
})
