/**
 * The arbiter of coinflips in pallet Attestation: its calls, and the effect of what it finds.
 *
 * Owns: which account may turn to it, and how a finding changes a round. Does not own: the rules of the arbiter, which the domain
 * has.
 */
import { equalBytes } from '#types/bytes.ts'
import { attestationCalls } from '#types/domain/attestation/attestation.ts'
import { sessionOf } from '#types/domain/attestation/report.ts'
import type { RoundRecord } from '#types/domain/attestation/round.ts'
import {
  auditStart,
  demand,
  putValues,
  putWords,
  sessionId,
  spoil,
  startOfBlock,
  transcriptRoot,
  type AgreedFlip,
  type ArbiterFault,
  type EntryFinding,
  type Evidence,
  type Sender,
} from '#types/domain/coinflip/coinflip.ts'
import { ensureSigned } from '../../frame/origin.ts'
import { call } from '../../frame/pallet.ts'
import { refTime } from '../../frame/weights.ts'
import type { Arbitrations } from './arbitrations.ts'
import type { AttestationSelf } from './state.ts'

/** Picoseconds to verify a word's signature, and to open a commitment. */
const CHECK_WORD = 100_000_000n
const CHECK_VALUE = 1_000_000n

/** The functions of rounds that the arbiter needs. */
interface RoundMoves {
  readonly arbitrations: Arbitrations
  put(id: number, round: RoundRecord): void
  restart(id: number, round: RoundRecord, absent: readonly Uint8Array[]): void
  close(id: number, round: RoundRecord, verdict: 'Inconclusive'): void
}

/** A round whose audits begin and end later, by as many blocks. */
const putOff = (round: RoundRecord, auditFrom: number): RoundRecord => ({
  ...round,
  auditFrom,
  endsAt: round.endsAt + auditFrom - round.auditFrom,
})

/** The functions by which calls and hooks move a round that is before the arbiter. */
export function createArbiter({ storage, emit, uses, block }: AttestationSelf, moves: RoundMoves) {
  const { arbitrations, put, restart, close } = moves

  /** Stores what the members agreed on, or the chain found, and the number where it is public. */
  const agree = (id: number, round: RoundRecord, agreement: AgreedFlip, magic?: Uint8Array): void => {
    arbitrations.end(id)
    const from = auditStart(round.auditFrom, block(), storage.parameters.get())
    put(id, { ...putOff(round, from), phase: 'Audit', agreement, magic })
    const { attempt } = round
    const root = transcriptRoot(sessionId(sessionOf(uses.system.blockHash(0)!, id, round)), agreement.transcript)
    emit.CoinflipAgreed({ round: id, attempt, transcriptRoot: root, hiddenMagic: agreement.hiddenMagic })
    if (magic) emit.NumberPublic({ round: id, attempt, magic })
  }

  /** Begins the attempt again without the absent, which pay for it. */
  const leaveOut = (id: number, round: RoundRecord, ranks: readonly number[], afterGate: boolean): void => {
    const members = ranks.map((rank) => round.members[rank]!.account)
    for (const account of members) arbitrations.chargeAbsent(id, account, afterGate)
    if (members.length > 0) emit.MembersAbsent({ round: id, attempt: round.attempt, members, afterGate })
    arbitrations.end(id)
    restart(id, round, members)
  }

  /** What the arbiter finds at the start of a block. */
  const turn = (id: number, round: RoundRecord): void => {
    const attempt = arbitrations.attemptOf(id, round)
    const found = startOfBlock(attempt)
    if (found.kind === 'nothing') return
    if (found.kind === 'over') return close(id, round, 'Inconclusive')
    if (found.kind === 'restart') return leaveOut(id, round, found.absent, found.afterGate)
    if (found.kind === 'agreed') return agree(id, round, found.agreement, found.magic)
    storage.arbitrations.put(id, found.state)
    if (found.kind === 'reveal') return put(id, round)
    arbitrations.release(attempt.state.flip!)
    if (found.kind === 'unanswered') return put(id, round)
    put(id, { ...round, magic: found.magic })
    emit.NumberPublic({ round: id, attempt: round.attempt, magic: found.magic })
  }

  /** Takes note of evidence of the attempt under way. Returns whether it spoils the attempt. */
  const hear = (id: number, round: RoundRecord, evidence: Evidence): boolean => {
    const attempt = arbitrations.attemptOf(id, round)
    const state = spoil(attempt, evidence)
    if (state === attempt.state) return false
    storage.arbitrations.put(id, state)
    put(id, round)
    return true
  }

  return { agree, turn, hear }
}

/** The errors with which the calls refuse. */
type ArbiterError = ArbiterFault | 'UnknownRound' | 'WrongAttempt' | 'AlreadyConvicted'

/** The calls to the arbiter. */
export function arbiterCalls(
  self: AttestationSelf & { readonly fail: { readonly [E in ArbiterError]: () => never } },
  { arbitrations, put }: Pick<RoundMoves, 'arbitrations' | 'put'>,
) {
  const { storage, emit, fail, uses } = self

  const underWay = (id: number, attempt: number): RoundRecord => {
    const round = storage.rounds.get(id) ?? fail.UnknownRound()
    if (round.phase !== 'Open' && round.phase !== 'Coinflip' && round.phase !== 'Audit') return fail.WrongPhase()
    return attempt === round.attempt ? round : fail.WrongAttempt()
  }
  const senderOf = ({ members }: RoundRecord, account: Uint8Array): Sender => {
    const rank = members.findIndex((member) => equalBytes(member.account, account))
    return { account, rank: rank === -1 ? undefined : rank }
  }
  /** Stores new entries, and pays their sender out of the deposit. Returns the members whose entries they are. */
  const enter = (id: number, round: RoundRecord, sender: Uint8Array, finding: EntryFinding): readonly Uint8Array[] => {
    if (!finding.ok) return fail[finding.fault]()
    const { state, reward, added } = finding
    if (reward > 0n) uses.balances.repatriateReserved(state.flip!.demander, sender, reward)
    storage.arbitrations.put(id, state)
    put(id, round)
    return added.map((rank) => round.members[rank]!.account)
  }

  return {
    demandCoinflip: call(
      'Bring a coinflip before the chain: before an agreement with the words that you hold, your own among them; after it, without words, to ask for the number. It takes the demand deposit, of which the rest comes back.',
      attestationCalls.demandCoinflip,
      { weight: ({ words }) => refTime(CHECK_WORD * BigInt(words.length), 4n, 3n) },
      (origin, { round: id, attempt, words }) => {
        const account = ensureSigned(origin)
        const round = underWay(id, attempt)
        if (storage.convicted.has(id, account)) return fail.AlreadyConvicted()
        const finding = demand(arbitrations.attemptOf(id, round), senderOf(round, account), words)
        if (!finding.ok) return fail[finding.fault]()
        const { stage, until, held } = finding.state.flip!
        uses.balances.reserve(account, held)
        storage.arbitrations.put(id, finding.state)
        put(id, putOff(round, finding.auditFrom))
        emit.CoinflipDemanded({ round: id, attempt, stage, demander: account, until })
      },
    ),
    putCommitments: call(
      'List words of members, each under its author’s signature. Those of others earn a part of the demand deposit.',
      attestationCalls.putCommitments,
      { weight: ({ words }) => refTime(CHECK_WORD * BigInt(words.length), 4n, 3n) },
      (origin, { round: id, attempt, words }) => {
        const sender = ensureSigned(origin)
        const round = underWay(id, attempt)
        const finding = putWords(arbitrations.attemptOf(id, round), senderOf(round, sender), words)
        emit.CommitmentsPut({ round: id, attempt, sender, members: enter(id, round, sender, finding) })
      },
    ),
    putValues: call(
      'Tell numbers of members, each of which opens its commitment. Those of others earn a part of the demand deposit.',
      attestationCalls.putValues,
      { weight: ({ values }) => refTime(CHECK_VALUE * BigInt(values.length), 3n, 2n) },
      (origin, { round: id, attempt, values }) => {
        const sender = ensureSigned(origin)
        const round = underWay(id, attempt)
        const finding = putValues(arbitrations.attemptOf(id, round), senderOf(round, sender), values)
        emit.ValuesPut({ round: id, attempt, sender, members: enter(id, round, sender, finding) })
      },
    ),
  }
}
