/**
 * Whether a hoster can tell an audit from a reader by its log, and how it fares if it serves only suspected auditors.
 */
import { beforeAll, describe, expect, test } from 'vitest'
import {
  runAudits,
  type AuditWorldOptions,
  type AuditWorldResult,
} from '#worker/systems/attestation/simulation/camouflage.ts'
import { GOOD_CONDITIONS } from '#worker/simulation/conditions.ts'
import { chanceFrom } from '#worker/simulation/random.ts'
import {
  advantage,
  refusesWhoReadsOn,
  suspicionFrom,
  type Known,
  type Suspicion,
} from '#worker/systems/hosting/simulation/suspicion.ts'
import { refusesUnmarked } from '#worker/systems/hosting/simulation/planted.ts'
import type { RequestLog } from '#worker/systems/hosting/simulation/hosting.ts'
import { patiently } from '../../../../../helpers/patience.ts'

const TIMEOUT_MS = patiently(60_000)
/** Requests after which a hoster decides whether to go on serving. */
const FIRST = 8

const play = (seed: string, change: Partial<AuditWorldOptions> = {}): Promise<AuditWorldResult> =>
  runAudits({
    chance: chanceFrom(seed),
    conditions: { ...GOOD_CONDITIONS, latencyMs: { kind: 'uniform', low: 5, high: 45 } },
    blocks: 2_000,
    blockBytes: 256,
    challenges: 15,
    readers: 400,
    audits: 300,
    refuses: () => false,
    seen: 24,
    ...change,
  })

/** The log by its truth; of each session the first so many requests. */
function known({ log }: AuditWorldResult, first = Infinity): Known {
  const of = (isAudit: boolean): RequestLog[] =>
    log.filter((session) => session.isAudit === isAudit).map(({ requests }) => requests.slice(0, first))
  return { audits: of(true), readers: of(false) }
}

let training: AuditWorldResult
let trial: AuditWorldResult
beforeAll(async () => {
  training = await play('training')
  trial = await play('trial')
}, TIMEOUT_MS)

const found = (first?: number): number => advantage(suspicionFrom(known(training, first)), known(trial, first))

describe('auditors who see what readers read', () => {
  test('are all served, and hold a receipt', () => {
    expect(trial.audits.map(({ kind }) => kind)).toEqual(Array.from({ length: 300 }, () => 'served'))
    expect(trial.readers.every(({ asked, served }) => asked === served)).toBe(true)
  })

  test('are hardly told from them, neither while a hoster can still decide nor when they are gone', () => {
    for (const first of [4, FIRST, 16, Infinity]) expect(found(first), `the first ${first}`).toBeLessThan(0.15)
  })

  test('come several times where readers jump seldom, under another key each time', () => {
    const visits = trial.audits.map((audit) => audit.visits)
    for (const count of [1, 2, 3]) expect(visits.filter((made) => made === count).length).toBeGreaterThan(10)
    expect(known(trial).audits).toHaveLength(visits.reduce((sum, made) => sum + made, 0))
  })
})

test(
  'auditors who see nobody are known more often by the end: the classifier can tell',
  async () => {
    const [blind, blindTrial] = await Promise.all([play('blind', { seen: 0 }), play('blind trial', { seen: 0 })])
    const found = advantage(suspicionFrom(known(blind)), known(blindTrial))
    expect(found).toBeGreaterThan(0.15)
    expect(found).toBeLessThan(0.5)
  },
  TIMEOUT_MS,
)

describe('a hoster that serves only suspected auditors', () => {
  const refusing =
    (suspicion: Suspicion) =>
    (requests: RequestLog): boolean =>
      requests.length >= FIRST && suspicion(requests.slice(0, FIRST)) <= 0

  const shares = ({ readers, audits }: AuditWorldResult): { refused: number; noticed: number } => ({
    refused: readers.filter(({ asked, served }) => served < asked).length / readers.length,
    noticed: audits.filter(({ kind }) => kind !== 'served').length / audits.length,
  })

  test(
    'is caught by at least half as many auditors as it refuses readers, though it has learnt from its log',
    async () => {
      const refuses = refusing(suspicionFrom(known(training, FIRST)))
      const { refused, noticed } = shares(await play('refusal', { refuses }))
      expect(refused).toBeGreaterThan(0.2)
      expect(noticed, `${refused} of the readers refused`).toBeGreaterThan(refused / 2)
    },
    TIMEOUT_MS,
  )

  test(
    'that refuses whoever reads on without a jump is caught by those who begin so',
    async () => {
      const { refused, noticed } = shares(await play('refusal', { refuses: refusesWhoReadsOn }))
      expect(refused).toBeGreaterThan(0.15)
      expect(noticed, `${refused} of the readers refused`).toBeGreaterThan(refused / 2)
    },
    TIMEOUT_MS,
  )
})

describe('a hoster that plants 64 readers of one habit before all others, and serves only what reads like them', () => {
  test.each([
    ['serves few audits where places are fair', 'fair', 0.4],
    ['serves less than half of the audits even where its readers have all places', 'first', 0.5],
  ] as const)(
    '%s',
    async (_, places, most) => {
      const { readers, audits } = await play(`planted ${places}`, {
        readers: 100,
        audits: 90,
        seen: 64,
        places,
        planted: { sessions: 64, how: 'one habit' },
        refuses: refusesUnmarked,
      })
      expect(readers.filter(({ asked, served }) => served < asked).length).toBeGreaterThan(90)
      const served = audits.filter(({ kind }) => kind === 'served').length
      expect(served / audits.length, `${served} of ${audits.length} audits served`).toBeLessThan(most)
    },
    TIMEOUT_MS,
  )
})
