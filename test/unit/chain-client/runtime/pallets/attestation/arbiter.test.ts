/**
 * Pallet Attestation: coinflips before the chain. Silence costs the silent alone, a lie its author, and a number that one honest member
 * can still tell stands.
 */
import { describe, expect, test } from 'vitest'
import { u32le, utf8 } from '#types/bytes.ts'
import { blake2b256Of } from '#types/crypto/hash.ts'
import { Arbitration, commitTo, VIEW_LAG_BLOCKS, type ListedWord } from '#types/domain/coinflip/coinflip.ts'
import { leastMembers } from '#types/domain/attestation/round.ts'
import { Twox64Concat } from '#types/scale/storage-key.ts'
import { NEWCOMER, rate } from '#types/domain/reputation.ts'
import {
  demandBy,
  demandCall,
  leaveOut,
  putValuesCall,
  putWordsCall,
  saidBy,
  toDemands,
  valuesOf,
  wordOf,
  wordsOf,
} from '../../../../../helpers/attestation/arbiter.ts'
import {
  attestorsOf,
  expectSound,
  hoster,
  openChain,
  outsider,
  PARAMETERS,
  requestCall,
  requester,
  root,
  type Actor,
  type AttestationChain,
  type Signed,
} from '../../../../../helpers/attestation/chain.ts'
import {
  agree,
  equivocation,
  evidenceCall,
  flipOf,
  openRound,
  outcomeCall,
  report,
  reveal,
  signedCommitment,
  slotOf,
  type Flip,
} from '../../../../../helpers/attestation/statements.ts'
import { callOf, UNIT } from '../../../../../helpers/runtime.ts'

const { answerWindow: A, objectionWindow: O, demandDeposit: DEPOSIT } = PARAMETERS
/** S, an attestor's share. */
const SHARE = PARAMETERS.attestorReward / BigInt(PARAMETERS.attestors)

function flipping(parameters = {}) {
  const chain = openChain({ parameters: { maxRedraws: 0, ...parameters } })
  const round = openRound(chain)
  return { chain, round, flip: flipOf(chain, round) }
}

/** An attempt that member 0 brought before the chain with these words, its own among them. */
function demanded(...words: readonly number[]) {
  const made = flipping()
  demandBy(made.chain, made.round, 0, words)
  return { ...made, since: made.chain.number }
}

/** An attempt whose numbers the chain asks for. */
function revealing() {
  const made = demanded(0, 1, 2, 3, 4)
  made.chain.to(made.since + O + 1)
  return { ...made, since: made.chain.number }
}

const vote = (flip: Flip, round: number, rank: number): Signed =>
  saidBy(flip, rank, outcomeCall(round, flip.attempt, flip.agreed))

/** What a member has reserved beyond its bond. */
const depositOf = (chain: AttestationChain, { account }: Actor): bigint => {
  const { held, unbonding } = chain.bond(account)
  return chain.reserved(account) - held - unbonding
}

/** The fees that an account paid in the last block. */
const feesOf = (chain: AttestationChain, account: Uint8Array): bigint =>
  (chain.all('TransactionPayment.TransactionFeePaid') as { who: Uint8Array; actualFee: bigint }[])
    .filter(({ who }) => String(who) === String(account))
    .reduce((sum, { actualFee }) => sum + actualFee, 0n)

describe('a member that is dead', () => {
  test('is absent alone: one demand, and the rest begins anew with all its time, at no cost', () => {
    const { chain, round, flip } = flipping()
    const before = chain.round(round)
    const had = flip.members.map(({ account }) => chain.wealth(account))
    toDemands(chain, round)
    chain.succeed(saidBy(flip, 0, demandCall(round, 0, wordsOf(flip, round, 0, 1, 2, 4))))
    const since = chain.number
    const fee = feesOf(chain, flip.members[0]!.account)
    expect(chain.event('Attestation.CoinflipDemanded')).toEqual({
      round,
      attempt: 0,
      stage: 'Commit',
      demander: flip.members[0]!.account,
      until: since + A,
    })
    expect(depositOf(chain, flip.members[0]!)).toBe(DEPOSIT)
    chain.to(since + A)
    expect(chain.round(round).attempt).toBe(0)
    chain.build()
    const dead = flip.members[3]!
    expect(chain.event('Attestation.MembersAbsent')).toEqual({
      round,
      attempt: 0,
      members: [dead.account],
      afterGate: false,
    })
    expect(chain.event('Attestation.CoinflipRestarted')).toEqual({ round, attempt: 1, dropped: [dead.account] })
    expect(chain.round(round)).toEqual({
      ...before,
      phase: 'Coinflip',
      attempt: 1,
      members: before.members.filter((_, rank) => rank !== 3),
      openedAt: chain.number,
      auditFrom: chain.number + PARAMETERS.coinflipWindow,
      endsAt: chain.number + PARAMETERS.roundLength,
    })
    const lost = flip.members.map(({ account }, rank) => had[rank]! - chain.wealth(account))
    expect(lost.slice(1)).toEqual([0n, 0n, SHARE / 2n, 0n])
    // The charge repays the demand, and never more than it cost.
    expect(lost[0]).toBeGreaterThanOrEqual(0n)
    expect(lost[0]).toBeLessThan(fee / 500n)
    expect(flip.members.map(({ account }) => chain.reputation(account, 'Attestor'))).toEqual(
      flip.members.map((_, rank) => (rank === 3 ? rate(NEWCOMER, 'failure') : NEWCOMER)),
    )
    expect(chain.worker(dead.account)).toMatchObject({ duties: 0 })
    chain.refuses(dead.keys, outcomeCall(round, 1, flip.agreed), 'Attestation.NotMember')
    expectSound(chain, flip.members)

    const again = agree(chain, round)
    expect(again.sid).not.toEqual(flip.sid)
    chain.to(chain.round(round).endsAt)
    report(chain, round, again, ['served', 'served', 'served', 'served'])
    expect(chain.event('Attestation.RoundClosed')).toEqual({
      round,
      verdict: 'Pass',
      served: 4,
      unserved: 0,
      reason: 'Quorum',
    })
    expectSound(chain, flip.members)
  })

  test('and another one are too few for a round, which closes without a verdict; both pay', () => {
    const { chain, round, flip } = flipping()
    leaveOut(chain, round, [3, 4])
    expect(chain.round(round)).toMatchObject({ phase: 'Closed', verdict: 'Inconclusive' })
    for (const rank of [3, 4])
      expect(chain.reputation(flip.members[rank]!.account, 'Attestor')).toEqual(rate(NEWCOMER, 'failure'))
    expect(chain.forRounds(requester.publicKey)).toBe(0n)
    expect(depositOf(chain, flip.members[0]!)).toBe(0n)
    expectSound(chain, flip.members)
  })

  test('and the next cannot restart a round for ever: each time it is smaller', () => {
    const chain = openChain({ attestors: 9, parameters: { attestors: 9, roundLength: 15, maxRedraws: 0 } })
    const round = openRound(chain)
    let attempts = 0
    while (chain.round(round).phase !== 'Closed') {
      leaveOut(chain, round, [chain.round(round).members.length - 1])
      attempts++
    }
    expect(attempts).toBe(9 - leastMembers(9) + 1)
    expectSound(chain, attestorsOf(9))
  })

  test('is charged nothing more where evidence took its bond before', () => {
    const { chain, round, flip } = flipping()
    toDemands(chain, round)
    chain.succeed([outsider.keys, evidenceCall(round, 0, reveal(flip, round, 3))])
    const had = chain.wealth(flip.members[3]!.account)
    chain.to(chain.round(round).openedAt + PARAMETERS.coinflipWindow)
    chain.succeed(saidBy(flip, 0, demandCall(round, 0, wordsOf(flip, round, 0, 1, 2, 4))))
    chain.until('the coinflip begins again', () => chain.round(round).attempt === 1)
    expect(chain.wealth(flip.members[3]!.account)).toBe(had)
    expect(chain.reputation(flip.members[3]!.account, 'Attestor')).toEqual(rate(NEWCOMER, 'malice'))
  })
})

describe('a coinflip that goes on on chain alone', () => {
  test('agrees on the number that all words and numbers give, put in the last block of each window', () => {
    const { chain, round, flip, since } = demanded(0)
    chain.to(since + A - 1)
    chain.succeed(saidBy(flip, 1, putWordsCall(round, 0, wordsOf(flip, round, 1, 2, 3, 4))))
    const listed = flip.members.slice(1).map(({ account }) => account)
    expect(chain.event('Attestation.CommitmentsPut')).toEqual({
      round,
      attempt: 0,
      sender: flip.members[1]!.account,
      members: listed,
    })
    chain.to(since + A + O - 1)
    chain.refuses(flip.members[0]!.keys, putValuesCall(round, 0, valuesOf(flip, 0)), 'Attestation.WrongPhase')
    const began = since + A + O + 1
    chain.to(began)
    chain.to(began + A - 2)
    chain.succeed(saidBy(flip, 4, putValuesCall(round, 0, valuesOf(flip, 0, 1, 2, 3, 4))))
    expect(chain.event('Attestation.ValuesPut')).toMatchObject({ round, attempt: 0, sender: flip.members[4]!.account })
    chain.build()
    const { agreement, magic, phase, auditFrom, endsAt } = chain.round(round)
    expect({ agreement, magic, phase }).toEqual({ agreement: flip.agreed.value, magic: flip.number, phase: 'Audit' })
    expect(chain.event('Attestation.NumberPublic')).toEqual({ round, attempt: 0, magic: flip.number })
    expect(chain.all('Attestation.CoinflipAgreed')).toHaveLength(1)
    expect(auditFrom).toBe(chain.number + O + VIEW_LAG_BLOCKS)
    expect(endsAt - auditFrom).toBe(PARAMETERS.roundLength - PARAMETERS.coinflipWindow)
    expect(depositOf(chain, flip.members[0]!)).toBe(0n)
    for (const { account } of flip.members) expect(chain.reputation(account, 'Attestor')).toEqual(NEWCOMER)
    chain.to(endsAt)
    report(chain, round, flip, ['served', 'served', 'served', 'served', 'served'])
    expect(chain.round(round).verdict).toBe('Pass')
    expectSound(chain, flip.members)
  })

  test('still ends by the votes of a majority, in each stage', () => {
    for (const made of [demanded(0), demanded(0, 1, 2, 3, 4), revealing()]) {
      const { chain, round, flip } = made
      chain.succeed(vote(flip, round, 0), vote(flip, round, 1), vote(flip, round, 2))
      expect(chain.round(round)).toMatchObject({ phase: 'Audit', agreement: flip.agreed.value, magic: undefined })
      expect(depositOf(chain, flip.members[0]!)).toBe(0n)
      chain.refuses(flip.members[3]!.keys, putWordsCall(round, 0, wordsOf(flip, round, 3)), 'Attestation.WrongPhase')
      chain.to(chain.round(round).endsAt)
      expect(chain.round(round)).toMatchObject({ phase: 'Audit', attempt: 0 })
      expectSound(chain, flip.members)
    }
  })

  test('is asked for once, however many ask in one block; all but one are refused, and only that one is bound', () => {
    const { chain, round, flip } = flipping()
    toDemands(chain, round)
    const outcomes = chain.block(
      ...flip.members.map((_, rank) => saidBy(flip, rank, demandCall(round, 0, wordsOf(flip, round, rank)))),
    )
    expect(outcomes.map(({ kind }) => kind)).toEqual(['success', 'failed', 'failed', 'failed', 'failed'])
    expect(flip.members.map((member) => depositOf(chain, member))).toEqual([DEPOSIT, 0n, 0n, 0n, 0n])
  })

  test('leaves out after the gate who withholds its number, which costs two shares and two failures', () => {
    const { chain, round, flip } = flipping()
    const had = flip.members.map(({ account }) => chain.wealth(account))
    demandBy(chain, round, 0, [0, 1, 2, 3, 4])
    const since = chain.number + O + 1
    chain.to(since)
    chain.succeed([outsider.keys, putValuesCall(round, 0, valuesOf(flip, 0, 1, 3, 4))])
    chain.to(since + A - 1)
    expect(chain.round(round).attempt).toBe(0)
    chain.build()
    const { account } = flip.members[2]!
    expect(chain.event('Attestation.MembersAbsent')).toMatchObject({ members: [account], afterGate: true })
    const lost = flip.members.map((member, rank) => had[rank]! - chain.wealth(member.account))
    expect(lost.slice(1)).toEqual([0n, 2n * SHARE, 0n, 0n])
    // The charge repays the demand, with what its deposit paid.
    expect(lost[0]).toBeGreaterThanOrEqual(0n)
    expect(lost[0]).toBeLessThan(10_000_000n)
    expect(chain.reputation(account, 'Attestor')).toEqual(rate(rate(NEWCOMER, 'failure'), 'failure'))
    expectSound(chain, flip.members)
  })
})

/** Builds a block without room for one more entry. */
function congest(chain: AttestationChain): void {
  const items = Array.from({ length: 2_000 }, (_, i) => [u32le(i), u32le(chain.number)])
  const operational = callOf('Sudo', 'sudo', { call: callOf('System', 'setStorage', { items }) })
  const call = callOf('System', 'remark', { remark: utf8('') })
  const weight = { refTime: 1_490_000_000_000n, proofSize: 0n }
  const normal = callOf('Sudo', 'sudoUncheckedWeight', { call, weight })
  chain.succeed(...[normal, operational, operational].map((each): Signed => [root, each]))
}

describe('a coinflip before the chain while blocks are congested', () => {
  test('waits for a member that no block has had room for, and charges it nothing', () => {
    const { chain, round, flip, since } = demanded(0, 1, 2, 3)
    for (let block = 0; block < A + 2; block++) congest(chain)
    expect(chain.number).toBeGreaterThan(since + A)
    expect(chain.round(round).attempt).toBe(0)
    chain.succeed(saidBy(flip, 4, putWordsCall(round, 0, wordsOf(flip, round, 4))))
    chain.to(chain.number + O)
    expect(chain.stored('Attestation', 'Arbitrations', Arbitration, [Twox64Concat, u32le(round)])!.flip!.stage).toBe(
      'Commit',
    )
    chain.build()
    expect(chain.stored('Attestation', 'Arbitrations', Arbitration, [Twox64Concat, u32le(round)])!.flip!.stage).toBe(
      'Reveal',
    )
  })

  test('waits for three answer windows at most', () => {
    const { chain, round, since } = demanded(0, 1, 2, 3)
    while (chain.round(round).attempt === 0) congest(chain)
    expect(chain.number).toBe(since + A + 1 + 3 * A)
  })

  test('does not wait where there was room', () => {
    const { chain, round, since } = demanded(0, 1, 2, 3)
    while (chain.round(round).attempt === 0) chain.build()
    expect(chain.number).toBe(since + A + 1)
  })
})

describe('a lie', () => {
  /** A word that its author can sign when it knows all other numbers. */
  const ground = (flip: Flip, round: number, rank: number): ListedWord => {
    const author = flip.members[rank]!
    const commitment = commitTo(flip.sid, author.noise.publicKey, blake2b256Of(utf8('ground')))
    const body = { ...flip.transcript[rank]!, commitment }
    return { rank, body, signature: signedCommitment(flip.sid, round, author, body).signature }
  }

  test.each([1, 2])(
    'by a word that is listed late costs its author alone, shown %i blocks after it was listed',
    (wait) => {
      const { chain, round, flip } = flipping({ objectionWindow: 2 })
      demandBy(chain, round, 0, [0, 1, 2, 3])
      const had = flip.members.map(({ account }) => chain.wealth(account))
      chain.succeed(saidBy(flip, 4, putWordsCall(round, 0, [ground(flip, round, 4)])))
      chain.to(chain.number + wait - 1)
      const first = signedCommitment(flip.sid, round, flip.members[4]!, flip.transcript[4]!)
      const { body, signature } = ground(flip, round, 4)
      const proof = evidenceCall(round, 0, {
        tag: 'Equivocation',
        value: { first, second: { author: first.author, body, signature } },
      })
      chain.succeed([outsider.keys, proof])
      chain.to(chain.number + 2 + 1)
      expect(chain.event('Attestation.CoinflipRestarted')).toEqual({
        round,
        attempt: 1,
        dropped: [flip.members[4]!.account],
      })
      expect(chain.all('Attestation.MembersAbsent')).toEqual([])
      for (const rank of [1, 2, 3]) expect(chain.wealth(flip.members[rank]!.account)).toBe(had[rank])
      expect(had[4]! - chain.wealth(flip.members[4]!.account)).toBeGreaterThanOrEqual(4n * UNIT)
      expectSound(chain, flip.members)
    },
  )

  test('by two words loses to votes that come in the grace: the number stands', () => {
    const { chain, round, flip } = flipping()
    chain.succeed([outsider.keys, evidenceCall(round, 0, equivocation(flip, round, 4))])
    chain.to(chain.number + O - 1)
    chain.succeed(vote(flip, round, 0), vote(flip, round, 1), vote(flip, round, 2))
    expect(chain.round(round)).toMatchObject({ phase: 'Audit', attempt: 0, agreement: flip.agreed.value })
    chain.to(chain.number + O + 2)
    expect(chain.round(round)).toMatchObject({ phase: 'Audit', attempt: 0 })
    expectSound(chain, flip.members)
  })

  test('by two words in the grace after which the attempt begins again: nothing more is put or demanded', () => {
    const { chain, round, flip } = demanded(0)
    chain.succeed([outsider.keys, evidenceCall(round, 0, equivocation(flip, round, 4))])
    chain.refuses(flip.members[1]!.keys, putWordsCall(round, 0, wordsOf(flip, round, 1)), 'Attestation.Spoilt')
    chain.to(chain.number + O + 1)
    expect(chain.round(round).attempt).toBe(1)
    expect(depositOf(chain, flip.members[0]!)).toBe(0n)
    expectSound(chain, flip.members)
  })

  test('by two words after the gate convicts, and the number stands', () => {
    const { chain, round, flip } = revealing()
    chain.succeed([outsider.keys, evidenceCall(round, 0, equivocation(flip, round, 4))])
    expect(chain.reputation(flip.members[4]!.account, 'Attestor')).toEqual(rate(NEWCOMER, 'malice'))
    chain.succeed([outsider.keys, putValuesCall(round, 0, valuesOf(flip, 0, 1, 2, 3, 4))])
    chain.build()
    expect(chain.round(round)).toMatchObject({ phase: 'Audit', attempt: 0, magic: flip.number })
    expectSound(chain, flip.members)
  })

  test('by a wrong number leaves the right one owing, which anybody may tell: the number stands', () => {
    const { chain, round, flip } = revealing()
    chain.succeed([outsider.keys, evidenceCall(round, 0, reveal(flip, round, 4))])
    const others = saidBy(flip, 0, putValuesCall(round, 0, valuesOf(flip, 0, 1, 2, 3)))
    chain.succeed(others, [outsider.keys, putValuesCall(round, 0, valuesOf(flip, 4))])
    chain.build()
    expect(chain.round(round)).toMatchObject({ phase: 'Audit', attempt: 0, magic: flip.number })
    expectSound(chain, flip.members)
  })

  test('repays the demand that it brought to nothing, and its proof is free', () => {
    const { chain, round, flip } = flipping()
    toDemands(chain, round)
    const had = [chain.wealth(flip.members[0]!.account), chain.wealth(outsider.account)]
    chain.succeed(saidBy(flip, 0, demandCall(round, 0, wordsOf(flip, round, 0, 1))))
    const demandFee = feesOf(chain, flip.members[0]!.account)
    chain.succeed([outsider.keys, putWordsCall(round, 0, wordsOf(flip, round, 2))])
    const putFee = feesOf(chain, outsider.account)
    chain.succeed([outsider.keys, evidenceCall(round, 0, equivocation(flip, round, 4))])
    chain.until('the coinflip begins again', () => chain.round(round).attempt === 1)
    const lost = had[0]! - chain.wealth(flip.members[0]!.account)
    expect(lost).toBeGreaterThanOrEqual(0n)
    expect(lost).toBeLessThan(demandFee / 100n)
    // What the put earned out of the deposit is repaid too.
    const costs =
      had[1]! - chain.wealth(outsider.account) + ((738_600_000n + 5n * 38_600_000n) / 9n + 238_000_000n - putFee)
    expect(costs).toBe(0n)
  })
})

describe('a member that the others left out', () => {
  /** All but the last agree, early. */
  const leftOut = () => {
    const made = flipping()
    const { chain, round, flip } = made
    chain.succeed(vote(flip, round, 0), vote(flip, round, 1), vote(flip, round, 2))
    return made
  }

  test('asks for the number, audits in its slot with all the time, and reports', () => {
    const { chain, round, flip } = leftOut()
    const { auditFrom, endsAt } = chain.round(round)
    chain.to(auditFrom - VIEW_LAG_BLOCKS - 1)
    chain.succeed(saidBy(flip, 4, demandCall(round, 0, [])))
    const { until } = chain.event('Attestation.CoinflipDemanded') as { until: number }
    expect(until).toBe(chain.number + A)
    const moved = chain.round(round)
    expect(moved.auditFrom).toBe(until + 1 + VIEW_LAG_BLOCKS)
    expect(moved.endsAt - endsAt).toBe(moved.auditFrom - auditFrom)
    chain.succeed(saidBy(flip, 0, putValuesCall(round, 0, valuesOf(flip, 0, 1, 2, 3, 4))))
    chain.build()
    expect(chain.event('Attestation.NumberPublic')).toEqual({ round, attempt: 0, magic: flip.number })
    expect(chain.round(round)).toEqual({ ...moved, magic: flip.number })
    expect(depositOf(chain, flip.members[4]!)).toBe(0n)
    expect(slotOf(chain, round, flip, 4).from).toBeGreaterThan(chain.number)
    chain.to(moved.endsAt)
    report(chain, round, flip, ['served', 'served', 'served', 'served', 'served'])
    expect(chain.round(round).verdict).toBe('Pass')
    expectSound(chain, flip.members)
  })

  test('and that nobody answers is told nothing, and nobody is charged', () => {
    const { chain, round, flip } = leftOut()
    const had = flip.members.map(({ account }) => chain.wealth(account))
    chain.succeed(saidBy(flip, 4, demandCall(round, 0, [])))
    const fee = feesOf(chain, flip.members[4]!.account)
    chain.to(chain.number + A + 1)
    expect(flip.members.map(({ account }, rank) => had[rank]! - chain.wealth(account))).toEqual([0n, 0n, 0n, 0n, fee])
    expect(chain.round(round)).toMatchObject({ phase: 'Audit', magic: undefined })
    for (const { account } of flip.members) expect(chain.reputation(account, 'Attestor')).toEqual(NEWCOMER)
    chain.refuses(flip.members[4]!.keys, demandCall(round, 0, []), 'Attestation.AlreadyDemanded')
    expectSound(chain, flip.members)
  })

  test('asks too late once the first audit may begin before all see that it asked', () => {
    const { chain, round, flip } = leftOut()
    chain.to(chain.round(round).auditFrom - VIEW_LAG_BLOCKS)
    chain.refuses(flip.members[4]!.keys, demandCall(round, 0, []), 'Attestation.TooLateToDemand')
  })
})

describe('calls', () => {
  test('are refused where they bring nothing', () => {
    const { chain, round, flip } = flipping()
    const [member] = flip.members
    const own = wordsOf(flip, round, 0)
    const refuses = (error: string, call: Parameters<typeof chain.refuses>[1], who = member!.keys): void =>
      chain.refuses(who, call, `Attestation.${error}`)
    refuses('UnknownRound', demandCall(round + 1, 0, own))
    refuses('WrongAttempt', demandCall(round, 1, own))
    refuses('WrongAttempt', putWordsCall(round, 1, own))
    refuses('WrongAttempt', putValuesCall(round, 1, valuesOf(flip, 0)))
    refuses('WrongPhase', putWordsCall(round, 0, own))
    refuses('WrongPhase', putValuesCall(round, 0, valuesOf(flip, 0)))
    refuses('TooEarlyToDemand', demandCall(round, 0, own))
    toDemands(chain, round)
    refuses('NotMember', demandCall(round, 0, own), outsider.keys)
    refuses('NotMember', demandCall(round, 0, own), hoster.keys)
    refuses('NoOwnWord', demandCall(round, 0, wordsOf(flip, round, 1)))
    const forged = { ...wordOf(flip, round, 1), rank: 2 }
    refuses('BadWord', demandCall(round, 0, [...own, forged]))
    chain.succeed([outsider.keys, evidenceCall(round, 0, reveal(flip, round, 1))])
    refuses('AlreadyConvicted', demandCall(round, 0, wordsOf(flip, round, 1)), flip.members[1]!.keys)
    chain.succeed([member!.keys, demandCall(round, 0, own)])
    refuses('AlreadyDemanded', demandCall(round, 0, wordsOf(flip, round, 2)), flip.members[2]!.keys)
    refuses('NothingNew', putWordsCall(round, 0, own))
    refuses('BadWord', putWordsCall(round, 0, [forged]))
    const late = flipping()
    late.chain.to(late.chain.round(late.round).openedAt + PARAMETERS.coinflipWindow + A)
    late.chain.refuses(late.flip.members[0]!.keys, demandCall(late.round, 0, own), 'Attestation.WrongPhase')
    const told = revealing()
    told.chain.refuses(
      told.flip.members[0]!.keys,
      putValuesCall(told.round, 0, [{ rank: 0, value: told.flip.values[1]! }]),
      'Attestation.BadValue',
    )
  })

  test('are refused before the draw and after the audits', () => {
    const chain = openChain()
    chain.succeed([requester, requestCall])
    chain.refuses(outsider.keys, demandCall(0, 0, []), 'Attestation.WrongPhase')
    const { chain: over, round, flip } = flipping()
    over.succeed(vote(flip, round, 0), vote(flip, round, 1), vote(flip, round, 2))
    over.to(over.round(round).endsAt)
    over.refuses(flip.members[0]!.keys, putValuesCall(round, 0, valuesOf(flip, 0)), 'Attestation.WrongPhase')
  })

  test('bring a demander’s deposit no further down when somebody puts the words of others one by one', () => {
    const { chain, round, flip } = demanded(0)
    const rewardOf = (...puts: readonly (readonly number[])[]): bigint =>
      chain.branch(() => {
        const had = chain.wealth(flip.members[0]!.account)
        const put = (ranks: readonly number[]): Signed => [
          outsider.keys,
          putWordsCall(round, 0, wordsOf(flip, round, ...ranks)),
        ]
        chain.succeed(...puts.map(put))
        return had - chain.wealth(flip.members[0]!.account)
      })
    const whole = rewardOf([1, 2, 3, 4])
    const split = rewardOf([1], [2], [3], [4])
    expect(whole).toBeGreaterThan(0n)
    expect(split).toBeLessThan((3n * whole) / 2n)
  })

  test('cost what the rewards and repayments are made for', () => {
    const { chain, round, flip } = flipping()
    toDemands(chain, round)
    chain.succeed(saidBy(flip, 0, demandCall(round, 0, wordsOf(flip, round, 0, 1))))
    const demandFee = feesOf(chain, flip.members[0]!.account)
    // Never more than the fee: a member must not gain by a demand.
    const repaid = 919_000_000n + 5n * 12_800_000n + 2n * 262_900_000n
    expect(demandFee).toBeGreaterThanOrEqual(repaid)
    expect(demandFee).toBeLessThan(repaid + 3_000_000n)
    const had = chain.wealth(outsider.account)
    chain.succeed([outsider.keys, putWordsCall(round, 0, wordsOf(flip, round, 2, 3, 4))])
    const putFee = feesOf(chain, outsider.account)
    const reward = 738_600_000n + 5n * 38_600_000n + 3n * 238_000_000n + 312_000_000n
    expect(chain.wealth(outsider.account)).toBe(had - putFee + reward)
    // Those that put the words of others are not out of pocket.
    expect(putFee).toBeLessThanOrEqual(reward)
    expect(reward - putFee).toBeLessThan(10_000_000n)
  })
})
