/** Pallet Attestation: which accounts may report an absent attestor, until when, and what they earn. */
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { ABSENCE_WINDOW_BLOCKS } from '#types/domain/attestation/absence.ts'
import { NEWCOMER, rate } from '#types/domain/reputation.ts'
import {
  actor,
  actorOf,
  DEPOSIT,
  expectSound,
  hoster,
  openChain,
  outsider,
  PARAMETERS,
  requestCall,
  requester,
  type Actor,
  type AttestationChain,
  type Signed,
} from '../../../../../helpers/attestation/chain.ts'
import {
  agree,
  evidenceCall,
  openRound,
  receiptFor,
  report,
  reportable,
  reportCall,
  reportOf,
  reveal,
  slotOf,
  type Finding,
  type Flip,
} from '../../../../../helpers/attestation/statements.ts'
import { leaveOut } from '../../../../../helpers/attestation/arbiter.ts'
import { callOf, id, UNIT } from '../../../../../helpers/runtime.ts'

/** A tenth of R·Z/N, with the least reputation that counts for attestors' pay, 0.5. */
const REWARD = PARAMETERS.attestorReward / 2n / 5n / 10n
const [FIRST, SECOND] = [1, 3]

const tell = (round: number, who: Actor) => callOf('Attestation', 'reportAbsent', { round, attestor: who.account })

/** A round that has closed by its deadline; by rank, undefined was silent. */
function closed(findings: readonly (Finding | undefined)[], redraws = 0, bonds = {}) {
  const chain = openChain({ parameters: { maxRedraws: redraws }, bonds })
  const { round, flip } = reportable(chain)
  if (findings.some(Boolean)) report(chain, round, flip, findings)
  chain.until('the round is closed', () => chain.round(round).phase === 'Closed')
  return { chain, round, flip, first: flip.members[FIRST]!, second: flip.members[SECOND]! }
}

/** Four served would pass; here three do of which one lies silent beside another. */
const TWO_SILENT: readonly (Finding | undefined)[] = ['served', undefined, 'served', undefined, 'served']
const ONE_SILENT: readonly (Finding | undefined)[] = ['served', undefined, 'served', 'served', 'served']

const reputationOf = (chain: AttestationChain, who: Actor) => chain.reputation(who.account, 'Attestor')

describe('telling of an absentee', () => {
  test('pays the member whose turn it is a tenth of a share, lowers the absentee’s reputation once, and returns the rest', () => {
    const { chain, round, first } = closed(ONE_SILENT)
    expect(chain.round(round).verdict).toBe('Pass')
    expect([chain.forRounds(requester.publicKey), reputationOf(chain, first)]).toEqual([REWARD, NEWCOMER])
    const before = { issuance: chain.issuance(), wealth: chain.wealth(requester.publicKey) }
    const [turn] = chain.absences(round)!.turns
    const had = chain.wealth(turn!)
    chain.succeed([actorOf(turn!).keys, tell(round, first)])
    expect(chain.event('Attestation.AbsenceReported')).toEqual({
      round,
      attestor: first.account,
      reporter: turn,
      reward: REWARD,
      paid: turn,
    })
    const fee = (chain.event('TransactionPayment.TransactionFeePaid') as { actualFee: bigint }).actualFee
    expect(chain.wealth(turn!)).toBe(had + REWARD - fee)
    expect(chain.wealth(requester.publicKey)).toBe(before.wealth - REWARD)
    expect([chain.issuance(), chain.forRounds(requester.publicKey)]).toEqual([before.issuance, 0n])
    expect(reputationOf(chain, first)).toEqual(rate(NEWCOMER, 'failure'))
    chain.refuses(hoster.keys, tell(round, first), 'Attestation.AbsenceKnown')
    expectSound(chain, [])
  })

  test('pays nobody out of turn: a copy of the call that comes first pays the member in turn', () => {
    const { chain, round, flip, first } = closed(ONE_SILENT)
    const { turns } = chain.absences(round)!
    const bySlot = [0, 1, 2, 3, 4].toSorted(
      (a, b) => slotOf(chain, round, flip, a).from - slotOf(chain, round, flip, b).from,
    )
    expect(turns).toEqual(bySlot.filter((rank) => rank !== FIRST).map((rank) => flip.members[rank]!.account))
    const TURN_BLOCKS = 4
    const paidAfter = (blocks: number, teller: Actor): unknown =>
      chain.branch(() => {
        chain.to(chain.number + blocks)
        chain.succeed([teller.keys, tell(round, first)])
        return (chain.event('Attestation.AbsenceReported') as { paid: unknown }).paid
      })
    for (const [turn, who] of turns.entries()) {
      expect(paidAfter(turn * TURN_BLOCKS, outsider)).toEqual(who)
      expect(paidAfter((turn + 1) * TURN_BLOCKS - 1, actorOf(turns[0]!))).toEqual(who)
    }
    // After the last turn the first one comes again; and the absentee itself earns nothing.
    expect(paidAfter(turns.length * TURN_BLOCKS, first)).toEqual(turns[0])
  })

  test('lowers the reputation, though the account of the member in turn is gone', () => {
    // An account with a bond cannot go.
    const { chain, round, first } = closed(ONE_SILENT, 0, { roleBond: 0n, capacityBond: 0n })
    const { keys } = actorOf(chain.absences(round)!.turns[0]!)
    const dest = id(outsider.account)
    chain.succeed(
      [keys, callOf('Balances', 'transferAll', { dest, keepAlive: false })],
      [outsider.keys, tell(round, first)],
    )
    expect(chain.event('Attestation.AbsenceReported')).toMatchObject({ reward: 0n })
    expect(reputationOf(chain, first)).toEqual(rate(NEWCOMER, 'failure'))
  })

  test('counts without a verdict too, for each absentee by itself', () => {
    const { chain, round, first, second } = closed(TWO_SILENT)
    expect(chain.round(round).verdict).toBe('Inconclusive')
    expect(chain.forRounds(requester.publicKey)).toBe(2n * REWARD)
    chain.succeed([outsider.keys, tell(round, first)])
    expect(chain.forRounds(requester.publicKey)).toBe(REWARD)
    expect([reputationOf(chain, first), reputationOf(chain, second)]).toEqual([rate(NEWCOMER, 'failure'), NEWCOMER])
    chain.succeed([requester, tell(round, second)])
    expect(chain.forRounds(requester.publicKey)).toBe(0n)
    expect(reputationOf(chain, second)).toEqual(rate(NEWCOMER, 'failure'))
  })

  test('a reward is kept back from what a redraw may spend', () => {
    const { chain, round } = closed(TWO_SILENT, 1)
    const pay = PARAMETERS.attestorReward / 2n / 5n / 2n
    expect(chain.order(0)).toMatchObject({ left: DEPOSIT - 3n * pay - 2n * REWARD })
    expect(chain.absences(round)).toMatchObject({ held: 2n * REWARD })
    expectSound(chain, [])
  })

  test('where all of them are absent, each of them can be told of, and nobody earns by it', () => {
    const { chain, round, flip } = closed([])
    expect(chain.absences(round)?.absentees).toHaveLength(5)
    expect(chain.forRounds(requester.publicKey)).toBe(0n)
    chain.succeed(...flip.members.map((who) => [outsider.keys, tell(round, who)] as const))
    for (const who of flip.members) expect(reputationOf(chain, who)).toEqual(rate(NEWCOMER, 'failure'))
    expect(chain.forRounds(requester.publicKey)).toBe(0n)
  })

  test('a report before END, or after END + W, is no report: its attestor is absent', () => {
    const chain = openChain({ parameters: { maxRedraws: 0 } })
    const round = openRound(chain)
    const flip = agree(chain, round)
    const [early, late] = [flip.members[FIRST]!, flip.members[SECOND]!]
    chain.to(chain.round(round).endsAt - 1)
    chain.refuses(early.keys, reportCall(round, reportOf(chain, round, flip, FIRST)), 'Attestation.TooEarly')
    chain.to(chain.round(round).endsAt)
    report(chain, round, flip, TWO_SILENT)
    chain.until('the round is closed', () => chain.round(round).phase === 'Closed')
    chain.refuses(late.keys, reportCall(round, reportOf(chain, round, flip, SECOND)), 'Attestation.TooLate')
    chain.succeed([outsider.keys, tell(round, early)], [outsider.keys, tell(round, late)])
    for (const who of [early, late]) expect(reputationOf(chain, who)).toEqual(rate(NEWCOMER, 'failure'))
    expectSound(chain, [])
  })

  test('a report with receipts from outside the slot is late: its attestor is absent', () => {
    const chain = openChain({ parameters: { maxRedraws: 0 } })
    const { round, flip } = reportable(chain)
    const late = flip.members[FIRST]!
    const receipt = receiptFor(chain, round, flip, FIRST, { blockNumber: 1 })
    const call = reportCall(round, { ...reportOf(chain, round, flip, FIRST), receipts: [receipt] })
    chain.refuses(late.keys, call, 'Attestation.OutsideSlot')
    report(chain, round, flip, ONE_SILENT)
    chain.until('the round is closed', () => chain.round(round).phase === 'Closed')
    chain.succeed([outsider.keys, tell(round, late)])
    expect(reputationOf(chain, late)).toEqual(rate(NEWCOMER, 'failure'))
  })
})

describe('the window', () => {
  test('ends after its last block: what nobody earned returns, and nothing is left of it', () => {
    const { chain, round, first, second } = closed(TWO_SILENT)
    chain.to(chain.number + ABSENCE_WINDOW_BLOCKS - 1)
    chain.branch(() => chain.succeed([outsider.keys, tell(round, first)]))
    chain.build()
    expect(chain.forRounds(requester.publicKey)).toBe(2n * REWARD)
    chain.refuses(outsider.keys, tell(round, second), 'Attestation.NoAbsences')
    chain.build()
    expect(chain.forRounds(requester.publicKey)).toBe(0n)
    expect([chain.count('Attestation', 'Absences'), chain.count('Attestation', 'AbsencesEnding')]).toEqual([0, 0])
    expect([reputationOf(chain, first), reputationOf(chain, second)]).toEqual([NEWCOMER, NEWCOMER])
  })

  test('does not begin before the round is closed', () => {
    const chain = openChain()
    const { round, flip } = reportable(chain)
    chain.refuses(outsider.keys, tell(round, flip.members[FIRST]!), 'Attestation.WrongPhase')
    report(chain, round, flip, ONE_SILENT)
    chain.refuses(outsider.keys, tell(round, flip.members[FIRST]!), 'Attestation.WrongPhase')
    chain.refuses(outsider.keys, tell(round + 1, flip.members[FIRST]!), 'Attestation.UnknownRound')
  })
})

describe('a false word', () => {
  const FALSE = PARAMETERS.accusationDeposit

  test('about who reported costs the deposit, which is burned; nothing else changes', () => {
    const { chain, round, flip } = closed(ONE_SILENT)
    const accused = flip.members[0]!
    const before = {
      accused: chain.wealth(accused.account),
      reputation: reputationOf(chain, accused),
      issuance: chain.issuance(),
      requester: [chain.forRounds(requester.publicKey), chain.wealth(requester.publicKey)],
      absences: chain.absences(round),
    }
    const inducement = chain.branch(() => {
      chain.build()
      return chain.wealth(outsider.account)
    })
    chain.succeed([outsider.keys, tell(round, accused)])
    expect(chain.event('Attestation.AccusationRejected')).toEqual({
      round,
      attestor: accused.account,
      accuser: outsider.account,
      deposit: FALSE,
    })
    const fee = (chain.event('TransactionPayment.TransactionFeePaid') as { actualFee: bigint }).actualFee
    expect(chain.wealth(outsider.account)).toBe(inducement - FALSE - fee)
    expect(chain.forRounds(outsider.account)).toBe(0n)
    expect({
      accused: chain.wealth(accused.account),
      reputation: reputationOf(chain, accused),
      issuance: chain.issuance() + FALSE,
      requester: [chain.forRounds(requester.publicKey), chain.wealth(requester.publicKey)],
      absences: chain.absences(round),
    }).toEqual(before)
    // Each time anew, and the true word still earns its reward.
    chain.succeed([outsider.keys, tell(round, accused)])
    chain.succeed([outsider.keys, tell(round, flip.members[FIRST]!)])
    expectSound(chain, [])
  })

  test('needs the deposit: the pool refuses an account without it, and in a block it burns nothing and pays the fee', () => {
    const { chain, round, flip, first } = closed(ONE_SILENT)
    const poor = actor('a poor accuser')
    const accused = flip.members[0]!
    const give = (value: bigint): Signed => [
      requester,
      callOf('Balances', 'transferKeepAlive', { dest: id(poor.account), value }),
    ]
    const judge = (who: Actor, tip = 0n) => {
      const wire = chain.sign(poor.keys, tell(round, who), { nonce: chain.account(poor.account).nonce, tip })
      const pool = chain.runtime.validate(chain.at, chain.runtime.decode(wire))
      const block = chain.open()
      const inBlock = block.apply(chain.runtime.decode(wire))
      block.finalize()
      return [pool, inBlock]
    }
    chain.succeed(give(FALSE))
    const had = chain.wealth(poor.account)
    const refused = [
      { ok: false, error: { reason: 'Custom', name: 'Attestation.CannotAccuse' } },
      { kind: 'failed', message: expect.stringMatching(/^Attestation\.CannotAccuse/) },
    ]
    expect(judge(accused)).toMatchObject(refused)
    chain.branch(() => {
      expect(chain.block([poor.keys, tell(round, accused)])).toMatchObject([refused[1]])
      const { actualFee } = chain.event('TransactionPayment.TransactionFeePaid') as { actualFee: bigint }
      expect(chain.wealth(poor.account)).toBe(had - actualFee)
    })
    // The true word needs no deposit.
    expect(judge(first)).toMatchObject([{ ok: true }, { kind: 'success' }])
    // With fee and deposit it may accuse, but not with a tip that leaves less.
    chain.succeed(give(UNIT))
    expect(judge(accused)).toMatchObject([{ ok: true }, { kind: 'success' }])
    expect(judge(accused, UNIT)).toMatchObject([{ ok: false }, { kind: 'failed' }])
  })

  test('about who was not selected changes nothing', () => {
    const { chain, round } = closed(ONE_SILENT)
    chain.refuses(outsider.keys, tell(round, outsider), 'Attestation.NotMember')
    chain.refuses(outsider.keys, tell(round, hoster), 'Attestation.NotMember')
  })

  test('costs the deposit where all reported, and nothing where the coinflip came to no number', () => {
    const all = closed(['served', 'served', 'served', 'served', 'served'])
    chain(all).succeed([outsider.keys, tell(all.round, all.first)])
    expect(chain(all).event('Attestation.AccusationRejected')).toMatchObject({ deposit: FALSE })
    const stuck = openChain({ parameters: { maxRedraws: 0 } })
    const round = openRound(stuck)
    const member = agreeOn(stuck, round).members[0]!
    stuck.until('the round is closed', () => stuck.round(round).phase === 'Closed')
    stuck.refuses(outsider.keys, tell(round, member), 'Attestation.NoAbsences')
    expect(stuck.forRounds(requester.publicKey)).toBe(0n)
  })

  test('about who was left out of the committee as absent, and lost for it then', () => {
    const chain = openChain({ parameters: { maxRedraws: 0 } })
    const round = openRound(chain, requestCall)
    const whole = agreeOn(chain, round)
    const absent = whole.members[FIRST]!
    leaveOut(chain, round, [FIRST])
    const flip = agree(chain, round)
    chain.to(chain.round(round).endsAt)
    report(chain, round, flip, ['served', 'served', 'served', undefined])
    chain.until('the round is closed', () => chain.round(round).phase === 'Closed')
    chain.refuses(outsider.keys, tell(round, absent), 'Attestation.NotMember')
    expect(reputationOf(chain, absent)).toEqual(rate(NEWCOMER, 'failure'))
    chain.succeed([outsider.keys, tell(round, flip.members[3]!)])
  })

  test('about who was convicted, and lost more for it then', () => {
    const chain = openChain({ parameters: { maxRedraws: 0 } })
    const { round, flip } = reportable(chain)
    const liar = flip.members[FIRST]!
    chain.succeed([outsider.keys, evidenceCall(round, flip.attempt, reveal(flip, round, FIRST))])
    report(chain, round, flip, TWO_SILENT)
    chain.until('the round is closed', () => chain.round(round).phase === 'Closed')
    chain.refuses(outsider.keys, tell(round, liar), 'Attestation.NotAbsent')
    expect(reputationOf(chain, liar)).toEqual(rate(NEWCOMER, 'malice'))
    chain.succeed([outsider.keys, tell(round, flip.members[SECOND]!)])
  })
})

const chain = ({ chain }: { readonly chain: AttestationChain }): AttestationChain => chain
/** The votes that members would give on a round's coinflip, without giving them. */
const agreeOn = (chain: AttestationChain, round: number): Flip => chain.branch(() => agree(chain, round))

test('true, false, repeated and late words in any order: money is what it was but for the deposits of liars', () => {
  const word = fc.record({
    about: fc.nat(4),
    by: fc.constantFrom('outsider', 'hoster', 'requester'),
    blocks: fc.nat(40),
  })
  const findings = fc.array(fc.constantFrom('served' as const, 'unserved' as const, undefined), {
    minLength: 5,
    maxLength: 5,
  })
  fc.assert(
    fc.property(findings, fc.array(word, { maxLength: 8 }), (said, words) => {
      const { chain, round, flip } = closed(said)
      const issuance = chain.issuance()
      const told = new Set<number>()
      let burned = 0n
      for (const { about, by, blocks } of words) {
        chain.to(chain.number + blocks)
        const accused = flip.members[about]!
        const keys = { outsider: outsider.keys, hoster: hoster.keys, requester }[by]
        const isOpen = (chain.absences(round)?.until ?? 0) > chain.number
        const before = chain.wealth(accused.account)
        const ok = chain.block([keys, tell(round, accused)])[0]?.kind === 'success'
        const isFalse = said[about] !== undefined
        expect(ok, JSON.stringify({ about, isOpen })).toBe(isFalse || (isOpen && !told.has(about)))
        expect(chain.wealth(accused.account)).toBe(before)
        if (isFalse) burned += PARAMETERS.accusationDeposit
        else if (ok) told.add(about)
        expect(chain.issuance()).toBe(issuance - burned)
        expectSound(chain, [])
      }
    }),
    { numRuns: 12 },
  )
})
