/** Attestors report absent ones: in turns, once, also after a restart, and not while paused. */
import { beforeEach, expect, test } from 'vitest'
import { toHex, u32le } from '#types/bytes.ts'
import { AbsenceRecord } from '#types/domain/attestation/absence.ts'
import { permutation } from '#types/domain/draw.ts'
import { WorkerRecord } from '#types/domain/worker.ts'
import { startWorker, type Worker } from '#worker/kernel/worker.ts'
import { memoryFeed } from '../../../../../helpers/memory-feed.ts'
import { newWorker, TestWorker, World } from '../../../../../helpers/role-world.ts'

const ROUND = 5
const MAGIC = new Uint8Array(32).fill(7)
const TURN_BLOCKS = 3
let world: World
/** In the order of their slots. */
let line: TestWorker[]

const start = (worker: TestWorker): Promise<Worker> =>
  startWorker({ account: worker.account, capacity: 2, ...worker.attests() }, worker.deps())

const toldBy = (worker: TestWorker): string[] =>
  world.submissions
    .filter(({ account, call }) => account === worker.account && call.call === 'reportAbsent')
    .map(({ dutyId }) => dutyId)
const dutyOf = (absent: TestWorker): string => `attestation.absence/${ROUND}/${toHex(absent.account)}`

async function blocks(count: number): Promise<void> {
  for (let i = 0; i < count; i++) await world.block()
}

beforeEach(() => {
  world = new World()
  const attestors = ['a', 'b', 'c', 'd', 'e'].map((name) => new TestWorker(world, name))
  world.openRound(ROUND, attestors, new TestWorker(world, 'hoster'), memoryFeed(13).head)
  const { members } = world.round(ROUND)
  line = permutation(MAGIC, 'slot', members.length).map((rank) =>
    attestors.find(({ account }) => toHex(account) === toHex(members[rank]!.account))!,
  )
})

test('the first in line tells of all absentees, and nobody else says it again', async () => {
  const [absent, first, second, gone, last] = line as [TestWorker, TestWorker, TestWorker, TestWorker, TestWorker]
  world.closeWithAbsences(ROUND, [absent, gone], MAGIC)
  for (const worker of line) await start(worker)
  await blocks(1 + 3 * TURN_BLOCKS)
  expect(toldBy(first)).toEqual([dutyOf(absent), dutyOf(gone)])
  expect([second, last, absent, gone].flatMap(toldBy)).toEqual([])
  expect(world.refused).toEqual([])
})

test('where the first in line says nothing, the next does, not before its turn', async () => {
  const [absent, , second, third] = line as [TestWorker, TestWorker, TestWorker, TestWorker]
  world.closeWithAbsences(ROUND, [absent], MAGIC)
  for (const worker of [second, third]) await start(worker)
  await blocks(TURN_BLOCKS)
  expect(toldBy(second)).toEqual([])
  await blocks(1)
  expect(toldBy(second)).toEqual([dutyOf(absent)])
  await blocks(2 * TURN_BLOCKS)
  expect(toldBy(third)).toEqual([])
})

test('a worker that was away when the round closed tells of what is untold, and not twice over its lives', async () => {
  const [absent, first] = line as [TestWorker, TestWorker]
  world.closeWithAbsences(ROUND, [absent], MAGIC)
  await blocks(10)
  const life = await start(first)
  await blocks(1)
  expect(toldBy(first)).toEqual([dutyOf(absent)])
  await life.close()
  await start(first)
  await blocks(3)
  expect(toldBy(first)).toHaveLength(1)
})

test('one that is paused says nothing until it is resumed', async () => {
  const [absent, first] = line as [TestWorker, TestWorker]
  await start(first)
  const record = newWorker(first.noise.publicKey, world.number)
  world.put('Workers.Workers', [first.account], WorkerRecord, { ...record, status: 'Paused' })
  world.closeWithAbsences(ROUND, [absent], MAGIC)
  await blocks(3)
  expect(toldBy(first)).toEqual([])
  world.put('Workers.Workers', [first.account], WorkerRecord, record)
  await blocks(1)
  expect(toldBy(first)).toEqual([dutyOf(absent)])
})

test('losing the race is no error; what is over is not told of', async () => {
  const [absent, first] = line as [TestWorker, TestWorker]
  world.closeWithAbsences(ROUND, [absent], MAGIC)
  world.setAbsences(ROUND, undefined)
  await start(first)
  await blocks(2)
  expect(toldBy(first)).toEqual([])
})

test('nobody is accused but who the chain says did not report: no word of a worker costs its deposit', async () => {
  const [absent, first, second, told] = line as [TestWorker, TestWorker, TestWorker, TestWorker]
  world.closeWithAbsences(ROUND, [absent, told], MAGIC)
  const record = world.get('Attestation.Absences', [u32le(ROUND)], AbsenceRecord)!
  const isTold = (account: Uint8Array): boolean => toHex(account) === toHex(told.account)
  const absentees = record.absentees.map((each) => ({ ...each, reported: isTold(each.account) }))
  world.setAbsences(ROUND, { ...record, absentees })
  for (const worker of [first, second]) await start(worker)
  await blocks(4 * TURN_BLOCKS)
  // The second looks again when the first has told, and finds nothing left to say.
  world.setAbsences(ROUND, { ...record, absentees: absentees.map((each) => ({ ...each, reported: true })) })
  await blocks(4 * TURN_BLOCKS)
  expect([first, second].flatMap(toldBy).filter((duty) => duty !== dutyOf(absent))).toEqual([])
})

test('where nobody reported, nobody has a turn', async () => {
  world.closeWithAbsences(ROUND, line, undefined)
  for (const worker of line) await start(worker)
  await blocks(20)
  expect(line.flatMap(toldBy)).toEqual([])
})
