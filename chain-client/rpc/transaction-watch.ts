/**
 * transactionWatch_v1_*: submitting to the pool and watching the transaction.
 *
 * Owns: these methods and their events. There are no peers, so no event tells of broadcasting. Does not own: the pool
 * and its refusals (node/tx-pool).
 * Source: paritytech/json-rpc-interface-spec api/transactionWatch_v1_*; polkadot-sdk
 * substrate/client/rpc-spec-v2/src/transaction/{transaction,event,error}.rs.
 */
import { toHex } from '#types/bytes.ts'
import type { Clock } from '#types/clock.ts'
import { messageOf } from '#types/errors.ts'
import type { Node, TransactionStatus } from '#chain/node/node-interface.ts'
import { authorError, RPC_CODE, RpcError } from './errors.ts'
import { isFinalStatus } from './json.ts'
import { method, subscriptionsOf, type Methods } from './method.ts'
import { bytes, subscriptionId } from './params.ts'
import { withPause } from './status-pause.ts'
import type { Subscription } from './subscriptions.ts'

const WATCH_EVENT = 'transactionWatch_v1_watchEvent'

export function transactionWatchMethods(node: Node, clock: Clock): Methods {
  return {
    transactionWatch_v1_submitAndWatch: method({ transaction: bytes }, ({ transaction }, context) => {
      const subscription = subscriptionsOf(context).open(WATCH_EVENT)
      void submit(node, clock, transaction, subscription)
      return subscription
    }),
    transactionWatch_v1_unwatch: method({ subscription: subscriptionId }, ({ subscription }, context) => {
      if (context.subscriptions?.close(subscription, WATCH_EVENT)) return null
      throw new RpcError(RPC_CODE.invalidParams, 'Invalid subscription id', 'expected the id of a running watch')
    }),
  }
}

/** Submits a transaction and tells its statuses to the last one. Never rejects: a refusal is an event too. */
async function submit(node: Node, clock: Clock, wire: Uint8Array, subscription: Subscription): Promise<void> {
  const { heard: watch, stop } = withPause(node, clock, (status: TransactionStatus): void => {
    const event = statusEvent(status)
    if (event) subscription.push(JSON.stringify(event))
    if (isFinalStatus(status)) subscription.end()
  })
  subscription.onClose(stop)
  try {
    const hash = await node.submit(wire, watch)
    subscription.onClose(() => node.unwatch(hash, watch))
  } catch (thrown) {
    subscription.push(JSON.stringify(refusalEvent(thrown)))
    subscription.end()
  }
}

type WatchEvent =
  | { readonly event: 'validated' }
  | { readonly event: 'bestChainBlockIncluded'; readonly block: IncludedIn | null }
  | { readonly event: 'finalized'; readonly block: IncludedIn }
  | { readonly event: 'error' | 'invalid' | 'dropped'; readonly error: string }

interface IncludedIn {
  readonly hash: string
  readonly index: number
}

function statusEvent(status: TransactionStatus): WatchEvent | undefined {
  switch (status.kind) {
    case 'future':
    case 'ready':
      return { event: 'validated' }
    case 'inBlock':
      return { event: 'bestChainBlockIncluded', block: { hash: toHex(status.block), index: status.index } }
    case 'retracted':
      return { event: 'bestChainBlockIncluded', block: null }
    case 'finalized':
      return { event: 'finalized', block: { hash: toHex(status.block), index: status.index } }
    case 'usurped':
      return { event: 'invalid', error: `Extrinsic was rendered invalid by another extrinsic: ${toHex(status.by)}` }
    case 'invalid':
      return { event: 'invalid', error: 'Extrinsic marked as invalid' }
    case 'dropped':
      return { event: 'dropped', error: 'Extrinsic dropped from the pool due to exceeding limits' }
    default:
      return undefined
  }
}

/** Error numbers for a transaction that the runtime has found invalid, just now or earlier. */
const INVALID: ReadonlySet<number> = new Set([
  RPC_CODE.verification,
  RPC_CODE.invalidTransaction,
  RPC_CODE.unknownValidity,
  RPC_CODE.temporarilyBanned,
])

/** The event for a pool's refusal: `invalid` if the runtime is the reason, `dropped` if the pool is. */
function refusalEvent(thrown: unknown): WatchEvent {
  const error = authorError(thrown)
  if (!(error instanceof RpcError) || error.rpcCode === RPC_CODE.authorOther)
    return { event: 'error', error: messageOf(error) }
  const text = error.data === undefined ? error.message : `${error.message}: ${error.data}`
  return { event: INVALID.has(error.rpcCode) ? 'invalid' : 'dropped', error: text }
}
