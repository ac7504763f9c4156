/**
 * Pallet Attestation: attestors drawn by the beacon audit a hoster, and are believed only as far as they prove.
 *
 * Owns: which account may do what to a round, and when; counting votes and reports. Does not own: the rounds themselves, pay
 * included.
 *
 *   SCHEDULED --beacon of the next block--> OPEN --> COINFLIP --majority agrees--> AUDIT --END--> REPORT --all in, or END+W-->
 *   CLOSED
 *
 * A round in COINFLIP starts again, smaller, when evidence shows that its number is spoilt, or when the arbiter finds a member absent.
 * A lie that spoils nothing only convicts the liar. Otherwise an account that dislikes the number could void it by a lie.
 * A round that comes to no verdict closes "inconclusive" by its deadline and is drawn again a bounded number of times.
 */
import { equalBytes } from '#types/bytes.ts'
import { ABSENCE_WINDOW_BLOCKS } from '#types/domain/attestation/absence.ts'
import { attestationCalls } from '#types/domain/attestation/attestation.ts'
import { changed, news } from '#types/domain/changes.ts'
import { CoinflipOutcome, MAX_MEMBERS } from '#types/domain/coinflip/coinflip.ts'
import { checkReport } from '#types/domain/attestation/report.ts'
import { MeasuredPerformance } from '#types/domain/attestation/metrics.ts'
import type { RoundRecord } from '#types/domain/attestation/round.ts'
import {
  AttestationParameters,
  checkParameters,
  DEFAULT_PARAMETERS,
  majority,
  Verdict,
} from '#types/domain/attestation/round.ts'
import {
  MAX_ORDERS_PER_ACCOUNT,
  ORDER_FEE,
  ORDER_STORAGE_DEPOSIT,
  RETENTION_BLOCKS,
} from '#types/domain/attestation/order.ts'
import { settlement } from '#types/domain/attestation/settlement.ts'
import { AssayError } from '#types/errors.ts'
import { AccountId } from '#types/scale/account.ts'
import { balanceOf } from '#types/scale/balance.ts'
import { encode } from '#types/scale/codec.ts'
import { option, struct, vec } from '#types/scale/compound.ts'
import { u32 } from '#types/scale/primitives.ts'
import { ensureRoot, ensureSigned } from '../../frame/origin.ts'
import { call, constant, pallet, uses, view } from '../../frame/pallet.ts'
import type { PostDispatchInfo } from '../../frame/terms.ts'
import { refTime } from '../../frame/weights.ts'
import { createAdmission } from './admission.ts'
import { arbiterCalls } from './arbiter.ts'
import { isCongested } from './congestion.ts'
import { createRounds } from './rounds.ts'
import { events, storage, type Needs } from './state.ts'
import { MAX_OPEN_ORDERS } from './timetable.ts'

/** Most rounds of one order; bounds the money that is reserved at once. */
const MAX_ROUNDS_PER_ORDER = 10_000
/** Picoseconds: verifying a report's signatures and proofs, or evidence. */
const CHECK_REPORT = 5_000_000_000n
const CHECK_EVIDENCE = 1_000_000_000n
/** Picoseconds to close a round with the most members, or to begin it again: pay, reputations, weights in draws. */
const SETTLE = BigInt(MAX_MEMBERS) * refTime(0n, 12n, 13n)
/** Picoseconds to count the votes of the most members, each with a transcript of theirs. */
const COUNT_VOTES = BigInt(MAX_MEMBERS) * 500_000_000n
/** The parts of a block's room in which windows of absences end and records go, before rounds have the rest. */
const PARTS_PER_ABSENCES = 4
const PARTS_PER_PRUNING = 4

/** An account that proves a lie pays nothing for the proof. */
const FREE: PostDispatchInfo = { paysFee: 'No' }

/** The pay of a round, in the smallest unit. */
const Reward = struct({ hoster: balanceOf, perReport: balanceOf }, { path: ['pallet_attestation', 'Reward'] })

export const attestationPallet = pallet({
  name: 'Attestation',
  docs: 'Proof of performance: attestors drawn by the chain audit hosters.',
  constants: {
    absenceWindow: constant(
      'Blocks after a round closed in which its absentees can be reported.',
      u32,
      ABSENCE_WINDOW_BLOCKS,
    ),
    orderFee: constant(
      'What each paid round of an order costs beside its deposit; it is burned.',
      balanceOf,
      ORDER_FEE,
    ),
    storageDeposit: constant(
      'Reserved for each order until the records of its rounds are removed.',
      balanceOf,
      ORDER_STORAGE_DEPOSIT,
    ),
    ordersPerAccount: constant('Most open orders of an account.', u32, MAX_ORDERS_PER_ACCOUNT),
    retention: constant('Blocks for which a closed round and its reports are kept.', u32, RETENTION_BLOCKS),
  },
  storage,
  events,
  errors: {
    UnknownFeed: 'The feed is not registered.',
    NotHosting: 'The account does not host this feed.',
    BadRoundCount: 'Expected 1 to 10000 rounds.',
    UnknownOrder: 'There is no such order.',
    NotRequester: 'Only the account that placed the order may cancel it.',
    UnknownRound: 'There is no such round.',
    WrongPhase: 'The round is not in the phase for this.',
    WrongAttempt: 'The coinflip is at another attempt.',
    NotMember: 'The account is not an attestor of this round.',
    AlreadyVoted: 'The attestor has told its outcome of this attempt.',
    BadOutcome: 'The outcome does not fit the session.',
    BadEvidence: 'The evidence proves nothing.',
    AlreadyConvicted: 'The member was convicted before.',
    TooEarly: 'Reports are taken after the round’s end.',
    TooLate: 'The time for reports is over.',
    AlreadyReported: 'The attestor has reported.',
    NoAgreement: 'The round has no agreed number.',
    WrongMagic: 'This is not the number that was agreed on.',
    WrongAuditKey:
      'These are not the audit keys and the salt that the attestor committed to, or it does not own the keys.',
    BadReceipt: 'A receipt is not for this audit, not by the hoster, or names no block of this chain.',
    OutsideSlot: 'A receipt was given outside the attestor’s slot.',
    BadProof: 'A Merkle proof does not lead to the feed’s root.',
    BadParameters: 'The parameters leave no time or nobody for a round.',
    TooManyOrders: 'As many orders as the chain takes are open.',
    NotAbsent: 'The attestor does not count as absent: evidence had convicted it before.',
    AbsenceKnown: 'Another was faster to report this absence.',
    CannotAccuse: 'The account does not have the deposit that it would lose if the attestor did report.',
    NoAbsences: 'Nobody was absent in this round, or the time to report it is over.',
    MetricsOutOfBounds: 'Metrics stand for no samples or too many, or are beyond what can be measured.',
    MetricsOutOfOrder: 'Percentiles of a latency do not ascend.',
    MetricsOfUnknownPeer: 'Metrics are of somebody who is no attestor of this round.',
    MetricsOfSelf: 'An attestor’s metrics are of itself.',
    DuplicateMetrics: 'There are several metrics of the same attestor.',
    TooManyOwnOrders: 'As many orders of the account as it may have are open.',
    EmptyReceipt: 'A receipt names no drawn chunk that the report proves.',
    AlreadyDemanded: 'The attempt is before the chain, or its number was asked for or is known.',
    TooEarlyToDemand: 'The members still have time to agree by themselves.',
    TooLateToDemand: 'The time to ask the chain is over.',
    Spoilt: 'Evidence spoilt the attempt, which begins again soon.',
    NoOwnWord: 'A demand must contain the signed commitment of its author.',
    BadWord: 'A commitment is not signed by a member of this coinflip, or there should be none.',
    BadValue: 'A number does not open the commitment of its member.',
    NothingNew: 'All of it is on the chain already.',
  },
  uses: uses<Needs>(),
  exports: createRounds,
  calls: (self, own) => {
    const { storage, emit, fail, uses, block } = self
    const admission = createAdmission({ storage, uses, fail, spoils: own.arbiter.spoils })
    const genesisHash = (): Uint8Array => uses.system.blockHash(0)!

    const place = (requester: Uint8Array, hoster: Uint8Array, feed: Uint8Array, rounds: number): void => {
      if (rounds < 1 || rounds > MAX_ROUNDS_PER_ORDER) return fail.BadRoundCount()
      if (!uses.feeds.head(feed)) return fail.UnknownFeed()
      if (!own.hosterKeyOf(feed, hoster)) return fail.NotHosting()
      if (storage.activeCount.get() >= MAX_OPEN_ORDERS) return fail.TooManyOrders()
      if (own.orders.openOf(requester) >= MAX_ORDERS_PER_ACCOUNT) return fail.TooManyOwnOrders()
      own.schedule(...own.orders.place(requester, hoster, feed, rounds), block(), 0)
    }

    /** The outcomes that credible members told of this attempt. */
    const outcomesOf = (id: number, round: RoundRecord): readonly CoinflipOutcome[] =>
      own.credible(id, round).flatMap(({ account }) => {
        const vote = storage.votes.get(id, account)
        return vote?.attempt === round.attempt ? [vote.outcome] : []
      })

    const countAgreed = (id: number, round: RoundRecord, outcome: CoinflipOutcome): void => {
      const wanted = encode(CoinflipOutcome, outcome)
      const same = outcomesOf(id, round).filter((other) => equalBytes(encode(CoinflipOutcome, other), wanted))
      if (same.length >= majority(round.members.length)) own.arbiter.agree(id, round, outcome.value)
    }

    return {
      requestRound: call(
        'Pay for one round in which attestors audit a hoster of a feed. The deposit pays them; the rest comes back, except for a fee.',
        attestationCalls.requestRound,
        refTime(0n, 14n, 14n),
        (origin, { hoster, feed }) => place(ensureSigned(origin), hoster, feed, 1),
      ),
      scheduleRounds: call(
        'Pay for several rounds on a hoster of a feed, held one after the other.',
        attestationCalls.scheduleRounds,
        refTime(0n, 14n, 14n),
        (origin, { hoster, feed, rounds }) => place(ensureSigned(origin), hoster, feed, rounds),
      ),
      cancelOrder: call(
        'Hold no more rounds of an order than the present one. The deposits of the others come back.',
        attestationCalls.cancelOrder,
        refTime(0n, 2n, 2n),
        (origin, { order: id }) => {
          const order = storage.orders.get(id) ?? fail.UnknownOrder()
          if (!equalBytes(ensureSigned(origin), order.requester)) return fail.NotRequester()
          uses.balances.unreserve(order.requester, order.deposit * BigInt(order.remaining - 1))
          storage.orders.put(id, { ...order, remaining: 1 })
        },
      ),
      submitCoinflipOutcome: call(
        'Tell the result of a coinflip. When a majority of the members has told the same, the audits follow; what comes later is only noted.',
        attestationCalls.submitCoinflipOutcome,
        { weight: COUNT_VOTES + SETTLE, computation: 0n, class: 'Operational', validate: admission.vote },
        (origin, args) => {
          const account = ensureSigned(origin)
          const round = admission.vote(account, args)
          const { round: id, attempt, outcome } = args
          storage.votes.put(id, account, { attempt, outcome })
          if (round.phase !== 'Audit') countAgreed(id, round, outcome)
        },
      ),
      submitEvidence: call(
        'Prove by the signatures of a member that it lied in a coinflip of the round, in this attempt or one before. It loses the bond of a seat, and the proof costs no fee. Evidence of a wrong confirmation (BadPing) shows everybody the random number of its attempt, so it should wait until the round or the attempt has ended.',
        attestationCalls.submitEvidence,
        {
          weight: CHECK_EVIDENCE + SETTLE,
          computation: CHECK_EVIDENCE,
          class: 'Operational',
          validate: admission.evidence,
        },
        (origin, args) => {
          const { round, offender, isSpoilt, isKnown } = admission.evidence(ensureSigned(origin), args)
          const { round: id, attempt } = args
          if (isSpoilt) own.arbiter.spoil(id, round)
          if (!isKnown) {
            uses.workers.rate(offender, 'Attestor', 'malice')
            own.arbitrations.chargeLiar(id, offender)
          }
          storage.convicted.put(id, offender, true)
          emit.EvidenceAccepted({ round: id, attempt, offender, lie: args.evidence.tag })
          return FREE
        },
      ),
      submitReport: call(
        'Report an audit after the round’s end. The last report closes the round.',
        attestationCalls.submitReport,
        { weight: CHECK_REPORT + SETTLE, computation: CHECK_REPORT, class: 'Operational', validate: admission.report },
        (origin, args) => {
          const account = ensureSigned(origin)
          const { round, rank } = admission.report(account, args)
          const { round: id, report } = args
          const feed = storage.promises.get(id) ?? fail.UnknownFeed()
          const context = {
            genesisHash: genesisHash(),
            roundId: id,
            round,
            rank,
            feed,
            parameters: storage.parameters.get(),
            blockHashAt: uses.system.blockHash,
          }
          const finding = checkReport(context, report)
          if (!finding.ok) return fail[finding.fault]()
          storage.reports.put(id, account, {
            served: finding.served,
            proven: finding.proven,
            metrics: report.hosterMetrics,
          })
          own.metrics.keep(id, account, report.attestorMetrics)
          const opened = { ...round, magic: report.magic }
          own.timetable.put(id, opened)
          emit.ReportAccepted({ round: id, attestor: account, served: finding.served })
          if (own.credible(id, round).every((member) => storage.reports.has(id, member.account))) own.judge(id, opened)
        },
      ),
      setParameters: call(
        'Change some of the sizes, windows and rewards (root). They hold at once, for rounds under way too.',
        attestationCalls.setParameters,
        refTime(0n, 2n * BigInt(MAX_OPEN_ORDERS), 3n * BigInt(MAX_OPEN_ORDERS)),
        (origin, { changes }) => {
          ensureRoot(origin)
          const before = storage.parameters.get()
          const parameters = changed(before, changes)
          if (checkParameters(parameters) !== undefined) return fail.BadParameters()
          const made = news(before, changes)
          if (!made) return
          storage.parameters.put(parameters)
          own.timetable.reschedule()
          emit.ParametersChanged({ changes: made })
        },
      ),
      reportAbsent: call(
        'Tell that an attestor of a closed round did not report in its time. The member whose turn it is earns a part of a share; if the attestor did report, its accuser loses the accusation deposit.',
        attestationCalls.reportAbsent,
        { weight: refTime(0n, 18n, 18n), validate: admission.accusation },
        (origin, args) => {
          const reporter = ensureSigned(origin)
          const record = admission.accusation(reporter, args)
          const { round: id, attestor } = args
          if (record) own.absences.tell(id, record, attestor, reporter)
          else own.absences.reject(id, attestor, reporter)
        },
      ),
      ...arbiterCalls(self, { arbitrations: own.arbitrations, put: own.timetable.put }),
    }
  },
  views: ({ storage }, own) => ({
    currentRounds: view('Rounds that are not closed.', {}, vec(u32), () => own.timetable.active()),
    dutiesOf: view('Rounds not closed in which an account is an attestor.', { account: AccountId }, vec(u32), (args) =>
      own.timetable
        .active()
        .filter((id) => storage.rounds.get(id)?.members.some(({ account }) => equalBytes(account, args.account))),
    ),
    payableReward: view(
      'What a round would pay with this verdict: to the hoster, and to each attestor whose report earns it.',
      { round: u32, verdict: Verdict },
      option(Reward),
      ({ round: id, verdict }) => {
        const round = storage.rounds.get(id)
        return round && settlement(verdict, round.hosterReputationPpm, round.drawn, storage.parameters.get())
      },
    ),
    hosterPerformance: view(
      'How fast and reliable a hoster is, by its latest round with a quorum of measurements.',
      { hoster: AccountId },
      option(MeasuredPerformance),
      ({ hoster }) => storage.hosterPerformance.get(hoster),
    ),
    attestorPerformance: view(
      'How fast and reliable an attestor answers, as the others of its latest round measured it.',
      { attestor: AccountId },
      option(MeasuredPerformance),
      ({ attestor }) => storage.attestorPerformance.get(attestor),
    ),
  }),
  hooks: ({ storage, uses, block }, own) => {
    const step = (id: number, round: RoundRecord): void => {
      if (round.phase === 'Scheduled') own.open(id, round)
      else if (round.phase === 'Open') own.timetable.put(id, { ...round, phase: 'Coinflip' })
      else if (round.phase === 'Audit' && block() > round.endsAt) own.timetable.put(id, { ...round, phase: 'Report' })
      else if (round.phase === 'Coinflip' || round.phase === 'Audit') own.arbiter.turn(id, round)
      else if (round.phase === 'Report') own.judge(id, round)
    }
    return {
      onFinalize(consumed) {
        if (isCongested(consumed)) storage.congestion.put(storage.congestion.get() + 1)
      },
      onInitialize(meter) {
        own.absences.endDue(meter.part(PARTS_PER_ABSENCES))
        own.prune.removeDue(meter.part(PARTS_PER_PRUNING))
        // Each round by itself: a bug in one must not stop the others.
        for (const id of own.timetable.takeDue(meter)) {
          uses.dispatcher.contained(`Attestation round ${id}`, () => step(id, storage.rounds.get(id)!))
        }
      },
    }
  },
  genesis: {
    config: AttestationParameters,
    fallback: DEFAULT_PARAMETERS,
    build({ storage }, parameters) {
      const problem = checkParameters(parameters)
      if (problem !== undefined) throw new AssayError('BAD_GENESIS', `attestation.${problem}`)
      storage.parameters.put(parameters)
    },
  },
})
