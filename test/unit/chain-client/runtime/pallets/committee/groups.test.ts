/** Pallet Committee: who forms which group, and what root may change. */
import { expect, test } from 'vitest'
import { decode } from '#types/scale/codec.ts'
import { CommitteeParameters } from '#types/domain/committee/parameters.ts'
import { MOST_MEMBERS } from '#types/domain/committee/committee.ts'
import { storagePrefix } from '#types/scale/storage-key.ts'
import { actor, outsider, registration, root } from '../../../../../helpers/attestation/chain.ts'
import {
  accounts,
  committeeCall,
  create,
  expectExact,
  openChain,
  openCreated,
  owner,
  PARAMETERS,
  refresh,
  requester,
  reshare,
} from '../../../../../helpers/committee/chain.ts'
import { callOf } from '../../../../../helpers/runtime.ts'

test('groups that could not sign, or that one member alone could sign for, are refused', () => {
  const chain = openChain({ responders: MOST_MEMBERS })
  const three = accounts(0, 3)
  for (const [members, q, spare, error] of [
    [three, 0, 0, 'TooFewShares'],
    [three, 1, 0, 'TooFewShares'],
    [[], 2, 0, 'TooManyShares'],
    [three, 4, 0, 'TooManyShares'],
    [three, 2, 2, 'TooManySpare'],
    [three, 2, 65_535, 'TooManySpare'],
    [accounts(0, MOST_MEMBERS), 15, 0, 'TooManyPoints'],
    [[...three, three[0]!], 2, 0, 'DuplicateMember'],
    [[...three, outsider.account], 2, 0, 'NotAResponder'],
  ] as const)
    chain.denies([owner, create(members, q, spare)], error)
  expect(() => chain.wires([[owner, create(accounts(0, MOST_MEMBERS + 1), 2)]])).toThrow(/20/)
  chain.succeed([owner, create(three, 3)])
  chain.branch(() => chain.succeed([owner, create(accounts(0, MOST_MEMBERS), 14, 6)]))
  chain.succeed([owner, create(three, 2, 1)])
  expectExact(chain)
})

test('a worker of another role is no member', () => {
  const chain = openChain()
  chain.succeed([outsider.keys, registration(chain, outsider, ['Encoder'])])
  chain.denies([owner, create([...accounts(0, 2), outsider.account], 2)], 'NotAResponder')
})

test('an owner that cannot pay the deposit forms no committee', () => {
  const chain = openChain({ parameters: { deposit: 10n ** 30n } })
  chain.refuses(owner, create(accounts(0, 3), 2), 'Balances.InsufficientBalance')
})

test('only the owner renews and hands on, one ceremony at a time, and hands on only a key that there is', () => {
  const chain = openCreated()
  for (const call of [refresh, reshare(accounts(0, 3), 2)]) {
    chain.denies([requester, call], 'NotOwner')
    chain.denies([owner, call], 'CeremonyOpen')
  }
  chain.denies([owner, committeeCall('refresh', { committee: 1 })], 'UnknownCommittee')
  chain.until('the ceremony is over', () => chain.openCeremony() === undefined)
  chain.denies([owner, reshare(accounts(0, 3), 2)], 'NoKey')
  chain.succeed([owner, refresh])
  const members = chain.members()
  members.joinAll()
  members.dealAll()
  members.confirmAll([3])
  chain.succeed(members.renounce(3))
  chain.denies([owner, reshare(accounts(0, 3), 1)], 'TooFewShares')
  chain.denies([owner, reshare([...accounts(0, 3), actor('stranger').account], 2)], 'NotAResponder')
})

test('a ceremony that would leave fewer members than q and spare makes no key', () => {
  const chain = openCreated(3, 2, 1)
  const members = chain.members()
  members.joinAll()
  members.dealAll()
  chain.succeed(members.renounce(3))
  expect(chain.all('Committee.Aborted')).toEqual([
    { committee: 0, ceremony: 1, reason: 'TooFewMembers', proven: [], silent: [] },
  ])
  expect(chain.committee().key).toEqual([])
  expectExact(chain)
})

test('root changes parameters within their bounds', () => {
  const chain = openChain()
  const none = Object.fromEntries(Object.keys(PARAMETERS).map((name) => [name, undefined]))
  const change = (changes: Partial<CommitteeParameters>) =>
    committeeCall('setParameters', { changes: { ...none, ...changes } })
  const sudo = (changes: Partial<CommitteeParameters>) => callOf('Sudo', 'sudo', { call: change(changes) })
  chain.refuses(owner, change({ joinWindow: 5 }), 'BadOrigin')
  chain.succeed([root, sudo({ joinWindow: 5, deposit: 7n })])
  expect(chain.all('Committee.ParametersChanged')).toEqual([{ changes: { ...none, joinWindow: 5, deposit: 7n } }])
  const stored = () => decode(CommitteeParameters, chain.state.get(storagePrefix('Committee', 'Parameters'))!)
  expect(stored()).toEqual({ ...PARAMETERS, joinWindow: 5, deposit: 7n })
  for (const changes of [{ joinWindow: 0 }, { settleWindow: 1 }, { retention: 1_000_001 }, { signatureFee: 0n }]) {
    chain.block([root, sudo(changes)])
    expect(chain.all('Committee.ParametersChanged')).toEqual([])
  }
  chain.succeed([root, sudo({})])
  expect(chain.all('Committee.ParametersChanged')).toEqual([])
})
