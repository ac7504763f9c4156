/**
 * Pallet Attestation: coinflip outcomes, and evidence that convicts only liars.
 */
import { describe, expect, test } from 'vitest'
import { equalBytes, utf8 } from '#types/bytes.ts'
import { blake2b256 } from '#types/crypto/hash.ts'
import { magic, sessionId, type Evidence } from '#types/domain/coinflip/coinflip.ts'
import { sessionOf } from '#types/domain/attestation/report.ts'
import type { ClosingReasonName } from '#types/domain/attestation/closing.ts'
import { NEWCOMER, rate } from '#types/domain/reputation.ts'
import {
  attestorsOf,
  expectSound,
  hoster,
  openChain,
  outsider,
  PARAMETERS,
  requestCall,
  requester,
  type AttestationChain,
  type Signed,
} from '../../../../../helpers/attestation/chain.ts'
import {
  agree,
  badPing,
  equivocation,
  evidenceCall,
  flipOf,
  fraudBy,
  openRound,
  outcomeCall,
  pingWord,
  report,
  reportable,
  reportCall,
  reportOf,
  reveal,
  type Flip,
} from '../../../../../helpers/attestation/statements.ts'
import { leaveOut } from '../../../../../helpers/attestation/arbiter.ts'
import { alice, callOf } from '../../../../../helpers/runtime.ts'

function flipping(parameters = {}) {
  const chain = openChain({ parameters: { maxRedraws: 0, ...parameters } })
  const round = openRound(chain)
  return { chain, round, flip: flipOf(chain, round) }
}

/** Blocks from an attempt's start to the last one in which its members can agree without the chain. */
const WINDOW = PARAMETERS.coinflipWindow + PARAMETERS.answerWindow

/** The last block of the grace in which members can still agree on a spoilt attempt; the next one begins it again. */
const restartAfter = (chain: AttestationChain): void => {
  chain.to(chain.number + PARAMETERS.objectionWindow + 1)
}

const closedWith = (chain: AttestationChain, round: number, reason: ClosingReasonName): void =>
  expect(chain.round(round)).toMatchObject({ phase: 'Closed', verdict: 'Inconclusive', reason })

describe('an outcome', () => {
  test('counts only with all that say the very same', () => {
    const { chain, round, flip } = flipping()
    const other = (fill: number) => ({
      tag: 'Agreed' as const,
      value: { transcript: flip.transcript, hiddenMagic: new Uint8Array(32).fill(fill) },
    })
    const swapped = { tag: 'Agreed' as const, value: { ...other(1).value, transcript: flip.transcript.toReversed() } }
    const say = (rank: number, outcome: Parameters<typeof outcomeCall>[2]): Signed => [
      flip.members[rank]!.keys,
      outcomeCall(round, 0, outcome),
    ]
    chain.succeed(say(0, flip.agreed), say(1, flip.agreed), say(2, other(1)), say(3, swapped), say(4, other(2)))
    expect(chain.round(round).phase).toBe('Coinflip')
    chain.to(chain.round(round).openedAt + WINDOW)
    expect(chain.round(round).phase).toBe('Coinflip')
    chain.build()
    closedWith(chain, round, 'NoAgreement')
    expectSound(chain, flip.members)
  })

  test('is taken in the block after the round opened and in the last block of the window', () => {
    for (const wait of [0, WINDOW - 1]) {
      const { chain, round, flip } = flipping()
      chain.to(chain.number + wait)
      agree(chain, round)
      expect(chain.round(round)).toMatchObject({ phase: 'Audit', agreement: flip.agreed.value })
    }
  })

  test('after the majority’s is noted without a word, whatever it says; once, and for this attempt', () => {
    const { chain, round, flip } = flipping()
    const say = (rank: number, attempt = 0): Signed => [
      flip.members[rank]!.keys,
      outcomeCall(round, attempt, flip.agreed),
    ]
    chain.succeed(say(0), say(1), say(2), say(3))
    expect(chain.round(round).phase).toBe('Audit')
    expect(chain.all('Attestation.CoinflipAgreed')).toHaveLength(1)
    expect(chain.vote(round, flip.members[3]!.account)).toEqual({ attempt: 0, outcome: flip.agreed })
    const agreed = chain.round(round)
    chain.refuses(flip.members[4]!.keys, outcomeCall(round, 1, flip.agreed), 'Attestation.WrongAttempt')
    chain.refuses(outsider.keys, outcomeCall(round, 0, flip.agreed), 'Attestation.NotMember')
    const other = { tag: 'Agreed' as const, value: { ...agreed.agreement!, hiddenMagic: flip.number } }
    chain.succeed([flip.members[4]!.keys, outcomeCall(round, 0, other)])
    expect(chain.vote(round, flip.members[4]!.account)?.outcome).toEqual(other)
    expect(chain.events().filter((name) => name.startsWith('Attestation.'))).toEqual([])
    expect(chain.round(round)).toEqual(agreed)
    chain.refuses(flip.members[4]!.keys, say(4)[1], 'Attestation.AlreadyVoted')
    chain.to(agreed.endsAt)
    report(chain, round, flip, ['served', 'served', 'served', 'served', 'served'])
    expect(chain.round(round).verdict).toBe('Pass')
    expectSound(chain, flip.members)
  })

  test('is refused from others, twice, of another attempt, of another size, and out of time', () => {
    const { chain, round, flip } = flipping()
    const [member, other] = flip.members
    const short = { tag: 'Agreed' as const, value: { transcript: flip.transcript.slice(1), hiddenMagic: flip.number } }
    chain.refuses(outsider.keys, outcomeCall(round, 0, flip.agreed), 'Attestation.NotMember')
    chain.refuses(hoster.keys, outcomeCall(round, 0, flip.agreed), 'Attestation.NotMember')
    chain.refuses(member!.keys, outcomeCall(round, 1, flip.agreed), 'Attestation.WrongAttempt')
    chain.refuses(member!.keys, outcomeCall(round, 0, short), 'Attestation.BadOutcome')
    chain.refuses(member!.keys, outcomeCall(round + 1, 0, flip.agreed), 'Attestation.UnknownRound')
    chain.succeed([member!.keys, outcomeCall(round, 0, flip.agreed)])
    chain.refuses(member!.keys, outcomeCall(round, 0, flip.agreed), 'Attestation.AlreadyVoted')
    chain.until('the round is closed', () => chain.round(round).phase === 'Closed')
    chain.refuses(other!.keys, outcomeCall(round, 0, flip.agreed), 'Attestation.WrongPhase')
  })

  test('is refused once reports are due', () => {
    const { chain, round, flip } = flipping()
    chain.succeed(...[0, 1, 2].map((rank): Signed => [flip.members[rank]!.keys, outcomeCall(round, 0, flip.agreed)]))
    chain.to(chain.round(round).endsAt)
    chain.refuses(flip.members[3]!.keys, outcomeCall(round, 0, flip.agreed), 'Attestation.WrongPhase')
  })

  test('before the draw is nobody’s', () => {
    const chain = openChain()
    chain.succeed([requester, requestCall])
    const anything = outcomeCall(0, 0, { tag: 'Agreed', value: { transcript: [], hiddenMagic: new Uint8Array(32) } })
    chain.refuses(attestorsOf(1)[0]!.keys, anything, 'Attestation.NotMember')
  })
})

const falseFraud = (flip: Flip, round: number, rank: number): Evidence =>
  fraudBy(flip, round, rank, reveal(flip, round, 1, flip.values[1]))
const HARMLESS = [
  ['of a reveal that opens none', reveal],
  ['of a wrong ping', badPing],
  ['of a false fraud proof', falseFraud],
] as const

describe('evidence', () => {
  test('of two commitments convicts its author, whoever brings it, once; the others begin anew after a grace', () => {
    const { chain, round, flip } = flipping()
    const prove = equivocation
    const spoiltAt = chain.number + 1
    const [liar, ...rest] = flip.members
    chain.succeed([outsider.keys, evidenceCall(round, 0, prove(flip, round, 0))])
    expect(chain.event('Attestation.EvidenceAccepted')).toEqual({
      round,
      attempt: 0,
      offender: liar!.account,
      lie: 'Equivocation',
    })
    chain.refuses(outsider.keys, evidenceCall(round, 0, prove(flip, round, 0)), 'Attestation.AlreadyConvicted')
    chain.to(spoiltAt + PARAMETERS.objectionWindow)
    expect(chain.round(round)).toMatchObject({ attempt: 0, phase: 'Coinflip' })
    chain.build()
    expect(chain.event('Attestation.CoinflipRestarted')).toEqual({ round, attempt: 1, dropped: [liar!.account] })
    expect(chain.reputation(liar!.account, 'Attestor')).toEqual(rate(NEWCOMER, 'malice'))
    for (const { account } of rest) expect(chain.reputation(account, 'Attestor')).toEqual(NEWCOMER)
    chain.refuses(outsider.keys, evidenceCall(round, 0, prove(flip, round, 0)), 'Attestation.AlreadyConvicted')
    chain.refuses(outsider.keys, evidenceCall(round, 1, prove(flip, round, 0)), 'Attestation.BadEvidence')
    chain.refuses(outsider.keys, evidenceCall(round, 2, prove(flip, round, 0)), 'Attestation.WrongAttempt')
    chain.refuses(liar!.keys, outcomeCall(round, 1, flip.agreed), 'Attestation.NotMember')
    expectSound(chain, flip.members)

    const again = agree(chain, round)
    chain.to(chain.round(round).endsAt)
    report(chain, round, again, ['served', 'served', 'served', 'served'])
    expect(chain.round(round).verdict).toBe('Pass')
    expect(chain.all('Attestation.Paid')).toHaveLength(5)
    expectSound(chain, flip.members)
  })

  test.each(HARMLESS)('%s convicts its author and moves nothing: the number stands', (_, prove) => {
    const { chain, round, flip } = flipping()
    const before = chain.round(round)
    const [liar, ...rest] = flip.members
    // A member that dislikes the number may turn itself in, and gains nothing by it.
    const evidence = prove(flip, round, 0)
    chain.succeed([liar!.keys, evidenceCall(round, 0, evidence)])
    expect(chain.event('Attestation.EvidenceAccepted')).toEqual({
      round,
      attempt: 0,
      offender: liar!.account,
      lie: evidence.tag,
    })
    expect(chain.all('Attestation.CoinflipRestarted')).toEqual([])
    expect(chain.round(round)).toEqual({ ...before, phase: 'Coinflip' })
    expect(chain.reputation(liar!.account, 'Attestor')).toEqual(rate(NEWCOMER, 'malice'))
    chain.refuses(outsider.keys, evidenceCall(round, 0, prove(flip, round, 0)), 'Attestation.AlreadyConvicted')
    chain.refuses(liar!.keys, outcomeCall(round, 0, flip.agreed), 'Attestation.AlreadyConvicted')
    chain.succeed(...rest.slice(0, 3).map(({ keys }): Signed => [keys, outcomeCall(round, 0, flip.agreed)]))
    expect(chain.round(round)).toMatchObject({ phase: 'Audit', attempt: 0, agreement: flip.agreed.value })
    expectSound(chain, flip.members)
  })

  test('takes back what its author had said of the coinflip', () => {
    const { chain, round, flip } = flipping()
    const say = (rank: number): Signed => [flip.members[rank]!.keys, outcomeCall(round, 0, flip.agreed)]
    chain.succeed(say(0), say(1))
    chain.succeed([outsider.keys, evidenceCall(round, 0, badPing(flip, round, 0))])
    chain.succeed(say(2))
    expect(chain.round(round)).toMatchObject({ attempt: 0, agreement: undefined })
  })

  test('of what spoils the number starts the coinflip anew, even where its author was convicted before', () => {
    const { chain, round, flip } = flipping()
    const [liar] = flip.members
    chain.succeed([outsider.keys, evidenceCall(round, 0, falseFraud(flip, round, 0))])
    chain.succeed([outsider.keys, evidenceCall(round, 0, equivocation(flip, round, 0))])
    restartAfter(chain)
    expect(chain.event('Attestation.CoinflipRestarted')).toEqual({ round, attempt: 1, dropped: [liar!.account] })
    expect(chain.reputation(liar!.account, 'Attestor')).toEqual(rate(NEWCOMER, 'malice'))
    expectSound(chain, flip.members)
  })

  test('that moved nothing leaves its author out when the coinflip starts anew for another reason', () => {
    const { chain, round, flip } = flipping()
    chain.succeed([outsider.keys, evidenceCall(round, 0, badPing(flip, round, 0))])
    chain.succeed([outsider.keys, evidenceCall(round, 0, equivocation(flip, round, 3))])
    restartAfter(chain)
    // Three of five are too few.
    closedWith(chain, round, 'TooFewMembers')
    for (const rank of [0, 3]) {
      const { account } = flip.members[rank]!
      expect(chain.worker(account)).toMatchObject({ duties: 0 })
      expect(chain.reputation(account, 'Attestor')).toEqual(rate(NEWCOMER, 'malice'))
    }
    expectSound(chain, flip.members)
  })

  test.each([['of two commitments', equivocation], ...HARMLESS] as const)(
    '%s counts too when its coinflip was given up, and leaves the next one alone',
    (_, prove) => {
      const { chain, round, flip } = flipping()
      const proof = evidenceCall(round, 0, prove(flip, round, 2))
      leaveOut(chain, round, [4])
      const again = agree(chain, round)
      const present = chain.round(round)
      expect(present.attempt).toBe(1)
      chain.succeed([outsider.keys, proof])
      const liar = flip.members[2]!
      expect(chain.event('Attestation.EvidenceAccepted')).toMatchObject({ round, attempt: 0, offender: liar.account })
      expect(chain.round(round)).toEqual(present)
      expect(chain.reputation(liar.account, 'Attestor')).toEqual(rate(NEWCOMER, 'malice'))
      chain.to(present.endsAt)
      report(
        chain,
        round,
        again,
        again.members.map((who) => (who === liar ? undefined : 'served')),
      )
      // Three of the five drawn are too few for a verdict.
      closedWith(chain, round, 'TooFewCredible')
      chain.refuses(outsider.keys, proof, 'Attestation.WrongPhase')
      expect(chain.count('Attestation', 'PastFlips')).toBe(0)
      expectSound(chain, flip.members)
    },
  )

  test('against several of one coinflip convicts them all, one after the other', () => {
    const chain = openChain({ attestors: 9, parameters: { attestors: 9, roundLength: 15, maxRedraws: 0 } })
    const round = openRound(chain)
    const flip = flipOf(chain, round)
    for (const rank of [0, 1, 2])
      chain.succeed([outsider.keys, evidenceCall(round, 0, equivocation(flip, round, rank))])
    expect(chain.round(round)).toMatchObject({ phase: 'Coinflip', attempt: 1 })
    // Those that are convicted in the grace are left out. One that comes late is in the next try, where it counts for nothing.
    expect(chain.round(round).members).toHaveLength(7)
    const again = flipOf(chain, round)
    chain.refuses(flip.members[2]!.keys, outcomeCall(round, 1, again.agreed), 'Attestation.AlreadyConvicted')
    const honest = again.members.filter((who) => who !== flip.members[2])
    chain.succeed(...honest.map(({ keys }): Signed => [keys, outcomeCall(round, 1, again.agreed)]))
    expect(chain.round(round)).toMatchObject({ phase: 'Audit', attempt: 1 })
    expectSound(chain, flip.members)
  })

  test('convicts nobody where it is forged, of another session, round or chain, or of no lie', () => {
    const { chain, round, flip } = flipping()
    const [member] = flip.members
    const session = sessionOf(chain.hashes[0]!, round, chain.round(round))
    const equivocationOf = (sid: Uint8Array): Evidence => equivocation(flip, round, 0, { sid })
    const { first } = equivocation(flip, round, 0).value
    const other = equivocation(flip, round, 1).value
    const lie = reveal(flip, round, 0).value
    const twoCommitments = (second: typeof first): Evidence => ({ tag: 'Equivocation', value: { first, second } })
    const badReveal = (change: Partial<typeof lie.reveal>): Evidence => ({
      tag: 'BadReveal',
      value: { ...lie, reveal: { ...lie.reveal, ...change } },
    })
    for (const evidence of [
      equivocation(flip, round, 0, { signer: outsider }),
      equivocation(flip, round, 0, { signer: flip.members[1]! }),
      equivocationOf(sessionId({ ...session, attempt: 1 })),
      equivocationOf(sessionId({ ...session, genesisHash: blake2b256(utf8('another chain')) })),
      equivocationOf(sessionId({ ...session, round: round + 1 })),
      equivocation(flip, round, 0, { round: round + 1 }),
      twoCommitments(first),
      twoCommitments(other.first),
      twoCommitments({ ...first, body: other.first.body }),
      reveal(flip, round, 0, flip.values[0]),
      badReveal(reveal(flip, round, 1).value.reveal),
      badReveal({ value: new Uint8Array(32) }),
      badReveal({ receiver: outsider.noise.publicKey }),
      badPing(flip, round, 0, { word: pingWord(flip, 0) }),
      badPing(flip, round, 0, { signer: outsider }),
      badPing(flip, round + 1, 0),
      badPing(flip, round, 0, { openings: badPing(flip, round, 0).value.openings.toReversed() }),
      badPing(flip, round, 0, { openings: badPing(flip, round, 0).value.openings.slice(1) }),
      fraudBy(flip, round, 0, equivocation(flip, round, 1)),
      fraudBy(flip, round, 0, reveal(flip, round, 1, flip.values[1]), outsider),
      fraudBy(flip, round + 1, 0, reveal(flip, round, 1, flip.values[1])),
    ])
      chain.refuses(outsider.keys, evidenceCall(round, 0, evidence), 'Attestation.BadEvidence')
    expect(chain.reputation(member!.account, 'Attestor')).toEqual(NEWCOMER)
  })

  test('convicts nobody who is not in the round', () => {
    const { chain, round, flip } = flipping()
    const strange: Flip = { ...flip, members: [outsider, ...flip.members.slice(1)] }
    chain.refuses(requester, evidenceCall(round, 0, equivocation(strange, round, 0)), 'Attestation.BadEvidence')
  })

  test('is taken while a round is under way, not before and not after', () => {
    const chain = openChain({ parameters: { maxRedraws: 0 } })
    chain.succeed([requester, requestCall])
    const early = openChain()
    const opened = openRound(early)
    const any = equivocation(flipOf(early, opened), 0, 0)
    chain.refuses(outsider.keys, evidenceCall(0, 0, any), 'Attestation.WrongPhase')
    chain.refuses(outsider.keys, evidenceCall(1, 0, any), 'Attestation.UnknownRound')
    chain.until('the round is open', () => chain.round(0).phase === 'Open')
    const proof = equivocation(flipOf(chain, 0), 0, 0)
    chain.until('the round is closed', () => chain.round(0).phase === 'Closed')
    chain.refuses(outsider.keys, evidenceCall(0, 0, proof), 'Attestation.WrongPhase')
  })

  test('against too many ends the round without a verdict', () => {
    const { chain, round } = flipping()
    for (const _ of [1, 2]) {
      const flip = flipOf(chain, round)
      chain.succeed([outsider.keys, evidenceCall(round, flip.attempt, equivocation(flip, round, 0))])
      restartAfter(chain)
    }
    closedWith(chain, round, 'TooFewMembers')
    expectSound(chain, attestorsOf(5))
  })
})

describe('the magic rule', () => {
  const RULES = ['Concat', 'XorHash', 'Xor'] as const

  test.each(RULES)('%s is fixed for a coinflip when it begins, and goes into what its session is', (magicRule) => {
    const { chain, round } = flipping({ magicRule })
    expect(chain.round(round).magicRule).toBe(magicRule)
    const flip = agree(chain, round)
    const sids = RULES.map((rule) =>
      sessionId(sessionOf(chain.hashes[0]!, round, { ...chain.round(round), magicRule: rule })),
    )
    expect(sids.map((sid) => equalBytes(sid, flip.sid))).toEqual(RULES.map((rule) => rule === magicRule))
    expect(flip.number).toEqual(magic(flip.sid, flip.values, magicRule))
    chain.to(chain.round(round).endsAt)
    report(chain, round, flip, ['served', 'served', 'served', 'served', 'served'])
    expect(chain.round(round)).toMatchObject({ verdict: 'Pass', magic: flip.number })
  })

  test('that is changed under way holds from the next attempt on, not for the session under way', () => {
    const { chain, round, flip } = flipping()
    const call = callOf('Attestation', 'setParameters', { changes: { magicRule: 'Xor' } })
    chain.succeed([alice, callOf('Sudo', 'sudo', { call })])
    expect(chain.round(round).magicRule).toBe('Concat')
    expect(flipOf(chain, round).sid).toEqual(flip.sid)
    chain.succeed([outsider.keys, evidenceCall(round, 0, equivocation(flip, round, 0))])
    restartAfter(chain)
    expect(chain.round(round)).toMatchObject({ attempt: 1, magicRule: 'Xor' })
    // Of the session before, by its rule.
    chain.succeed([outsider.keys, evidenceCall(round, 0, badPing(flip, round, 1))])
    expect(chain.event('Attestation.EvidenceAccepted')).toMatchObject({ offender: flip.members[1]!.account })
  })
})

describe('evidence after the agreement', () => {
  test('silences its author: no report, no pay, no vote; the verdict is the others’', () => {
    const { chain, round, flip } = flipping()
    agree(chain, round)
    chain.succeed([outsider.keys, evidenceCall(round, 0, equivocation(flip, round, 2))])
    expect(chain.events()).not.toContain('Attestation.CoinflipRestarted')
    expect(chain.round(round)).toMatchObject({ phase: 'Audit', attempt: 0 })
    chain.refuses(outsider.keys, evidenceCall(round, 0, reveal(flip, round, 2)), 'Attestation.AlreadyConvicted')
    chain.to(chain.round(round).endsAt)
    const liar = flip.members[2]!
    chain.refuses(liar.keys, reportCall(round, reportOf(chain, round, flip, 2)), 'Attestation.AlreadyConvicted')
    // The last of those whose word counts closes the round.
    report(chain, round, flip, ['served', 'served', undefined, 'served', 'served'])
    expect(chain.event('Attestation.RoundClosed')).toEqual({
      round,
      verdict: 'Pass',
      served: 4,
      unserved: 0,
      reason: 'Quorum',
    })
    const paid = (chain.all('Attestation.Paid') as { who: Uint8Array }[]).map(({ who }) => who)
    expect(paid).toEqual([hoster, ...flip.members.filter((who) => who !== liar)].map(({ account }) => account))
    expect(chain.reputation(liar.account, 'Attestor')).toEqual(rate(NEWCOMER, 'malice'))
    expectSound(chain, flip.members)
  })

  test('takes back what its author had reported', () => {
    const { chain, round, flip } = ((): ReturnType<typeof flipping> => {
      const chain = openChain({ parameters: { maxRedraws: 0 } })
      return { chain, ...reportable(chain) }
    })()
    report(chain, round, flip, ['served', 'served', 'served', 'unserved', undefined])
    chain.succeed([outsider.keys, evidenceCall(round, 0, reveal(flip, round, 3))])
    report(chain, round, flip, [undefined, undefined, undefined, undefined, 'served'])
    expect(chain.event('Attestation.RoundClosed')).toEqual({
      round,
      verdict: 'Pass',
      served: 4,
      unserved: 0,
      reason: 'Quorum',
    })
    expect(chain.all('Attestation.Paid')).toHaveLength(5)
    expectSound(chain, flip.members)
  })

  test.each([2, 3, 4, 5])('against %i of five leaves no verdict, above all none that pays the hoster', (liars) => {
    const { chain, round, flip } = flipping()
    agree(chain, round)
    chain.succeed(
      ...Array.from({ length: liars }, (_, rank): Signed => [
        outsider.keys,
        evidenceCall(round, 0, equivocation(flip, round, rank)),
      ]),
    )
    const had = chain.wealth(hoster.account)
    chain.to(chain.round(round).endsAt)
    const honest = flip.members.map((_, rank) => (rank < liars ? undefined : ('served' as const)))
    if (liars < 5) report(chain, round, flip, honest)
    chain.until('the round is closed', () => chain.round(round).phase === 'Closed')
    closedWith(chain, round, 'TooFewCredible')
    expect(chain.wealth(hoster.account)).toBe(had)
    expectSound(chain, flip.members)
  })
})
