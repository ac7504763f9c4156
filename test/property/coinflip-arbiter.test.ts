/**
 * Coinflips whose members can lose each other: partitions, eclipses and restarts, and liars that list a word which they made last. The
 * number is one, nobody honest is charged, and nobody chooses the number.
 */
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { equalBytes } from '#types/bytes.ts'
import { blake2b256 } from '#types/crypto/hash.ts'
import { commitTo, demandFrom, sessionId } from '#types/domain/coinflip/coinflip.ts'
import { createCoinflip } from '#worker/systems/coinflip/protocol/coinflip.ts'
import type { Fault } from '#worker/systems/coinflip/protocol/adversaries.ts'
import { signMessage, takeSeat } from '#worker/systems/coinflip/protocol/messages.ts'
import type { Coinflip, CoinflipOptions } from '#worker/systems/coinflip/protocol/terms.ts'
import type { Conduct } from '#worker/systems/coinflip/simulation/conduct.ts'
import { openCoinflipSession } from '#worker/systems/coinflip/simulation/session.ts'
import { strategy } from '#worker/systems/coinflip/simulation/strategies.ts'
import { parseConditions } from '#worker/simulation/conditions.ts'
import { chanceFrom } from '#worker/simulation/random.ts'

const seed = fc.integer({ min: 0, max: 0xffff_ffff })
const CONDITIONS = parseConditions({ latencyMs: { uniform: [5, 100] } })
/** Views and calls are as late as the windows allow at most. */
/** The latest block in which the numbers of an attempt are public, where nobody is absent: C + 3 A + O + 1. */
const MOST_BLOCKS = 39
const PACE = { blockMs: 6_000, mostLag: 2, mostInclusion: 2 }

/** Honest members that hear of the others only those that `hears` lets through. */
const deaf =
  (hears: (self: number, from: number) => boolean) =>
  (options: CoinflipOptions): Coinflip => {
    const machine = createCoinflip(options)
    const { members } = options.session
    const rankOf = (key: Uint8Array): number => members.findIndex((member) => equalBytes(member, key))
    const self = rankOf(options.self)
    return {
      get phase() {
        return machine.phase
      },
      get held() {
        return machine.held
      },
      step: (input) => (input.kind === 'message' && !hears(self, rankOf(input.from)) ? [] : machine.step(input)),
    }
  }

test('a mesh in two parts agrees through the chain by one demand for words, and nobody is charged', () => {
  fc.assert(
    fc.property(seed, fc.integer({ min: 3, max: 7 }), fc.integer({ min: 1, max: 126 }), (number, peers, mask) => {
      const half = (rank: number): number => (mask >> rank) & 1
      const play = openCoinflipSession({
        chance: chanceFrom(`parts ${number}`),
        peers,
        conditions: CONDITIONS,
        pace: PACE,
        dishonest: new Map(),
        createMember: deaf((self, from) => half(self) === half(from)),
      })
      play.play.run(() => play.arbiter.end !== undefined)
      const { end, breaches, calls } = play.result()
      expect(breaches).toEqual([])
      expect(end).toMatchObject({ kind: 'agreed' })
      // One for words, and one for the number where the votes of one part were the majority.
      expect(calls['demand']).toBeLessThanOrEqual(2)
    }),
    { numRuns: 20 },
  )
})

test('a member that the mesh never reaches takes part through the chain, and nobody is charged', () => {
  fc.assert(
    fc.property(seed, fc.integer({ min: 3, max: 7 }), fc.nat(6), (number, peers, at) => {
      const eclipsed = at % peers
      const play = openCoinflipSession({
        chance: chanceFrom(`eclipse ${number}`),
        peers,
        conditions: CONDITIONS,
        pace: PACE,
        dishonest: new Map(),
        createMember: deaf((self, from) => self !== eclipsed && from !== eclipsed),
      })
      play.play.run(() => play.arbiter.end !== undefined)
      const { end, breaches } = play.result()
      expect(breaches).toEqual([])
      expect(end).toMatchObject({ kind: 'agreed' })
      expect(end?.block).toBeLessThanOrEqual(MOST_BLOCKS)
    }),
    { numRuns: 20 },
  )
})

/** A word to another number, and that number. */
function secondWord({ session, self, sign, value, auditKeyHash, reading }: CoinflipOptions, rank: number) {
  const second = blake2b256(value)
  const body = { commitment: commitTo(sessionId(session), self, second), auditKeyHash }
  const { signature } = signMessage(takeSeat(session, self, sign, reading), { tag: 'Commit', value: body })
  return { word: { rank, body, signature }, opened: { rank, value: second } }
}

/**
 * Demands as early as it may, when it knows all other numbers, with the words of all others and a second one of its own, so that the
 * list is complete at once. Then it tells the number of that word.
 */
const grinds =
  (seat: () => CoinflipOptions): Conduct =>
  (_, { attempt: { state, block, openedAt, parameters, agreement }, rank, held }) => {
    const { word, opened } = secondWord(seat(), rank)
    if (state.flip && state.flip.stage !== 'Commit') return { kind: 'values', values: [opened] }
    // A call is in the next block at the earliest.
    const isDue = !state.flip && !agreement && block >= demandFrom(openedAt, parameters) - 1
    if (!isDue) return undefined
    const words = held.words.flatMap((each, at) => (each ? [at === rank ? word : { rank: at, ...each }] : []))
    return { kind: 'demand', words }
  }

interface Grinding {
  readonly objectionWindow: number
  /** All honest members start again while the word can be objected to. */
  readonly restarts?: boolean
  readonly createMember?: (options: CoinflipOptions) => Coinflip
}

/** One of five withholds its number, lists a second word before the first is listed, and so could choose the number of all. */
function grind(number: number, { objectionWindow, restarts = false, createMember }: Grinding) {
  const chance = chanceFrom(`ground ${number}`)
  const liar = number % 5
  let isQuiet = false
  const withholding = strategy('silent-at-reveal', chance.streams('lies').at(0))
  // It says its first word to nobody again.
  const fault: Fault = Object.assign<Fault, Pick<Fault, 'withholds'>>(
    (...outgoing) => (isQuiet ? [] : withholding(...outgoing)),
    { withholds: 'value' },
  )
  const opened = openCoinflipSession({
    chance,
    peers: 5,
    conditions: CONDITIONS,
    pace: PACE,
    parameters: { objectionWindow },
    dishonest: new Map([[liar, fault]]),
    conducts: new Map([[liar, grinds(() => opened.seats[liar]!)]]),
    ...(createMember && { createMember }),
  })
  const { play, arbiter, seats, session } = opened
  const isOver = (): boolean => arbiter.end !== undefined
  if (restarts) {
    play.run(() => isOver() || arbiter.calls.demand > 0)
    isQuiet = true
    for (const rank of isOver() ? [] : [0, 1, 2, 3, 4].filter((each) => each !== liar)) {
      play.crash(rank)
      play.start(rank)
    }
  }
  play.run(isOver)
  const { end, breaches } = opened.result()
  const first = commitTo(sessionId(session), seats[liar]!.self, seats[liar]!.value)
  const agreed = end?.kind === 'agreed' ? end.agreement.transcript[liar]!.commitment : undefined
  return { end, breaches, liar, isGround: agreed !== undefined && !equalBytes(agreed, first) }
}

const forgetful = (options: CoinflipOptions): Coinflip => createCoinflip({ ...options, row: undefined })
const RUNS = 40
const ground = (options: Grinding): number =>
  Array.from({ length: RUNS }, (_, number) => grind(number, options)).filter(({ isGround }) => isGround).length

test.each([false, true])(
  'a word that was made last is never the agreed one, and convicts its author; all others restarted: %s',
  (restarts) => {
    let convicted = 0
    for (let number = 0; number < RUNS; number++) {
      const { end, breaches, liar, isGround } = grind(number, { objectionWindow: 4, restarts })
      expect([isGround, breaches]).toEqual([false, []])
      if (end?.convicted.includes(liar)) convicted++
    }
    expect(convicted).toBeGreaterThan(RUNS / 2)
  },
)

test('with no time to object, or with rows forgotten by a restart, the same liar chooses the number', () => {
  expect(ground({ objectionWindow: 0 })).toBeGreaterThan(0)
  expect(ground({ objectionWindow: 4, restarts: true, createMember: forgetful })).toBeGreaterThan(0)
})
