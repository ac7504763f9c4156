/**
 * The bonds of pallet Workers: what workers put up for their roles and duties, and lose for what they do wrong.
 *
 * Owns: reserving, charging and returning them. Does not own: which deed costs how much (pallet Attestation).
 *
 * A bond is a part of what Balances has reserved on the account; the record says how much. A worker that lowers its capacity or leaves
 * gives up a part. The chain returns that part later, when every round that the worker sat in is over, and can charge it until then.
 * Giving up more starts the time again for all of it. So a record has one such part, and a charge looks at one record.
 */
import { equalBytes } from '#types/bytes.ts'
import { Bond, bondFor, BondTermChanges, BondTerms, DEFAULT_BOND_TERMS, NO_BOND } from '#types/domain/bond.ts'
import { AccountId } from '#types/scale/account.ts'
import { balanceOf } from '#types/scale/balance.ts'
import { agenda, openAgenda } from '../../frame/agenda.ts'
import type { Room } from '../../frame/meter.ts'
import { event, type Self } from '../../frame/pallet.ts'
import { map, value } from '../../frame/storage.ts'

export const bondStorage = {
  bondTerms: value('What roles and duties bind, and for how long.', BondTerms, DEFAULT_BOND_TERMS),
  bonds: map('Bonds of workers, and of accounts that left, until they are returned.', AccountId, Bond, {
    default: NO_BOND,
  }),
  bondsDue: agenda('Accounts, by the block in which what they gave up is returned.', AccountId),
}

export const bondEvents = {
  BondCharged: event(
    'A worker lost a part of its bond. Where the rest does not cover its roles and capacity, it gets no duty until it tops up.',
    { account: AccountId, amount: balanceOf },
  ),
  BondToppedUp: event('A worker’s bond covers its roles and capacity again.', { account: AccountId }),
  BondReturned: event('The time is over for which a bond answers that its worker gave up.', {
    account: AccountId,
    amount: balanceOf,
  }),
  BondTermsChanged: event('Root set these terms of bonds to new values.', { changes: BondTermChanges }),
}

export const bondErrors = {
  CannotBond: 'The free balance does not cover the bond of these roles and this capacity.',
  NothingToTopUp: 'The bond covers the worker’s roles and capacity.',
  BadBondTerms: 'A bond above 2^64, or an unbonding time of no block or more than ten million.',
}

/** The parts of pallet Balances that bonds need. */
export interface BondNeeds {
  readonly balances: {
    reducible(who: Uint8Array, preservation: 'preserve'): bigint
    reserve(who: Uint8Array, amount: bigint): void
    unreserve(who: Uint8Array, amount: bigint): bigint
    slashReserved(who: Uint8Array, amount: bigint): bigint
    repatriateReserved(from: Uint8Array, to: Uint8Array, amount: bigint): bigint
  }
}

/** A part of a charge that is another account's. */
export interface Payee {
  readonly account: Uint8Array
  readonly amount: bigint
}

type BondsSelf = Pick<
  Self<object, typeof bondStorage, typeof bondEvents, typeof bondErrors, BondNeeds>,
  'storage' | 'emit' | 'fail' | 'uses' | 'block' | 'attempt'
>

const min = (a: bigint, b: bigint): bigint => (a < b ? a : b)

/** The functions by which the pallet changes bonds. */
export function createBonds({ storage, emit, fail, uses, block, attempt }: BondsSelf) {
  const { balances } = uses
  const due = openAgenda(storage.bondsDue)

  const put = (account: Uint8Array, bond: Bond): void => {
    const before = storage.bonds.get(account)
    if (before.until !== bond.until || bond.unbonding === 0n) {
      if (before.unbonding > 0n) due.remove(before.until, account)
      if (bond.unbonding > 0n) due.insert(bond.until, account)
    }
    if (bond.required + bond.held + bond.unbonding === 0n) storage.bonds.remove(account)
    else storage.bonds.put(account, bond)
  }

  /** Makes the bond as large as `required`. What is missing comes from what was given up, and then from the free balance. */
  const adjust = (account: Uint8Array, required: bigint): void => {
    const bond = storage.bonds.get(account)
    if (bond.held > required)
      return put(account, {
        required,
        held: required,
        unbonding: bond.unbonding + bond.held - required,
        until: block() + storage.bondTerms.get().unbonding,
      })
    const again = min(required - bond.held, bond.unbonding)
    const fresh = required - bond.held - again
    if (balances.reducible(account, 'preserve') < fresh) return fail.CannotBond()
    balances.reserve(account, fresh)
    put(account, { ...bond, required, held: required, unbonding: bond.unbonding - again })
  }

  /** Pays the payees, in order, from what is reserved. Returns what is left. */
  const payFrom = (account: Uint8Array, amount: bigint, to: readonly Payee[]): bigint => {
    let left = amount
    for (const payee of to) {
      // An account gains nothing by being charged.
      if (equalBytes(payee.account, account)) continue
      // An account that is gone cannot be paid; that must not stop the charge.
      attempt(() => {
        left -= balances.repatriateReserved(account, payee.account, min(payee.amount, left))
      })
    }
    return left
  }

  return {
    /** Whether the bond covers what the worker registered for. */
    isCovered(account: Uint8Array): boolean {
      const { required, held } = storage.bonds.get(account)
      return held >= required
    },
    /** Has the bond cover roles and capacity. @throws DispatchFailure CannotBond */
    cover(account: Uint8Array, roles: number, capacity: number): void {
      adjust(account, bondFor(storage.bondTerms.get(), roles, capacity))
    },
    /** Has the bond cover what the worker registered for. @throws DispatchFailure CannotBond, NothingToTopUp */
    topUp(account: Uint8Array): void {
      const { required, held } = storage.bonds.get(account)
      if (held >= required) return fail.NothingToTopUp()
      adjust(account, required)
      emit.BondToppedUp({ account })
    },
    /** Gives up the whole bond. */
    release: (account: Uint8Array): void => adjust(account, 0n),
    /**
     * Takes up to `amount`: of what is held, and then of what was given up. Pays `to`, in order, and burns the rest. Returns what was
     * taken.
     */
    charge(account: Uint8Array, amount: bigint, to: readonly Payee[]): bigint {
      const bond = storage.bonds.get(account)
      const owed = min(amount, bond.held + bond.unbonding)
      if (owed === 0n) return 0n
      const left = payFrom(account, owed, to)
      const taken = owed - left + balances.slashReserved(account, left)
      const fromHeld = min(owed, bond.held)
      put(account, { ...bond, held: bond.held - fromHeld, unbonding: bond.unbonding - (owed - fromHeld) })
      emit.BondCharged({ account, amount: taken })
      return taken
    },
    /** Returns what is due with this block, the oldest first while there is room; the next block returns the rest. */
    returnDue(room: Room): void {
      for (const account of due.take(block(), room)) {
        const bond = storage.bonds.get(account)
        put(account, { ...bond, unbonding: 0n })
        emit.BondReturned({ account, amount: balances.unreserve(account, bond.unbonding) })
      }
    },
  }
}

/** @see createBonds */
export type Bonds = ReturnType<typeof createBonds>
