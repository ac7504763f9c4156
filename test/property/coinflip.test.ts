/**
 * The coinflip under random schedules and random adversaries: the honest members agree, and nobody convicts an honest
 * member.
 */
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { equalBytes, toHex } from '#types/bytes.ts'
import { accusedBy, convict, type CoinflipPhaseName, type Evidence } from '#types/domain/coinflip/coinflip.ts'
import {
  badPing,
  badReveal,
  copyCommitment,
  equivocate,
  forgeEcho,
  forgeFraud,
  partial,
  revealIf,
  selectiveReveal,
  silentFrom,
  strangePing,
  type Fault,
} from '#worker/systems/coinflip/protocol/adversaries.ts'
import type { CoinflipExit } from '#worker/systems/coinflip/protocol/terms.ts'
import { earlyReveals, playCoinflip, recordCoinflip } from '../helpers/coinflip/recorded.ts'

const seed = fc.integer({ min: 0, max: 0xffff_ffff })

test('honest members end in exit 1 with the same number, whatever the network loses, doubles or reorders', () => {
  fc.assert(
    fc.property(
      fc.record({
        members: fc.integer({ min: 3, max: 7 }),
        seed,
        loss: fc.integer({ min: 0, max: 250 }),
        duplication: fc.integer({ min: 0, max: 300 }),
        maxDelayMs: fc.integer({ min: 1, max: 300 }),
      }),
      (options) => {
        const net = recordCoinflip({ ...options, resendMs: 200 })
        net.play.run(() => net.play.exits.every((exit) => exit !== undefined))
        const numbers = net.play.exits.map((exit) => (exit?.kind === 'success' ? toHex(exit.magic) : exit?.kind))
        expect(new Set(numbers).size).toBe(1)
        expect(numbers[0]).toMatch(/^0x/)
      },
    ),
    { numRuns: 10 },
  )
})

const phase = fc.constantFrom('Join', 'Commit', 'Echo', 'Reveal')
const anyPhase = fc.constantFrom<CoinflipPhaseName>('Join', 'Commit', 'Echo', 'Reveal', 'Confirm')

/** Lies that their author's own signatures prove, if an honest member hears them before its exit. */
const provable = fc.constantFrom<Fault>(
  badReveal,
  equivocate,
  copyCommitment,
  badPing('Ping'),
  badPing('Pong'),
  forgeFraud('Commit'),
  forgeFraud('Echo'),
  forgeFraud('Confirm'),
)
/** The evidence in an exit against others. */
const proofsIn = (exit: CoinflipExit): readonly Evidence[] =>
  exit.kind === 'malicious' ? [exit.evidence, ...exit.lies] : exit.lies

const fault: fc.Arbitrary<Fault> = fc.oneof(
  provable,
  anyPhase.map((from) => silentFrom(from)),
  fc.constantFrom(forgeEcho, selectiveReveal, strangePing),
  fc.constantFrom(0, 1).map((bit) => revealIf((others) => (others[0]?.[0] ?? 0) % 2 === bit)),
  fc.tuple(fc.uniqueArray(anyPhase, { minLength: 1 }), fc.integer({ min: 1, max: 0xff })).map(([phases, mask]) =>
    partial(phases, (member, seat) => {
      const rank = seat.session.members.findIndex((key) => equalBytes(key, member))
      return (mask & (1 << rank)) !== 0
    }),
  ),
)

test('with up to n-1 dishonest members no honest one is convicted, and the honest that finish agree', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 3, max: 6 }).chain((members) =>
        fc.record({
          members: fc.constant(members),
          seed,
          dishonest: fc.dictionary(fc.integer({ min: 0, max: members - 1 }).map(String), fault, {
            minKeys: 1,
            maxKeys: members - 1,
          }),
        }),
      ),
      ({ members, seed, dishonest }) => {
        const faults = Object.fromEntries(Object.entries(dishonest).map(([rank, strategy]) => [Number(rank), strategy]))
        const net = playCoinflip({ members, seed, faults, duplication: 50, resendMs: 2_000 })
        const honest = net.play.exits.filter((_, rank) => !(rank in faults))
        const numbers = new Set<string>()
        for (const exit of honest) {
          if (!exit) throw new Error('expected every honest member to reach an exit')
          if (exit.kind === 'success') numbers.add(toHex(exit.magic))
          for (const proof of proofsIn(exit)) {
            expect(convict(net.session, proof)).toEqual(accusedBy(proof))
            expect(net.play.rankOf(accusedBy(proof)) in faults).toBe(true)
          }
        }
        expect(new Set(honest.map((exit) => exit?.kind)).size).toBe(1)
        expect(numbers.size).toBeLessThanOrEqual(1)
      },
    ),
    { numRuns: 15 },
  )
})

test('every lie that can be proved is: among honest others its author is convicted by at least one, whatever the schedule', () => {
  fc.assert(
    fc.property(
      fc.record({
        // All ping all, so that a bad pong is told to somebody.
        members: fc.integer({ min: 3, max: 5 }),
        seed,
        lie: provable,
        liar: fc.nat({ max: 4 }),
        maxDelayMs: fc.integer({ min: 1, max: 300 }),
        duplication: fc.integer({ min: 0, max: 100 }),
      }),
      ({ members, seed, lie, liar, maxDelayMs, duplication }) => {
        const rank = liar % members
        const net = playCoinflip({ members, seed, maxDelayMs, duplication, faults: { [rank]: lie } })
        const convictions = net.play.exits.flatMap((exit, at) =>
          at !== rank && exit ? proofsIn(exit).map((proof) => convict(net.session, proof)) : [],
        )
        expect(convictions.length).toBeGreaterThan(0)
        for (const offender of convictions) expect(offender).toEqual(net.session.members[rank])
      },
    ),
    { numRuns: 15 },
  )
})

test('a member killed at any time and restarted is not convicted, reveals behind its gate, commits once', () => {
  fc.assert(
    fc.property(
      fc.record({
        seed,
        killed: fc.integer({ min: 0, max: 4 }),
        kills: fc.array(fc.integer({ min: 1, max: 600 }), { minLength: 1, maxLength: 3 }),
        dishonest: fc.option(fault, { nil: undefined }),
        loss: fc.integer({ min: 0, max: 150 }),
      }),
      ({ seed, killed, kills, dishonest, loss }) => {
        const faults = dishonest ? { [(killed + 1) % 5]: dishonest } : {}
        const net = recordCoinflip({ members: 5, seed, faults, loss, resendMs: 300 })
        for (const at of kills.toSorted((a, b) => a - b)) {
          net.play.run(() => net.play.now >= at)
          net.play.crash(killed)
          net.play.start(killed)
        }
        net.play.run(() => false)
        const said = (tag: string) =>
          net.sent.filter(({ from, message }) => from === killed && message.payload.tag === tag)
        expect(new Set(said('Commit').map(({ message }) => toHex(message.signature))).size).toBeLessThanOrEqual(1)
        expect(earlyReveals(net, killed)).toBe(0)
        for (const rank of net.seats.keys()) if (!(rank in faults)) expect(net.play.phaseOf(rank)).toBe('Done')
        for (const { rank, exit } of net.ended) {
          if (rank in faults) continue
          for (const proof of proofsIn(exit)) expect(net.play.rankOf(accusedBy(proof)) in faults).toBe(true)
        }
      },
    ),
    { numRuns: 15 },
  )
})

test('one who is silent to some is never able to have an honest member named by a majority', () => {
  fc.assert(
    fc.property(
      seed,
      fc.integer({ min: 1, max: 30 }),
      fc.uniqueArray(phase, { minLength: 1 }),
      (seed, mask, phases) => {
        const liar = partial(phases, (member, seat) => {
          const rank = seat.session.members.findIndex((key) => equalBytes(key, member))
          return (mask & (1 << rank)) !== 0
        })
        const net = playCoinflip({ members: 5, seed, faults: { 4: liar }, resendMs: 2_000 })
        const votes = [0, 0, 0, 0]
        for (const exit of net.play.exits) {
          if (exit?.kind !== 'offline') continue
          for (const key of exit.absent) if (net.play.rankOf(key) < 4) votes[net.play.rankOf(key)]!++
        }
        for (const count of votes) expect(count).toBeLessThanOrEqual(2)
      },
    ),
    { numRuns: 12 },
  )
})
