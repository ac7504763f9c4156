/**
 * chain_*: headers, blocks, hashes and heads.
 *
 * Owns: these methods. Does not own: the choice of the best or final block (node/).
 * Source: polkadot-sdk substrate/client/rpc-api/src/chain/mod.rs.
 */
import { toHex } from '#types/bytes.ts'
import type { Node } from '#chain/node/node-interface.ts'
import type { ChainWatch, HeadKind } from './chain-watch.ts'
import { blockText, headerText } from './json.ts'
import { method, RawJson, subscriptionsOf, unsubscribe, type Method, type Methods } from './method.ts'
import { blockNumber, hash, listOrValue, optional } from './params.ts'

/** Numbers in one chain_getBlockHash, at most. */
const MAX_BLOCK_NUMBERS = 4096

export function chainMethods(node: Node, watch: ChainWatch): Methods {
  const block = (at: Uint8Array | undefined) => (at === undefined ? node.best() : node.block(at))
  const hashAt = (number: number): string | null => {
    const found = node.hashAt(number)
    return found ? toHex(found) : null
  }
  const subscribeHeads = (kind: HeadKind, notification: string): Method =>
    method({}, (_, context) => {
      const subscription = subscriptionsOf(context).open(notification)
      watch.heads(kind, subscription)
      return subscription
    })
  return {
    chain_getHeader: method({ hash: optional(hash) }, ({ hash: at }) => {
      const found = block(at)
      return found ? new RawJson(headerText(found.header)) : null
    }),
    chain_getBlock: method({ hash: optional(hash) }, ({ hash: at }) => {
      const found = block(at)
      return found ? new RawJson(blockText(found)) : null
    }),
    chain_getBlockHash: method({ hash: optional(listOrValue(blockNumber, MAX_BLOCK_NUMBERS)) }, ({ hash: numbers }) => {
      if (numbers === undefined) return toHex(node.best().hash)
      return typeof numbers === 'number' ? hashAt(numbers) : numbers.map(hashAt)
    }),
    chain_getFinalizedHead: method({}, () => toHex(node.finalized().hash)),
    chain_subscribeNewHeads: subscribeHeads('new', 'chain_newHead'),
    chain_unsubscribeNewHeads: unsubscribe('chain_newHead'),
    chain_subscribeAllHeads: subscribeHeads('all', 'chain_allHead'),
    chain_unsubscribeAllHeads: unsubscribe('chain_allHead'),
    chain_subscribeFinalizedHeads: subscribeHeads('finalized', 'chain_finalizedHead'),
    chain_unsubscribeFinalizedHeads: unsubscribe('chain_finalizedHead'),
  }
}
