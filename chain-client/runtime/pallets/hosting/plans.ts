/**
 * The plans of pallet Hosting: from the terms that supporters set to the contracts that follow from them.
 *
 * Owns: publishing and cancelling plans; a contract for each piece of the feed that a plan covers. Does not own: the contracts' life.
 *
 * A plan is looked at once in each interval of challenges. So a feed that grows every block gets one contract for all that it has grown by,
 * and nothing is scanned. A contract is made when the pool has the money for all of its copies, so that plans without money fill nothing.
 *
 * Where several donors pay, a plan spends only on what they have had notice of: the blocks that the feed had when the plan was published,
 * from a notice later on, and what the feed grows by a notice after the chain told of it. A plan whose owner pays alone needs none.
 */
import type { Plan, PlanTerms } from '#types/domain/hosting/plan.ts'
import { checkPlan, MAX_CONTRACTS, MAX_PLANS } from '#types/domain/hosting/plan.ts'
import { bytesByRoots, type Span } from '#types/domain/hosting/sizes.ts'
import { feedBytes, type FeedHead } from '#types/domain/hosting/feed.ts'
import type { FeedTree } from '#types/domain/hosting/feed-growth.ts'
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
    storage.notices.remove(id)
    return true
  }

  const treeOf = (feed: Uint8Array): FeedTree => {
    const { length, roots } = uses.feeds.head(feed)!
    return { length, roots }
  }

  /** The feed as far as a plan may spend on it now; undefined where it may spend nothing yet. */
  const spendable = (id: number, { owner, terms: { feed } }: Plan): FeedTree | undefined => {
    if (pools.hasAll(feed, owner)) return treeOf(feed)
    const { tree, from } = storage.notices.get(id)!
    return block() < from ? undefined : tree
  }

  /** Gives donors notice of what a feed has grown by, where they have had the last one and the plan has contracts for all of it. */
  const giveNotice = (id: number, plan: Plan): void => {
    const { feed } = plan.terms
    const { tree: known, from: last } = storage.notices.get(id)!
    const tree = treeOf(feed)
    if (block() < last || nextPiece(plan, known.length) || !nextPiece(plan, tree.length)) return
    const from = block() + storage.parameters.get().planNotice
    storage.notices.put(id, { tree, from })
    emit.GrowthNoticed({ plan: id, feed, length: tree.length, from })
  }

  /** Makes a contract, where the plan needs one and the pool has the money. @returns whether it did */
  const grow = (id: number): boolean => {
    const plan = storage.plans.get(id)!
    const tree = spendable(id, plan)
    const piece = tree && nextPiece(plan, tree.length)
    if (!piece || isTooLarge(tree) || plan.contracts >= MAX_CONTRACTS) return false
    const known = feedBytes(tree) - plan.coveredBytes
    const { most } = bytesByRoots(tree, piece)
    const range = { ...piece, tree, mostBytes: most < known ? most : known }
    const { leastModulusBytes } = storage.parameters.get()
    const cost = setupCost(range, plan, leastModulusBytes) * BigInt(plan.terms.copies)
    if (pools.available(plan.terms.feed) < cost) return false
    const coveredBytes = piece.to === tree.length ? feedBytes(tree) : plan.coveredBytes
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
    const hasGrown = grow(id)
    if (!hasGrown && !pools.hasAll(feed, plan.owner)) giveNotice(id, plan)
    const pause = hasGrown ? 2 : storage.parameters.get().challengeInterval
    const { from } = storage.notices.get(id)!
    const next = from > block() ? Math.min(from, block() + pause) : block() + pause
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
    /** @param from the block from which on it spends the money of others than its owner */
    publish(owner: Uint8Array, terms: PlanTerms, from: number): void {
      const id = storage.nextPlan.get()
      storage.nextPlan.put(id + 1)
      storage.plans.put(id, { owner, terms, covered: 0, coveredBytes: 0n, contracts: 0 })
      storage.plansOf.put(terms.feed, [...storage.plansOf.get(terms.feed), id])
      storage.notices.put(id, { tree: treeOf(terms.feed), from })
      due.insert(Math.max(block() + 1, terms.from), id)
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
