/**
 * transaction_v1_*: submitting to the pool without any report.
 *
 * Owns: broadcasts, which end with their connection at the latest, and their limit. Does not own: reports about a
 * transaction.
 *
 * There are no peers, so a broadcast keeps a transaction in the pool. If the pool has dropped it, the broadcast submits
 * it again with the next best block, until the pool refuses it. The specification wants refusals to be silent.
 * Source: paritytech/json-rpc-interface-spec api/transaction_v1_{broadcast,stop}; polkadot-sdk
 * substrate/client/rpc-spec-v2/src/transaction/transaction_broadcast.rs.
 */
import type { Node, TransactionStatus } from '#chain/node/node-interface.ts'
import { RPC_CODE, RpcError } from './errors.ts'
import { method, subscriptionsOf, type Methods } from './method.ts'
import { bytes, subscriptionId } from './params.ts'
import type { Subscription, Subscriptions } from './subscriptions.ts'

/** Broadcasts of one connection, including invalid ones. The specification guarantees 4; Substrate has 16. */
export const MAX_BROADCASTS = 16

/** The connection keeps broadcasts among its subscriptions, though they notify nothing. */
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
      throw new RpcError(RPC_CODE.invalidParams, 'Invalid operation id', 'expected the id of a running broadcast')
    }),
  }
}

/**
 * Submits. If the pool drops the transaction or finds it invalid, submits it again with the next best block. Ends with
 * the broadcast.
 */
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
      // The pool refused it or has it already: the client is not told.
    }
  }

  broadcast.onClose(() => {
    open = false
    stopWaiting?.()
    unwatch?.()
  })
  void submit()
}
