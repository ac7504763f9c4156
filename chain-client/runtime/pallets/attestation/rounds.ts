/**
 * The life of a round in pallet Attestation, between the calls that move it.
 *
 * Owns: drawing, restarting, closing, and reputation. Does not own: the checks of calls.
 */
import { compareBytes, equalBytes, u32le } from '#types/bytes.ts'
import { MAX_ORDERS_PER_ACCOUNT, ORDER_FEE } from '#types/domain/attestation/order.ts'
import { roundDeposit } from '#types/domain/attestation/settlement.ts'
import type { Order, ReportSummary } from '#types/domain/attestation/attestation.ts'
import { drawBelow, subSeed } from '#types/domain/draw.ts'
import { reasonOfWait, type ClosingReasonName } from '#types/domain/attestation/closing.ts'
import type { MeasuredPerformance } from '#types/domain/attestation/metrics.ts'
import { leastMembers, reasonOf, verdictOf } from '#types/domain/attestation/round.ts'
import type { AttestationParameters, Member, RoundRecord, VerdictName } from '#types/domain/attestation/round.ts'
import { createAbsences } from './absences.ts'
import { createArbiter } from './arbiter.ts'
import { createArbitrations } from './arbitrations.ts'
import { createMetrics } from './metrics.ts'
import { createOrders } from './orders.ts'
import { createPay } from './pay.ts'
import { createPrune } from './prune.ts'
import type { AttestationSelf } from './state.ts'
import { createTimetable, MAX_OPEN_ORDERS } from './timetable.ts'
import { createWaiting } from './waiting.ts'
import type { Draw } from '../workers/selection.ts'

/** The functions by which calls and hooks change rounds. */
export function createRounds(self: AttestationSelf) {
  const { storage, emit, uses, block, parentHash } = self
  const absences = createAbsences(self)
  const metrics = createMetrics(self)
  const arbitrations = createArbitrations(self)
  const prune = createPrune(self)
  const orders = createOrders(self, prune)
  const pay = createPay(self)
  const timetable = createTimetable(self, arbitrations)
  const { put } = timetable
  const awaits = createWaiting(self, put)
  const parameters = (): AttestationParameters => storage.parameters.get()

  /** The Noise key of a worker that hosts the feed at present; undefined for any other account. */
  const hosterKeyOf = (feed: Uint8Array, hoster: Uint8Array): Uint8Array | undefined => {
    const worker = uses.feeds.promised(feed, hoster) ? uses.workers.find(hoster) : undefined
    return worker?.roles.includes('Hoster') ? worker.noiseKey : undefined
  }

  const schedule = (orderId: number, order: Order, scheduledAt: number, redraw: number): void => {
    // A hoster that stopped hosting must not fail round after round.
    const hosterKey = hosterKeyOf(order.feed, order.hoster)
    const promise = uses.feeds.promised(order.feed, order.hoster)
    if (!hosterKey || !promise) return orders.end(orderId, order)
    const id = storage.nextRound.get()
    storage.nextRound.put(id + 1)
    storage.orders.put(orderId, redraw === 0 ? orders.begin(order) : order)
    put(id, {
      order: orderId,
      hoster: order.hoster,
      hosterKey,
      feed: order.feed,
      phase: 'Scheduled',
      attempt: 0,
      redraw,
      scheduledAt,
      openedAt: 0,
      endsAt: 0,
      agreedAt: 0,
      closedAt: 0,
      members: [],
      drawn: 0,
      agreement: undefined,
      hosterReputationPpm: 0,
      verdict: undefined,
      reason: undefined,
      shortage: undefined,
      magic: undefined,
      magicRule: parameters().magicRule,
      auditFrom: 0,
    })
    // A later head or promise must not change what the members audit.
    storage.promises.put(id, promise)
    emit.RoundScheduled({ round: id, order: orderId, hoster: order.hoster, feed: order.feed })
  }

  /**
   * The attestors that the beacon draws: never the hoster, the feed's publisher, the requester, or an account that the order keeps
   * apart. The hash of the block before goes into the seed too. Within a block its beacon can be foreseen, by workers that could still join or leave.
   */
  const drawOf = (id: number, round: RoundRecord, beacon: Uint8Array): Draw => {
    const parties = [
      round.hoster,
      storage.orders.get(round.order)?.requester,
      uses.feeds.publisherOf(round.feed),
      ...storage.apart.get(round.order),
    ]
    return {
      role: 'Attestor',
      seed: subSeed('assay/attestation/draw/1', beacon, parentHash(), u32le(id)),
      label: 'attestor',
      count: parameters().attestors,
      without: parties.filter((party) => party !== undefined),
    }
  }

  /**
   * Starts a round in this block, with the present rule for its coinflip. Later changes of the rule must not touch a running
   * session.
   */
  const begin = (id: number, round: RoundRecord): RoundRecord => {
    const { roundLength, coinflipWindow, magicRule } = parameters()
    const [openedAt, auditFrom] = [block(), block() + coinflipWindow]
    const begun = { ...round, openedAt, auditFrom, endsAt: openedAt + roundLength, magicRule }
    put(id, begun)
    return begun
  }

  const open = (id: number, round: RoundRecord): void => {
    // b(n) is known when block n ends. The first draw uses the block after the request, whose beacon nobody could foresee then.
    const beacon = uses.randomness.at(block() - 1)
    const draw = beacon && drawOf(id, round, beacon)
    const drawn = draw && uses.workers.draw(draw)
    if (!drawn) {
      const shortage = draw && { needed: draw.count, ...uses.workers.available(draw) }
      const isOver = block() > round.scheduledAt + parameters().maxWait
      if (isOver) return close(id, { ...round, shortage }, 'Inconclusive', reasonOfWait(shortage))
      return shortage && awaits(id, round, shortage)
    }
    const members = drawn.toSorted((a, b) => compareBytes(a.noiseKey, b.noiseKey))
    for (const { account } of members) uses.workers.addDuties(account, 1)
    const hosterReputationPpm = uses.workers.reputation(round.hoster, 'Hoster')
    const { openedAt, endsAt } = begin(id, {
      ...round,
      phase: 'Open',
      members,
      drawn: members.length,
      hosterReputationPpm,
      shortage: undefined,
    })
    emit.RoundOpened({ round: id, hoster: round.hoster, feed: round.feed, openedAt, endsAt, members })
  }

  /** Starts the coinflip again without absent and convicted members. Gives the round up where too few are left. */
  const restart = (id: number, round: RoundRecord, absent: readonly Uint8Array[]): void => {
    const members = credible(id, round).filter(({ account }) => !absent.some((other) => equalBytes(other, account)))
    const dropped = round.members.filter((member) => !members.includes(member)).map(({ account }) => account)
    for (const account of dropped) uses.workers.addDuties(account, -1)
    storage.pastFlips.put(id, round.attempt, { members: round.members, magicRule: round.magicRule })
    const smaller: RoundRecord = { ...round, members, phase: 'Coinflip', attempt: round.attempt + 1 }
    if (members.length < leastMembers(round.drawn)) return close(id, smaller, 'Inconclusive', 'TooFewMembers')
    begin(id, smaller)
    emit.CoinflipRestarted({ round: id, attempt: smaller.attempt, dropped })
  }

  /** Credible members: those that no evidence convicted. */
  const credible = (id: number, round: RoundRecord): readonly Member[] =>
    round.members.filter(({ account }) => !storage.convicted.has(id, account))

  const credibleReports = (
    id: number,
    round: RoundRecord,
  ): readonly (readonly [account: Uint8Array, report: ReportSummary])[] =>
    credible(id, round).flatMap(({ account }) => {
      const report = storage.reports.get(id, account)
      return report ? [[account, report] as const] : []
    })

  /**
   * Changes reputations by the verdict: the hoster's, and those of attestors whose report agrees with it. An absentee's falls when
   * somebody reports the absence.
   */
  const rateAll = (id: number, round: RoundRecord, verdict: VerdictName): void => {
    if (verdict === 'Inconclusive') return
    storage.verdicts.put(round.hoster, round.feed, verdict === 'Pass')
    uses.workers.rate(round.hoster, 'Hoster', verdict === 'Pass' ? 'success' : 'failure')
    for (const [account, report] of credibleReports(id, round)) {
      if (report.served === (verdict === 'Pass')) uses.workers.rate(account, 'Attestor', 'success')
    }
  }

  /** Continues after a round: with a redraw, the order's next round, or the end of the order. */
  const goOn = (round: RoundRecord, order: Order, verdict: VerdictName): void => {
    const { gap, maxRedraws } = parameters()
    if (verdict === 'Inconclusive' && round.redraw < maxRedraws)
      return schedule(round.order, order, block(), round.redraw + 1)
    if (order.remaining === 1) return orders.end(round.order, order)
    const beacon = uses.randomness.at(block() - 1)
    const pause = beacon ? Number(drawBelow(beacon, 'gap', round.order, BigInt(gap))) : 0
    schedule(round.order, orders.next(round.order, order), block() + pause, 0)
  }

  /** Members that could have reported and did not; none where the round did not reach its reports. */
  const absentees = (id: number, round: RoundRecord): readonly Uint8Array[] =>
    round.phase === 'Report'
      ? credible(id, round).flatMap(({ account }) => (storage.reports.has(id, account) ? [] : [account]))
      : []

  /** Members that took part as far as the round came: to its reports, or not. */
  const willing = (id: number, round: RoundRecord): readonly Uint8Array[] => {
    const silent = absentees(id, round)
    return credible(id, round).flatMap(({ account }) => (silent.includes(account) ? [] : [account]))
  }

  const close = (id: number, round: RoundRecord, verdict: VerdictName, reason: ClosingReasonName): void => {
    const reports = credibleReports(id, round)
    const served = reports.filter(([, report]) => report.served).length
    arbitrations.end(id)
    put(id, { ...round, phase: 'Closed', closedAt: block(), verdict, reason })
    emit.RoundClosed({ round: id, verdict, served, unserved: reports.length - served, reason })
    const order = storage.orders.get(round.order)
    const unpaid = order ? pay.settle(id, round, order, verdict, reports) : 0n
    if (order && verdict === 'Inconclusive') pay.forfeit(id, round, willing(id, round))
    const left = order
      ? unpaid -
        absences.open(
          id,
          round,
          absentees(id, round),
          reports.map(([account]) => account),
          order.requester,
          unpaid,
        )
      : 0n
    rateAll(id, round, verdict)
    metrics.settle(id, round, reports, credible(id, round).length)
    for (const { account } of round.members) uses.workers.addDuties(account, -1)
    if (round.magic) uses.randomness.mix(round.magic)
    storage.votes.clear(id)
    storage.convicted.clear(id)
    storage.pastFlips.clear(id)
    storage.promises.remove(id)
    prune.keepRound(id)
    if (order) goOn(round, { ...order, left }, verdict)
  }

  /** Closes a round by the accepted reports. Where evidence left too few credible members, there is no verdict. */
  const judge = (id: number, round: RoundRecord): void => {
    const members = credible(id, round).length
    if (members < leastMembers(round.drawn)) return close(id, round, 'Inconclusive', 'TooFewCredible')
    const reports = credibleReports(id, round)
    const served = reports.filter(([, report]) => report.served).length
    const votes = [members, served, reports.length - served] as const
    const verdict = verdictOf(...votes)
    // The author of two trees can make a hoster's copy unservable, so no hoster fails by such a feed.
    if (verdict === 'Fail' && uses.feeds.hasEnded(round.feed)) close(id, round, 'Inconclusive', 'FeedEnded')
    else close(id, round, verdict, reasonOf(...votes))
  }

  const arbiter = createArbiter(self, { arbitrations, put, restart, close })

  return {
    hosterKeyOf,
    arbitrations,
    arbiter,
    timetable,
    schedule,
    open,
    restart,
    credible,
    close,
    judge,
    orders,
    prune,
    absences,
    metrics,
    /** What a round costs its payer at most. For the records of its rounds, an order holds a deposit besides. */
    roundPrice: (): bigint => roundDeposit(parameters()) + ORDER_FEE,
    /**
     * Orders a round for an account, which has the money for it. Gives the order's number; undefined where the hoster does not serve the
     * feed, or there is no room for an order.
     * @param apart accounts that must not attest in it, at most `MAX_APART`
     */
    commission(
      payer: Uint8Array,
      hoster: Uint8Array,
      feed: Uint8Array,
      apart: readonly Uint8Array[],
    ): number | undefined {
      const isFull = storage.activeCount.get() >= MAX_OPEN_ORDERS || orders.openOf(payer) >= MAX_ORDERS_PER_ACCOUNT
      if (isFull || !hosterKeyOf(feed, hoster)) return undefined
      const [id, order] = orders.place(payer, hoster, feed, 1)
      storage.apart.put(id, apart)
      schedule(id, order, block(), 0)
      return id
    },
    isOpen: (order: number): boolean => storage.orders.has(order),
    /** Whether a hoster of a feed passed its latest round that had a verdict; undefined where it had none. */
    hasPassed: (hoster: Uint8Array, feed: Uint8Array): boolean | undefined => storage.verdicts.get(hoster, feed),
    performanceOf: (hoster: Uint8Array): MeasuredPerformance | undefined => storage.hosterPerformance.get(hoster),
  }
}
