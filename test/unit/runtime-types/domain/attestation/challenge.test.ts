/** Challenges: the same for chain and auditor, and unknown to everybody who lacks the auditor's salt. */
import { describe, expect, test } from 'vitest'
import { equalBytes, toHex, u32le, utf8 } from '#types/bytes.ts'
import { blake2b256, blake2b256Of } from '#types/crypto/hash.ts'
import { commitTo } from '#types/domain/coinflip/coinflip.ts'
import { auditChunks, auditSalt, challengeSeed, hideAuditKeys } from '#types/domain/attestation/challenge.ts'
import { auditSlot } from '#types/domain/attestation/round.ts'

const bytes = (fill: number): Uint8Array => new Uint8Array(32).fill(fill)
const CHALLENGES = 15
const FEED_LENGTH = 1_000
const ROUND = { auditFrom: 1_010, endsAt: 1_060 }

describe('the challenges of a session', () => {
  const session = bytes(1)
  const secretsAt = (rank: number) => ({
    auditKeys: [0, 1, 2, 3].map((visit) => bytes(0x20 + 4 * rank + visit)),
    salt: auditSalt(bytes(0x40 + rank)),
  })
  const memberAt = (rank: number): Uint8Array => bytes(0x10 + rank)

  /** Computed apart, in Python with its own BLAKE2b. */
  test.each([
    [0, ['1010-1020', '1018-1028', '1050-1060', '1039-1049', '1029-1039'], [111, 217, 378, 415, 437, 526]],
    [7, ['1050-1060', '1030-1040', '1011-1021', '1019-1029', '1038-1048'], [145, 242, 383, 516, 556, 684]],
  ])('that agreed on 32 bytes of %i are always the same', (fill, slots, chunks) => {
    const magic = bytes(fill)
    const seedAt = (rank: number) => challengeSeed(session, magic, memberAt(rank), secretsAt(rank))
    const slotAt = (rank: number): string => {
      const { from, to } = auditSlot({ magic, seed: seedAt(rank), rank, members: 5 }, ROUND)
      return `${from}-${to}`
    }
    expect([0, 1, 2, 3, 4].map(slotAt)).toEqual(slots)
    expect(auditChunks(seedAt(2), 6, FEED_LENGTH)).toEqual(chunks)
  })

  test('have salts and commitments that are always the same', () => {
    expect(toHex(secretsAt(2).salt)).toBe('0x0f3f4f6efd40c885a4e363365f762fa5c4c37970cc662b52d129db9cc28ef4c1')
    expect(toHex(hideAuditKeys(session, memberAt(2), secretsAt(2)))).toBe(
      '0x50300365cd9fb227a2aeec445a7f24bf3418a368bd3b10f517e5afdd23dd79fd',
    )
  })
})

test('chunks are different ones of the feed', () => {
  const chunks = auditChunks(bytes(3), CHALLENGES, FEED_LENGTH)
  expect(new Set(chunks).size).toBe(CHALLENGES)
  expect(chunks.every((index) => index >= 0 && index < FEED_LENGTH)).toBe(true)
  expect(auditChunks(bytes(3), CHALLENGES, 4)).toEqual([0, 1, 2, 3])
})

const session = blake2b256(utf8('session'))
const member = blake2b256(utf8('member'))
const magic = blake2b256(utf8('m'))
const secrets = {
  auditKeys: [0, 1, 2, 3].map((visit) => blake2b256Of(utf8('key'), u32le(visit))),
  salt: auditSalt(blake2b256(utf8('seed'))),
}

test('commitment and challenge are one member’s alone, and follow from each key, their order and the salt', () => {
  const [first, second, third, fourth] = secrets.auditKeys as [Uint8Array, Uint8Array, Uint8Array, Uint8Array]
  const changed = [
    { ...secrets, salt: auditSalt(blake2b256(utf8('another seed'))) },
    { ...secrets, auditKeys: [second, first, third, fourth] },
    ...secrets.auditKeys.map((_, visit) => ({ ...secrets, auditKeys: secrets.auditKeys.with(visit, bytes(9)) })),
  ]
  const hidden = [
    hideAuditKeys(session, member, secrets),
    hideAuditKeys(bytes(9), member, secrets),
    hideAuditKeys(session, bytes(9), secrets),
    ...changed.map((each) => hideAuditKeys(session, member, each)),
  ]
  const seeds = [
    challengeSeed(session, magic, member, secrets),
    challengeSeed(bytes(9), magic, member, secrets),
    challengeSeed(session, bytes(9), member, secrets),
    challengeSeed(session, magic, bytes(9), secrets),
    ...changed.map((each) => challengeSeed(session, magic, member, each)),
  ]
  const all = [...hidden, ...seeds].map(toHex)
  expect(new Set(all).size).toBe(all.length)
})

describe('an adversary that knows the session, all of its numbers and the four keys, but not the salt', () => {
  const x = blake2b256(utf8('x'))
  const known = { session, member, magic, x, commitment: commitTo(session, member, x) }
  const { auditKeys } = secrets
  /** Salts that it can make of all that it knows. */
  const guesses = [
    bytes(0),
    ...Object.values(known),
    ...auditKeys,
    ...[...Object.values(known), ...auditKeys].map(auditSalt),
    ...[...Object.values(known), ...auditKeys].map((each) => blake2b256(each)),
  ]
  /** Honest members whose salts alone differ. */
  const TRIALS = 600
  const salts = Array.from({ length: TRIALS }, (_, trial) => auditSalt(blake2b256(u32le(trial))))
  const seedBy = (salt: Uint8Array): Uint8Array => challengeSeed(session, magic, member, { auditKeys, salt })
  const chunksBy = (salt: Uint8Array): number[] => auditChunks(seedBy(salt), CHALLENGES, FEED_LENGTH)
  /** Long slots, so that the jitter has many values. */
  const LONG = { auditFrom: 10, endsAt: 10_010 }
  const startBy = (salt: Uint8Array): number =>
    auditSlot({ magic, seed: seedBy(salt), rank: 3, members: 10 }, LONG).from

  test('cannot tell the commitment from that to other keys', () => {
    for (const salt of guesses) {
      const guessed = hideAuditKeys(session, member, { auditKeys, salt })
      expect(equalBytes(guessed, hideAuditKeys(session, member, secrets))).toBe(false)
    }
  })

  test('predicts no chunk better than chance, by any guess', () => {
    const drawn = salts.map(chunksBy)
    // Chance hits 15 of 1,000 chunks with each of the 15. The sum over the trials has a standard deviation of about 11.5.
    const expected = (TRIALS * CHALLENGES * CHALLENGES) / FEED_LENGTH
    for (const guess of guesses) {
      const guessed = new Set(chunksBy(guess))
      const hits = drawn.flat().filter((index) => guessed.has(index)).length
      expect(Math.abs(hits - expected)).toBeLessThan(5 * 11.5)
    }
  })

  test('finds every chunk drawn alike, over the salts', () => {
    const counts = new Map<number, number>()
    for (const index of salts.flatMap(chunksBy)) counts.set(index, (counts.get(index) ?? 0) + 1)
    // 9 times each on average, with a standard deviation of 3.
    expect(counts.size).toBeGreaterThan(FEED_LENGTH - 5)
    expect(Math.max(...counts.values())).toBeLessThan(9 + 5 * 3)
  })

  test('predicts no jitter: over the salts the start has every value within a fifth of the slot alike', () => {
    const starts = salts.map(startBy)
    const middle = (Math.min(...starts) + Math.max(...starts)) / 2
    const reach = 200
    expect(Math.max(...starts) - Math.min(...starts)).toBeLessThanOrEqual(2 * reach)
    const quarters = [0, 0, 0, 0]
    for (const start of starts) quarters[Math.min(3, Math.floor((start - middle + reach) / (reach / 2)))]!++
    // 150 each on average, with a standard deviation of 10.6.
    for (const count of quarters) expect(Math.abs(count - TRIALS / 4)).toBeLessThan(5 * 10.6)
    for (const guessed of guesses.map(startBy)) {
      const near = starts.filter((start) => Math.abs(start - guessed) <= 20).length
      // At most 41 of the 401 values, so 61 on average, with a standard deviation of 7.4.
      expect(near).toBeLessThan(61 + 5 * 7.4)
    }
  })
})
