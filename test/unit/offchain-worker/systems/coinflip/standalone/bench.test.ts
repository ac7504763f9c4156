/** The arbiter of `assay coinflip`: votes, lies, the dead, and when an attempt is decided. */
import { beforeEach, expect, test } from 'vitest'
import { toHex } from '#types/bytes.ts'
import type { Evidence } from '#types/domain/coinflip/coinflip.ts'
import { equivocate } from '#worker/systems/coinflip/protocol/adversaries.ts'
import { Bench } from '#worker/systems/coinflip/standalone/bench.ts'
import { attemptIn, type MemberExit, type MemberTimings } from '#worker/systems/coinflip/standalone/channel.ts'
import { playCoinflip } from '../../../../../helpers/coinflip/recorded.ts'

const net = playCoinflip({ members: 4 })
const keys = net.session.members.map(toHex)
const TIMINGS: MemberTimings = { phases: {}, total: 1 }
const exitOf = (lies: readonly Evidence[] = []): MemberExit => {
  const { magic, transcript, transcriptRoot } = net.play.exits[0]!
  return { magic: toHex(magic), transcriptRoot: toHex(transcriptRoot), transcript, lies }
}
let gone: Set<string>
let bench: Bench
beforeEach(() => {
  gone = new Set()
  bench = new Bench(net.session, keys, gone)
  bench.next()
})
const end = (...ranks: readonly number[]): void => {
  for (const rank of ranks) bench.end(keys[rank]!, exitOf(), TIMINGS)
}

test('an attempt is decided once all have told their number, or had four blocks for it', () => {
  end(0, 1, 2)
  expect(bench.verdict()).toBeUndefined()
  for (let block = 0; block < 4; block++) bench.next()
  expect(bench.verdict()).toBeUndefined()
  bench.next()
  expect(bench.verdict()).toMatchObject({ kind: 'agreed', magic: exitOf().magic, liars: [] })
  expect(bench.told()).toMatchObject({ exits: 3 })
})

test('nobody waits for a member whose process has ended', () => {
  end(0, 1, 2)
  gone.add(keys[3]!)
  expect(bench.verdict()).toMatchObject({ kind: 'agreed' })
})

test('a member whose process ends before the agreement is absent with the next block', () => {
  end(0, 1)
  gone.add(keys[3]!)
  expect(bench.verdict()).toBeUndefined()
  bench.next()
  expect(bench.verdict()).toMatchObject({ kind: 'dropped', dropped: [keys[3]], afterGate: false })
})

test('only evidence that convicts names a liar, with the lie', () => {
  const lying = playCoinflip({ members: 4, faults: { 3: equivocate } })
  const [lie] = lying.heldOf(0)!.lies
  const other = new Bench(lying.session, lying.session.members.map(toHex), gone)
  other.next()
  const first = keys[0]!
  // Of another session it proves nothing.
  const elsewhere = new Bench({ ...lying.session, attempt: 1 }, keys, gone)
  elsewhere.next()
  for (const each of [other, elsewhere]) each.take(first, { kind: 'evidence', evidence: lie! })
  for (let block = 0; block < 5; block++) other.next()
  expect(other.verdict()).toMatchObject({ kind: 'dropped', liars: [keys[3]], lies: ['Equivocation'] })
  while (!elsewhere.verdict()) elsewhere.next()
  expect(elsewhere.verdict()).toEqual({ kind: 'over' })
})

test('members read the block as the arbiter has it', () => {
  const { attempt, agreedAt } = attemptIn(bench.next(), net.session)
  expect([attempt.block, attempt.session, agreedAt]).toEqual([2, net.session, undefined])
  end(0, 1, 2)
  expect(attemptIn(bench.next(), net.session).agreedAt).toBe(2)
})
