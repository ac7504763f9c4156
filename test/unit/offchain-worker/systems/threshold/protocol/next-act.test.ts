/** Members that are killed at every step of a ceremony, and members that lost their disk. */
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { u32le } from '#types/bytes.ts'
import { blake2b256Of } from '#types/crypto/hash.ts'
import { confirm, deal, dispute, join, passBlock, renounce } from '#types/domain/threshold/ceremony.ts'
import type { CeremonyStep, CeremonyTerms } from '#types/domain/threshold/ceremony-types.ts'
import { isShareOf } from '#types/domain/threshold/feldman.ts'
import { curveOf } from '#types/domain/threshold/group.ts'
import { nextAct, type CeremonyAct, type CeremonyDisk } from '#worker/systems/threshold/protocol/next-act.ts'
import { createShared, createTerms, Table, WINDOWS } from '../../../../../helpers/threshold/ceremony.ts'

const CURVE = 'Secp256k1'

/** A member as a process: what it does comes from the chain and its disk alone, so a restart is nothing but forgetting the rest. */
class Member {
  readonly id: number
  readonly said: CeremonyAct[] = []
  disk: CeremonyDisk
  #seeds = 0

  constructor(id: number, standing: bigint | undefined) {
    this.id = id
    this.disk = { seed: undefined, standing, next: undefined }
  }

  /** Does one thing. A killed member did not see what came of it, and may do it again. */
  act(table: Table, change: (act: CeremonyAct) => CeremonyAct = (act) => act): void {
    const { ceremony, context, block } = table
    const canDispute = block <= ceremony.since + WINDOWS.settle / 2
    const act = change(nextAct({ ceremony, context, canDispute, id: this.id }, this.disk))
    if (act.kind === 'wait') return
    if (act.kind === 'write seed') this.disk = { ...this.disk, seed: this.#newSeed() }
    else if (act.kind === 'write share') this.disk = { ...this.disk, next: act.share }
    else {
      this.said.push(act)
      table.take(stepOf(table, this.id, act))
    }
  }

  loseDisk(): void {
    this.disk = { seed: undefined, standing: undefined, next: undefined }
  }

  #newSeed(): Uint8Array {
    return blake2b256Of(u32le(this.id), u32le(this.#seeds++))
  }
}

type Word = Exclude<CeremonyAct, { readonly kind: 'wait' | 'write seed' | 'write share' }>

function stepOf({ ceremony, frame }: Table, id: number, act: Word): CeremonyStep {
  switch (act.kind) {
    case 'join':
      return join(ceremony, frame, id, act.word)
    case 'deal':
      return deal(ceremony, frame, id, act.dealing)
    case 'dispute':
      return dispute(ceremony, frame, id, act.word)
    case 'confirm':
      return confirm(ceremony, frame, id, act.word)
    case 'renounce':
      return renounce(ceremony, frame, id)
  }
}

const membersOf = (terms: CeremonyTerms, standing: ReadonlyMap<number, bigint> = new Map()): Member[] =>
  terms.members.map(({ id }) => new Member(id, standing.get(id)))

/** Lets members act in the order of the schedule, and then all in turn, until the ceremony ends. */
function play(table: Table, members: readonly Member[], schedule: readonly number[] = []): void {
  for (const at of schedule) if (table.end === undefined) members[at % members.length]!.act(table)
  while (table.end === undefined) {
    for (const member of members) if (table.end === undefined) member.act(table)
    table.block++
    if (table.end === undefined) table.take(passBlock(table.ceremony, table.frame))
  }
}

test('in any order of steps, all honest members end with shares of one key', () => {
  fc.assert(
    fc.property(fc.array(fc.nat(3), { maxLength: 30 }), (schedule) => {
      const terms = createTerms(CURVE, 4, 3)
      const [table, members] = [new Table(terms, 1), membersOf(terms)]
      play(table, members, schedule)
      expect(table.end).toMatchObject({ kind: 'switched', kept: [1, 2, 3, 4] })
      expect(table.faults).toEqual([])
      const points = (table.end as { points: readonly Uint8Array[] }).points.map((point) => curveOf(CURVE).parse(point))
      for (const { id, disk } of members) expect(isShareOf(curveOf(CURVE), points, id, disk.next!)).toBe(true)
    }),
    { numRuns: 6 },
  )
})

test('a member that does each thing twice, as after a kill, says the very same bytes', () => {
  const terms = createTerms(CURVE, 3, 2)
  const table = new Table(terms, 2)
  const members = membersOf(terms)
  while (table.end === undefined) {
    for (const member of members) {
      if (table.end !== undefined) break
      const before = table.ceremony
      member.act(table)
      // The call did not reach the chain, or the member was killed before it saw so.
      if (table.end !== undefined || table.ceremony === before) continue
      const after = table.ceremony
      table.ceremony = before
      member.act(table)
      expect(table.end ?? table.ceremony).toEqual(table.end ?? after)
      expect(member.said.at(-1)).toEqual(member.said.at(-2))
    }
    table.block++
  }
  expect(table.end.kind).toBe('switched')
})

test('a member whose disk is gone renounces after it joined, and joins anew before', () => {
  const terms = createTerms(CURVE, 4, 2, { spare: 1 })
  const [table, members] = [new Table(terms, 3), membersOf(terms)]
  members[0]!.act(table)
  members[0]!.loseDisk()
  for (const member of members) for (let i = 0; i < 2; i++) member.act(table)
  members[1]!.loseDisk()
  play(table, members)
  const renounced = members.filter(({ said }) => said.some(({ kind }) => kind === 'renounce')).map(({ id }) => id)
  expect(renounced).toEqual([2])
  expect(table.end).toMatchObject({ kind: 'switched', kept: [1, 3, 4] })
})

test('a refresh moves every share, and a member that lost its standing one leaves', () => {
  const old = createShared(CURVE, 3, 2)
  const more = { ceremony: 1, epoch: 1, qOld: 2, standing: old.key } as const
  const terms = createTerms(CURVE, 3, 2, { kind: 'Refresh', ...more })
  const [table, members] = [new Table(terms, 4, old.shares), membersOf(terms, old.shares)]
  play(table, members)
  expect(table.end?.kind).toBe('switched')
  for (const { id, disk } of members) expect(disk.next).not.toBe(old.shares.get(id))

  for (const kind of ['Refresh', 'Reshare'] as const) {
    const partly = createTerms(CURVE, 3, 2, { kind, ...more })
    const without = new Table(partly, 5, old.shares)
    play(without, membersOf(partly, new Map([...old.shares].slice(1))))
    expect([without.faults, without.offences]).toEqual([[], []])
    expect(without.end).toMatchObject({ kind: 'switched', kept: [2, 3] })
  }
})

test('each member complains of a wrong share by itself, and goes on with the others', () => {
  const terms = createTerms(CURVE, 4, 2)
  const [table, members] = [new Table(terms, 6), membersOf(terms)]
  const spoil = (act: CeremonyAct): CeremonyAct => {
    if (act.kind !== 'deal') return act
    const [first, ...sealed] = act.dealing.sealed
    return { kind: 'deal', dealing: { ...act.dealing, sealed: [first!.map((byte) => byte ^ 1), ...sealed] } }
  }
  while (table.end === undefined) {
    for (const member of members) if (table.end === undefined) member.act(table, member.id === 3 ? spoil : undefined)
    table.block++
  }
  expect(table.offences).toEqual([{ kind: 'BadShare', dealer: 3 }])
  expect(table.end).toMatchObject({ kind: 'switched', kept: [1, 2, 3, 4], qualified: [1, 2, 4] })
})
