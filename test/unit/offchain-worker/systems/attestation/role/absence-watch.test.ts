/** Attestors report absent ones: in turns, once, also after a restart, and not while paused. */
import { afterEach, beforeEach, expect, test } from 'vitest'
import { encodeCall } from '#chain/api/descriptors.ts'
import { toHex } from '#types/bytes.ts'
import { ABSENCE_WINDOW_BLOCKS } from '#types/domain/attestation/absence.ts'
import { permutation } from '#types/domain/draw.ts'
import { absences, reportAbsent } from '#worker/systems/attestation/role/chain-items.ts'
import { loadNotes } from '#worker/systems/attestation/role/notes.ts'
import type { Party } from '../../../../../helpers/attestation/parties.ts'
import { Stage } from '../../../../../helpers/attestation/stage.ts'

const ROUND = 0
const TURN_BLOCKS = 4
let stage: Stage
/** In the order of their slots. */
let line: readonly Party[]

const toldBy = (party: Party): readonly string[] =>
  stage.parties.submissions
    .filter((other) => other.party === party && other.call.call === 'reportAbsent')
    .map(({ dutyId }) => dutyId)
const dutyOf = (absent: Party): string => `attestation.absence/${ROUND}/${toHex(absent.account)}`
const hasReported = ({ account }: Party): boolean => stage.reports.some(({ attestor }) => attestor === toHex(account))

/** A round whose number five members agreed on, before the first of them audits. */
beforeEach(async () => {
  stage = new Stage({ attestors: ['a', 'b', 'c', 'd', 'e'] })
  await stage.ready()
  for (const party of stage.attestors) await stage.start(party)
  await stage.order()
  await stage.blocksUntil(() => stage.round(ROUND).agreement !== undefined)
  const { magic } = (await loadNotes(stage.world.journalOf(stage.attestors[0]!.peer), ROUND, 0))!
  const { members } = stage.round(ROUND)
  line = permutation(magic!, 'slot', members.length).map((rank) =>
    stage.attestors.find(({ account }) => toHex(account) === toHex(members[rank]!.account))!,
  )
})

afterEach(() => expect(stage.broken).toEqual([]))

/** These are killed before they report, the others report, and `silent` are killed then. Ends with the block that closes the round. */
async function closeWithout(absent: readonly Party[], silent: readonly Party[] = []): Promise<void> {
  for (const party of absent) await stage.kill(party)
  const present = line.filter((party) => !absent.includes(party))
  await stage.blocksUntil(() => present.every(hasReported))
  for (const party of silent) await stage.kill(party)
  // The block itself: those at work hear of it in the time until the next.
  while (!stage.isClosed(ROUND)) {
    await stage.seal()
    if (!stage.isClosed(ROUND)) await stage.rest()
  }
  expect(
    stage
      .read(absences, ROUND)
      ?.absentees.map(({ account }) => toHex(account))
      .toSorted(),
  ).toEqual(absent.map(({ account }) => toHex(account)).toSorted())
}

/** An account that is no worker tells of an absentee; the next block takes it. */
const tellFromElsewhere = ({ account }: Party): void =>
  stage.act('requester', encodeCall(reportAbsent, { round: ROUND, attestor: account }))

test('the first in line tells of all absentees, and nobody else says it again', async () => {
  const [absent, first, second, gone, last] = line as [Party, Party, Party, Party, Party]
  await closeWithout([absent, gone])
  await stage.rest()
  for (const party of [absent, gone]) await stage.start(party)
  await stage.blocks(1 + 3 * TURN_BLOCKS)
  expect(toldBy(first).toSorted()).toEqual([dutyOf(absent), dutyOf(gone)].toSorted())
  expect([second, last, absent, gone].flatMap(toldBy)).toEqual([])
  expect(stage.refused()).toEqual([])
  expect(stage.read(absences, ROUND)?.absentees.map(({ reported }) => reported)).toEqual([true, true])
})

test('where the first in line says nothing, the next does, not before its turn', async () => {
  const [absent, first, second, third] = line as [Party, Party, Party, Party]
  await closeWithout([absent], [first])
  await stage.rest()
  await stage.blocks(TURN_BLOCKS - 1)
  expect(toldBy(second)).toEqual([])
  await stage.block()
  expect(toldBy(second)).toEqual([dutyOf(absent)])
  await stage.blocks(2 * TURN_BLOCKS)
  expect(toldBy(third)).toEqual([])
})

test('a worker that was away when the round closed tells of what is untold, and not twice over its lives', async () => {
  const [absent, first, ...others] = line as [Party, Party, ...Party[]]
  await closeWithout([absent], [first, ...others])
  await stage.blocks(10)
  await stage.start(first)
  await stage.block()
  expect(toldBy(first)).toEqual([])
  // The turns go round: four reported.
  await stage.blocks(4 * TURN_BLOCKS - 11)
  expect(toldBy(first)).toEqual([dutyOf(absent)])
  await stage.kill(first)
  await stage.start(first)
  await stage.blocks(3)
  expect(toldBy(first)).toHaveLength(1)
})

test('one that is paused says nothing until it is resumed', async () => {
  const [absent, first, ...others] = line as [Party, Party, ...Party[]]
  stage.operate(first, 'pause')
  await closeWithout([absent], others)
  await stage.blocks(2)
  expect(stage.worker(first)).toMatchObject({ status: 'Paused' })
  expect(toldBy(first)).toEqual([])
  stage.operate(first, 'resume')
  await stage.block()
  expect(toldBy(first)).toEqual([dutyOf(absent)])
})

test('losing the race is no error; what is over is not told of', async () => {
  const [absent, first, second, gone] = line as [Party, Party, Party, Party]
  await closeWithout([absent], [second, gone])
  // Before a worker hears of the block, an account tells of the absentee.
  tellFromElsewhere(absent)
  await stage.rest()
  expect(toldBy(first)).toEqual([dutyOf(absent)])
  await stage.blocks(2)
  expect(stage.refused([first])).toEqual(['reportAbsent: AbsenceKnown'])
  await stage.blocksUntil(() => stage.read(absences, ROUND) === undefined, ABSENCE_WINDOW_BLOCKS + 2)
  await stage.start(second)
  await stage.blocks(2)
  expect(toldBy(second)).toEqual([])
})

test('nobody is accused but who the chain says did not report: no word of a worker costs its deposit', async () => {
  const [absent, first, second, told] = line as [Party, Party, Party, Party]
  await closeWithout([absent, told], [first, second])
  tellFromElsewhere(told)
  await stage.block()
  for (const party of [first, second]) await stage.start(party)
  // The second looks again when the first has told, and finds nothing left to say.
  await stage.blocks(8 * TURN_BLOCKS)
  expect([first, second].flatMap(toldBy)).toEqual([dutyOf(absent)])
  expect(stage.refused([first, second])).toEqual([])
})

test('where nobody reported, nobody has a turn', async () => {
  await closeWithout(line)
  await stage.rest()
  for (const party of line) await stage.start(party)
  await stage.blocks(20)
  expect(line.flatMap(toldBy)).toEqual([])
})
