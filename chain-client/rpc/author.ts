/**
 * author_*: submitting to the pool and watching a transaction.
 *
 * Owns: these methods, except author_insertKey and the other key methods. Does not own: the pool and its refusals
 * (node/tx-pool).
 * Source: polkadot-sdk substrate/client/rpc-api/src/author/mod.rs, substrate/client/rpc/src/author/mod.rs.
 */
import { toHex } from '#types/bytes.ts'
import type { Clock } from '#types/clock.ts'
import type { Node, TransactionStatus } from '#chain/node/node-interface.ts'
import { authorError } from './errors.ts'
import { isFinalStatus, statusJson } from './json.ts'
import { method, subscriptionsOf, unsubscribe, type Methods } from './method.ts'
import { bytes, extrinsicOrHash, listOf } from './params.ts'
import { withPause } from './status-pause.ts'
import type { Subscription } from './subscriptions.ts'

/** Extrinsics in one author_removeExtrinsic, at most. */
const MAX_REMOVED = 1024

export function authorMethods(node: Node, clock: Clock): Methods {
  return {
    author_submitExtrinsic: method({ extrinsic: bytes }, async ({ extrinsic }) => {
      try {
        return toHex(await node.submit(extrinsic))
      } catch (thrown) {
        throw authorError(thrown)
      }
    }),
    author_submitAndWatchExtrinsic: method({ bytes }, ({ bytes: wire }, context) =>
      submitAndWatch(node, clock, wire, subscriptionsOf(context).open('author_extrinsicUpdate')),
    ),
    author_unwatchExtrinsic: unsubscribe('author_extrinsicUpdate'),
    author_pendingExtrinsics: method({}, () => node.pending().map(toHex)),
    author_removeExtrinsic: method({ bytesOrHash: listOf(extrinsicOrHash, MAX_REMOVED) }, ({ bytesOrHash }) =>
      node.removeExtrinsics(bytesOrHash).map(toHex),
    ),
  }
}

/** Statuses may come before the submission returns. The subscription keeps them until the client knows its id. */
async function submitAndWatch(
  node: Node,
  clock: Clock,
  wire: Uint8Array,
  subscription: Subscription,
): Promise<Subscription> {
  const { heard: watch, stop } = withPause(node, clock, (status: TransactionStatus): void => {
    subscription.push(JSON.stringify(statusJson(status)))
    if (isFinalStatus(status)) subscription.end()
  })
  subscription.onClose(stop)
  try {
    const hash = await node.submit(wire, watch)
    subscription.onClose(() => node.unwatch(hash, watch))
    return subscription
  } catch (thrown) {
    subscription.close()
    throw authorError(thrown)
  }
}
