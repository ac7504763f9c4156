/** Pallet Committee: messages signed on request, for a fee. */
import { expect, test } from 'vitest'
import { concatBytes, utf8 } from '#types/bytes.ts'
import { checkBlsSignature } from '#types/crypto/bls.ts'
import { MAX_MESSAGE_BYTES, MOST_OPEN_REQUESTS, SigningResult } from '#types/domain/committee/committee.ts'
import { initiatorsOf } from '#types/domain/committee/turns.ts'
import { CommitteeNeed, OpenRequest } from '#types/domain/committee/views.ts'
import { CONFIRM_PREFIX } from '#types/domain/threshold/next-key.ts'
import { AccountId } from '#types/scale/account.ts'
import { option, vec } from '#types/scale/compound.ts'
import { u32, u64 } from '#types/scale/primitives.ts'
import { outsider, type Signed } from '../../../../../helpers/attestation/chain.ts'
import {
  COMMITTEE,
  disband,
  expectExact,
  openCreated,
  owner,
  PARAMETERS,
  refresh,
  request,
  requester,
  submission,
  type CommitteeChain,
} from '../../../../../helpers/committee/chain.ts'
import { flippedBit } from '../../../../../helpers/committee/spoilt.ts'

const MESSAGE = utf8('pay Bob')
const ID = 0n

/** A committee of three, two of which sign; made once. */
const keyed = openCreated()
keyed.play()
keyed.succeed([requester, request(MESSAGE)])
const signature = keyed.signature([1, 3], MESSAGE)

const validity = (chain: CommitteeChain, bytes: Uint8Array, id = ID) =>
  chain.runtime.validate(chain.at, chain.runtime.decode(chain.bare(submission(id, bytes))))
const reason = (chain: CommitteeChain, bytes: Uint8Array, id = ID) => {
  const answer = validity(chain, bytes, id)
  return answer.ok ? 'ok' : answer.error.reason
}
const submit = (chain: CommitteeChain, bytes = signature) => chain.build([chain.bare(submission(ID, bytes))])[0]!
const open = (chain: CommitteeChain) =>
  chain.ask('requests', { committee: u32 }, { committee: COMMITTEE }, vec(OpenRequest))
const result = (chain: CommitteeChain) => chain.ask('result', { request: u64 }, { request: ID }, option(SigningResult))
const needs = (chain: CommitteeChain, account: Uint8Array) =>
  chain.ask('needs', { account: AccountId }, { account }, vec(CommitteeNeed))

test('a signature that q shares make is taken from anybody, and its initiator is paid', () =>
  keyed.branch(() => {
    const { at, until, seed } = keyed.request(ID)!
    expect([at, until]).toEqual([keyed.number, keyed.number + PARAMETERS.signingWindow])
    const [first] = initiatorsOf(ID, seed, keyed.committee().members)
    expect(open(keyed)).toMatchObject([{ request: ID, initiator: first!.account, turnEnds: at + 2 }])
    expect(needs(keyed, first!.account)).toEqual([{ kind: 'Initiate', subject: ID, deadline: at + 2 }])
    expectExact(keyed)
    const [before, paid] = [keyed.wealth(first!.account), keyed.wealth(requester.publicKey)]
    expect(submit(keyed)).toEqual({ kind: 'success' })
    const { account: initiator } = first!
    expect(keyed.all('Committee.SignatureMade')).toEqual([
      { request: ID, committee: COMMITTEE, epoch: 1, signature, initiator },
    ])
    expect(keyed.wealth(initiator) - before).toBe(PARAMETERS.signatureFee)
    expect(paid - keyed.wealth(requester.publicKey)).toBe(PARAMETERS.signatureFee)
    const made = { committee: COMMITTEE, epoch: 1, message: MESSAGE, signature, initiator, at: keyed.number }
    expect(result(keyed)).toEqual(made)
    expect(checkBlsSignature(keyed.committee().key[0]!, MESSAGE, signature)).toBe(true)
    expect([open(keyed), needs(keyed, initiator)]).toEqual([[], []])
    expectExact(keyed)
  }))

test('any q members make the same signature', () => {
  expect(keyed.signature([1, 2], MESSAGE)).toEqual(signature)
  expect(keyed.signature([2, 3], MESSAGE)).toEqual(signature)
})

test('the turn goes on from member to member, and only the one whose turn it is has the fee', () =>
  keyed.branch(() => {
    const { at, seed } = keyed.request(ID)!
    const order = initiatorsOf(ID, seed, keyed.committee().members)
    const seen: Uint8Array[] = []
    while (keyed.number < at + PARAMETERS.signingWindow - 1) {
      seen.push(open(keyed)[0]!.initiator!)
      keyed.build()
    }
    const turns = [0, 0, 1, 1, 2, 2, 0, 0, 1, 1, 2].map((i) => order[i]!.account)
    expect(seen).toEqual(turns)
    submit(keyed)
    expect(keyed.event('Committee.SignatureMade')).toMatchObject({ initiator: order[2]!.account })
  }))

test('two submitters have one extrinsic', () =>
  keyed.branch(() => {
    const first = validity(keyed, signature)
    expect(first).toEqual(validity(keyed, keyed.signature([2, 3], MESSAGE)))
    expect(first).toMatchObject({ ok: true, valid: { longevity: 12n, propagate: true } })
    const wire = keyed.bare(submission(ID, signature))
    const outcomes = keyed.build([wire, wire])
    expect(outcomes.map(({ kind }) => kind)).toEqual(['success', 'refused'])
    expect(outcomes[1]).toMatchObject({ error: { reason: 'Stale' } })
    expect(reason(keyed, signature)).toBe('Stale')
  }))

test('wrong signatures, of fewer shares or for other requests, are kept out and change nothing', () =>
  keyed.branch(() => {
    const other = utf8('pay Eve')
    const bad = [
      new Uint8Array(96),
      flippedBit(signature),
      keyed.signature([1], MESSAGE),
      keyed.signature([1, 2], other),
      // A share of another epoch.
      keyed.signature([1, 2], MESSAGE, new Map([...keyed.shares].map(([id, share]) => [id, share + 1n]))),
    ]
    for (const bytes of bad) {
      expect(reason(keyed, bytes)).toBe('BadProof')
      expect(submit(keyed, bytes)).toMatchObject({ kind: 'refused', error: { reason: 'BadProof' } })
    }
    expect(reason(keyed, signature, 1n)).toBe('Future')
    const signed = keyed.wires([[requester, submission(ID, signature)]])[0]!
    expect(keyed.runtime.validate(keyed.at, keyed.runtime.decode(signed))).toMatchObject({
      error: { name: 'Committee.OnlyUnsigned' },
    })
    keyed.refuses(requester, submission(ID, signature), 'BadOrigin')
    expect(keyed.request(ID)).toBeDefined()
    expectExact(keyed)
  }))

test('a request that nobody answers ends, and its fee is free again', () =>
  keyed.branch(() => {
    const { until } = keyed.request(ID)!
    keyed.to(until)
    expect(reason(keyed, signature)).toBe('Stale')
    expect(keyed.reserved(requester.publicKey)).toBe(PARAMETERS.signatureFee)
    keyed.build()
    expect(keyed.all('Committee.RequestEnded')).toEqual([{ request: ID, committee: COMMITTEE }])
    expect(keyed.reserved(requester.publicKey)).toBe(0n)
    expect(submit(keyed)).toMatchObject({ kind: 'refused', error: { reason: 'Stale' } })
    expectExact(keyed)
  }))

test('a request is answered after a refresh by shares of either epoch', () =>
  keyed.branch(() => {
    const old = keyed.shares
    keyed.succeed([owner, refresh])
    keyed.play(2)
    expect(keyed.committee().epoch).toBe(2)
    expect(keyed.signature([1, 2], MESSAGE)).toEqual(signature)
    const mixed = new Map([...old].slice(0, 1).concat([...keyed.shares].slice(1)))
    expect(reason(keyed, keyed.signature([1, 2], MESSAGE, mixed))).toBe('BadProof')
    submit(keyed)
    expect(keyed.event('Committee.SignatureMade')).toMatchObject({ epoch: 1 })
    keyed.shares = old
  }))

test('signatures go on while a refresh is under way', () =>
  keyed.branch(() => {
    keyed.succeed([owner, refresh])
    keyed.members(2).joinAll()
    expect(submit(keyed)).toEqual({ kind: 'success' })
  }))

test('a signature is removed when it was kept long enough', () =>
  keyed.branch(() => {
    submit(keyed)
    const { at } = keyed.result(ID)!
    keyed.to(at + PARAMETERS.retention - 1)
    expect(result(keyed)).toBeDefined()
    keyed.build()
    expect([result(keyed), keyed.count('Committee', 'ResultsPruned')]).toEqual([undefined, 0])
    expect(reason(keyed, signature)).toBe('Stale')
  }))

test('a committee signs nothing that reads as a confirmation, nothing without a key, and no more than its bound at once', () => {
  keyed.branch(() => {
    keyed.denies([requester, request(concatBytes(CONFIRM_PREFIX, MESSAGE))], 'ReservedMessage')
    keyed.denies([requester, request(CONFIRM_PREFIX)], 'ReservedMessage')
    keyed.succeed([requester, request(CONFIRM_PREFIX.subarray(1))], [requester, request(new Uint8Array())])
    keyed.succeed([requester, request(new Uint8Array(MAX_MESSAGE_BYTES))])
    expect(() => keyed.wires([[requester, request(new Uint8Array(MAX_MESSAGE_BYTES + 1))]])).toThrow(/1024/)
    const more = MOST_OPEN_REQUESTS - open(keyed).length
    keyed.succeed(...Array.from({ length: more }, (): Signed => [requester, request(MESSAGE)]))
    keyed.denies([requester, request(MESSAGE)], 'TooManyRequests')
  })
  openCreated().denies([requester, request(MESSAGE)], 'NoKey')
})

test('a committee that is disbanded leaves nothing: requests are refunded, and the deposit is free', () =>
  keyed.branch(() => {
    keyed.denies([requester, disband], 'NotOwner')
    keyed.succeed([owner, refresh])
    keyed.succeed([owner, disband])
    expect(keyed.all('Committee.RequestEnded')).toHaveLength(1)
    expect(keyed.all('Committee.Disbanded')).toEqual([{ committee: COMMITTEE }])
    for (const item of ['Committees', 'CommitteesOf', 'Ceremonies', 'Requests', 'RequestsOf'])
      expect([item, keyed.count('Committee', item)]).toEqual([item, 0])
    expect(reason(keyed, signature)).toBe('Stale')
    keyed.denies([outsider.keys, request(MESSAGE)], 'UnknownCommittee')
    expectExact(keyed)
  }))
