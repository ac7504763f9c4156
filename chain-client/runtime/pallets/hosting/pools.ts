/**
 * The pools of pallet Hosting: money of donors on an account of the pallet, and its way to providers.
 *
 * Owns: that account, and every movement of its money. Does not own: the arithmetic of shares (pool.ts of the domain).
 *
 * The account's free balance, less its existential deposit, is the sum of all pools. What a pool has committed is the sum of what the
 * copies of its feed have. A payment burns from the pool and mints to the provider, so the total issuance stays as it is.
 */
import { concatBytes, utf8 } from '#types/bytes.ts'
import type { Copy } from '#types/domain/hosting/contract.ts'
import type { PaidForName } from '#types/domain/hosting/market.ts'
import {
  abandon,
  endow,
  enrich,
  give,
  hasAll,
  hasMost,
  spend,
  uncommitted,
  withdraw,
  worth,
  type Pool,
} from '#types/domain/hosting/pool.ts'
import { ACCOUNT_ID_BYTES } from '#types/scale/account.ts'
import { EXISTENTIAL_DEPOSIT } from '../balances/ledger.ts'
import type { HostingSelf } from './state.ts'
import type { Site } from './sites.ts'

const PALLET_ID = utf8('modlassayhst')
/** The account that has the money of all pools. Nobody has its key. Source: frame-support PalletId (into_account_truncating). */
export const HOSTING_ACCOUNT = concatBytes(PALLET_ID, new Uint8Array(ACCOUNT_ID_BYTES - PALLET_ID.length))

/**
 * The account of a feed that orders and pays its rounds. What an order holds, it holds there, so that the account of the pools has just
 * what the pools have. Source: frame-support PalletId (into_sub_account_truncating).
 */
export const roundsAccount = (feed: Uint8Array): Uint8Array =>
  concatBytes(PALLET_ID, feed.subarray(0, ACCOUNT_ID_BYTES - PALLET_ID.length))

/** The chain keeps a record of each donor that has not taken all back. So it gives so much at least, and leaves so much or nothing. */
export const LEAST_GIFT = 10n ** 10n
/** A pool of more money could have more shares than 128 bits take. */
const MOST_MONEY = 2n ** 95n

const min = (a: bigint, b: bigint): bigint => (a < b ? a : b)

/** The functions by which calls and copies move money. */
export function createPools({ storage, emit, uses, block, attempt }: HostingSelf) {
  const { balances } = uses

  return {
    /** Keeps the account alive that has all pools' money. For the genesis. */
    found(): void {
      balances.mint(HOSTING_ACCOUNT, EXISTENTIAL_DEPOSIT)
    },
    /** Takes a gift. @returns false where the pool has no room for it */
    donate(feed: Uint8Array, donor: Uint8Array, amount: bigint): boolean {
      const before = storage.pools.get(feed)
      if (before.total + amount > MOST_MONEY) return false
      balances.transfer(donor, HOSTING_ACCOUNT, amount, 'preserve')
      const [pool, donation] = give(before, storage.donations.get(feed, donor), amount)
      storage.pools.put(feed, pool)
      const decidesFrom = block() + storage.parameters.get().planNotice
      storage.donations.put(feed, donor, { ...donation, decidesFrom })
      storage.donated.put(feed, storage.donated.get(feed) + amount)
      emit.Donated({ feed, donor, amount })
      return true
    },
    /** Gives back what a donor may have. One that leaves less than `LEAST_GIFT` leaves it to the others. @returns false where it has less, or contracts have committed it */
    withdraw(feed: Uint8Array, donor: Uint8Array, amount: bigint): boolean {
      const taken = withdraw(storage.pools.get(feed), storage.donations.get(feed, donor), amount)
      if (!taken) return false
      balances.transfer(HOSTING_ACCOUNT, donor, amount, 'preserve')
      const [pool, donation] = taken
      const isOver = worth(pool, donation) < LEAST_GIFT
      storage.pools.put(feed, isOver ? abandon(pool, donation) : pool)
      if (isOver) storage.donations.remove(feed, donor)
      else storage.donations.put(feed, donor, donation)
      emit.Withdrawn({ feed, donor, amount })
      return true
    },
    /** Whether an account has all of a pool. */
    hasAll: (feed: Uint8Array, account: Uint8Array): boolean =>
      hasAll(storage.pools.get(feed), storage.donations.get(feed, account)),
    /** Whether an account has more than half of a pool. */
    hasMost: (feed: Uint8Array, account: Uint8Array): boolean =>
      hasMost(storage.pools.get(feed), storage.donations.get(feed, account)),
    /** What the copies of a feed may commit. */
    available: (feed: Uint8Array): bigint => uncommitted(storage.pools.get(feed)),
    /** Has a copy commit so much. @param amount at most what it has committed and what is available. @returns the copy */
    commit(feed: Uint8Array, copy: Copy, amount: bigint): Copy {
      if (amount === copy.committed) return copy
      const pool = storage.pools.get(feed)
      storage.pools.put(feed, { ...pool, committed: pool.committed + amount - copy.committed })
      return { ...copy, committed: amount }
    },
    /**
     * Pays a provider out of what its copy has committed, as far as that goes. Where the account cannot be paid, nothing is burned,
     * and the money is free again.
     * @returns the copy
     */
    pay({ id, copy, contract: { feed } }: Site, who: Uint8Array, due: bigint, purpose: PaidForName): Copy {
      const amount = min(due, copy.committed)
      if (amount === 0n) return copy
      const before = storage.pools.get(feed)
      const pool: Pool = { ...before, committed: before.committed - amount }
      const failure = attempt(() => {
        balances.burn(HOSTING_ACCOUNT, amount, 'preserve')
        balances.mint(who, amount)
      })
      storage.pools.put(feed, failure ? pool : spend(pool, amount))
      if (!failure) {
        storage.burned.put(feed, storage.burned.get(feed) + amount)
        emit.Paid({ feed, copy: id, generation: copy.generation, who, amount, for: purpose })
      }
      return { ...copy, committed: copy.committed - amount }
    },
    /** Gives so much of a pool to the account that pays for rounds. @param amount at most what is available */
    fundRounds(feed: Uint8Array, amount: bigint): void {
      const account = roundsAccount(feed)
      const first = balances.free(account) === 0n ? EXISTENTIAL_DEPOSIT : 0n
      balances.transfer(HOSTING_ACCOUNT, account, amount + first, 'preserve')
      storage.pools.put(feed, spend(storage.pools.get(feed), amount + first))
      storage.burned.put(feed, storage.burned.get(feed) + amount + first)
    },
    /** Takes back into the pool what rounds have left. */
    sweepRounds(feed: Uint8Array): void {
      const account = roundsAccount(feed)
      const left = balances.free(account) - EXISTENTIAL_DEPOSIT
      if (left <= 0n) return
      balances.transfer(account, HOSTING_ACCOUNT, left, 'preserve')
      storage.pools.put(feed, enrich(storage.pools.get(feed), left))
      const burned = storage.burned.get(feed)
      storage.burned.put(feed, burned > left ? burned - left : 0n)
    },
    /**
     * Charges the bond of a seat, for the hosting of a feed. It is no donor's: an encoder that gave much just before its conviction
     * would get its bond back.
     */
    fine(feed: Uint8Array, account: Uint8Array): void {
      const before = balances.free(HOSTING_ACCOUNT)
      uses.workers.slashSeat(account, [{ account: HOSTING_ACCOUNT, amount: MOST_MONEY }])
      storage.pools.put(feed, endow(storage.pools.get(feed), balances.free(HOSTING_ACCOUNT) - before))
    },
  }
}

/** @see createPools */
export type Pools = ReturnType<typeof createPools>
