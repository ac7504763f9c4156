/** A round as people read it: every one from its request to its verdict, and only figures that the samples allow. */
import { expect, test } from 'vitest'
import { toHex } from '#types/bytes.ts'
import { keypairFromSuri } from '#types/crypto/suri.ts'
import { attestationEvents } from '#types/domain/attestation/attestation.ts'
import { MeasuredPerformance } from '#types/domain/attestation/metrics.ts'
import { ParameterChanges, RoundRecord } from '#types/domain/attestation/round.ts'
import { decode, encode } from '#types/scale/codec.ts'
import { struct, type Values } from '#types/scale/compound.ts'
import { u32 } from '#types/scale/primitives.ts'
import type { ChainEventRecord } from '#chain/api/chain-port.ts'
import type { Step } from '#worker/devnet/scenario.ts'
import { performanceSentence } from '#worker/systems/attestation/devnet/performance.ts'
import { tellAttestation } from '#worker/systems/attestation/devnet/story.ts'
import { eventCalled, fakeClient } from '../../../devnet/fakes.ts'
import { roundRecord } from '../../../../../helpers/attestation/round-record.ts'

const ZEROS = new Uint8Array(32)
const MAGIC = new Uint8Array(32).fill(9)
const hoster = keypairFromSuri('//Hoster').accountId
const HASH = new Uint8Array(32).fill(5)

const record = roundRecord({
  order: 3,
  hoster,
  phase: 'Closed',
  scheduledAt: 1,
  openedAt: 2,
  endsAt: 3,
  drawn: 4,
  verdict: 'Pass',
  magic: MAGIC,
  auditFrom: 18,
})

const speed = {
  attestors: 4,
  samples: 2,
  latencyP50Us: 1_000,
  latencyP95Us: 2_000,
  latencyP99Us: 3_000,
  throughputBytesPerSecond: 40n,
}
const performance: MeasuredPerformance = { round: 7, attestors: 4, attempts: 2, lossPpm: 0, speed }

type EventName = keyof typeof attestationEvents
const event = <K extends EventName>(name: K, values: Values<(typeof attestationEvents)[K]>): ChainEventRecord =>
  eventCalled('Attestation', name, encode(struct(attestationEvents[name]), values))

const chain = {
  ...fakeClient(),
  storage: async (_pallet: string, item: string, keys: readonly Uint8Array[], at?: Uint8Array) => {
    expect(at).toEqual(HASH)
    if (item === 'Rounds') return [0, 7].includes(decode(u32, keys[0]!)) ? encode(RoundRecord, record) : undefined
    return item === 'HosterPerformance' ? encode(MeasuredPerformance, performance) : undefined
  },
}
const nameOf = (account: Uint8Array): string => (toHex(account) === toHex(hoster) ? 'hoster' : 'another')

async function told(events: readonly ChainEventRecord[]): Promise<readonly Step[]> {
  const block = { number: 41, hash: HASH, events }
  const steps = await Promise.all(events.map((each) => tellAttestation(each, block, { chain, nameOf })))
  return steps.flat()
}

test('any round is told with its figures, and its verdict at a glance after its last event', async () => {
  const steps = await told([
    event('RoundClosed', { round: 7, verdict: 'Pass', served: 3, unserved: 1, reason: 'Quorum' }),
    event('Paid', { round: 7, who: hoster, amount: 5n * 10n ** 12n }),
    event('RoundScheduled', { round: 8, order: 4, hoster, feed: ZEROS }),
  ])
  expect(steps.map(({ sentence }) => sentence)).toEqual([
    '#41 round 7 closed: pass (3 served, 1 unserved)',
    '#41 hoster earned 5.0000 ASY',
    'hoster: none lost, by 4 attestors over 2 requests',
    'round 7: pass',
    '#41 round 8 scheduled: hoster hoster, feed 0x0000000000000000…',
  ])
  expect(steps[3]).toMatchObject({
    notice: { kind: 'round-over', round: 7, verdict: 'Pass', magic: MAGIC },
    tone: 'good',
    block: [
      '  served    3 of 4 attestors that reported',
      '  hoster    hoster',
      `  random    0x${'09'.repeat(32)}`,
      '  rewards   hoster 5.0000 ASY',
    ],
  })
})

test('a round that waits says for what, and one without a verdict says why', async () => {
  const [few, busy, ended, ...rest] = await told([
    event('AttestorsAwaited', { round: 7, needed: 5, eligible: 4, areBusy: false, until: 108 }),
    event('AttestorsAwaited', { round: 7, needed: 5, eligible: 5, areBusy: true, until: 108 }),
    event('RoundClosed', { round: 7, verdict: 'Inconclusive', served: 0, unserved: 0, reason: 'TooFewAttestors' }),
  ])
  expect([few, busy, ended].map((step) => step!.sentence)).toEqual([
    '#41 round 7 waits for attestors: 4 of 5 eligible; until block 108 at most',
    '#41 round 7 waits for attestors: too many are busy with other rounds; until block 108 at most',
    '#41 round 7 closed: inconclusive, because too few attestors could be drawn in time (0 served, 0 unserved)',
  ])
  expect(rest.at(-1)).toMatchObject({ notice: { reason: 'TooFewAttestors' } })
  expect(rest.at(-1)!.block![0]).toBe('  reason    too few attestors could be drawn in time')
})

test.each([
  ['Equivocation', 'committed to two numbers'],
  ['BadReveal', 'told another number than the one that it had committed to'],
  ['BadPing', 'confirmed a wrong number'],
  ['FalseFraud', 'accused another member by a proof that proves nothing'],
] as const)('of a convicted member it is told what it did: %s', async (lie, deed) => {
  const [step] = await told([event('EvidenceAccepted', { round: 7, attempt: 0, offender: hoster, lie })])
  expect(step!.sentence).toBe(`#41 evidence verified: hoster ${deed} and is convicted`)
})

test('an event that is of no round does not hide the end of one', async () => {
  const changes = { ...decode(ParameterChanges, new Uint8Array(16)), demandDeposit: 1n }
  const steps = await told([
    event('RoundClosed', { round: 0, verdict: 'Pass', served: 3, unserved: 1, reason: 'Quorum' }),
    event('ParametersChanged', { changes }),
  ])
  expect(steps.map(({ sentence }) => sentence)).toContain('round 0: pass')
})

test('a round that does not close in the block has no end there', async () => {
  const steps = await told([event('ReportAccepted', { round: 7, attestor: hoster, served: true })])
  expect(steps.map(({ sentence }) => sentence)).toEqual(['#41 hoster reports: served'])
})

test.each([
  [2, 'none lost, by 4 attestors over 2 requests'],
  [5, '1.0 ms (p50), none lost, by 4 attestors over 5 requests'],
  [20, '1.0 ms (p50), 2.0 ms (p95), 40 bytes/s, none lost, by 4 attestors over 20 requests'],
  [100, '1.0 ms (p50), 2.0 ms (p95), 3.0 ms (p99), 40 bytes/s, none lost, by 4 attestors over 100 requests'],
])('of %i answers these figures are told: %s', (samples, sentence) => {
  const measured = { ...performance, attempts: samples, speed: { ...speed, samples } }
  expect(performanceSentence('it', measured)).toBe(`it: ${sentence}`)
})

test('losses are told in percent, also where nothing was answered', () => {
  const silent = { ...performance, attestors: 1, attempts: 1, lossPpm: 1_000_000, speed: undefined }
  expect(performanceSentence('it', silent)).toBe('it: 100.0 % lost, by 1 attestor over 1 request')
})
