/**
 * transaction_v1_*: into the pool, without a word of what becomes of it.
 *
 * Owns: broadcasts, which end with their connection at the latest, and their limit. Does not own: the pool and its refusals
 * (node/tx-pool), nor telling what becomes of a transaction (transaction-watch.ts).
 *
 * There are no peers, so to broadcast is to keep a transaction in the pool: one that the pool let go of is given back to it with
 * the next best block, until it is refused. What the pool refuses is passed over in silence, as the specification has it.
 * Source: paritytech/json-rpc-interface-spec api/transaction_v1_{broadcast,stop}; polkadot-sdk
 * substrate/client/rpc-spec-v2/src/transaction/transaction_broadcast.rs.
 */
import type { Node, TransactionStatus } from '#chain/node/node-interface.ts'
import { RPC_CODE, RpcError } from './errors.ts'
import { method, subscriptionsOf, type Methods } from './method.ts'
import { bytes, subscriptionId } from './params.ts'
import type { Subscription, Subscriptions } from './subscriptions.ts'

/** Broadcasts of one connection, invalid ones included. The specification guarantees 4; Substrate has 16. */
export const MAX_BROADCASTS = 16

/** Broadcasts are kept among the connection's subscriptions, though they notify nothing. */
const KIND = 'transaction_v1_broadcast'

export function transactionMethods(node: Node): Methods {
  const counts = new WeakMap<Subscriptions, number>()
  const count = (connection: Subscriptions): number => counts.get(connection) ?? 0
  return {
    transaction_v1_broadcast: method({ transaction: bytes }, ({ transaction }, context) => {
      const connection = subscriptionsOf(context)
      if (count(connection) >= MAX_BROADCASTS) return null
      const broadcast = connection.open(KIND)
      counts.set(connection, count(connection) + 1)
      broadcast.onClose(() => counts.set(connection, count(connection) - 1))
      keepInPool(node, transaction, broadcast)
      return broadcast.id
    }),
    transaction_v1_stop: method({ operationId: subscriptionId }, ({ operationId }, context) => {
      if (context.subscriptions?.close(operationId, KIND)) return null
      throw new RpcError(RPC_CODE.invalidParams, 'Invalid operation id', 'expected that of a broadcast that goes on')
    }),
  }
}

/** Submits, and again with the next best block where the pool dropped it or found it invalid. Ends with the broadcast. */
function keepInPool(node: Node, wire: Uint8Array, broadcast: Subscription): void {
  let stopWaiting: (() => void) | undefined
  let unwatch: (() => void) | undefined
  let open = true

  const watch = ({ kind }: TransactionStatus): void => {
    if (kind === 'dropped' || kind === 'invalid') submitWithNextBlock()
  }
  function submitWithNextBlock(): void {
    if (!open || stopWaiting) return
    stopWaiting = node.onEvent(({ kind }) => {
      if (kind !== 'best') return
      stopWaiting?.()
      stopWaiting = undefined
      void submit()
    })
  }
  async function submit(): Promise<void> {
    try {
      const hash = await node.submit(wire, watch)
      unwatch = () => node.unwatch(hash, watch)
      if (!open) unwatch()
    } catch {
      // Refused, or in the pool already: the client is not told.
    }
  }

  broadcast.onClose(() => {
    open = false
    stopWaiting?.()
    unwatch?.()
  })
  void submit()
}
