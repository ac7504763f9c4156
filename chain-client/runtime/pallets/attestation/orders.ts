/**
 * Orders of rounds in pallet Attestation: what they cost, and the money that they hold.
 *
 * Owns: an order from its placing to its end, its fee, and how many an account has. Does not own: the rounds of an order.
 */
import type { Order } from '#types/domain/attestation/attestation.ts'
import { ORDER_FEE, ORDER_STORAGE_DEPOSIT } from '#types/domain/attestation/order.ts'
import { roundDeposit } from '#types/domain/attestation/settlement.ts'
import type { createPrune } from './prune.ts'
import type { AttestationSelf } from './state.ts'

/** The functions by which calls and rounds change orders. */
export function createOrders({ storage, uses }: AttestationSelf, prune: ReturnType<typeof createPrune>) {
  const openOf = (account: Uint8Array): number => storage.ordersOf.get(account)

  const count = (account: Uint8Array, change: 1 | -1): void => {
    const orders = openOf(account) + change
    if (orders === 0) storage.ordersOf.remove(account)
    else storage.ordersOf.put(account, orders)
  }

  /** Begins a paid round of an order, whose rest is the whole deposit: its fee is burned, and the rest of its deposit is there for its draws. */
  const begin = (order: Order): Order => {
    const burned = uses.balances.slashReserved(order.requester, ORDER_FEE)
    return { ...order, left: order.deposit - burned }
  }

  /** Reserves the money for an order. Returns its number and the order, whose first round the caller schedules. */
  const place = (
    requester: Uint8Array,
    hoster: Uint8Array,
    feed: Uint8Array,
    remaining: number,
  ): readonly [id: number, order: Order] => {
    const deposit = roundDeposit(storage.parameters.get()) + ORDER_FEE
    uses.balances.reserve(requester, deposit * BigInt(remaining) + ORDER_STORAGE_DEPOSIT)
    const id = storage.nextOrder.get()
    storage.nextOrder.put(id + 1)
    count(requester, 1)
    return [id, { requester, hoster, feed, remaining, deposit, left: deposit }]
  }

  /** The order with its next round, which the caller schedules. What is left of the last one's deposit goes back. */
  const next = (id: number, order: Order): Order => {
    uses.balances.unreserve(order.requester, order.left)
    storage.earnings.clear(id)
    return { ...order, remaining: order.remaining - 1, left: order.deposit }
  }

  /** Ends an order: the deposit for rounds that will not be held goes back, and that for storage when its rounds are removed. */
  const end = (id: number, { requester, deposit, left, remaining }: Order): void => {
    storage.orders.remove(id)
    storage.apart.remove(id)
    storage.earnings.clear(id)
    count(requester, -1)
    uses.balances.unreserve(requester, left + deposit * BigInt(remaining - 1))
    prune.keepDeposit(id, { requester, amount: ORDER_STORAGE_DEPOSIT })
  }

  return { openOf, place, begin, next, end }
}
