/** Pallet Committee: wrong, foreign and repeated words change nothing, and the pool refuses those that are junk by the state alone. */
import { expect, test } from 'vitest'
import { flippedBit } from '../../../../../helpers/committee/spoilt.ts'
import { outsider, type Signed } from '../../../../../helpers/attestation/chain.ts'
import {
  committeeCall,
  openCreated,
  owner,
  refresh,
  responders,
  type CommitteeChain,
} from '../../../../../helpers/committee/chain.ts'

/** The pool's answer: the name of the pallet's error, or `ok`. */
function pool(chain: CommitteeChain, word: Signed): string {
  const validity = chain.runtime.validate(chain.at, chain.runtime.decode(chain.wires([word])[0]!))
  if (validity.ok) return 'ok'
  return validity.error.reason === 'Custom' ? validity.error.name : validity.error.reason
}

/** The call fails with that error and changes nothing, and the pool does not take it. */
function junk(chain: CommitteeChain, word: Signed, error: string): void {
  expect(pool(chain, word)).toBe(`Committee.${error}`)
  chain.denies(word, error)
}

const signedBy = ([, call]: Signed, signer: Signed[0]): Signed => [signer, call]

test('words of strangers, of other ceremonies, in other phases, and said twice are junk', () => {
  const chain = openCreated()
  const members = chain.members()
  const joined = members.join(1)
  expect(pool(chain, joined)).toBe('ok')
  junk(chain, signedBy(joined, outsider.keys), 'NotMember')
  for (const [committee, ceremony, error] of [
    [1, 1, 'UnknownCommittee'],
    [0, 0, 'WrongCeremony'],
    [0, 2, 'WrongCeremony'],
  ] as const)
    junk(chain, [joined[0], committeeCall('join', { ...joined[1].args, committee, ceremony })], error)
  const early = members.word('dispute', 1, { word: { dealer: 2, key: new Uint8Array(32), proof: new Uint8Array(64) } })
  junk(chain, early, 'WrongPhase')
  chain.succeed(joined)
  junk(chain, joined, 'AlreadyJoined')
  members.joinAll([1])
  junk(chain, joined, 'WrongPhase')
  const dealt = members.deal(1)
  junk(chain, signedBy(dealt, outsider.keys), 'NotMember')
  chain.succeed(dealt)
  junk(chain, dealt, 'AlreadyDealt')
  members.dealAll([1])
  junk(chain, dealt, 'WrongPhase')
  const confirmed = members.confirm(1)
  junk(chain, [confirmed[0], committeeCall('confirm', { ...confirmed[1].args, makesKey: false })], 'KeyNotMade')
  chain.succeed(confirmed)
  junk(chain, confirmed, 'AlreadyConfirmed')
  junk(chain, members.renounce(1), 'AlreadyConfirmed')
  const complaint = members.dispute(3, 1)
  chain.succeed(complaint)
  junk(chain, complaint, 'AlreadyDisputed')
  members.confirmAll([1])
  junk(chain, confirmed, 'NoCeremony')
})

test('a word of another member, or of the ceremony before, proves nothing', () => {
  const chain = openCreated()
  const first = chain.members()
  const [word, dealings] = [first.join(2), first]
  chain.denies([responders[0]!.keys, word[1]], 'BadProof')
  first.joinAll()
  const dealt = dealings.deal(2)
  chain.denies([responders[0]!.keys, dealt[1]], 'BadOpening')
  chain.until('the ceremony is over', () => chain.openCeremony() === undefined)
  chain.succeed([owner, refresh])
  const replayed = committeeCall('join', { ...word[1].args, ceremony: 2 })
  chain.denies([responders[1]!.keys, replayed], 'BadProof')
})

test('a spoilt word is refused, and its author says the right one afterwards', () => {
  const chain = openCreated()
  const members = chain.members()
  const { key, commitment } = members.table.joinWordOf(1)
  const proof = flippedBit(key!.proof)
  chain.denies(members.join(1, { key: { ...key!, proof }, commitment }), 'BadProof')
  chain.denies(members.join(1, { key, commitment: undefined }), 'WrongLength')
  chain.succeed(members.join(2))
  const copied = members.table.joinWordOf(2).key
  chain.denies(members.join(1, { key: copied, commitment }), 'KeyReused')
  members.joinAll([2])
  members.table.ceremony = chain.ceremony()
  const dealing = members.table.dealingOf(1)
  chain.denies(members.deal(1, { ...dealing, sealed: dealing.sealed.slice(1) }), 'WrongLength')
  chain.denies(members.deal(1, { ...dealing, points: dealing.points.toReversed() }), 'BadOpening')
  chain.denies(members.deal(1, { ...dealing, keyProof: flippedBit(dealing.keyProof) }), 'BadProof')
  members.dealAll()
  const complaint = members.dispute(1, 2)
  chain.denies(
    [complaint[0], committeeCall('dispute', { ...complaint[1].args, word: { dealer: 9, key: key!.point, proof } })],
    'NoDealing',
  )
  chain.denies(
    [complaint[0], committeeCall('dispute', { ...complaint[1].args, word: { dealer: 2, key: key!.point, proof } })],
    'BadProof',
  )
  members.table.ceremony = chain.ceremony()
  const word = members.table.confirmWordOf(1)
  chain.denies(members.confirm(1, { ...word, qualHash: flippedBit(word.qualHash) }), 'StaleQual')
  const others = members.table.confirmWordOf(2)
  chain.denies(members.confirm(1, others), 'BadPartial')
  members.confirmAll()
  expect(chain.committee().epoch).toBe(1)
})

test('a refused word pays its fee, and a word that is taken does not', () => {
  const chain = openCreated()
  const members = chain.members()
  const { account } = responders[0]!
  const before = chain.wealth(account)
  const { key } = members.table.joinWordOf(1)
  chain.block(members.join(1, { key, commitment: undefined }))
  const after = chain.wealth(account)
  expect(after).toBeLessThan(before)
  chain.succeed(members.join(1))
  expect(chain.wealth(account)).toBe(after)
})

test('a phase takes words to the end of its last block', () => {
  const chain = openCreated()
  const members = chain.members()
  chain.to(chain.ceremony().until - 1)
  chain.branch(() => chain.succeed(members.join(1)))
  chain.build()
  expect(pool(chain, members.join(1))).toBe('Committee.WrongPhase')
  chain.denies(members.join(1), 'NoCeremony')
})
