/** Pallet Committee: keys made, renewed and handed on by members over the chain. */
import { describe, expect, test } from 'vitest'
import { CommitteeNeed, CommitteeStatus } from '#types/domain/committee/views.ts'
import { Offences } from '#types/domain/committee/committee.ts'
import { isShareOf } from '#types/domain/threshold/feldman.ts'
import { curveOf } from '#types/domain/threshold/group.ts'
import { AccountId } from '#types/scale/account.ts'
import { option, vec } from '#types/scale/compound.ts'
import { u32 } from '#types/scale/primitives.ts'
import { outsider } from '../../../../../helpers/attestation/chain.ts'
import {
  accounts,
  COMMITTEE,
  expectExact,
  openCreated,
  owner,
  PARAMETERS,
  refresh,
  reshare,
  responders,
  type CommitteeChain,
} from '../../../../../helpers/committee/chain.ts'

const curve = curveOf('Bls12381')

const needs = (chain: CommitteeChain, who = accounts(0, 1)[0]!) =>
  chain.ask('needs', { account: AccountId }, { account: who }, vec(CommitteeNeed)).map(({ kind }) => kind)
const status = (chain: CommitteeChain) =>
  chain.ask('committee', { committee: u32 }, { committee: COMMITTEE }, option(CommitteeStatus))!
const offences = (chain: CommitteeChain, account: Uint8Array) =>
  chain.ask('offences', { committee: u32, account: AccountId }, { committee: COMMITTEE, account }, Offences)

/** That the members' shares are shares of the committee's key. */
function expectShares(chain: CommitteeChain): void {
  const { key, q, members } = chain.committee()
  const points = key.map((point) => curve.parse(point))
  expect(points).toHaveLength(q)
  for (const { id, isStale } of members)
    if (!isStale) expect(isShareOf(curve, points, id, chain.shares.get(id)!)).toBe(true)
}

/** A committee of three members, two of which sign; made once. */
const keyed = openCreated()
keyed.play()

describe('a ceremony', () => {
  test('makes a key, at no fee, and tells each member what it waits for', () => {
    const chain = openCreated()
    const wealth = chain.wealth(responders[0]!.account)
    expect(chain.committee()).toMatchObject({ epoch: 0, key: [], ceremony: 1, nextId: 4 })
    expect(status(chain).ceremony).toMatchObject({ kind: 'Create', phase: 'Join', deadline: chain.number + 4 })
    expect(needs(chain)).toEqual(['Join'])
    expect(needs(chain, outsider.account)).toEqual([])
    const members = chain.members()
    members.joinAll([3])
    expect([needs(chain), needs(chain, responders[2]!.account)]).toEqual([[], ['Join']])
    chain.succeed(members.join(3))
    expect(chain.all('Committee.PhaseBegan')).toEqual([
      { committee: 0, ceremony: 1, phase: 'Deal', until: chain.number + PARAMETERS.dealWindow },
    ])
    expect(needs(chain)).toEqual(['Deal'])
    members.dealAll()
    expect(status(chain).ceremony).toMatchObject({ phase: 'Settle', dealt: [1, 2, 3], kept: [1, 2, 3], confirmed: [] })
    expect(needs(chain)).toEqual(['Confirm'])
    expectExact(chain)
    members.confirmAll()
    expect(chain.all('Committee.Switched')).toEqual([
      { committee: 0, ceremony: 1, epoch: 1, kept: [1, 2, 3], qualified: [1, 2, 3], withheld: 0 },
    ])
    expect(chain.wealth(responders[0]!.account)).toBe(wealth)
    chain.shares = members.table.shares
    expectShares(chain)
    expect([needs(chain), status(chain).ceremony]).toEqual([[], undefined])
    expectExact(chain)
  })

  test('convicts a dealer that sent a wrong share, and makes the key without it', () => {
    const chain = openCreated()
    const members = chain.members()
    members.joinAll()
    members.dealAll([2])
    chain.succeed(members.deal(2, members.badDealing(2, 3)))
    // What was confirmed with the wrong dealing counts no more.
    chain.succeed(members.confirm(1))
    chain.succeed(members.dispute(3, 2))
    const { account } = responders[1]!
    expect(chain.all('Committee.OffenceProven')).toEqual([
      { committee: 0, ceremony: 1, member: 2, account, kind: 'BadShare' },
    ])
    expect(offences(chain, account)).toEqual({ wrongShares: 1, falseComplaints: 0, latest: 1 })
    members.confirmAll()
    expect(chain.all('Committee.Switched')).toMatchObject([{ kept: [1, 2, 3], qualified: [1, 3], withheld: 1 }])
    chain.shares = members.table.shares
    expectShares(chain)
    expectExact(chain)
  })

  test('records a false complaint against its author, which pays for it', () => {
    const chain = openCreated()
    const members = chain.members()
    members.joinAll()
    members.dealAll()
    const { account } = responders[2]!
    const wealth = chain.wealth(account)
    chain.succeed(members.dispute(3, 1))
    expect(chain.wealth(account)).toBeLessThan(wealth)
    expect(offences(chain, account)).toEqual({ wrongShares: 0, falseComplaints: 1, latest: 1 })
    members.confirmAll()
    expect(chain.all('Committee.Switched')).toMatchObject([{ qualified: [1, 2, 3] }])
  })

  test('that too few join ends at its deadline without any call, and its owner opens another', () => {
    const chain = openCreated()
    const members = chain.members()
    chain.succeed(members.join(1))
    const { until } = chain.ceremony()
    chain.denies([owner, refresh], 'CeremonyOpen')
    chain.to(until)
    expect(chain.ceremony().phase).toBe('Join')
    chain.build()
    expect(chain.all('Committee.Aborted')).toEqual([
      { committee: 0, ceremony: 1, reason: 'TooFewMembers', proven: [], silent: [2, 3] },
    ])
    expectExact(chain)
    chain.succeed([owner, refresh])
    expect(chain.ceremony().terms).toMatchObject({ ceremony: 2, kind: 'Create', epoch: 0 })
    chain.play(2)
    expectShares(chain)
  })

  test('whose member does not confirm makes no key; the next one does not need that member', () => {
    const chain = openCreated(4, 2, 1)
    const members = chain.members()
    members.joinAll()
    members.dealAll()
    members.confirmAll([4])
    chain.until('the ceremony is over', () => chain.openCeremony() === undefined)
    expect(chain.all('Committee.Aborted')).toMatchObject([{ reason: 'Unconfirmed', proven: [], silent: [4] }])
    expect(chain.committee()).toMatchObject({ key: [], epoch: 0, unconfirmed: [responders[3]!.account] })
    chain.succeed([owner, refresh])
    const second = chain.members(2)
    expect(second.table.terms.members.map(({ deals, receives }) => [deals, receives])).toEqual([
      [true, true],
      [true, true],
      [true, true],
      [true, false],
    ])
    second.joinAll()
    second.dealAll([4])
    chain.until('dealers had their time', () => chain.ceremony().phase === 'Settle')
    second.confirmAll()
    chain.shares = second.table.shares
    expect(chain.committee().members.map(({ isStale }) => isStale)).toEqual([false, false, false, true])
    expect(chain.committee().unconfirmed).toEqual([])
    expectShares(chain)
    expectExact(chain)
  })

  test('needs all that did not confirm where too few others remain', () => {
    const chain = openCreated(3, 2, 1)
    const members = chain.members()
    members.joinAll()
    members.dealAll()
    chain.until('the ceremony is over', () => chain.openCeremony() === undefined)
    chain.succeed([owner, refresh])
    expect(chain.ceremony().terms.members.every(({ receives }) => receives)).toBe(true)
  })

  test('goes on without a member that lost its secrets and says so', () => {
    const chain = openCreated()
    const members = chain.members()
    members.joinAll()
    members.dealAll()
    members.confirmAll([2])
    chain.succeed(members.renounce(2))
    expect(chain.all('Committee.Switched')).toMatchObject([{ kept: [1, 3], qualified: [1, 2, 3] }])
    expect(chain.committee().members.map(({ isStale }) => isStale)).toEqual([false, true, false])
  })

  test('ends where a dealer of a strict committee withholds its dealing', () => {
    const chain = openCreated(3, 2, 0, true)
    const members = chain.members()
    members.joinAll()
    members.dealAll([3])
    chain.until('the ceremony is over', () => chain.openCeremony() === undefined)
    expect(chain.all('Committee.Aborted')).toMatchObject([{ reason: 'Withheld', proven: [], silent: [3] }])
  })
})

describe('a standing key', () => {
  test('stays through a refresh, which makes old shares useless', () =>
    keyed.branch(() => {
      const old = keyed.shares
      const before = keyed.committee()
      keyed.succeed([owner, refresh])
      keyed.play(2)
      expect(keyed.committee()).toMatchObject({ epoch: 2, ceremony: 2, q: 2 })
      expect(keyed.committee().key[0]).toEqual(before.key[0])
      expect(keyed.committee().key[1]).not.toEqual(before.key[1])
      expectShares(keyed)
      expect(keyed.shares).not.toEqual(old)
      keyed.shares = old
    }))

  test('stays through a resharing to other members under another threshold', () =>
    keyed.branch(() => {
      const old = keyed.shares
      const before = keyed.committee()
      keyed.succeed([owner, reshare([...accounts(1, 3), ...accounts(3, 5)], 3, 1)])
      expect(keyed.ceremony().terms.members.map(({ id, deals, receives }) => [id, deals, receives])).toEqual([
        [1, true, false],
        [2, true, true],
        [3, true, true],
        [4, false, true],
        [5, false, true],
      ])
      expect(needs(keyed, responders[4]!.account)).toEqual(['Join'])
      keyed.play(3)
      expect(keyed.committee()).toMatchObject({ epoch: 2, q: 3, spare: 1, nextId: 6 })
      expect(keyed.committee().members).toEqual(
        [2, 3, 4, 5].map((id) => ({ id, account: responders[id - 1]!.account, isStale: false })),
      )
      expect(keyed.committee().key[0]).toEqual(before.key[0])
      expectShares(keyed)
      expect(keyed.count('Committee', 'CommitteesOf')).toBe(4)
      // The member that left is told of nothing more.
      keyed.succeed([owner, refresh])
      expect([needs(keyed), needs(keyed, responders[1]!.account)]).toEqual([[], ['Join']])
      expectExact(keyed)
      keyed.shares = old
    }))

  test('stays where a resharing ends without a key, and no id is used again', () =>
    keyed.branch(() => {
      const before = keyed.committee()
      keyed.succeed([owner, reshare(accounts(0, 4), 3)])
      keyed.until('the ceremony is over', () => keyed.openCeremony() === undefined)
      expect(keyed.committee()).toEqual({ ...before, ceremony: 2, nextId: 5 })
      expect(needs(keyed, responders[3]!.account)).toEqual([])
      expect(keyed.count('Committee', 'CommitteesOf')).toBe(3)
      keyed.succeed([owner, reshare(accounts(0, 4), 3)])
      expect(keyed.ceremony().terms.members.map(({ id }) => id)).toEqual([1, 2, 3, 5])
      expectExact(keyed)
    }))

  test('of a member without a share comes back by a resharing, and not by a refresh', () =>
    keyed.branch(() => {
      const old = keyed.shares
      keyed.succeed([owner, refresh])
      const members = keyed.members(2)
      members.joinAll()
      members.dealAll()
      members.confirmAll([3])
      keyed.succeed(members.renounce(3))
      keyed.shares = members.table.shares
      expect(keyed.committee().members.at(-1)).toMatchObject({ id: 3, isStale: true })
      keyed.branch(() => {
        keyed.succeed([owner, refresh])
        expect(keyed.ceremony().terms.members.map(({ id }) => id)).toEqual([1, 2])
      })
      keyed.succeed([owner, reshare(accounts(0, 3), 2)])
      expect(keyed.ceremony().terms.members.at(-1)).toMatchObject({ id: 3, deals: false, receives: true })
      keyed.play(3)
      expect(keyed.committee().members.every(({ isStale }) => !isStale)).toBe(true)
      expectShares(keyed)
      keyed.shares = old
    }))
})
