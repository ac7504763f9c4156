/** magic() in its three candidates: the formula of each, and where the xor ones are weaker than the concatenation. */
import { blake2b } from '@noble/hashes/blake2.js'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { toHex, utf8 } from '#types/bytes.ts'
import {
  commitTo,
  confirmationWord,
  magic,
  pingOrder,
  pingTargets,
  plusOne,
  sessionId,
  type MagicRuleName,
  type Session,
} from '#types/domain/coinflip/coinflip.ts'
import { sessionIdentities } from '#worker/simulation/identities.ts'

const members = sessionIdentities(5).map(({ publicKey }) => publicKey)
const session: Session = { genesisHash: new Uint8Array(32).fill(1), round: 9, attempt: 2, members }
const sid = sessionId(session)
const RULES: readonly MagicRuleName[] = ['Concat', 'XorHash', 'Xor']
const XOR_RULES = ['XorHash', 'Xor'] as const

const hash = (...parts: Uint8Array[]): Uint8Array => blake2b(Buffer.concat(parts), { dkLen: 32 })
const bigOf = (bytes: Uint8Array): bigint => BigInt(toHex(bytes))
const bytesOf = (value: bigint): Uint8Array => Uint8Array.from(Buffer.from(value.toString(16).padStart(64, '0'), 'hex'))
const xorOf = (values: readonly Uint8Array[]): Uint8Array => bytesOf(values.reduce((sum, x) => sum ^ bigOf(x), 0n))
const number = fc.uint8Array({ minLength: 32, maxLength: 32 })

describe('the candidates', () => {
  test('against another hash and big integers', () => {
    fc.assert(
      fc.property(fc.array(number, { minLength: 1, maxLength: 8 }), (values) => {
        expect(magic(sid, values)).toEqual(hash(utf8('assay/coinflip/magic/concat/1'), sid, ...values))
        expect(magic(sid, values, 'Concat')).toEqual(magic(sid, values))
        expect(magic(sid, values, 'XorHash')).toEqual(hash(utf8('assay/coinflip/magic/xor-hash/1'), sid, xorOf(values)))
        expect(magic(sid, values, 'Xor')).toEqual(xorOf(values))
      }),
    )
  })

  test.each(RULES)('%s depends on every number: one honest one changes it', (rule) => {
    fc.assert(
      fc.property(fc.array(number, { minLength: 2, maxLength: 6 }), fc.nat(), number, (values, at, other) => {
        const rank = at % values.length
        fc.pre(toHex(values[rank]!) !== toHex(other))
        expect(magic(sid, values.with(rank, other), rule)).not.toEqual(magic(sid, values, rule))
      }),
    )
  })

  test('a session of each rule has a name of its own, and no rule is the default one', () => {
    const names = RULES.map((magicRule) => toHex(sessionId({ ...session, magicRule })))
    expect(new Set(names).size).toBe(3)
    expect(names[0]).toBe(toHex(sid))
  })
})

describe('what xor assumes and concatenation does not', () => {
  const [honest, other, more] = [3, 4, 5].map((fill) => hash(Uint8Array.of(fill))) as [
    Uint8Array,
    Uint8Array,
    Uint8Array,
  ]

  test.each(XOR_RULES)('%s: a copied number takes its author out of the result', (rule) => {
    const copied = (x: Uint8Array): Uint8Array => magic(sid, [x, x, more], rule)
    expect(copied(honest)).toEqual(copied(other))
    expect(magic(sid, [honest, honest, more])).not.toEqual(magic(sid, [other, other, more]))
  })

  test.each(XOR_RULES)('%s: numbers that depend on each other cancel, whoever drew them', (rule) => {
    const mask = hash(utf8('the same flaw'))
    const correlated = (x: Uint8Array): Uint8Array => magic(sid, [x, xorOf([x, mask])], rule)
    expect(correlated(honest)).toEqual(correlated(other))
    expect(magic(sid, [honest, xorOf([honest, mask])])).not.toEqual(magic(sid, [other, xorOf([other, mask])]))
  })

  test('Xor: a bit that is always 0 in every number is 0 in the result; a hash hides the flaw', () => {
    const flawed = (i: number): Uint8Array => Uint8Array.from(hash(Uint8Array.of(i)), (byte) => byte & 0x7f)
    const bits = (rule: MagicRuleName): number[] =>
      Array.from({ length: 64 }, (_, i) => magic(sid, [flawed(i), flawed(i + 64), flawed(i + 128)], rule)[0]! >> 7)
    expect(new Set(bits('Xor'))).toEqual(new Set([0]))
    expect(new Set(bits('XorHash'))).toEqual(new Set([0, 1]))
    expect(new Set(bits('Concat'))).toEqual(new Set([0, 1]))
  })

  test('Xor: without commitments the last to reveal makes the number what it likes', () => {
    const wanted = new Uint8Array(32).fill(0xaa)
    const last = xorOf([honest, other, wanted])
    expect(magic(sid, [honest, other, last], 'Xor')).toEqual(wanted)
  })

  test('commitments stop both: who copies a commitment can open it with no number, its author’s included', () => {
    const [author, copycat] = members as [Uint8Array, Uint8Array]
    const copied = commitTo(sid, author, honest)
    expect(commitTo(sid, copycat, honest)).not.toEqual(copied)
    expect(commitTo(sessionId({ ...session, attempt: 3 }), author, honest)).not.toEqual(copied)
  })
})

describe('words', () => {
  test('plus one is that of a big-endian integer of 256 bits', () => {
    fc.assert(fc.property(number, (value) => bigOf(plusOne(value)) === (bigOf(value) + 1n) % 2n ** 256n))
    expect(plusOne(new Uint8Array(32).fill(0xff))).toEqual(new Uint8Array(32))
    expect(plusOne(bytesOf(0xffffn))).toEqual(bytesOf(0x10000n))
    const kept = bytesOf(5n)
    plusOne(kept)
    expect(kept).toEqual(bytesOf(5n))
  })

  test('a ping is hash(m+1), a pong hash(m)+1, bound to session and both ends', () => {
    const [from, to, third] = members as [Uint8Array, Uint8Array, Uint8Array]
    const m = new Uint8Array(32).fill(0xff)
    const ping = hash(utf8('assay/coinflip/ping/1'), sid, from, to, new Uint8Array(32))
    expect(confirmationWord('Ping', sid, { from, to }, m)).toEqual(ping)
    const pong = hash(utf8('assay/coinflip/pong/1'), sid, from, to, m)
    expect(bigOf(confirmationWord('Pong', sid, { from, to }, m))).toBe((bigOf(pong) + 1n) % 2n ** 256n)
    const ends = [
      { from, to },
      { from: to, to: from },
      { from, to: third },
      { from: third, to },
    ]
    for (const kind of ['Ping', 'Pong'] as const) {
      const words = ends.map((each) => toHex(confirmationWord(kind, sid, each, m)))
      words.push(toHex(confirmationWord(kind, sessionId({ ...session, attempt: 3 }), { from, to }, m)))
      expect(new Set(words).size).toBe(5)
    }
  })

  test('whom a member pings: others, each once, the same every time, and by as many it is pinged', () => {
    const counts = { count: fc.integer({ min: 2, max: 64 }), pings: fc.integer({ min: 1, max: 4 }), number }
    fc.assert(
      fc.property(fc.record(counts), ({ count, pings, number: m }) => {
        const order = pingOrder(sid, count, m)
        expect(order).toEqual(pingOrder(sid, count, m))
        expect(order.toSorted((a, b) => a - b)).toEqual(Array.from({ length: count }, (_, rank) => rank))
        const targets = order.map((_, rank) => pingTargets(order, rank, pings))
        for (const [rank, of] of targets.entries()) {
          expect(new Set(of).size).toBe(Math.min(pings, count - 1))
          expect(of).not.toContain(rank)
          const by = targets.flatMap((others, other) => (others.includes(rank) ? [other] : []))
          expect(new Set(pingTargets(order, rank, pings, -1))).toEqual(new Set(by))
        }
      }),
    )
    const pinged = new Map<number, number>()
    for (let i = 0; i < 400; i++) {
      const [target] = pingTargets(pingOrder(sid, 5, hash(Uint8Array.of(i & 0xff, i >> 8))), 0, 1)
      pinged.set(target!, (pinged.get(target!) ?? 0) + 1)
    }
    expect([...pinged.values()].every((count) => count > 60 && count < 140)).toBe(true)
    expect(pinged.size).toBe(4)
  })

  test('the order of pings is the one of the vector', () => {
    expect(pingOrder(new Uint8Array(32), 10, new Uint8Array(32).fill(1))).toEqual([9, 3, 0, 1, 8, 7, 6, 2, 4, 5])
  })
})
