/**
 * The plans of pallet Hosting: from the terms that supporters set to the contracts that follow from them.
 *
 * Owns: publishing and cancelling plans; a contract for each piece of the feed that a plan covers. Does not own: the contracts' life.
 *
 * A plan is looked at once in each interval of challenges. So a feed that grows every block gets one contract for all that it has grown by,
 * and nothing is scanned. A contract is made when the pool has the money for all of its copies, so that plans without money fill nothing.
 */
import type { Plan, PlanTerms } from '#types/domain/hosting/plan.ts'
import { checkPlan, MAX_CONTRACTS, MAX_PLANS } from '#types/domain/hosting/plan.ts'
import { bytesByRoots, type Span } from '#types/domain/hosting/sizes.ts'
import { feedBytes, type FeedHead } from '#types/domain/hosting/feed.ts'
import { openAgenda } from '../../frame/agenda.ts'
import type { Room } from '../../frame/meter.ts'
import type { Contracts } from './contracts.ts'
import type { Pools } from './pools.ts'
import { setupCost } from './sites.ts'
import type { HostingSelf } from './state.ts'

/** A feed's author can sign any size. Prices of a larger feed could pass 128 bits. */
const MOST_FEED_BYTES = 2n ** 50n
/** Most blocks of a contract. */
export const MOST_CONTRACT_BLOCKS = 65_536

/** Whether a feed is larger than the market takes. */
export const isTooLarge = (head: Pick<FeedHead, 'roots'>): boolean => feedBytes(head) > MOST_FEED_BYTES

/** The next piece of a feed for which a plan needs a contract; undefined where it has them all. */
export function nextPiece(
  { terms: { ranges }, covered }: Pick<Plan, 'terms' | 'covered'>,
  length: number,
): Span | undefined {
  for (const range of ranges) {
    const from = Math.max(range.from, covered)
    const to = Math.min(range.to ?? length, length, from + MOST_CONTRACT_BLOCKS)
    if (from < to) return { from, to }
  }
  return undefined
}

/** The functions by which calls and looks change plans. */
export function createPlans({ storage, emit, uses, block }: HostingSelf, pools: Pools, contracts: Contracts) {
  const due = openAgenda(storage.plansDue)

  const unlist = (id: number, feed: Uint8Array): void => {
    const left = storage.plansOf.get(feed).filter((plan) => plan !== id)
    if (left.length === 0) storage.plansOf.remove(feed)
    else storage.plansOf.put(feed, left)
  }

  /** Ends contracts of a plan that is over, while there is room. @returns whether all have ended */
  const windDown = (id: number, plan: Plan, room: Room): boolean => {
    unlist(id, plan.terms.feed)
    for (const [, contract] of storage.contractsOf.keys(id)) {
      if (!room.hasRoom()) return false
      contracts.end(contract, 'Ended')
    }
    storage.plans.remove(id)
    return true
  }

  /** Makes a contract, where the plan needs one and the pool has the money. @returns whether it did */
  const grow = (id: number): boolean => {
    const plan = storage.plans.get(id)!
    const head = uses.feeds.head(plan.terms.feed)!
    const piece = nextPiece(plan, head.length)
    if (!piece || isTooLarge(head) || plan.contracts >= MAX_CONTRACTS) return false
    const tree = { length: head.length, roots: head.roots }
    const known = feedBytes(head) - plan.coveredBytes
    const { most } = bytesByRoots(tree, piece)
    const range = { ...piece, tree, mostBytes: most < known ? most : known }
    const { leastModulusBytes } = storage.parameters.get()
    const cost = setupCost(range, plan, leastModulusBytes) * BigInt(plan.terms.copies)
    if (pools.available(plan.terms.feed) < cost) return false
    const coveredBytes = piece.to === head.length ? feedBytes(head) : plan.coveredBytes
    storage.plans.put(id, { ...plan, covered: piece.to, coveredBytes, contracts: plan.contracts + 1 })
    contracts.make(id, plan, range)
    return true
  }

  const look = (id: number, room: Room): void => {
    const plan = storage.plans.get(id)
    if (!plan) return
    const { until, feed } = plan.terms
    if (block() >= until || uses.feeds.hasEnded(feed)) {
      if (!windDown(id, plan, room)) due.insert(block() + 1, id)
      return
    }
    // One contract a look: the next one may only count on money that the copies of this one have left.
    const next = grow(id) ? block() + 2 : block() + storage.parameters.get().challengeInterval
    due.insert(Math.min(next, until), id)
  }

  return {
    /** Why terms cannot be published, as an error of the pallet; undefined where they can. */
    fault(
      terms: PlanTerms,
    ):
      | 'UnknownFeed'
      | 'FeedEnded'
      | 'BadPlan'
      | 'TooDear'
      | 'OutsideFeed'
      | 'FeedTooLarge'
      | 'TooManyPlans'
      | undefined {
      const head = uses.feeds.head(terms.feed)
      if (!head) return 'UnknownFeed'
      if (uses.feeds.hasEnded(terms.feed)) return 'FeedEnded'
      if (isTooLarge(head)) return 'FeedTooLarge'
      if (checkPlan(terms, block()) !== undefined) return 'BadPlan'
      const { mostHosterPay, mostEncoderPay } = storage.parameters.get()
      if (terms.hosterPay > mostHosterPay || terms.encoderPay > mostEncoderPay) return 'TooDear'
      // A range without an end may begin where the feed ends: it is about what the feed grows by.
      if (terms.ranges.some(({ from, to }) => (to ?? from) > head.length)) return 'OutsideFeed'
      return storage.plansOf.get(terms.feed).length >= MAX_PLANS ? 'TooManyPlans' : undefined
    },
    /** @param earliest the block before which it must not begin */
    publish(owner: Uint8Array, terms: PlanTerms, earliest: number): void {
      const id = storage.nextPlan.get()
      storage.nextPlan.put(id + 1)
      storage.plans.put(id, { owner, terms, covered: 0, coveredBytes: 0n, contracts: 0 })
      storage.plansOf.put(terms.feed, [...storage.plansOf.get(terms.feed), id])
      due.insert(Math.max(block() + 1, earliest, terms.from), id)
      emit.PlanPublished({ plan: id, feed: terms.feed, owner })
    },
    /** Ends a plan with this block. The next blocks end its contracts. */
    cancel(id: number, plan: Plan): void {
      storage.plans.put(id, { ...plan, terms: { ...plan.terms, until: block() } })
      unlist(id, plan.terms.feed)
      due.insert(block() + 1, id)
      emit.PlanCancelled({ plan: id })
    },
    /** Has a plan end in a block to come. Until then it stays one of its feed. */
    endAt(id: number, plan: Plan, until: number): void {
      if (until >= plan.terms.until) return
      storage.plans.put(id, { ...plan, terms: { ...plan.terms, until } })
      due.insert(until, id)
      emit.PlanCancelled({ plan: id })
    },
    /** Looks at plans while there is room, the oldest first. Each by itself: a bug in one must not stop the others. */
    lookDue(room: Room): void {
      for (const id of due.take(block(), room)) {
        const failure = uses.dispatcher.contained(`Hosting plan ${id}`, () => look(id, room))
        if (failure) due.insert(block() + storage.parameters.get().challengeInterval, id)
      }
    },
  }
}
