/** The attestor's part in a round, from the draw to its report: honest or not, killed or not. */
import { beforeEach, describe, expect, test } from 'vitest'
import { toHex } from '#types/bytes.ts'
import { decode } from '#types/scale/codec.ts'
import { struct } from '#types/scale/compound.ts'
import { attestationCalls } from '#types/domain/attestation/attestation.ts'
import { MAX_VISITS } from '#types/domain/attestation/report.ts'
import { WorkerRecord } from '#types/domain/worker.ts'
import type { AttestationProgress } from '#worker/systems/attestation/ports.ts'
import { startWorker, type Worker } from '#worker/kernel/worker.ts'
import { forgeFraud, silentFrom, type Fault } from '#worker/systems/coinflip/protocol/adversaries.ts'
import type { Coinflip, CoinflipOptions } from '#worker/systems/coinflip/protocol/terms.ts'
import { coinflipWithFault, createFaultyCoinflip } from '#worker/systems/coinflip/protocol/faulty-member.ts'
import { memoryFeed, type MemoryFeed } from '../../../../../helpers/memory-feed.ts'
import { newWorker, settle, TestWorker, World, type Work } from '../../../../../helpers/role-world.ts'

const ROUND = 5
/** The clock stands still: nobody thinks. */
const AUDITS = { audit: { thinkMs: 0 } }
let world: World
let feed: MemoryFeed
let hoster: TestWorker
let attestors: TestWorker[]
let running: Map<TestWorker, Worker>

async function start(worker: TestWorker, work: Work = worker.attests(AUDITS)): Promise<void> {
  running.set(worker, await startWorker({ account: worker.account, capacity: 2, ...work }, worker.deps()))
}

/** As SIGKILL, but for what a process in memory must give back: nothing of it goes on. */
async function kill(worker: TestWorker): Promise<void> {
  await running.get(worker)!.close()
}

beforeEach(async () => {
  world = new World()
  feed = memoryFeed(13)
  world.hold(feed)
  hoster = new TestWorker(world, 'hoster')
  attestors = ['a', 'b', 'c', 'd'].map((name) => new TestWorker(world, name))
  running = new Map()
  await start(hoster, hoster.hosts([{ key: feed.head.key, head: feed.head }]))
})

const open = (): void => world.openRound(ROUND, attestors, hoster, feed.head)
const agreed = (): boolean => world.round(ROUND).agreement !== undefined
const dutiesOf = (worker: TestWorker): string[] =>
  world.submissions.filter(({ account }) => account === worker.account).map(({ dutyId }) => dutyId)
const find = <K extends AttestationProgress['kind']>(
  worker: TestWorker,
  kind: K,
): Extract<AttestationProgress, { kind: K }> | undefined =>
  worker.progress.find((progress) => progress.kind === kind) as Extract<AttestationProgress, { kind: K }> | undefined

test('an honest round: one number, an audit each in its slot, four reports that the chain accepts as served', async () => {
  for (const attestor of attestors) await start(attestor)
  open()
  await world.blocksUntil(agreed)
  await world.blocksUntil(() => world.reports.length === 4)
  expect(world.refused).toEqual([])
  expect(world.reports.every(({ served }) => served)).toBe(true)
  for (const attestor of attestors) {
    expect(dutiesOf(attestor).filter((duty) => !duty.startsWith('workers.heartbeat'))).toEqual([
      'workers.register/0',
      `attestation.outcome/${ROUND}/0`,
      `attestation.report/${ROUND}/0`,
    ])
  }
  world.closeRound(ROUND)
  await world.block()
  expect(attestors.every((attestor) => attestor.kinds().includes('duty-ended'))).toBe(true)
  expect([...attestors[0]!.journal.values.keys()]).toEqual(['membership/register'])
})

test('nothing that tells the number leaves an attestor before END', async () => {
  for (const attestor of attestors) await start(attestor)
  open()
  await world.block()
  const { endsAt } = world.round(ROUND)
  await world.blocksUntil(() => world.number === endsAt)
  expect(world.submissions.some(({ dutyId }) => dutyId.startsWith('attestation.report'))).toBe(false)
  expect(attestors.every((attestor) => find(attestor, 'audit-done'))).toBe(true)
  await world.block()
  expect(world.reports).toHaveLength(4)
})

test('attestors look at the feed’s readers from the agreement to their slots, and no longer', async () => {
  for (const attestor of attestors) await start(attestor)
  open()
  await world.blocksUntil(agreed)
  await world.block()
  await world.block()
  const isWaiting = (attestor: TestWorker): boolean => !find(attestor, 'audit-started')
  for (let most = 0; most < 4; most++) {
    expect(world.observed).toHaveLength(attestors.filter(isWaiting).length)
    await world.block()
  }
  await world.blocksUntil(() => world.reports.length === 4)
  expect(world.observed).toEqual([])
})

test('an attestor reads on as readers do', async () => {
  world.traces = [Array.from({ length: 9 }, (_, index) => ({ index, at: 10 * index }))]
  for (const attestor of attestors) await start(attestor)
  open()
  await world.blocksUntil(() => world.reports.length === 4)
  expect(world.reports.every(({ served }) => served)).toBe(true)
  // The slot of the first may come before it has seen anybody.
  const most = Math.max(...attestors.map((attestor) => find(attestor, 'audit-done')!.planned))
  expect(most).toBeGreaterThan(3 + 4)
})

test('a hoster that has lost blocks: whoever asked for one reports unserved, with receipts for the rest', async () => {
  for (let index = 0; index < 13; index += 2) world.lost.add(index)
  for (const attestor of attestors) await start(attestor)
  open()
  await world.blocksUntil(() => world.reports.length === 4)
  expect(world.refused).toEqual([])
  const partial = attestors.filter((attestor) => find(attestor, 'audit-done')?.result !== 'served')
  expect(partial.length).toBeGreaterThan(0)
  expect(world.reports.filter(({ served }) => !served)).toHaveLength(partial.length)
})

const evidenceOf = (worker: TestWorker): string[] =>
  dutiesOf(worker).filter((duty) => duty.startsWith('attestation.evidence/'))
const evidenceAgainst = (liar: TestWorker, attempt = 0): string =>
  `attestation.evidence/${ROUND}/${attempt}/${toHex(liar.noise.publicKey)}`

const hasReported = ({ name }: TestWorker): boolean => world.reports.some(({ attestor }) => attestor === name)

/** The first attestor lies so; the others, started too, are returned. */
async function startWithLiar(createMember: (options: CoinflipOptions) => Coinflip) {
  const [liar, ...honest] = attestors as [TestWorker, TestWorker, TestWorker, TestWorker]
  await start(liar, liar.attests({ ...AUDITS, createMember }))
  for (const attestor of honest) await start(attestor)
  open()
  return { liar, honest }
}

test.each(['bad-reveal', 'equivocate'] as const)(
  '%s: evidence on chain, and the round goes on without the liar',
  async (fault) => {
    const { liar } = await startWithLiar(coinflipWithFault(fault))
    await world.blocksUntil(() => world.round(ROUND).attempt === 1)
    expect(world.round(ROUND).members.map(({ account }) => account)).not.toContainEqual(liar.account)
    expect(world.submissions.some(({ dutyId }) => dutyId === evidenceAgainst(liar))).toBe(true)
    await world.blocksUntil(() => world.reports.length === 3)
    expect(find(liar, 'duty-ended')?.why).toMatch(/without us/)
  },
)

describe('a lie that leaves the number as it is', () => {
  test.each(['bad-ping', 'bad-pong', 'forged-fraud'] as const)(
    '%s: all keep the number, audit, report and have the liar convicted',
    async (fault) => {
      const { liar, honest } = await startWithLiar(coinflipWithFault(fault))
      await world.blocksUntil(() => honest.every((attestor) => hasReported(attestor)))
      for (const attestor of honest)
        expect(find(attestor, 'coinflip-exit')).toMatchObject({ exit: 'success', liars: [liar.noise.publicKey] })
      expect(world.round(ROUND).attempt).toBe(0)
      expect(world.refused).toEqual([])
      expect(honest.map(evidenceOf)).toEqual(honest.map(() => [evidenceAgainst(liar)]))
      expect(evidenceOf(liar)).toEqual([])
      expect([...world.convicted]).toEqual([toHex(liar.noise.publicKey)])
    },
  )

  test('is told at once, with the number, where it tells nothing of it', async () => {
    const { liar, honest } = await startWithLiar(coinflipWithFault('forged-fraud'))
    await world.blocksUntil(agreed)
    for (const attestor of honest)
      expect(dutiesOf(attestor).slice(-2)).toEqual([evidenceAgainst(liar), `attestation.outcome/${ROUND}/0`])
  })

  test('waits for END where it opens the number, and is told before the report', async () => {
    const { liar, honest } = await startWithLiar(coinflipWithFault('bad-ping'))
    await world.blocksUntil(agreed)
    const { endsAt } = world.round(ROUND)
    await world.blocksUntil(() => world.number === endsAt)
    expect(honest.flatMap(evidenceOf)).toEqual([])
    await world.block()
    for (const attestor of honest)
      expect(dutiesOf(attestor).slice(-2)).toEqual([evidenceAgainst(liar), `attestation.report/${ROUND}/0`])
  })

  test('is told by an attestor that was killed in between, even if it came too late to audit', async () => {
    const { liar, honest } = await startWithLiar(coinflipWithFault('bad-ping'))
    const [late, early] = honest
    await world.blocksUntil(agreed)
    for (const attestor of [late, early]) await kill(attestor)
    await start(early)
    const { endsAt } = world.round(ROUND)
    await world.blocksUntil(() => world.number === endsAt)
    await start(late)
    await world.block()
    expect([late, early].map(evidenceOf)).toEqual([[evidenceAgainst(liar)], [evidenceAgainst(liar)]])
    expect(find(late, 'audit-started')).toBeUndefined()
  })

  test('keeps a duty open that has nothing else left to do, until the round is closed', async () => {
    const { liar, honest } = await startWithLiar(coinflipWithFault('bad-ping'))
    const [victim] = honest
    await world.blocksUntil(agreed)
    await kill(victim)
    const { endsAt } = world.round(ROUND)
    await world.blocksUntil(() => world.number === endsAt - 1)
    await start(victim)
    await world.block()
    await world.block()
    await world.block()
    expect(evidenceOf(victim)).toEqual([evidenceAgainst(liar)])
    expect(find(victim, 'duty-ended')).toBeUndefined()
    world.closeRound(ROUND)
    await world.block()
    expect(find(victim, 'duty-ended')?.why).toBe('the round is closed')
    expect([...victim.journal.values.keys()]).toEqual(['membership/register'])
  })

  test('is told at once, before who was missed, where the session came to no number', async () => {
    const lie: Fault = (outgoing, ...rest) =>
      silentFrom('Reveal')(outgoing, ...rest).flatMap((each) => forgeFraud('Commit')(each, ...rest))
    const { liar, honest } = await startWithLiar((options) => createFaultyCoinflip(options, lie))
    await world.block()
    for (let phase = 0; phase < 3; phase++) {
      world.clock.advance(20_000)
      await settle()
    }
    for (const attestor of honest) {
      expect(find(attestor, 'coinflip-exit')).toMatchObject({ exit: 'offline', liars: [liar.noise.publicKey] })
      expect(dutiesOf(attestor).slice(-2)).toEqual([evidenceAgainst(liar), `attestation.outcome/${ROUND}/0`])
    }
    await world.blocksUntil(() => world.reports.length === 3)
    expect(world.round(ROUND).attempt).toBe(1)
  })

  test('is told beside one that leaves no number, which another member told', async () => {
    const [forger, spoiler] = attestors as [TestWorker, TestWorker]
    await start(
      forger,
      forger.attests({ ...AUDITS, createMember: (options) => createFaultyCoinflip(options, forgeFraud('Join')) }),
    )
    await start(spoiler, spoiler.attests({ ...AUDITS, createMember: coinflipWithFault('bad-reveal') }))
    for (const attestor of attestors.slice(2)) await start(attestor)
    open()
    await world.blocksUntil(() => world.round(ROUND).attempt === 1)
    await world.block()
    expect([...world.convicted].toSorted()).toEqual(
      [forger, spoiler].map(({ noise }) => toHex(noise.publicKey)).toSorted(),
    )
  })

  test.each([false, true])(
    'that opens the number of a try that was given up is told with the next one; killed in between: %s',
    async (isKilled) => {
      const [liar, ...honest] = attestors as [TestWorker, ...TestWorker[]]
      const [witness] = honest as [TestWorker]
      await start(liar, liar.attests({ ...AUDITS, createMember: coinflipWithFault('bad-ping') }))
      for (const attestor of honest) await start(attestor)
      open()
      await world.block()
      await settle()
      expect(find(witness, 'coinflip-exit')).toMatchObject({ exit: 'success', liars: [liar.noise.publicKey] })
      expect(evidenceOf(witness)).toEqual([])
      if (isKilled) await kill(witness)
      world.drop(ROUND, honest.at(-1)!.noise.publicKey)
      if (isKilled) await start(witness)
      await world.block()
      expect(evidenceOf(witness)).toEqual([evidenceAgainst(liar)])
      expect(world.refused).toEqual([])
      expect([...world.convicted]).toEqual([toHex(liar.noise.publicKey)])
    },
  )
})

test('an attestor that is left out still tells of who lied before, and keeps its duty until the round is closed', async () => {
  const { liar, honest } = await startWithLiar(coinflipWithFault('bad-ping'))
  const [witness] = honest
  await world.block()
  for (const attestor of honest.slice(1)) await kill(attestor)
  world.drop(ROUND, witness.noise.publicKey)
  await world.block()
  await world.block()
  expect(evidenceOf(witness)).toEqual([evidenceAgainst(liar)])
  expect([...world.convicted]).toEqual([toHex(liar.noise.publicKey)])
  expect(find(witness, 'duty-ended')).toBeUndefined()
  world.closeRound(ROUND)
  await world.block()
  expect(find(witness, 'duty-ended')?.why).toBe('the round is closed')
  expect([...witness.journal.values.keys()]).toEqual(['membership/register'])
})

test('an attestor that never comes is named, and the round goes on without it', async () => {
  const [absent, ...present] = attestors as [TestWorker, ...TestWorker[]]
  for (const attestor of present) await start(attestor)
  open()
  await world.block()
  world.clock.advance(20_000)
  await settle()
  expect(find(present[0]!, 'coinflip-exit')).toMatchObject({ exit: 'offline', named: [absent.noise.publicKey] })
  await world.blocksUntil(() => world.reports.length === 3)
  expect(world.round(ROUND).attempt).toBe(1)
})

test('a paused worker takes no duty; resumed, it takes the next', async () => {
  for (const attestor of attestors) await start(attestor)
  const [paused] = attestors as [TestWorker]
  const record = newWorker(paused.noise.publicKey, world.number)
  world.put('Workers.Workers', [paused.account], WorkerRecord, { ...record, status: 'Paused' })
  world.emitOther('Workers', 'Paused')
  open()
  await world.block()
  expect(find(paused, 'duty-declined')).toMatchObject({ round: ROUND, why: 'the worker is paused' })
  expect(find(paused, 'coinflip-started')).toBeUndefined()
  expect(paused.progress.filter(({ kind }) => kind === 'status')).toEqual([{ kind: 'status', status: 'Paused' }])
  world.put('Workers.Workers', [paused.account], WorkerRecord, record)
  world.openRound(ROUND + 1, attestors, hoster, feed.head)
  await world.block()
  expect(find(paused, 'coinflip-started')).toMatchObject({ round: ROUND + 1 })
})

describe('killed and started again', () => {
  const restart = async (worker: TestWorker): Promise<void> => {
    await kill(worker)
    await start(worker)
  }

  test('in the coinflip: it commits to the same number and nobody is convicted', async () => {
    const [victim, late, ...others] = attestors as [TestWorker, TestWorker, ...TestWorker[]]
    for (const attestor of [victim, ...others]) await start(attestor)
    open()
    await world.block()
    const noted = victim.journal.values.get(`attestor/${ROUND}/0`)!
    await restart(victim)
    await world.block()
    expect(victim.journal.values.get(`attestor/${ROUND}/0`)).toEqual(noted)
    await start(late)
    await world.blocksUntil(agreed)
    expect(world.round(ROUND).attempt).toBe(0)
    await world.blocksUntil(() => world.reports.length === 4)
    expect(find(victim, 'coinflip-exit')).toMatchObject({ exit: 'success' })
  })

  test('after the coinflip, before its slot', async () => {
    for (const attestor of attestors) await start(attestor)
    open()
    await world.blocksUntil(agreed)
    await restart(attestors[1]!)
    await world.blocksUntil(() => world.reports.length === 4)
    expect(world.refused).toEqual([])
  })

  test('in its audit: what the hoster served before is nobody’s fault', async () => {
    for (const attestor of attestors) await start(attestor)
    const victim = attestors[2]!
    let release = (): void => {}
    world.stalled = new Promise((resolve) => (release = resolve))
    open()
    await world.blocksUntil(() => find(victim, 'audit-started') !== undefined)
    await kill(victim)
    release()
    await start(victim)
    await world.blocksUntil(() => world.reports.length === 4)
    expect(find(victim, 'audit-done')).toMatchObject({ result: 'served', why: '' })
    expect(world.refused).toEqual([])
  })

  test('after its audit: the report is made of the notes, the hoster is not asked again', async () => {
    for (const attestor of attestors) await start(attestor)
    const victim = attestors[2]!
    open()
    await world.blocksUntil(() => find(victim, 'audit-done') !== undefined)
    await restart(victim)
    await world.blocksUntil(() => world.reports.length === 4)
    expect(victim.kinds().filter((kind) => kind === 'audit-started')).toHaveLength(1)
  })

  test('after everything: no duty is submitted twice', async () => {
    for (const attestor of attestors) await start(attestor)
    const victim = attestors[3]!
    open()
    await world.blocksUntil(() => world.reports.length === 4)
    await restart(victim)
    await world.block()
    const duties = dutiesOf(victim)
    expect(new Set(duties).size).toBe(duties.length)
    expect(world.reports).toHaveLength(4)
  })

  test('too late for its slot: it says nothing rather than "unserved"', async () => {
    for (const attestor of attestors) await start(attestor)
    const victim = attestors[0]!
    open()
    await world.blocksUntil(agreed)
    await kill(victim)
    const { endsAt } = world.round(ROUND)
    await world.blocksUntil(() => world.number === endsAt + 1)
    await start(victim)
    await world.block()
    expect(world.reports).toHaveLength(3)
    expect(victim.kinds().at(-1)).toBe('duty-ended')
  })

  test('after its slot but before END: it does not audit late', async () => {
    for (const attestor of attestors) await start(attestor)
    open()
    await world.blocksUntil(agreed)
    for (const attestor of attestors) await kill(attestor)
    const { endsAt } = world.round(ROUND)
    await world.blocksUntil(() => world.number === endsAt - 1)
    const before = attestors.filter((attestor) => find(attestor, 'audit-started')).length
    for (const attestor of attestors) await start(attestor)
    await world.block()
    const late = attestors.filter((attestor) => find(attestor, 'duty-ended')?.why === 'our slot has passed')
    // Only the last slot reaches to END.
    expect(late.length).toBeGreaterThanOrEqual(3 - before)
    expect(late.some((attestor) => find(attestor, 'audit-started'))).toBe(false)
  })

  test('too late for the coinflip: it starts no session', async () => {
    await start(attestors[0]!)
    open()
    await kill(attestors[0]!)
    await world.blocksUntil(() => world.number > world.round(ROUND).openedAt + 4)
    await start(attestors[0]!)
    await world.block()
    expect(find(attestors[0]!, 'coinflip-started')).toBeUndefined()
  })
})

test('a report carries the number that everyone committed to and opens the own commitment', async () => {
  for (const attestor of attestors) await start(attestor)
  open()
  await world.blocksUntil(() => world.reports.length === 4)
  const magics = world.submissions
    .filter(({ call }) => call.call === 'submitReport')
    .map(({ call }) => decode(struct(attestationCalls.submitReport), call.args).report)
  expect(new Set(magics.map(({ magic }) => Buffer.from(magic).toString('hex'))).size).toBe(1)
  expect(new Set(magics.flatMap(({ auditKeys }) => auditKeys.map(toHex))).size).toBe(4 * MAX_VISITS)
})
