/**
 * Decisions over the money of others in pallet Hosting: which account may make them, when they take effect, and what they bind.
 *
 * Owns: the three rules below. Does not own: shares of a pool (pool.ts of the domain).
 *
 * The holder of most of a pool decides what it is spent on. Three rules keep a rich account from coming for one block:
 *   - its money must have been in the pool for a notice, so that others see it come, and may give more;
 *   - a decision takes effect after a notice, in which others may withdraw;
 *   - the money that decided stays in the pool for as long again, so that it pays for what it decided.
 * An account that has all of a pool decides at once. What it decides is about its own money only: where another account gives within the
 * notice, the first account's money stays, and its plan makes no further contract before the notice is over.
 */
import { hasAll } from '#types/domain/hosting/pool.ts'
import type { HostingSelf } from './state.ts'

/** The functions by which calls decide. */
export function createDecisions({ storage, block }: Pick<HostingSelf, 'storage' | 'block'>) {
  const notice = (): number => storage.parameters.get().planNotice

  const nextEffect = (): number => block() + notice()

  const isAlone = (feed: Uint8Array, account: Uint8Array): boolean =>
    hasAll(storage.pools.get(feed), storage.donations.get(feed, account))

  /** Keeps an account's money in the pool as soon as others have a part of it, for two notices from this block on. */
  const bind = (feed: Uint8Array, account: Uint8Array): void => {
    const donation = storage.donations.get(feed, account)
    storage.donations.put(feed, account, { ...donation, lockedUntil: block() + 2 * notice() })
  }

  return {
    /** Whether an account's money has not been in the pool for long enough, and is not all that is in it. */
    isTooNew(feed: Uint8Array, account: Uint8Array): boolean {
      return !isAlone(feed, account) && block() < storage.donations.get(feed, account).decidesFrom
    },
    /** Whether an account has decided, and its money must stay. */
    isLocked: (feed: Uint8Array, account: Uint8Array): boolean =>
      block() < storage.donations.get(feed, account).lockedUntil && !isAlone(feed, account),
    bind,
    /** The block in which a decision takes effect that concerns the money of others. */
    nextEffect,
    /** Binds the money of an account that decides. @returns the block of the effect: this one where it has all of the pool */
    decide(feed: Uint8Array, account: Uint8Array): number {
      if (isAlone(feed, account)) return block()
      bind(feed, account)
      return nextEffect()
    },
  }
}
