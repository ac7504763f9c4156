/** Which proven lies of a session stay in an attestor's notes. */
import { expect, test } from 'vitest'
import type { Evidence, SignedCommitment, SignedReveal } from '#types/domain/coinflip/coinflip.ts'
import { withLies } from '#worker/systems/attestation/role/lies.ts'

const bytes = (fill: number, length = 32): Uint8Array => new Uint8Array(length).fill(fill)
const word = (author: number, number: number): SignedCommitment => ({
  author: bytes(author),
  body: { commitment: bytes(number), auditKeyHash: bytes(0) },
  signature: bytes(author, 64),
})
const twoWords = (author: number): Evidence => ({
  tag: 'Equivocation',
  value: { first: word(author, 1), second: word(author, 2) },
})
const badReveal = (author: number): Evidence => {
  const reveal: SignedReveal = { author: bytes(author), receiver: bytes(9), value: bytes(3), signature: bytes(4, 64) }
  return { tag: 'BadReveal', value: { commitment: word(author, 1), reveal } }
}

test('a lie of another member is new, and one that is kept is not', () => {
  const kept = [badReveal(1)]
  expect(withLies([], kept)).toEqual(kept)
  expect(withLies(kept, kept)).toBeUndefined()
  expect(withLies(kept, [])).toBeUndefined()
  expect(withLies(kept, [badReveal(1), badReveal(2)])).toEqual([badReveal(1), badReveal(2)])
})

test('two commitments take the place of a lesser lie of the same member, and nothing takes theirs', () => {
  const kept = [badReveal(1), badReveal(2)]
  expect(withLies(kept, [twoWords(1)])).toEqual([twoWords(1), badReveal(2)])
  expect(withLies([twoWords(1)], [badReveal(1)])).toBeUndefined()
  expect(withLies([twoWords(1)], [twoWords(1)])).toBeUndefined()
})

test('what an earlier process kept stays, though the present one has not seen it', () => {
  expect(withLies([badReveal(1)], [badReveal(2)])).toEqual([badReveal(1), badReveal(2)])
})
