/**
 * The pool of a feed: many donors' money, which is spent on its hosting in proportion to what each has in it.
 *
 * Owns: shares of a pool, and the arithmetic of giving, spending and taking back. Does not own: moving money (pallet Hosting).
 *
 * A donor has shares, and shares have a price: total / shares. A gift buys shares, spending lowers the price. So spending is pro rata
 * over any number of donors and costs the same for one as for a million. All rounding is in favour of the pool: what all donors could
 * take back together is never more than it has. Contracts commit what they will cost until they next renew; only the rest can be taken
 * back.
 *
 * A share never costs more than one unit of money. An account that could raise the price would have the next gift buy no share at all,
 * and would own that gift. So money that would raise the price further buys shares that nobody has: it is spent with the rest.
 */
import { balanceOf } from '../../scale/balance.ts'
import { named, struct } from '../../scale/compound.ts'
import type { ValueOf } from '../../scale/codec.ts'
import { u128, u32 } from '../../scale/primitives.ts'

/** Parts of a pool. A type of its own, so that explorers do not show them as money. */
const Shares = named(u128, ['assay_primitives', 'hosting', 'Shares'])

export const Pool = struct(
  {
    /** Counts how many times the pool was spent to (almost) nothing. Shares of an earlier era are worth nothing. */
    era: u32,
    /** Money in the pool, in the smallest unit. */
    total: balanceOf,
    shares: Shares,
    /** The part of `total` that contracts have committed. */
    committed: balanceOf,
  },
  { path: ['assay_primitives', 'hosting', 'Pool'], docs: ['The money that donors gave to a feed.'] },
)
export type Pool = ValueOf<typeof Pool>

export const Donation = struct(
  {
    /** Of the pool when the shares were bought. */
    era: u32,
    shares: Shares,
    /** All that the account has given to the feed so far, and taken back. */
    given: balanceOf,
    withdrawn: balanceOf,
    /** The block from which on the account's money decides over that of others: some time after its latest gift. */
    decidesFrom: u32,
    /** The block from which on the account may withdraw: some time after it decided over the money of others. */
    lockedUntil: u32,
  },
  { path: ['assay_primitives', 'hosting', 'Donation'], docs: ['What an account has in the pool of a feed.'] },
)
export type Donation = ValueOf<typeof Donation>

export const EMPTY_POOL: Pool = { era: 0, total: 0n, shares: 0n, committed: 0n }
export const NO_DONATION: Donation = { era: 0, shares: 0n, given: 0n, withdrawn: 0n, decidesFrom: 0, lockedUntil: 0 }

/**
 * A pool with more shares than this for each unit of money is spent. Money that is left in it then goes to the next era, whose first
 * donor gets it: less than 1 / 2^32 of what the shares were bought for.
 */
const MAX_SHARES_PER_UNIT = 2n ** 32n

/** What a donor's shares are worth now. */
export const worth = (pool: Pool, { era, shares }: Donation): bigint =>
  era === pool.era && pool.shares > 0n ? (shares * pool.total) / pool.shares : 0n

/** Whether a donor has more than half of a pool. */
export const hasMost = (pool: Pool, { era, shares }: Donation): boolean => era === pool.era && 2n * shares > pool.shares

/** Whether nobody else has a part of a pool. */
export const hasAll = (pool: Pool, { era, shares }: Donation): boolean =>
  era === pool.era && shares > 0n && shares === pool.shares

/** What can be taken out of a pool now, whoever has it. */
export const uncommitted = (pool: Pool): bigint => pool.total - pool.committed

/** Pool and donation after a gift. @param amount more than zero */
export function give(pool: Pool, donation: Donation, amount: bigint): readonly [Pool, Donation] {
  // A share costs one unit of money at most, so the smallest gift buys some.
  const bought = pool.shares === 0n ? pool.total + amount : (amount * pool.shares) / pool.total
  const held = donation.era === pool.era ? donation.shares : 0n
  return [
    { ...pool, total: pool.total + amount, shares: pool.shares + bought },
    { ...donation, era: pool.era, shares: held + bought, given: donation.given + amount },
  ]
}

/** A pool after money came to it that is no donor's gift: all donors gain, pro rata, until each has what it gave; nobody has the rest. */
export function enrich(pool: Pool, amount: bigint): Pool {
  const total = pool.total + amount
  return { ...pool, total, shares: pool.shares > 0n && pool.shares < total ? total : pool.shares }
}

/** A pool after money came to it that no donor shall have a part of: it is spent with the rest, and nobody can take it back. */
export function endow(pool: Pool, amount: bigint): Pool {
  const bought = pool.shares === 0n ? 0n : (amount * pool.shares + pool.total - 1n) / pool.total
  return { ...pool, total: pool.total + amount, shares: pool.shares + bought }
}

/** Ends the era of a pool that is spent. */
const renewed = (pool: Pool): Pool =>
  pool.shares > pool.total * MAX_SHARES_PER_UNIT ? { ...pool, era: pool.era + 1, shares: 0n } : pool

/** The pool after `amount` of it was spent, all donors paying pro rata. @param amount at most `pool.total` */
export function spend(pool: Pool, amount: bigint): Pool {
  const total = pool.total - amount
  return renewed({ ...pool, total, committed: pool.committed < total ? pool.committed : total })
}

/**
 * Pool and donation after a donor took `amount` back.
 * @returns undefined where the donor has less, or contracts have committed it
 */
export function withdraw(pool: Pool, donation: Donation, amount: bigint): readonly [Pool, Donation] | undefined {
  if (amount > worth(pool, donation) || amount > uncommitted(pool)) return undefined
  const sold = (amount * pool.shares + pool.total - 1n) / pool.total
  return [
    renewed({ ...pool, total: pool.total - amount, shares: pool.shares - sold }),
    { ...donation, shares: donation.shares - sold, withdrawn: donation.withdrawn + amount },
  ]
}

/** The pool after a donor left its shares to the others. */
export const abandon = (pool: Pool, { era, shares }: Donation): Pool =>
  era === pool.era ? { ...pool, shares: pool.shares - shares } : pool
