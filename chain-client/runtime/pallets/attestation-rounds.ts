/**
 * The life of a round in pallet Attestation, between the calls that move it.
 *
 * Owns: what is stored and told of a round, drawing, restarting, closing, pay and reputation. Does not own: who may call what
 * when (attestation.ts), or the rules that workers must know as well (#types/domain).
 */
import { compareBytes, equalBytes, u32le } from '#types/bytes.ts'
import { attestationEvents, Order, ReportSummary, Vote } from '#types/domain/attestation.ts'
import { drawBelow, subSeed, weightedSample } from '#types/domain/draw.ts'
import type { FeedHead } from '#types/domain/feed.ts'
import { LEAST_WEIGHT, type Deed } from '#types/domain/reputation.ts'
import { AttestationParameters, DEFAULT_PARAMETERS, leastMembers, RoundRecord, verdictOf } from '#types/domain/round.ts'
import type { Member, VerdictName } from '#types/domain/round.ts'
import { earnsPay, settlement } from '#types/domain/settlement.ts'
import type { RoleName, WorkerRecord } from '#types/domain/worker.ts'
import { AccountId } from '#types/scale/account.ts'
import { vec } from '#types/scale/compound.ts'
import { bool, u32 } from '#types/scale/primitives.ts'
import { Blake2_128Concat, Twox64Concat } from '#types/scale/storage-key.ts'
import { event, type Self } from '../frame/pallet.ts'
import { doubleMap, map, value } from '../frame/storage.ts'
import type { Eligible } from './workers.ts'

/** What Attestation needs of other pallets. */
export interface Needs {
  readonly system: { blockHash(number: number): Uint8Array | undefined }
  readonly dispatcher: {
    /** Runs `act` in a storage layer; whatever it throws undoes it, and a bug is logged. */
    contained(where: string, act: () => void): unknown
  }
  readonly randomness: { at(block: number): Uint8Array | undefined; mix(bytes: Uint8Array): void }
  readonly balances: {
    reserve(who: Uint8Array, amount: bigint): void
    unreserve(who: Uint8Array, amount: bigint): bigint
    repatriateReserved(from: Uint8Array, to: Uint8Array, amount: bigint): bigint
  }
  readonly workers: {
    find(account: Uint8Array): WorkerRecord | undefined
    reputation(account: Uint8Array, role: RoleName): number
    eligible(role: RoleName): Eligible[]
    addDuties(account: Uint8Array, change: 1 | -1): void
    rate(account: Uint8Array, role: RoleName, deed: Deed): void
  }
  readonly feeds: {
    head(feed: Uint8Array): FeedHead | undefined
    authorOf(feed: Uint8Array): Uint8Array | undefined
    isHosting(feed: Uint8Array, hoster: Uint8Array): boolean
  }
}

/** What the pallet keeps. */
export const storage = {
  parameters: value('Sizes, windows and rewards.', AttestationParameters, DEFAULT_PARAMETERS),
  nextOrder: value('Number of the next order.', u32, 0),
  nextRound: value('Number of the next round.', u32, 0),
  orders: map('Rounds paid for that have not all been held.', u32, Order, { hasher: Twox64Concat }),
  rounds: map('Every round.', u32, RoundRecord, { hasher: Twox64Concat }),
  activeRounds: value('Rounds that are not closed.', vec(u32), []),
  votes: doubleMap('What members said of their coinflip, until the round closes.', [u32, AccountId], Vote, {
    hashers: [Twox64Concat, Blake2_128Concat],
  }),
  convicted: doubleMap('Members that evidence convicted, until the round closes.', [u32, AccountId], bool, {
    hashers: [Twox64Concat, Blake2_128Concat],
  }),
  reports: doubleMap('Accepted reports, kept for queries.', [u32, AccountId], ReportSummary, {
    hashers: [Twox64Concat, Blake2_128Concat],
  }),
}

/** What the pallet tells. */
export const events = {
  RoundScheduled: event(
    'A round was paid for; the next block’s beacon draws its attestors.',
    attestationEvents.RoundScheduled,
  ),
  RoundOpened: event(
    'ProofOfPerformance: these attestors audit the hoster until `endsAt`.',
    attestationEvents.RoundOpened,
  ),
  CoinflipAgreed: event(
    'A majority agreed on a number, which stays hidden until the end.',
    attestationEvents.CoinflipAgreed,
  ),
  CoinflipRestarted: event('The coinflip starts again without these members.', attestationEvents.CoinflipRestarted),
  EvidenceAccepted: event('Verified evidence convicts a member of lying.', attestationEvents.EvidenceAccepted),
  ReportAccepted: event('A report’s proofs hold.', attestationEvents.ReportAccepted),
  RoundClosed: event('A round is over.', attestationEvents.RoundClosed),
  Paid: event('A reward was paid from the requester’s deposit.', attestationEvents.Paid),
}

type AttestationSelf = Pick<
  Self<object, typeof storage, typeof events, object, Needs>,
  'storage' | 'emit' | 'uses' | 'block' | 'parentHash' | 'attempt'
>

/** What calls and hooks do to rounds. */
export function createRounds({ storage, emit, uses, block, parentHash, attempt }: AttestationSelf) {
  const parameters = (): AttestationParameters => storage.parameters.get()

  /** The Noise key of a worker that hosts the feed now; undefined for any other account. */
  const hosterKeyOf = (feed: Uint8Array, hoster: Uint8Array): Uint8Array | undefined => {
    const worker = uses.feeds.isHosting(feed, hoster) ? uses.workers.find(hoster) : undefined
    return worker?.roles.includes('Hoster') ? worker.noiseKey : undefined
  }

  const schedule = (orderId: number, order: Order, scheduledAt: number, redraw: number): void => {
    // Who has stopped hosting must not be failed for it round after round.
    const hosterKey = hosterKeyOf(order.feed, order.hoster)
    if (!hosterKey) return endOrder(orderId, order)
    const id = storage.nextRound.get()
    storage.nextRound.put(id + 1)
    storage.orders.put(orderId, order)
    storage.rounds.put(id, {
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
      members: [],
      drawn: 0,
      agreement: undefined,
      hosterReputation: 0,
      verdict: undefined,
      magic: undefined,
    })
    storage.activeRounds.put([...storage.activeRounds.get(), id])
    emit.RoundScheduled({ round: id, order: orderId, hoster: order.hoster, feed: order.feed })
  }

  /** What was reserved for rounds that will not be held goes back. */
  const endOrder = (orderId: number, { requester, deposit, left, remaining }: Order): void => {
    storage.orders.remove(orderId)
    uses.balances.unreserve(requester, left + deposit * BigInt(remaining - 1))
  }

  /**
   * The attestors that the beacon draws: neither the hoster nor the feed's author nor who pays. The hash of the block before
   * goes into the seed: the beacon of a block can be foreseen in it, by workers that could still come and go.
   */
  const draw = (id: number, round: RoundRecord, beacon: Uint8Array): readonly Member[] | undefined => {
    const parties = [round.hoster, storage.orders.get(round.order)?.requester, uses.feeds.authorOf(round.feed)]
    const isParty = (account: Uint8Array): boolean => parties.some((party) => party && equalBytes(party, account))
    const candidates = uses.workers
      .eligible('Attestor')
      .filter(({ account }) => !isParty(account))
      .toSorted((a, b) => compareBytes(a.account, b.account))
      .map(({ account, record, reputation }) => ({
        id: { account, noiseKey: record.noiseKey },
        weight: BigInt(Math.max(reputation, LEAST_WEIGHT)),
      }))
    const { attestors } = parameters()
    if (candidates.length < attestors) return undefined
    const drawn = weightedSample(
      subSeed('assay/attestation/draw/1', beacon, parentHash(), u32le(id)),
      'attestor',
      candidates,
      attestors,
    )
    return drawn.toSorted((a, b) => compareBytes(a.noiseKey, b.noiseKey))
  }

  /** Gives a round its time from now. */
  const begin = (id: number, round: RoundRecord): RoundRecord => {
    const begun = { ...round, openedAt: block(), endsAt: block() + parameters().roundLength }
    storage.rounds.put(id, begun)
    return begun
  }

  const open = (id: number, round: RoundRecord): void => {
    // b(n) is known when block n ends: the first draw uses the block after the request, which nobody could foresee in it.
    const beacon = uses.randomness.at(block() - 1)
    const members = beacon && draw(id, round, beacon)
    if (!members)
      return block() > round.scheduledAt + parameters().maxWait ? close(id, round, 'Inconclusive') : undefined
    for (const { account } of members) uses.workers.addDuties(account, 1)
    const hosterReputation = uses.workers.reputation(round.hoster, 'Hoster')
    const { openedAt, endsAt } = begin(id, {
      ...round,
      phase: 'Open',
      members,
      drawn: members.length,
      hosterReputation,
    })
    emit.RoundOpened({ round: id, openedAt, endsAt, members })
  }

  /** Starts the coinflip again without `dropped`, or gives the round up where too few are left. */
  const restart = (id: number, round: RoundRecord, dropped: readonly Uint8Array[]): void => {
    for (const account of dropped) uses.workers.addDuties(account, -1)
    const members = round.members.filter(({ account }) => !dropped.some((other) => equalBytes(other, account)))
    const smaller: RoundRecord = { ...round, members, phase: 'Coinflip', attempt: round.attempt + 1 }
    if (members.length < leastMembers(round.drawn)) return close(id, smaller, 'Inconclusive')
    begin(id, smaller)
    emit.CoinflipRestarted({ round: id, attempt: smaller.attempt, dropped })
  }

  /** Members whose word counts: those that no evidence convicted. */
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

  /** Pays hoster and attestors out of what is left of the round's deposit, as the verdict has it. Returns what then is left. */
  const pay = (id: number, round: RoundRecord, order: Order, verdict: VerdictName): bigint => {
    const { hoster, perReport } = settlement(verdict, round.hosterReputation, round.drawn, parameters())
    const earners = credibleReports(id, round).filter(([, report]) => earnsPay(verdict, report))
    let left = order.left
    for (const [who, earned] of [
      [round.hoster, hoster] as const,
      ...earners.map(([account]) => [account, perReport] as const),
    ]) {
      const amount = earned < left ? earned : left
      if (amount === 0n) continue
      // Who has no account any more cannot be paid; that must not keep the round open.
      let moved = 0n
      attempt(() => {
        moved = uses.balances.repatriateReserved(order.requester, who, amount)
      })
      if (moved === 0n) continue
      emit.Paid({ round: id, who, amount: moved })
      left -= moved
    }
    return left
  }

  /** Moves reputations: the hoster by the verdict, attestors by whether they reported, and what the verdict says. */
  const rateAll = (id: number, round: RoundRecord, verdict: VerdictName): void => {
    if (verdict === 'Inconclusive') return
    uses.workers.rate(round.hoster, 'Hoster', verdict === 'Pass' ? 'success' : 'failure')
    for (const { account } of credible(id, round)) {
      const report = storage.reports.get(id, account)
      if (!report) uses.workers.rate(account, 'Attestor', 'failure')
      else if (report.served === (verdict === 'Pass')) uses.workers.rate(account, 'Attestor', 'success')
    }
  }

  /** What comes after a round: a redraw, the order's next round, or its end. */
  const goOn = (round: RoundRecord, order: Order, verdict: VerdictName): void => {
    const { gap, maxRedraws } = parameters()
    if (verdict === 'Inconclusive' && round.redraw < maxRedraws)
      return schedule(round.order, order, block(), round.redraw + 1)
    if (order.remaining === 1) return endOrder(round.order, order)
    uses.balances.unreserve(order.requester, order.left)
    const beacon = uses.randomness.at(block() - 1)
    const pause = beacon ? Number(drawBelow(beacon, 'gap', round.order, BigInt(gap))) : 0
    schedule(round.order, { ...order, remaining: order.remaining - 1, left: order.deposit }, block() + pause, 0)
  }

  const close = (id: number, round: RoundRecord, verdict: VerdictName): void => {
    const reports = credibleReports(id, round)
    const served = reports.filter(([, report]) => report.served).length
    storage.rounds.put(id, { ...round, phase: 'Closed', verdict })
    storage.activeRounds.put(storage.activeRounds.get().filter((other) => other !== id))
    emit.RoundClosed({ round: id, verdict, served, unserved: reports.length - served })
    const order = storage.orders.get(round.order)
    const left = order ? pay(id, round, order, verdict) : 0n
    rateAll(id, round, verdict)
    for (const { account } of round.members) uses.workers.addDuties(account, -1)
    if (round.magic) uses.randomness.mix(round.magic)
    storage.votes.clear(id)
    storage.convicted.clear(id)
    if (order) goOn(round, { ...order, left }, verdict)
  }

  /** Closes a round by the reports that are in. Where evidence left too few credible members, there is no verdict. */
  const judge = (id: number, round: RoundRecord): void => {
    const members = credible(id, round).length
    if (members < leastMembers(round.drawn)) return close(id, round, 'Inconclusive')
    const reports = credibleReports(id, round)
    const served = reports.filter(([, report]) => report.served).length
    close(id, round, verdictOf(members, served, reports.length - served))
  }

  return { hosterKeyOf, schedule, open, restart, credible, close, judge }
}
