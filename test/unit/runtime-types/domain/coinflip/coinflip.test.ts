/** Evidence convicts a liar, and nobody else. */
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { equalBytes, toHex, u32le, utf8 } from '#types/bytes.ts'
import { blake2b256Of } from '#types/crypto/hash.ts'
import {
  CoinflipMessage,
  commitTo,
  confirmationWord,
  convict,
  Evidence,
  magic,
  MAX_MEMBERS,
  MAX_MESSAGE_BYTES,
  messageDigest,
  opensNumber,
  spoilsNumber,
  sessionId,
  sortMembers,
  transcriptRoot,
  type Accusation,
  type CoinflipPayload,
  type Session,
  type SignedCommitment,
  type SignedConfirmation,
  type SignedReveal,
} from '#types/domain/coinflip/coinflip.ts'
import { decode, encode } from '#types/scale/codec.ts'
import type { NoiseIdentity } from '#worker/kernel/ports.ts'
import { sessionIdentities } from '#worker/simulation/identities.ts'

const keys = sessionIdentities(4)
const session: Session = {
  genesisHash: new Uint8Array(32).fill(1),
  round: 9,
  attempt: 2,
  members: keys.map(({ publicKey }) => publicKey),
}
const sid = sessionId(session)
const [alice, bob] = keys as [NoiseIdentity, NoiseIdentity]
const x = new Uint8Array(32).fill(5)

const sign = (by: NoiseIdentity, payload: CoinflipPayload, receiver?: Uint8Array, inSession = session): Uint8Array =>
  by.sign(
    messageDigest({ session: sessionId(inSession), round: inSession.round, sender: by.publicKey, receiver, payload }),
  )

function commitment(by: NoiseIdentity, value: Uint8Array, inSession = session): SignedCommitment {
  const body = { commitment: commitTo(sessionId(inSession), by.publicKey, value), auditKeyHash: new Uint8Array(32) }
  return { author: by.publicKey, body, signature: sign(by, { tag: 'Commit', value: body }, undefined, inSession) }
}

const reveal = (by: NoiseIdentity, value: Uint8Array, receiver = bob.publicKey): SignedReveal => ({
  author: by.publicKey,
  receiver,
  value,
  signature: sign(by, { tag: 'Reveal', value }, receiver),
})

const other = new Uint8Array(32).fill(6)
const equivocation = (first: SignedCommitment, second: SignedCommitment): Evidence => ({
  tag: 'Equivocation',
  value: { first, second },
})
const badReveal = (signed: SignedCommitment, opened: SignedReveal): Evidence => ({
  tag: 'BadReveal',
  value: { commitment: signed, reveal: opened },
})

describe('a true lie convicts its author', () => {
  test('two commitments', () => {
    expect(convict(session, equivocation(commitment(alice, x), commitment(alice, other)))).toEqual(alice.publicKey)
  })

  test('two audit keys under one number', () => {
    const first = commitment(alice, x)
    const body = { ...first.body, auditKeyHash: other }
    const second = { author: alice.publicKey, body, signature: sign(alice, { tag: 'Commit', value: body }) }
    expect(convict(session, equivocation(first, second))).toEqual(alice.publicKey)
  })

  test('a number that does not open the commitment, also one copied from another member', () => {
    expect(convict(session, badReveal(commitment(alice, x), reveal(alice, other)))).toEqual(alice.publicKey)
    const body = commitment(bob, x).body
    const copied = { author: alice.publicKey, body, signature: sign(alice, { tag: 'Commit', value: body }) }
    expect(convict(session, badReveal(copied, reveal(alice, x)))).toEqual(alice.publicKey)
  })
})

const values = keys.map((_, rank) => blake2b256Of(utf8('value'), u32le(rank)))
const openings = values.map((value) => ({ value, auditKeyHash: new Uint8Array(32) }))
const root = transcriptRoot(
  sid,
  keys.map((key, rank) => commitment(key, values[rank]!).body),
)
const rightWord = (kind: 'Ping' | 'Pong', from: NoiseIdentity, to: NoiseIdentity): Uint8Array =>
  confirmationWord(kind, sid, { from: from.publicKey, to: to.publicKey }, magic(sid, values))

/** A ping or pong from alice to bob, by default a lie about the number of the transcript that she names. */
function confirmation(
  change: Partial<SignedConfirmation['body']> = {},
  kind: 'Ping' | 'Pong' = 'Ping',
  receiver = bob.publicKey,
): SignedConfirmation {
  const body = { transcriptRoot: root, word: other, ...change }
  const signature = sign(alice, { tag: kind, value: body }, receiver)
  return { author: alice.publicKey, receiver, kind, body, signature }
}
const badPing = (signed: SignedConfirmation, opened = openings): Evidence => ({
  tag: 'BadPing',
  value: { confirmation: signed, openings: opened },
})

function falseFraud(accusation: Accusation, by = bob): Evidence {
  const signature = sign(by, { tag: 'Fraud', value: accusation })
  return { tag: 'FalseFraud', value: { author: by.publicKey, accusation, signature } }
}

describe('a lie about the number or about others convicts its author', () => {
  test.each(['Ping', 'Pong'] as const)('a wrong %s', (kind) => {
    expect(convict(session, badPing(confirmation({}, kind)))).toEqual(alice.publicKey)
    const swapped = rightWord(kind === 'Ping' ? 'Pong' : 'Ping', alice, bob)
    expect(convict(session, badPing(confirmation({ word: swapped }, kind)))).toEqual(alice.publicKey)
    expect(convict(session, badPing(confirmation({ word: rightWord(kind, bob, alice) }, kind)))).toEqual(
      alice.publicKey,
    )
  })

  test('a ping that is right by another rule of magic() than the session’s', () => {
    const ends = { from: alice.publicKey, to: bob.publicKey }
    const word = confirmationWord('Ping', sid, ends, magic(sid, values, 'Xor'))
    expect(convict(session, badPing(confirmation({ word })))).toEqual(alice.publicKey)
  })

  test('a fraud proof that proves nothing', () => {
    const honest = commitment(alice, x)
    const accusations = [
      equivocation(honest, honest),
      badReveal(honest, reveal(alice, x)),
      badPing(confirmation({ word: rightWord('Ping', alice, bob) })),
    ] as Accusation[]
    for (const accusation of accusations) expect(convict(session, falseFraud(accusation))).toEqual(bob.publicKey)
  })
})

describe('nothing else does', () => {
  const flip = (bytes: Uint8Array, at = 0): Uint8Array => bytes.with(at, bytes[at]! ^ 1)
  const forgedFraud = (accusation: Accusation): Evidence => {
    const { value } = falseFraud(accusation) as Extract<Evidence, { tag: 'FalseFraud' }>
    return { tag: 'FalseFraud', value: { ...value, author: alice.publicKey } }
  }
  const honest = commitment(alice, x)
  const lie = commitment(alice, other)

  test.each<[string, Evidence]>([
    ['the same commitment twice', equivocation(honest, honest)],
    ['commitments of two members', equivocation(honest, commitment(bob, x))],
    ['a forged second signature', equivocation(honest, { ...lie, signature: flip(lie.signature) })],
    ['a forged first signature', equivocation({ ...honest, signature: flip(honest.signature) }, lie)],
    ['a commitment of another attempt', equivocation(honest, commitment(alice, other, { ...session, attempt: 3 }))],
    ['a commitment of another round', equivocation(honest, commitment(alice, other, { ...session, round: 8 }))],
    ['a commitment on another chain', equivocation(honest, commitment(alice, x, { ...session, genesisHash: other }))],
    ['a reveal that opens it', badReveal(honest, reveal(alice, x))],
    ['another member’s reveal', badReveal(honest, reveal(bob, other))],
    ['a reveal changed on the way', badReveal(honest, { ...reveal(alice, x), value: other })],
    ['a right ping', badPing(confirmation({ word: rightWord('Ping', alice, bob) }))],
    ['a right pong', badPing(confirmation({ word: rightWord('Pong', alice, bob) }, 'Pong'))],
    ['a ping about another transcript', badPing(confirmation({ transcriptRoot: other }))],
    ['a ping against openings of other numbers', badPing(confirmation(), openings.toReversed())],
    [
      'a ping against other audit keys',
      badPing(confirmation(), openings.with(2, { ...openings[2]!, auditKeyHash: x })),
    ],
    ['a ping against too few openings', badPing(confirmation(), openings.slice(1))],
    ['a ping against too many openings', badPing(confirmation(), [...openings, openings[0]!])],
    ['a forged ping', badPing({ ...confirmation(), signature: flip(confirmation().signature) })],
    ['a ping to another', badPing({ ...confirmation(), receiver: keys[2]!.publicKey })],
    ['a ping to nobody of the session', badPing(confirmation({}, 'Ping', other))],
    ['a ping that says it is a pong', badPing({ ...confirmation(), kind: 'Pong' })],
    [
      'a ping with another word than was signed',
      badPing({ ...confirmation(), body: { transcriptRoot: root, word: x } }),
    ],
    ['a true fraud proof', falseFraud(equivocation(honest, lie) as Accusation)],
    ['a true fraud proof of a bad ping', falseFraud(badPing(confirmation()) as Accusation)],
    ['a false fraud proof that its author did not sign', forgedFraud(equivocation(honest, honest) as Accusation)],
    ['a reveal for another receiver', badReveal(honest, { ...reveal(alice, other), receiver: alice.publicKey })],
  ])('%s', (_, evidence) => {
    expect(convict(session, evidence)).toBeUndefined()
  })

  test('a lie of somebody who is not a member', () => {
    const without = { ...session, members: session.members.slice(1) }
    const first = commitment(alice, x, without)
    expect(convict(without, equivocation(first, commitment(alice, other, without)))).toBeUndefined()
  })
})

test('evidence and messages come back from bytes as they were; the longest message fits its bound', () => {
  const evidence = badReveal(commitment(alice, x), reveal(alice, other))
  expect(decode(Evidence, encode(Evidence, evidence))).toEqual(evidence)
  const row = Array.from({ length: MAX_MEMBERS }, () => commitment(alice, x))
  const envelope = { session: sid, round: 9, sender: bob.publicKey, signature: new Uint8Array(64) }
  const echo: CoinflipMessage = { ...envelope, receiver: undefined, payload: { tag: 'Echo', value: row } }
  const signed = { author: alice.publicKey, row, signature: new Uint8Array(64) }
  const relay: CoinflipMessage = {
    ...envelope,
    receiver: alice.publicKey,
    payload: { tag: 'RelayEcho', value: signed },
  }
  const many = Array.from({ length: MAX_MEMBERS }, () => openings[0]!)
  const accusation = badPing(confirmation(), many) as Accusation
  const fraud = { author: alice.publicKey, accusation, signature: new Uint8Array(64) }
  const told: CoinflipMessage = { ...envelope, receiver: undefined, payload: { tag: 'RelayFraud', value: fraud } }
  const longest: Evidence = { tag: 'FalseFraud', value: fraud }
  expect(decode(Evidence, encode(Evidence, longest))).toEqual(longest)
  expect(() => encode(Evidence, badPing(confirmation(), [...many, openings[0]!]))).toThrow(/64/)
  for (const message of [echo, relay, told]) {
    const bytes = encode(CoinflipMessage, message)
    expect(bytes.length).toBeLessThanOrEqual(MAX_MESSAGE_BYTES)
    expect(decode(CoinflipMessage, bytes)).toEqual(message)
  }
})

test('a session has a name of its own for every genesis, round, attempt and set of members', () => {
  const changes: Partial<Session>[] = [
    {},
    { genesisHash: other },
    { round: 10 },
    { attempt: 3 },
    { members: session.members.slice(1) },
  ]
  expect(new Set(changes.map((change) => toHex(sessionId({ ...session, ...change })))).size).toBe(changes.length)
})

test('which evidence opens the number: what carries openings, itself or in what it calls false', () => {
  const honest = commitment(alice, x)
  expect(opensNumber(badPing(confirmation()))).toBe(true)
  expect(opensNumber(falseFraud(badPing(confirmation()) as Accusation))).toBe(true)
  expect(opensNumber(falseFraud(equivocation(honest, honest) as Accusation))).toBe(false)
  expect(opensNumber(equivocation(honest, honest))).toBe(false)
  expect(opensNumber(badReveal(honest, reveal(alice, x)))).toBe(false)
})

test('only two commitments can leave a session without a number', () => {
  const honest = commitment(alice, x)
  expect(spoilsNumber(equivocation(honest, honest))).toBe(true)
  expect(spoilsNumber(badReveal(honest, reveal(alice, x)))).toBe(false)
  expect(spoilsNumber(badPing(confirmation()))).toBe(false)
  expect(spoilsNumber(falseFraud(equivocation(honest, honest) as Accusation))).toBe(false)
})

test('the number depends on every member’s value and on the session', () => {
  const values = keys.map((_, rank) => blake2b256Of(u32le(rank)))
  const base = magic(sid, values)
  for (const rank of values.keys()) expect(equalBytes(base, magic(sid, values.with(rank, x)))).toBe(false)
  expect(equalBytes(base, magic(other, values))).toBe(false)
  const transcript = keys.map((key, rank) => commitment(key, values[rank]!).body)
  expect(equalBytes(transcriptRoot(sid, transcript), transcriptRoot(sid, transcript.toReversed()))).toBe(false)
})

test('members are ordered by key whatever order they come in', () => {
  fc.assert(
    fc.property(fc.shuffledSubarray(session.members as Uint8Array[], { minLength: 4 }), (shuffled) => {
      expect(sortMembers(shuffled)).toEqual(session.members)
    }),
  )
})
