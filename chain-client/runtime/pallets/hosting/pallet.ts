/**
 * Pallet Hosting: a market where donors have feeds kept by hosters, each with an encoded copy that nobody else can make.
 *
 * Owns: which account may do what, and when. Does not own: the steps themselves (the rooms beside this page).
 *
 *   donate -> plan -> contract for each piece of the feed -> copies: drawn, encoded, confirmed, challenged, paid, repaired
 *
 * Nobody asks for a proof or pays one: challenges, pay and repair follow from the agenda. Reading a hosted feed costs nothing.
 */
import { equalBytes } from '#types/bytes.ts'
import { changed, news } from '#types/domain/changes.ts'
import { checkAnswer, drawLeaves, type StorageAnswer } from '#types/domain/hosting/copy/challenge.ts'
import type { EncodingComplaint } from '#types/domain/hosting/copy/complaint.ts'
import { hostingCalls } from '#types/domain/hosting/market.ts'
import {
  checkHostingParameters,
  DEFAULT_HOSTING_PARAMETERS,
  HostingParameters,
} from '#types/domain/hosting/market-parameters.ts'
import { AssayError } from '#types/errors.ts'
import { AccountId } from '#types/scale/account.ts'
import { balanceOf } from '#types/scale/balance.ts'
import { ensureRoot, ensureSigned } from '../../frame/origin.ts'
import { call, constant, pallet, uses } from '../../frame/pallet.ts'
import type { PostDispatchInfo } from '../../frame/terms.ts'
import { refTime } from '../../frame/weights.ts'
import { createAdmission } from './admission.ts'
import { COMPLAINT_DEPOSIT } from './complaints.ts'
import { createMarket } from './market.ts'
import { HOSTING_ACCOUNT, LEAST_GIFT } from './pools.ts'
import { isServed } from './sites.ts'
import { events, storage, type Needs } from './state.ts'
import { createViews } from './views.ts'

/** Picoseconds to verify a signature. */
const VERIFY_SIGNATURE = 100_000_000n
/** Picoseconds for each node or leaf of an answer, and for each byte of a complaint, which may have to be decoded. */
const CHECK_NODE = 4_000_000n
const JUDGE_BYTE = 400_000n
/** Picoseconds of the least complaint: three paths, and one leaf. */
const JUDGE = 1_000_000_000n
/** Picoseconds to let providers go: duties, offers, weights of both in draws, and the moduli of all segments. */
const DISMISS = refTime(6_000_000_000n, 100n, 127n)
/** Picoseconds to find the state of a contract by its copies, and to change it. */
const SETTLE = refTime(0n, 40n, 4n)
/** Picoseconds to pay the encoders of a copy with the most segments. */
const PAY_ENCODERS = refTime(0n, 60n, 60n)
/** Picoseconds to find those who must not attest in a round on the hoster of a copy, and to order the round. */
const KEEP_APART = refTime(1_000_000_000n, 180n, 20n)
/** The parts of a block's room in which records go, contracts starve, and plans are looked at, before copies have the rest. */
const PARTS_PER_PRUNING = 8
const PARTS_PER_STARVING = 4
const PARTS_PER_PLANS = 4

/** An account that proves a bad encoding pays nothing for the proof. */
const FREE: PostDispatchInfo = { paysFee: 'No' }

const nodesOf = (answer: StorageAnswer): number =>
  answer.reduce(
    (sum, { blocks, siblings }) =>
      sum + siblings.length + blocks.reduce((all, block) => all + block.leaves.length + block.siblings.length + 1, 0),
    0,
  )
const checkWeight = (answer: StorageAnswer): bigint => CHECK_NODE * BigInt(100 + nodesOf(answer))
const judgeWeight = (complaint: EncodingComplaint): bigint =>
  JUDGE + JUDGE_BYTE * BigInt(complaint.tag === 'Block' ? complaint.value.encoded.length : 0)

export const hostingPallet = pallet({
  name: 'Hosting',
  docs: 'A market where donors have feeds kept by hosters, each with an encoded copy of its own.',
  constants: {
    account: constant('The account that has the money of all pools.', AccountId, HOSTING_ACCOUNT),
    leastGift: constant(
      'The least gift to a pool. A donor that withdraws and leaves less leaves it to the other donors.',
      balanceOf,
      LEAST_GIFT,
    ),
    complaintDeposit: constant('What an account loses whose complaint convicts nobody.', balanceOf, COMPLAINT_DEPOSIT),
  },
  storage,
  events,
  errors: {
    UnknownFeed: 'The feed is not registered.',
    FeedEnded: 'The feed’s key signed two trees that contradict each other. The feed has ended.',
    ZeroAmount: 'Expected an amount above zero.',
    TooLittle: 'Expected a gift of leastGift (a constant) or more.',
    PoolFull: 'The pool has no room for so much.',
    CannotWithdraw: 'The account has less in the pool, or contracts have committed it.',
    TooNew:
      'Money decides over that of other donors only after it has been in the pool for a notice (parameter planNotice).',
    Locked: 'The account has decided over the money of others, so its own stays in the pool for two notices.',
    NotMostOfPool: 'Only an account that has more than half of the pool may decide what it is spent on.',
    BadPlan: 'The terms of the plan are of no use: see its documentation for the bounds.',
    TooDear: 'A price of the plan is above the most that the chain allows (parameters mostHosterPay, mostEncoderPay).',
    OutsideFeed: 'A range goes beyond the registered length of the feed.',
    FeedTooLarge: 'The feed has more bytes than the market takes.',
    TooManyPlans: 'The feed has as many plans as it may have.',
    UnknownPlan: 'There is no such plan, or it is cancelled or over.',
    NotPlanOwner: 'Only its owner, or the holder of more than half of the pool, may cancel a plan.',
    NotAProvider: 'Only a registered worker offers storage as a Hoster, and encoding as an Encoder.',
    UnknownCopy: 'There is no such copy.',
    WrongGeneration: 'The copy is in another generation.',
    WrongState: 'The copy is not in the state for this.',
    NotHoster: 'The account is not the hoster of the copy.',
    NotEncoder: 'The account is not the encoder of the copy’s present segment.',
    BadModulus: 'Expected an odd modulus of the least or the greatest length, with its highest bit set.',
    ModulusUsed:
      'An encoder has used this modulus, for a copy that there is or was a while ago. Each assignment needs a key of its own.',
    BadSegment: 'The segment ends elsewhere, or cannot have so many leaves.',
    TooEarly: 'The encoder still has time to tell the end of its segment.',
    TooLate: 'The time for the answer is over.',
    BadSignature: 'The signature is not by the encoder over this end of its segment.',
    BadAnswer:
      'The answer has not just the leaves that were drawn, or a path does not lead to the root of its segment.',
    UnknownSegment: 'The copy has no such segment.',
    CannotComplain: 'The account does not have the deposit that it would lose if the encoding is good.',
    AlreadyLeaving: 'Another copy is to take the place of this one already.',
    BadParameters: 'The parameters leave no time, no leaves or no key.',
  },
  uses: uses<Needs>(),
  exports: createMarket,
  calls: ({ storage, emit, fail, uses, block }, own) => {
    const admission = createAdmission({ storage, uses, block, fail })
    return {
      donate: call(
        'Give money to the pool of a feed. What no contract has committed can be taken back.',
        hostingCalls.donate,
        refTime(0n, 12n, 11n),
        (origin, { feed, amount }) => {
          const donor = ensureSigned(origin)
          if (!uses.feeds.head(feed)) return fail.UnknownFeed()
          if (uses.feeds.hasEnded(feed)) return fail.FeedEnded()
          if (amount === 0n) return fail.ZeroAmount()
          if (amount < LEAST_GIFT) return fail.TooLittle()
          // What rounds have left is of those who gave before: a gift that came first would take a part of it away again.
          own.pools.sweepRounds(feed)
          if (!own.pools.donate(feed, donor, amount)) return fail.PoolFull()
        },
      ),
      withdraw: call(
        'Take back from the pool of a feed what you have in it, as far as no contract has committed it, and you have not just decided over the money of others.',
        hostingCalls.withdraw,
        refTime(0n, 10n, 9n),
        (origin, { feed, amount }) => {
          const donor = ensureSigned(origin)
          if (amount === 0n) return fail.ZeroAmount()
          if (own.decisions.isLocked(feed, donor)) return fail.Locked()
          own.pools.sweepRounds(feed)
          if (!own.pools.withdraw(feed, donor, amount)) return fail.CannotWithdraw()
        },
      ),
      publishPlan: call(
        'Have blocks of a feed hosted. Only for an account with more than half of the pool, because a plan spends the money of all donors. Where others have a part of it, the plan begins after a notice, in which they can withdraw.',
        hostingCalls.publishPlan,
        refTime(0n, 7n, 7n),
        (origin, { terms }) => {
          const owner = ensureSigned(origin)
          const fault = own.plans.fault(terms)
          if (fault) return fail[fault]()
          if (!own.pools.hasMost(terms.feed, owner)) return fail.NotMostOfPool()
          if (own.decisions.isTooNew(terms.feed, owner)) return fail.TooNew()
          own.decisions.bind(terms.feed, owner)
          own.plans.publish(owner, terms, own.decisions.nextEffect())
        },
      ),
      cancelPlan: call(
        'End a plan with its contracts. What they have committed is free again. A plan of another account, or one that others pay most of, ends after a notice.',
        hostingCalls.cancelPlan,
        refTime(0n, 6n, 6n),
        (origin, { plan: id }) => {
          const who = ensureSigned(origin)
          const plan = storage.plans.get(id)
          if (!plan || !storage.plansOf.get(plan.terms.feed).includes(id)) return fail.UnknownPlan()
          const { feed } = plan.terms
          const [isOwner, hasMost] = [equalBytes(who, plan.owner), own.pools.hasMost(feed, who)]
          if (isOwner)
            return hasMost ? own.plans.cancel(id, plan) : own.plans.endAt(id, plan, own.decisions.nextEffect())
          if (!hasMost) return fail.NotPlanOwner()
          if (own.decisions.isTooNew(feed, who)) return fail.TooNew()
          const until = own.decisions.decide(feed, who)
          if (until > block()) own.plans.endAt(id, plan, until)
          else own.plans.cancel(id, plan)
        },
      ),
      offer: call(
        'Tell how many bytes of encoded copies you keep, and how many bytes you encode in a block’s time. Copies that you have stay.',
        hostingCalls.offer,
        refTime(0n, 3n, 2n),
        (origin, { storageBytes, encodingBytesPerBlock }) => {
          const provider = ensureSigned(origin)
          if (storageBytes > 0n && !uses.workers.hasRole(provider, 'Hoster')) return fail.NotAProvider()
          if (encodingBytesPerBlock > 0 && !uses.workers.hasRole(provider, 'Encoder')) return fail.NotAProvider()
          const { usedBytes } = storage.offers.get(provider)
          own.copies.keepOffer(provider, { storageBytes, usedBytes, encodingBytesPerBlock })
          emit.Offered({ provider, storageBytes, encodingBytesPerBlock })
        },
      ),
      acceptCopy: call(
        'Begin to encode a copy, with the modulus of a key that you made for it alone.',
        hostingCalls.acceptCopy,
        { weight: refTime(0n, 9n, 5n), class: 'Operational', validate: admission.acceptance },
        (origin, args) => own.encoding.accept(admission.acceptance(ensureSigned(origin), args), args.modulus),
      ),
      commitSegment: call(
        'Tell the root of what you encoded, to the last block of the contract.',
        hostingCalls.commitSegment,
        { weight: refTime(0n, 6n, 5n), class: 'Operational', validate: admission.commitment },
        (origin, args) => own.encoding.commit(admission.commitment(ensureSigned(origin), args), args.end),
      ),
      confirmSegment: call(
        'Tell the root of what you received. If it is the one that the encoder told, the copy is yours and whole.',
        hostingCalls.confirmSegment,
        {
          weight: 2n * DISMISS + SETTLE + PAY_ENCODERS + refTime(0n, 24n, 24n),
          computation: 0n,
          class: 'Operational',
          validate: admission.confirmation,
        },
        (origin, args) => own.encoding.confirm(admission.confirmation(ensureSigned(origin), args), args.end),
      ),
      submitCheckpoint: call(
        'Tell the newest end of its segment that a late encoder has signed. Another encoder goes on from there.',
        hostingCalls.submitCheckpoint,
        {
          weight: VERIFY_SIGNATURE + 2n * DISMISS + SETTLE + PAY_ENCODERS + refTime(0n, 22n, 22n),
          computation: VERIFY_SIGNATURE,
          class: 'Operational',
          validate: admission.checkpoint,
        },
        (origin, args) => own.encoding.close(admission.checkpoint(ensureSigned(origin), args), args.end),
      ),
      complain: call(
        'Prove that an encoder told the root of something that is no copy of the feed. It loses the bond of a seat to the pool, and the proof costs no fee. If the encoding is good, or nothing is proven, you lose the deposit.',
        hostingCalls.complain,
        {
          weight: ({ complaint }) => judgeWeight(complaint) + 2n * DISMISS + SETTLE + refTime(0n, 20n, 20n),
          computation: ({ complaint }) => judgeWeight(complaint),
        },
        (origin, { segment: at, complaint, ...args }) => {
          const complainer = ensureSigned(origin)
          const site = admission.named(args)
          const segment = own.complaints.segmentAt(site, at) ?? fail.UnknownSegment()
          if (!uses.balances.canWithdraw(complainer, COMPLAINT_DEPOSIT)) return fail.CannotComplain()
          if (own.complaints.judge(site, segment, complaint, complainer)) return FREE
        },
      ),
      answerStorage: call(
        'Show the leaves that the chain drew, with the paths to the roots of their segments.',
        hostingCalls.answerStorage,
        {
          weight: ({ answer }) => checkWeight(answer) + DISMISS + PAY_ENCODERS + KEEP_APART + refTime(0n, 30n, 30n),
          computation: ({ answer }) => checkWeight(answer),
          class: 'Operational',
          validate: admission.answer,
        },
        (origin, { answer, ...args }) => {
          const site = admission.answer(ensureSigned(origin), { ...args, answer })
          const { id, copy } = site
          const { beacon, draws } = copy.challenge!
          const drawn = drawLeaves({ beacon, copy: id, generation: copy.generation }, copy.segments, draws)
          if (!checkAnswer(copy.segments, drawn, answer)) return fail.BadAnswer()
          own.challenges.pass(site)
        },
      ),
      leaveCopy: call(
        'Leave a copy that you host. One that is whole you serve, and are paid for, until another hoster has the copy that takes its place.',
        hostingCalls.leaveCopy,
        2n * DISMISS + SETTLE + refTime(0n, 10n, 10n),
        (origin, args) => {
          const site = admission.leaving(ensureSigned(origin), args)
          if (!isServed(site.copy)) return own.failures.anew(site, 'HosterLeft', 'Hoster')
          if (site.copy.isLeaving) return fail.AlreadyLeaving()
          own.contracts.replace(site)
        },
      ),
      setParameters: call(
        'Change some of the windows and sizes (root). They hold from the next step of each copy on.',
        hostingCalls.setParameters,
        refTime(0n, 1n, 1n),
        (origin, { changes }) => {
          ensureRoot(origin)
          const before = storage.parameters.get()
          const parameters = changed(before, changes)
          if (checkHostingParameters(parameters) !== undefined) return fail.BadParameters()
          const made = news(before, changes)
          if (!made) return
          storage.parameters.put(parameters)
          emit.ParametersChanged({ changes: made })
        },
      ),
    }
  },
  views: (self, own) => createViews(self, own),
  hooks: (_, own) => ({
    onInitialize(meter) {
      own.contracts.pruneDue(meter.part(PARTS_PER_PRUNING))
      own.copies.pruneDue(meter.part(PARTS_PER_PRUNING))
      own.contracts.starveDue(meter.part(PARTS_PER_STARVING))
      own.plans.lookDue(meter.part(PARTS_PER_PLANS))
      own.lookDue(meter)
    },
  }),
  genesis: {
    config: HostingParameters,
    fallback: DEFAULT_HOSTING_PARAMETERS,
    build({ storage }, parameters, own) {
      const problem = checkHostingParameters(parameters)
      if (problem !== undefined) throw new AssayError('BAD_GENESIS', `hosting.${problem}`)
      storage.parameters.put(parameters)
      own.pools.found()
    },
  },
})
