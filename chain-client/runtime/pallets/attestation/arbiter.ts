/**
 * The arbiter of coinflips in pallet Attestation: its calls, and the effect of what it finds.
 *
 * Owns: which account may turn to it, and how a finding changes a round. Does not own: the rules of the arbiter, which the domain
 * has.
 */
import { equalBytes } from '#types/bytes.ts'
import { attestationCalls } from '#types/domain/attestation/attestation.ts'
import type { ClosingReasonName } from '#types/domain/attestation/closing.ts'
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
import type { Values } from '#types/scale/compound.ts'
import { ensureSigned } from '../../frame/origin.ts'
import { call, type ValidateCall } from '../../frame/pallet.ts'
import type { Arbitrations } from './arbitrations.ts'
import type { AttestationSelf } from './state.ts'

/** Picoseconds to verify a word's signature, and to open a commitment. */
const CHECK_WORD = 250_000_000n
const CHECK_VALUE = 1_000_000n
/** Picoseconds of the work on storage for a round of the most members, with all words and numbers. */
const KEEP_FLIP = 6_000_000_000n

/** The functions of rounds that the arbiter needs. */
interface RoundMoves {
  readonly arbitrations: Arbitrations
  put(id: number, round: RoundRecord): void
  restart(id: number, round: RoundRecord, absent: readonly Uint8Array[]): void
  close(id: number, round: RoundRecord, verdict: 'Inconclusive', reason: ClosingReasonName): void
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
    put(id, { ...putOff(round, from), phase: 'Audit', agreedAt: block(), agreement, magic })
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
    // The block came, but congestion has put off the window's end.
    if (found.kind === 'nothing') return put(id, round)
    if (found.kind === 'over') return close(id, round, 'Inconclusive', 'NoAgreement')
    if (found.kind === 'restart') return leaveOut(id, round, found.absent, found.afterGate)
    if (found.kind === 'agreed') return agree(id, round, found.agreement, found.magic)
    storage.arbitrations.put(id, found.state)
    if (found.kind === 'reveal') return put(id, round)
    arbitrations.release(attempt.state.flip!)
    if (found.kind === 'unanswered') return put(id, round)
    put(id, { ...round, magic: found.magic })
    emit.NumberPublic({ round: id, attempt: round.attempt, magic: found.magic })
  }

  /** Whether evidence of the attempt under way would spoil it. */
  const spoils = (id: number, round: RoundRecord, evidence: Pick<Evidence, 'tag'>): boolean => {
    const attempt = arbitrations.attemptOf(id, round)
    return spoil(attempt, evidence) !== attempt.state
  }

  /** Spoils the attempt under way, which begins again soon unless a majority agrees before. */
  const spoilNow = (id: number, round: RoundRecord): void => {
    storage.arbitrations.put(id, spoil(arbitrations.attemptOf(id, round), { tag: 'Equivocation' }))
    put(id, round)
  }

  return { agree, turn, spoils, spoil: spoilNow }
}

/** The errors with which the calls refuse. */
type ArbiterError = ArbiterFault | 'UnknownRound' | 'WrongAttempt' | 'AlreadyConvicted'

type Args<C extends keyof typeof attestationCalls> = Values<(typeof attestationCalls)[C]>

/** New entries of a round. */
type Entered = Extract<EntryFinding, { readonly ok: true }> & { readonly round: RoundRecord }

/** A call pays for the entries that it brings, and for its work on storage. */
const paying = <A>(computation: (args: A) => bigint) => ({
  weight: (args: A): bigint => computation(args) + KEEP_FLIP,
  computation,
})

/** Silence costs its author money, so no other calls may keep these out of blocks. What the arbiter would refuse, the pool does. */
const operational = <A>(validate: ValidateCall<A>) => ({ class: 'Operational', validate }) as const

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
  /** A demand that the arbiter takes. */
  const demanded = (account: Uint8Array, { round: id, attempt, words }: Args<'demandCoinflip'>) => {
    const round = underWay(id, attempt)
    if (storage.convicted.has(id, account)) return fail.AlreadyConvicted()
    const finding = demand(arbitrations.attemptOf(id, round), senderOf(round, account), words, uses.coinflip.isSigned)
    return finding.ok ? { round, ...finding } : fail[finding.fault]()
  }
  /** Words that the arbiter takes. */
  const listed = (account: Uint8Array, { round: id, attempt, words }: Args<'putCommitments'>) => {
    const round = underWay(id, attempt)
    const finding = putWords(arbitrations.attemptOf(id, round), senderOf(round, account), words, uses.coinflip.isSigned)
    return finding.ok ? { round, ...finding } : fail[finding.fault]()
  }
  /** Numbers that the arbiter takes. */
  const opened = (account: Uint8Array, { round: id, attempt, values }: Args<'putValues'>) => {
    const round = underWay(id, attempt)
    const finding = putValues(arbitrations.attemptOf(id, round), senderOf(round, account), values)
    return finding.ok ? { round, ...finding } : fail[finding.fault]()
  }
  /** Stores new entries, and pays their sender out of the deposit. Returns the members whose entries they are. */
  const enter = (id: number, sender: Uint8Array, { round, state, reward, added }: Entered): readonly Uint8Array[] => {
    if (reward > 0n) uses.balances.repatriateReserved(state.flip!.demander, sender, reward)
    storage.arbitrations.put(id, state)
    put(id, round)
    return added.map((rank) => round.members[rank]!.account)
  }

  return {
    demandCoinflip: call(
      'Bring a coinflip before the chain that its members do not end by themselves. Before an agreement it takes the signed commitments that you hold, your own among them; after it none, and asks for the number. It takes the demand deposit, of which the rest comes back.',
      attestationCalls.demandCoinflip,
      { ...paying(({ words }) => CHECK_WORD * BigInt(words.length)), ...operational(demanded) },
      (origin, args) => {
        const account = ensureSigned(origin)
        const { round, state, auditFrom } = demanded(account, args)
        const { round: id, attempt } = args
        const { stage, until, held } = state.flip!
        uses.balances.reserve(account, held)
        storage.arbitrations.put(id, state)
        put(id, putOff(round, auditFrom))
        emit.CoinflipDemanded({ round: id, attempt, stage, demander: account, until })
      },
    ),
    putCommitments: call(
      'Put signed commitments of members on the chain. Those of others earn a part of the demand deposit.',
      attestationCalls.putCommitments,
      { ...paying(({ words }) => CHECK_WORD * BigInt(words.length)), ...operational(listed) },
      (origin, args) => {
        const sender = ensureSigned(origin)
        const members = enter(args.round, sender, listed(sender, args))
        emit.CommitmentsPut({ round: args.round, attempt: args.attempt, sender, members })
      },
    ),
    putValues: call(
      'Put numbers of members on the chain, each of which opens its commitment. Those of others earn a part of the demand deposit.',
      attestationCalls.putValues,
      { ...paying(({ values }) => CHECK_VALUE * BigInt(values.length)), ...operational(opened) },
      (origin, args) => {
        const sender = ensureSigned(origin)
        const members = enter(args.round, sender, opened(sender, args))
        emit.ValuesPut({ round: args.round, attempt: args.attempt, sender, members })
      },
    ),
  }
}
