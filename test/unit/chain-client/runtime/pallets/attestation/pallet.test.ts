/** Pallet Attestation: orders, drawing, the course of a round, its verdict and its money. */
import { describe, expect, test } from 'vitest'
import { compareBytes, toHex, u32le } from '#types/bytes.ts'
import { blake2b256, blake2b256Of } from '#types/crypto/hash.ts'
import { transcriptRoot } from '#types/domain/coinflip/coinflip.ts'
import { subSeed, weightedSample } from '#types/domain/draw.ts'
import { ORDER_FEE, ORDER_STORAGE_DEPOSIT, RETENTION_BLOCKS } from '#types/domain/attestation/order.ts'
import { NEWCOMER, rate } from '#types/domain/reputation.ts'
import { H256 } from '#types/scale/account.ts'
import { Twox64Concat } from '#types/scale/storage-key.ts'
import {
  attestorsOf,
  author,
  DEPOSIT,
  expectSound,
  feed,
  hoster,
  openChain,
  outsider,
  PARAMETERS,
  registration,
  requestCall,
  requester,
  root,
  type Actor,
  type AttestationChain,
  type Signed,
} from '../../../../../helpers/attestation/chain.ts'
import {
  agree,
  flipOf,
  openRound,
  outcomeCall,
  report,
  reportable,
  reportCall,
  reportOf,
  type Finding,
} from '../../../../../helpers/attestation/statements.ts'
import { identityOf } from '#worker/simulation/identities.ts'
import { callOf, id, UNIT, type Keypair } from '../../../../../helpers/runtime.ts'

const served = (count: number): Finding[] => Array.from({ length: count }, () => 'served')
/** The hoster is a newcomer: it earns R = 0.3 of its reward, and attestors are paid as if it had 0.5. */
const HOSTER_PAY = 3n * UNIT
const ATTESTOR_PAY = UNIT

/** Fees that an account paid in the last block. */
const feesOf = (chain: AttestationChain, who: Uint8Array): bigint =>
  (chain.all('TransactionPayment.TransactionFeePaid') as { who: Uint8Array; actualFee: bigint }[])
    .filter((paid) => compareBytes(paid.who, who) === 0)
    .reduce((sum, { actualFee }) => sum + actualFee, 0n)

const beaconAt = (chain: AttestationChain, number: number): Uint8Array =>
  chain.stored('Randomness', 'Values', H256, [Twox64Concat, u32le(number)])!

const closed = (chain: AttestationChain, round: number): void =>
  chain.until('the round is closed', () => chain.round(round).phase === 'Closed')

/** Runs one round to its close. Returns its number. */
function hold(chain: AttestationChain, findings: readonly (Finding | undefined)[]): number {
  const { round, flip } = reportable(chain)
  report(chain, round, flip, findings)
  closed(chain, round)
  return round
}

describe('an honest round', () => {
  test('goes from phase to phase at its times, and pays exactly', () => {
    const chain = openChain()
    const before = chain.wealth(requester.publicKey)
    chain.succeed([requester, requestCall])
    const asked = chain.number
    const fee = feesOf(chain, requester.publicKey)
    expect(chain.event('Attestation.RoundScheduled')).toEqual({
      round: 0,
      order: 0,
      hoster: hoster.account,
      feed: feed.head.key,
    })
    expect(chain.forRounds(requester.publicKey)).toBe(DEPOSIT)
    chain.build()
    expect(chain.round(0).phase).toBe('Scheduled')

    chain.build()
    const { members } = chain.round(0)
    expect(chain.round(0)).toMatchObject({ phase: 'Open', openedAt: asked + 2, endsAt: asked + 16, drawn: 5 })
    expect(chain.event('Attestation.RoundOpened')).toEqual({
      round: 0,
      hoster: hoster.account,
      feed: feed.head.key,
      openedAt: asked + 2,
      endsAt: asked + 16,
      members,
    })
    expect(members).toEqual(members.toSorted((a, b) => compareBytes(a.noiseKey, b.noiseKey)))
    for (const { account } of members) expect(chain.worker(account)).toMatchObject({ duties: 1 })
    chain.build()
    expect(chain.round(0).phase).toBe('Coinflip')

    const flip = flipOf(chain, 0)
    const vote = (rank: number): Signed => [flip.members[rank]!.keys, outcomeCall(0, 0, flip.agreed)]
    chain.succeed(vote(0), vote(4))
    expect(chain.round(0).phase).toBe('Coinflip')
    chain.succeed(vote(2))
    expect(chain.round(0)).toMatchObject({ phase: 'Audit', agreement: flip.agreed.value })
    expect(chain.round(0)).toMatchObject({ agreedAt: chain.number, closedAt: 0 })
    expect(chain.event('Attestation.CoinflipAgreed')).toEqual({
      round: 0,
      attempt: 0,
      transcriptRoot: transcriptRoot(flip.sid, flip.transcript),
      hiddenMagic: (flip.agreed.value as { hiddenMagic: Uint8Array }).hiddenMagic,
    })

    // They agreed late, so that audits begin two blocks later, and have all their time.
    expect(chain.round(0)).toMatchObject({ auditFrom: asked + 8, endsAt: asked + 18 })
    chain.to(asked + 18)
    expect(chain.round(0).phase).toBe('Audit')
    const wealth = (who: Actor): bigint => chain.wealth(who.account)
    const had = new Map(flip.members.map((member) => [member, wealth(member)]))
    const hosterHad = wealth(hoster)
    report(chain, 0, flip, served(5))
    expect(chain.number).toBe(asked + 19)
    expect(chain.event('Attestation.RoundClosed')).toEqual({
      round: 0,
      verdict: 'Pass',
      served: 5,
      unserved: 0,
      reason: 'Quorum',
    })
    expect(chain.round(0)).toMatchObject({ phase: 'Closed', verdict: 'Pass', magic: flip.number })
    expect(chain.round(0)).toMatchObject({ agreedAt: asked + 5, closedAt: asked + 19 })
    expect(chain.all('Attestation.Paid')).toHaveLength(6)
    expect(wealth(hoster) - hosterHad).toBe(HOSTER_PAY)
    for (const member of flip.members)
      expect(wealth(member) - had.get(member)!).toBe(ATTESTOR_PAY - feesOf(chain, member.account))
    expect(chain.wealth(requester.publicKey)).toBe(before - fee - ORDER_FEE - HOSTER_PAY - 5n * ATTESTOR_PAY)
    expect([chain.forRounds(requester.publicKey), chain.order(0)]).toEqual([0n, undefined])
    for (const { account } of flip.members)
      expect(chain.reputation(account, 'Attestor')).toEqual(rate(NEWCOMER, 'success'))
    expect(chain.reputation(hoster.account, 'Hoster')).toEqual(rate(NEWCOMER, 'success'))
    // The number that nobody could foresee goes into the beacon.
    const mixed = blake2b256Of(beaconAt(chain, asked + 18), chain.hashes[asked + 18]!, blake2b256(flip.number))
    expect(beaconAt(chain, asked + 19)).toEqual(mixed)
    expectSound(chain, flip.members)
  })

  test('of three works as well, and pays a third of the attestors’ reward to each', () => {
    const chain = openChain({ attestors: 3, parameters: { attestors: 3 } })
    const round = hold(chain, served(3))
    expect(chain.round(round).verdict).toBe('Pass')
    const amounts = (chain.all('Attestation.Paid') as { amount: bigint }[]).map(({ amount }) => amount)
    const third = (5n * UNIT) / 3n
    expect(amounts).toEqual([HOSTER_PAY, third, third, third])
    expectSound(chain, attestorsOf(3))
  })

  test('pays by the reputation that the hoster had when it opened', () => {
    const chain = openChain({ parameters: { gap: 1 } })
    hold(chain, served(5))
    const { round, flip } = reportable(chain)
    expect(chain.round(round).hosterReputationPpm).toBe(421_739)
    const had = chain.wealth(hoster.account)
    report(chain, round, flip, served(5))
    expect(chain.wealth(hoster.account) - had).toBe((PARAMETERS.hosterReward * 421_739n) / 1_000_000n)
  })
})

describe('the draw', () => {
  test('follows from the beacon of the block after the request and that block’s hash, by reputation', () => {
    const chain = openChain({ attestors: 12 })
    const round = openRound(chain)
    const { openedAt, members, scheduledAt } = chain.round(round)
    expect(openedAt).toBe(scheduledAt + 2)
    const seed = subSeed(
      'assay/attestation/draw/1',
      beaconAt(chain, scheduledAt + 1),
      chain.hashes[scheduledAt + 1]!,
      u32le(round),
    )
    // In the order of their places, which is that of their registrations.
    const candidates = attestorsOf(12).map((who) => ({ id: who, weight: 300_000n }))
    const drawn = weightedSample(seed, 'attestor/unproven', candidates, 5)
      .toSorted((a, b) => compareBytes(a.noise.publicKey, b.noise.publicKey))
      .map(({ account, noise }) => ({ account, noiseKey: noise.publicKey }))
    expect(members).toEqual(drawn)
  })

  test('cannot be foreseen by who puts something into the block after the request', () => {
    const chain = openChain({ attestors: 12 })
    chain.succeed([requester, requestCall])
    const drawnAfter = (...calls: readonly Signed[]) =>
      chain.branch(() => {
        chain.succeed(...calls)
        chain.build()
        return { beacon: beaconAt(chain, chain.number - 1), members: chain.round(0).members }
      })
    const remark = (byte: number): Signed => [
      outsider.keys,
      callOf('System', 'remark', { remark: Uint8Array.of(byte) }),
    ]
    const branches = [1, 2, 3, 4, 5].map((byte) => drawnAfter(remark(byte)))
    // With the beacon alone, the drawn members would be known while the block is open.
    expect(new Set(branches.map(({ beacon }) => toHex(beacon))).size).toBe(1)
    const draws = new Set(branches.map(({ members }) => members.map(({ account }) => toHex(account)).join()))
    expect(draws.size).toBeGreaterThan(1)
  })

  test('leaves out the hoster, the author and who pays', () => {
    const chain = openChain()
    const party = (keys: Keypair, name: string): Actor => ({ keys, account: keys.publicKey, noise: identityOf(name) })
    chain.succeed(
      [hoster.keys, callOf('Workers', 'update', { roles: ['Hoster', 'Attestor'], capacity: 2 })],
      [author, registration(chain, party(author, 'author as attestor'), ['Attestor'])],
      [requester, registration(chain, party(requester, 'requester as attestor'), ['Attestor'])],
    )
    const round = openRound(chain)
    const accounts = attestorsOf(5).map(({ account }) => account)
    const sorted = (list: readonly Uint8Array[]) => list.toSorted(compareBytes)
    expect(sorted(chain.round(round).members.map(({ account }) => account))).toEqual(sorted(accounts))
  })

  test('waits for enough attestors, and opens when there are', () => {
    const chain = openChain({ attestors: 4 })
    chain.succeed([requester, requestCall])
    chain.to(chain.number + 4)
    expect(chain.round(0).phase).toBe('Scheduled')
    chain.succeed([outsider.keys, registration(chain, outsider, ['Attestor'])])
    chain.build()
    expect(chain.round(0)).toMatchObject({ phase: 'Open', openedAt: chain.number })
  })

  test('gives up after the longest wait, as often as is redrawn, and returns everything', () => {
    const chain = openChain({ attestors: 4 })
    chain.succeed([requester, requestCall])
    const { scheduledAt } = chain.round(0)
    chain.to(scheduledAt + PARAMETERS.maxWait)
    expect(chain.round(0).phase).toBe('Scheduled')
    chain.build()
    expect(chain.round(0)).toMatchObject({ phase: 'Closed', verdict: 'Inconclusive' })
    expect(chain.round(1)).toMatchObject({ phase: 'Scheduled', redraw: 1, scheduledAt: chain.number })
    closed(chain, 1)
    expect([chain.activeRounds(), chain.forRounds(requester.publicKey), chain.order(0)]).toEqual([[], 0n, undefined])
    expectSound(chain, attestorsOf(4))
  })
})

describe('a verdict', () => {
  const paid = (chain: AttestationChain) =>
    (chain.all('Attestation.Paid') as { who: Uint8Array; amount: bigint }[]).map(({ who, amount }) => [who, amount])

  test('of "fail" pays half a share for each report, and nothing to the hoster', () => {
    const chain = openChain()
    const { round, flip } = reportable(chain)
    report(chain, round, flip, ['unserved', 'served', 'partial', 'unserved', 'unserved'])
    expect(chain.event('Attestation.RoundClosed')).toEqual({
      round,
      verdict: 'Fail',
      served: 1,
      unserved: 4,
      reason: 'Quorum',
    })
    expect(paid(chain)).toEqual(flip.members.map(({ account }) => [account, ATTESTOR_PAY / 2n]))
    expect(chain.reputation(hoster.account, 'Hoster')).toEqual(rate(NEWCOMER, 'failure'))
    expect(chain.reputation(flip.members[0]!.account, 'Attestor')).toEqual(rate(NEWCOMER, 'success'))
    expect(chain.reputation(flip.members[1]!.account, 'Attestor')).toEqual(NEWCOMER)
    expectSound(chain, flip.members)
  })

  test('of "pass" stands with four of five; the silent one is not paid, and the round waits for it', () => {
    const chain = openChain()
    const { round, flip } = reportable(chain)
    report(chain, round, flip, ['served', undefined, 'served', 'served', 'served'])
    chain.to(chain.round(round).endsAt + PARAMETERS.reportWindow)
    expect(chain.round(round).phase).toBe('Report')
    chain.build()
    expect(chain.event('Attestation.RoundClosed')).toEqual({
      round,
      verdict: 'Pass',
      served: 4,
      unserved: 0,
      reason: 'Quorum',
    })
    expect(paid(chain)).toHaveLength(5)
    // Its reputation drops when an account reports the absence.
    expect(chain.reputation(flip.members[1]!.account, 'Attestor')).toEqual(NEWCOMER)
    expect(chain.absences(round)).toMatchObject({ absentees: [{ account: flip.members[1]!.account, reported: false }] })
    expectSound(chain, flip.members)
  })

  test('is missing where neither side has two thirds: proofs earn half, nobody is rated, and it is drawn again', () => {
    const chain = openChain()
    const { round, flip } = reportable(chain)
    report(chain, round, flip, ['served', 'served', 'served', 'partial', 'unserved'])
    expect(chain.event('Attestation.RoundClosed')).toEqual({
      round,
      verdict: 'Inconclusive',
      served: 3,
      unserved: 2,
      reason: 'ReportsDisagree',
    })
    expect(paid(chain)).toEqual([0, 1, 2, 3].map((rank) => [flip.members[rank]!.account, ATTESTOR_PAY / 2n]))
    for (const { account } of flip.members) expect(chain.reputation(account, 'Attestor')).toEqual(NEWCOMER)
    expect(chain.reputation(hoster.account, 'Hoster')).toEqual(NEWCOMER)
    expect(chain.order(0)).toMatchObject({ remaining: 1, left: DEPOSIT - 2n * ATTESTOR_PAY })
    expect(chain.round(round + 1)).toMatchObject({ redraw: 1, order: 0, phase: 'Scheduled' })
    expectSound(chain, flip.members)

    // The second time is the last, for one redraw is allowed.
    chain.until('the redrawn round is open', () => chain.round(round + 1).phase === 'Open')
    const again = agree(chain, round + 1)
    chain.to(chain.round(round + 1).endsAt)
    report(chain, round + 1, again, ['unserved', 'unserved', 'unserved', 'served', 'served'])
    expect(chain.round(round + 1).verdict).toBe('Inconclusive')
    // All five were drawn again. The first four have their half, so only the last one earns by its proofs.
    expect(paid(chain)).toEqual([[again.members[4]!.account, ATTESTOR_PAY / 2n]])
    expect([chain.activeRounds(), chain.order(0), chain.forRounds(requester.publicKey)]).toEqual([[], undefined, 0n])
    expectSound(chain, flip.members)
  })

  test('is missing where nobody reports', () => {
    const chain = openChain({ parameters: { maxRedraws: 0 } })
    const { round, flip } = reportable(chain)
    chain.to(chain.round(round).endsAt + PARAMETERS.reportWindow + 1)
    expect(chain.event('Attestation.RoundClosed')).toEqual({
      round,
      verdict: 'Inconclusive',
      served: 0,
      unserved: 0,
      reason: 'TooFewReports',
    })
    expect(paid(chain)).toEqual([])
    // Without any report no member has a turn to tell of absentees, and nothing is kept for it.
    expect(chain.forRounds(requester.publicKey)).toBe(0n)
    expectSound(chain, flip.members)
  })
})

describe('money', () => {
  const emptied = (who: Actor): Signed => [
    who.keys,
    callOf('Balances', 'transferAll', { dest: id(outsider.account), keepAlive: false }),
  ]

  test('that nobody can be paid stays with who pays: an account that is gone keeps no round open', () => {
    const chain = openChain({ bonds: { roleBond: 0n, capacityBond: 0n } })
    const { round, flip } = reportable(chain)
    report(chain, round, flip, ['served', 'served', 'served', 'served', undefined])
    chain.succeed(emptied(hoster), emptied(flip.members[0]!))
    expect(chain.account(hoster.account).providers).toBe(0)
    const had = chain.wealth(requester.publicKey)
    closed(chain, round)
    expect(chain.round(round).verdict).toBe('Pass')
    expect(chain.all('Attestation.Paid')).toHaveLength(3)
    expect(had - chain.wealth(requester.publicKey)).toBe(3n * ATTESTOR_PAY)
    expect(chain.wealth(hoster.account)).toBe(0n)
    expectSound(chain, flip.members)
  })

  test('that root has taken out of the deposit is not told to be paid', () => {
    const chain = openChain()
    const { round, flip } = reportable(chain)
    const left = 2n * UNIT
    const free = callOf('Balances', 'forceUnreserve', {
      who: id(requester.publicKey),
      amount: DEPOSIT + ORDER_STORAGE_DEPOSIT - left,
    })
    chain.succeed([root, callOf('Sudo', 'sudo', { call: free })])
    const had = chain.wealth(hoster.account)
    report(chain, round, flip, served(5))
    expect(chain.all('Attestation.Paid')).toEqual([{ round, who: hoster.account, amount: left }])
    expect(chain.wealth(hoster.account) - had).toBe(left)
    // The deposit for storage is gone too; what returns later is nothing.
    chain.to(chain.number + RETENTION_BLOCKS)
    expectSound(chain, flip.members)
  })

  test('of a hoster who pays for its own round comes back to it', () => {
    const chain = openChain()
    chain.succeed([hoster.keys, requestCall])
    const had = chain.wealth(hoster.account)
    chain.until('the round is open', () => chain.round(0).phase === 'Open')
    const flip = agree(chain, 0)
    chain.to(chain.round(0).endsAt)
    report(chain, 0, flip, served(5))
    expect(had - chain.wealth(hoster.account)).toBe(5n * ATTESTOR_PAY)
    expect(chain.forRounds(hoster.account)).toBe(chain.bond(hoster.account).held)
  })

  test('never exceeds the deposit, even when root raises the rewards meanwhile', () => {
    const chain = openChain()
    const { round, flip } = reportable(chain)
    const changes = { hosterReward: 30n * UNIT, attestorReward: 60n * UNIT }
    chain.succeed([root, callOf('Sudo', 'sudo', { call: callOf('Attestation', 'setParameters', { changes }) })])
    const had = chain.wealth(requester.publicKey)
    report(chain, round, flip, served(5))
    expect(had - chain.wealth(requester.publicKey)).toBe(DEPOSIT)
    expectSound(chain, flip.members)
  })
})

test('a report in the block in which it closes the round is the last: the round takes nothing more', () => {
  const chain = openChain()
  const { round, flip } = reportable(chain)
  const calls = flip.members.map(({ keys }, rank): Signed => [
    keys,
    reportCall(round, reportOf(chain, round, flip, rank)),
  ])
  const again: Signed = [flip.members[0]!.keys, calls[0]![1]]
  const outcomes = chain.block(...calls, again)
  expect(outcomes.at(-1)).toMatchObject({ kind: 'failed', message: expect.stringMatching(/^Attestation.TooLate/) })
  expect(chain.all('Attestation.Paid')).toHaveLength(6)
  expectSound(chain, flip.members)
})
