/**
 * Workers, payers and root make any calls in any order: no coin is lost or made, no duty is left over, no round is
 * stuck.
 */
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { toHex } from '#types/bytes.ts'
import { u32 } from '#types/scale/primitives.ts'
import { ABSENCE_WINDOW_BLOCKS } from '#types/domain/attestation/absence.ts'
import type { CoinflipOutcome } from '#types/domain/coinflip/coinflip.ts'
import {
  leastMembers,
  type AttestationParameters,
  type RoundPhaseName,
  type RoundRecord,
} from '#types/domain/attestation/round.ts'
import {
  actor,
  attestorsOf,
  expectSound,
  feed,
  hostCall,
  hoster,
  openChain,
  outsider,
  PARAMETERS,
  registration,
  requester,
  root,
  type Actor,
  type AttestationChain,
  type Signed,
} from '../helpers/attestation/chain.ts'
import {
  badPing,
  equivocation,
  evidenceCall,
  flipOf,
  outcomeCall,
  report,
  reportable,
  reportCall,
  reportOf,
  reveal,
  type Finding,
  type Flip,
} from '../helpers/attestation/statements.ts'
import { demandCall, putValuesCall, putWordsCall, valuesOf, wordsOf } from '../helpers/attestation/arbiter.ts'
import { callOf, id, UNIT } from '../helpers/runtime.ts'

const RULES: AttestationParameters = {
  ...PARAMETERS,
  attestors: 4,
  roundLength: 8,
  coinflipWindow: 2,
  reportWindow: 2,
  gap: 2,
  maxRedraws: 1,
  maxWait: 3,
}
const attestors = attestorsOf(6)
const everyone = [hoster, outsider, ...attestors]
const newcomers = [1, 2, 3, 4].map((i) => actor(`newcomer${i}`))

/** A deed in the next block, as calls on the present chain. */
type Deed = (chain: AttestationChain) => readonly Signed[]

/** A round under way, chosen by a number, and what its members would honestly say. Nothing where there is none. */
const inRound = (pick: number, act: (round: number, flip: Flip, record: RoundRecord) => readonly Signed[]): Deed => {
  return (chain) => {
    const active = chain.activeRounds()
    const round = active[pick % Math.max(1, active.length)]
    if (round === undefined || chain.round(round).members.length === 0) return []
    return act(round, flipOf(chain, round), chain.round(round))
  }
}

const number = fc.nat({ max: 5 })
const attestor = fc.constantFrom(...attestors)
const anyone = fc.constantFrom(...everyone)
const finding = fc.constantFrom<Finding[]>('served', 'partial', 'unserved')
const FOUR = { minLength: 4, maxLength: 4 } as const
const findings = fc.oneof(
  fc.constant<Finding[]>(['served', 'served', 'served', 'served']),
  fc.constant<Finding[]>(['unserved', 'partial', 'unserved', 'unserved']),
  fc.array(finding, FOUR),
)

const garbage = (flip: Flip, fill: number): CoinflipOutcome => ({
  tag: 'Agreed',
  value: { transcript: flip.transcript, hiddenMagic: new Uint8Array(32).fill(fill % 2) },
})

const order = fc.integer({ min: 1, max: 2 }).map((rounds): Deed => () => [
  [requester, callOf('Attestation', 'scheduleRounds', { hoster: hoster.account, feed: feed.head.key, rounds })],
])
const cancel = number.map((order): Deed => () => [[requester, callOf('Attestation', 'cancelOrder', { order })]])
const agreement = fc
  .tuple(number, fc.integer({ min: 2, max: 4 }))
  .map(([pick, voters]) =>
    inRound(pick, (round, flip) =>
      flip.members.slice(0, voters).map((who) => [who.keys, outcomeCall(round, flip.attempt, flip.agreed)]),
    ),
  )
const nonsense = fc.tuple(number, number, number).map(([pick, rank, fill]) =>
  inRound(pick, (round, flip) => {
    const who = flip.members[rank % flip.members.length]!
    return [[who.keys, outcomeCall(round, Math.max(0, flip.attempt - (fill % 2)), garbage(flip, fill))]]
  }),
)
const ranks = fc.subarray([0, 1, 2, 3])
const present = (flip: Flip, some: readonly number[]): number[] => some.filter((rank) => rank < flip.members.length)
/** A member brings the coinflip before the chain with some words, or asks for the number. */
const demand = fc.tuple(number, number, ranks).map(([pick, at, some]) =>
  inRound(pick, (round, flip, { agreement }) => {
    const rank = at % flip.members.length
    const words = agreement ? [] : wordsOf(flip, round, ...new Set([rank, ...present(flip, some)]))
    return [[flip.members[rank]!.keys, demandCall(round, flip.attempt, words)]]
  }),
)
/** Words or numbers of some members, put by somebody. */
const putting = fc.tuple(number, ranks, anyone).map(([pick, some, who]) =>
  inRound(pick, (round, flip) => [
    [who.keys, putWordsCall(round, flip.attempt, wordsOf(flip, round, ...present(flip, some)))],
    [who.keys, putValuesCall(round, flip.attempt, valuesOf(flip, ...present(flip, some)))],
  ]),
)
const evidence = fc.tuple(number, number, fc.boolean(), fc.nat({ max: 2 })).map(([pick, at, forged, kind]) =>
  inRound(pick, (round, flip) => {
    const rank = at % flip.members.length
    const signer = forged ? { signer: outsider } : {}
    const proof = [
      () => equivocation(flip, round, rank, signer),
      () => reveal(flip, round, rank),
      () => badPing(flip, round, rank, signer),
    ][kind]!()
    return [[outsider.keys, evidenceCall(round, flip.attempt, proof)]]
  }),
)
const reports = fc.tuple(number, findings, number).map(
  ([pick, findings, silent]): Deed =>
    (chain) =>
      inRound(pick, (round, flip) =>
        flip.members.flatMap((who, rank): Signed[] =>
          rank === silent ? [] : [[who.keys, reportCall(round, reportOf(chain, round, flip, rank, findings[rank]))]],
        ),
      )(chain),
)
/** The calls of all members for the present phase of a round. */
const duty = fc.tuple(number, findings).map(
  ([pick, findings]): Deed =>
    (chain) =>
      inRound(pick, (round, flip, { agreement }) =>
        flip.members.map((who, rank) => [
          who.keys,
          agreement
            ? reportCall(round, reportOf(chain, round, flip, rank, findings[rank]))
            : outcomeCall(round, flip.attempt, flip.agreed),
        ]),
      )(chain),
)
/** Tells of anyone in one of the latest rounds, closed or not. */
const telling = fc
  .tuple(number, fc.nat({ max: 3 }), anyone, fc.boolean())
  .map(([back, rank, who, absent]): Deed => (chain) => {
    const round = (chain.stored('Attestation', 'NextRound', u32) ?? 0) - 1 - back
    if (round < 0) return []
    const record = chain.absences(round)
    const named =
      absent && record ? record.absentees[rank % record.absentees.length]! : chain.round(round).members[rank]
    return named ? [[who.keys, callOf('Attestation', 'reportAbsent', { round, attestor: named.account })]] : []
  })
const coming = attestor.map((who): Deed => (chain) => [[who.keys, registration(chain, who, ['Attestor'])]])
const state = fc
  .tuple(attestor, fc.constantFrom('pause', 'resume', 'unregister', 'heartbeat'))
  .map(([who, name]): Deed => () => [[who.keys, callOf('Workers', name)]])
const comingsAndGoings: readonly Deed[] = [
  () => [[hoster.keys, callOf('Workers', 'unregister')]],
  () => [[hoster.keys, callOf('Feeds', 'stopHosting', { feed: feed.head.key })]],
  (chain) => [[hoster.keys, registration(chain, hoster, ['Hoster'])]],
  () => [[hoster.keys, hostCall]],
]
const hosting = fc.constantFrom(...comingsAndGoings)
const death = anyone.map((who): Deed => () => [
  [who.keys, callOf('Balances', 'transferAll', { dest: id(requester.publicKey), keepAlive: false })],
])
const birth = anyone.map((who): Deed => () => [
  [requester, callOf('Balances', 'transferKeepAlive', { dest: id(who.account), value: 10n * UNIT })],
])
const rewards = number.map((times): Deed => () => {
  const changes = { hosterReward: UNIT * BigInt(times), attestorReward: 3n * UNIT * BigInt(times) }
  return [[root, callOf('Sudo', 'sudo', { call: callOf('Attestation', 'setParameters', { changes }) })]]
})

const deed = fc.oneof(
  { weight: 3, arbitrary: order },
  { weight: 1, arbitrary: cancel },
  { weight: 5, arbitrary: agreement },
  { weight: 2, arbitrary: nonsense },
  { weight: 4, arbitrary: demand },
  { weight: 5, arbitrary: putting },
  { weight: 2, arbitrary: evidence },
  { weight: 5, arbitrary: reports },
  { weight: 5, arbitrary: telling },
  { weight: 2, arbitrary: coming },
  { weight: 2, arbitrary: state },
  { weight: 1, arbitrary: hosting },
  { weight: 1, arbitrary: death },
  { weight: 1, arbitrary: birth },
  { weight: 1, arbitrary: rewards },
  { weight: 12, arbitrary: duty },
)
/** Empty blocks after a deed: so many, or those until the first round under way is in another phase. */
const pause = fc.constantFrom<(number | 'phase')[]>(0, 1, 'phase', 'phase')
const story = fc.array(fc.tuple(fc.array(deed, { minLength: 1, maxLength: 3 }), pause), { minLength: 6, maxLength: 14 })
/** Most blocks that a phase takes. */
const PHASE_BLOCKS = 14

const firstPhase = (chain: AttestationChain): string | undefined => {
  const [first] = chain.activeRounds()
  return first === undefined ? undefined : `${first} ${chain.round(first).phase}`
}

/** No round under way is past the time that its phase may take. */
function expectInTime(chain: AttestationChain): void {
  for (const round of chain.activeRounds().map((active) => chain.round(active))) {
    const { phase, openedAt, endsAt, scheduledAt, drawn, attempt } = round
    const latest: Readonly<Record<RoundPhaseName, number>> = {
      Scheduled: scheduledAt + RULES.maxWait,
      Open: openedAt,
      Coinflip: openedAt + RULES.coinflipWindow + 3 * RULES.answerWindow + RULES.objectionWindow + 1,
      Audit: endsAt,
      Report: endsAt + RULES.reportWindow,
      Closed: -1,
    }
    expect(chain.number, `a round in phase ${phase}`).toBeLessThanOrEqual(latest[phase])
    if (drawn > 0) expect(attempt).toBeLessThanOrEqual(drawn - leastMembers(drawn))
  }
}

/** Payments so far: each account at most once for a round, and each absence told of once. */
class Ledger {
  readonly #paid = new Set<string>()
  readonly #told = new Set<string>()

  note(chain: AttestationChain): void {
    for (const { round, who } of chain.all('Attestation.Paid') as { round: number; who: Uint8Array }[]) {
      const entry = `${round} ${toHex(who)}`
      expect(this.#paid.has(entry), 'paid twice for one round').toBe(false)
      this.#paid.add(entry)
    }
    for (const { round, attestor } of chain.all('Attestation.AbsenceReported') as {
      round: number
      attestor: Uint8Array
    }[]) {
      const entry = `${round} ${toHex(attestor)}`
      expect(this.#told.has(entry) || this.#paid.has(entry), 'told of twice, or of one that was paid').toBe(false)
      this.#told.add(entry)
    }
  }
}

/** After any deeds, an honest round with some newcomers must still come to its end. */
function expectStillWorking(chain: AttestationChain): void {
  const give = (who: Actor): Signed => [
    root,
    callOf('Balances', 'transferKeepAlive', { dest: id(who.account), value: 10n * UNIT }),
  ]
  const reset = callOf('Attestation', 'setParameters', { changes: RULES })
  chain.succeed([root, callOf('Sudo', 'sudo', { call: reset })], ...[...everyone, ...newcomers].map(give))
  if (!chain.worker(hoster.account)) chain.succeed([hoster.keys, registration(chain, hoster, ['Hoster'])])
  chain.block(
    [hoster.keys, hostCall],
    ...newcomers.map((who): Signed => [who.keys, registration(chain, who, ['Attestor'])]),
  )
  const { round, flip } = reportable(chain)
  report(chain, round, flip, ['served', 'served', 'served', 'served'])
  expect(chain.round(round).verdict).toBe('Pass')
  expectSound(chain, [...everyone, ...newcomers])
}

it('keeps money, duties and deadlines in every history, and goes on working', () => {
  fc.assert(
    fc.property(story, (steps) => {
      const chain = openChain({ attestors: attestors.length, parameters: RULES })
      const ledger = new Ledger()
      const next = (calls: readonly Signed[]): void => {
        chain.block(...calls)
        ledger.note(chain)
        expectSound(chain, everyone)
        expectInTime(chain)
      }
      for (const [deeds, pause] of steps) {
        next(deeds.flatMap((act) => act(chain)))
        const phase = firstPhase(chain)
        const goesOn = (): boolean => pause !== 'phase' || phase === firstPhase(chain)
        for (let left = pause === 'phase' ? PHASE_BLOCKS : pause; left > 0 && goesOn(); left--) next([])
      }
      for (let left = 400; chain.activeRounds().length > 0; left--) {
        expect(left, 'orders end by themselves').toBeGreaterThan(0)
        next([])
      }
      for (let left = ABSENCE_WINDOW_BLOCKS; left >= 0; left--) next([])
      for (const item of [
        'Absences',
        'AbsencesEnding',
        'PastFlips',
        'Convicted',
        'Votes',
        'Earnings',
        'OrdersOf',
        'Arbitrations',
      ])
        expect(chain.count('Attestation', item), item).toBe(0)
      expect([chain.forRounds(requester.publicKey), chain.count('Attestation', 'Orders')]).toEqual([0n, 0])
      expectStillWorking(chain)
    }),
    { numRuns: 10 },
  )
})
