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
import { honest } from '#worker/systems/coinflip/simulation/conduct.ts'
import { earlyReveals, playCoinflip, recordCoinflip, type RecordedCoinflip } from '../helpers/coinflip/recorded.ts'

const seed = fc.integer({ min: 0, max: 0xffff_ffff })
/** The recorded session's blocks. */
const BLOCK_MS = 1_000

test('honest members have the same number, whatever the network loses, doubles or reorders', () => {
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
        const numbers = net.play.exits.map((exit) => exit && toHex(exit.magic))
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
/** The lies that honest members hold at the end. */
const proofsOf = (net: RecordedCoinflip, faults: object): readonly Evidence[] =>
  [...net.seats.keys()].flatMap((rank) => (rank in faults ? [] : (net.heldOf(rank)?.lies ?? [])))

/** The promises to honest members: the attempt ends, charges none of them, convicts none of them, and they have one number. */
function expectPromises(net: RecordedCoinflip, faults: object): void {
  const { end, breaches } = net.result()
  expect(breaches).toEqual([])
  if (!end) throw new Error('expected the attempt to end')
  const charged = [...end.convicted, ...(end.kind === 'restarted' ? end.absent : [])]
  expect(charged.filter((rank) => !(rank in faults))).toEqual([])
  for (const proof of proofsOf(net, faults)) {
    expect(convict(net.session, proof)).toEqual(accusedBy(proof))
    expect(net.play.rankOf(accusedBy(proof)) in faults).toBe(true)
  }
  const honest = net.play.exits.filter((_, rank) => !(rank in faults))
  const numbers = new Set(honest.flatMap((exit) => (exit ? [toHex(exit.magic)] : [])))
  expect(numbers.size).toBeLessThanOrEqual(1)
}

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
        expectPromises(net, faults)
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
        const convictions = proofsOf(net, { [rank]: lie }).map((proof) => convict(net.session, proof))
        expect(net.arbiter.end?.convicted).toEqual([rank])
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
        net.play.run(() => net.arbiter.end !== undefined)
        const said = (tag: string) =>
          net.sent.filter(({ from, message }) => from === killed && message.payload.tag === tag)
        expect(new Set(said('Commit').map(({ message }) => toHex(message.signature))).size).toBeLessThanOrEqual(1)
        expect(earlyReveals(net, killed)).toBe(0)
        expectPromises(net, faults)
      },
    ),
    { numRuns: 15 },
  )
})

test('a member that is silent to some is never able to have an honest member charged', () => {
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
        expectPromises(net, { 4: liar })
      },
    ),
    { numRuns: 12 },
  )
})

test('liars that lie to the arbiter too charge nobody, while up to four others are away for two blocks', () => {
  fc.assert(
    fc.property(
      fc.record({
        seed,
        liar: fc.integer({ min: 0, max: 4 }),
        lie: fault,
        speaks: fc.boolean(),
        away: fc.uniqueArray(fc.integer({ min: 0, max: 4 }), { maxLength: 4 }),
        // Around the first demand, and the ends of the windows after it.
        block: fc.constantFrom(1, 7, 15, 18),
        jitterMs: fc.integer({ min: -250, max: 250 }),
        downMs: fc.integer({ min: 1, max: 2_000 }),
      }),
      ({ seed, liar, lie, speaks, away, block, jitterMs, downMs }) => {
        const faults = { [liar]: lie }
        const net = recordCoinflip({ members: 5, seed, faults, ...(speaks && { conducts: { [liar]: honest } }) })
        const isOver = (): boolean => net.arbiter.end !== undefined
        const until = (ms: number): void => void net.play.run(() => isOver() || net.play.now >= ms)
        const at = block * BLOCK_MS + jitterMs
        until(at)
        const down = away.filter((rank) => rank !== liar && net.play.phaseOf(rank) !== undefined)
        for (const rank of isOver() ? [] : down) net.play.crash(rank)
        until(at + downMs)
        for (const rank of isOver() ? [] : down) net.play.start(rank)
        net.play.run(isOver)
        expectPromises(net, faults)
      },
    ),
    { numRuns: 60 },
  )
})
