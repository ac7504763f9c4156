/**
 * chainHead_v1_*: modern clients follow the head of the chain with these methods, and read the blocks that it reports.
 *
 * Owns: these methods and their replies. Does not own: the follow subscriptions.
 * Source: paritytech/json-rpc-interface-spec api/chainHead_v1_*; polkadot-sdk
 * substrate/client/rpc-spec-v2/src/chain_head.
 */
import { toHex } from '#types/bytes.ts'
import { encode } from '#types/scale/codec.ts'
import { Header } from '#types/scale/header.ts'
import type { Node } from '#chain/node/node-interface.ts'
import { method, subscriptionsOf, type CallContext, type Methods } from '../method.ts'
import { boolean, bytes, hash, listOf, listOrValue, optional, subscriptionId, text } from '../params.ts'
import { storageItem } from '../storage-items.ts'
import { withoutRuntime } from './errors.ts'
import type { Follow } from './follow.ts'
import { FOLLOW_EVENT, type Followers } from './followers.ts'
import { bodySteps, callSteps, storageSteps } from './operation-steps.ts'
import type { Steps } from './operations.ts'

/** At most this many hashes in one unpin, and items in one storage request. */
const MAX_HASHES = 16_384
const MAX_ITEMS = 16_384

const LIMIT_REACHED = { result: 'limitReached' } as const

const blockOf = { followSubscription: subscriptionId, hash }

export function chainHeadMethods(node: Node, followers: Followers): Methods {
  return { ...followMethods(node, followers), ...operationMethods(node, followers) }
}

function followMethods(node: Node, followers: Followers): Methods {
  return {
    chainHead_v1_follow: method({ withRuntime: boolean }, ({ withRuntime }, context) =>
      followers.open(subscriptionsOf(context), withRuntime),
    ),
    chainHead_v1_unfollow: method({ followSubscription: subscriptionId }, ({ followSubscription }, context) => {
      context.subscriptions?.close(followSubscription, FOLLOW_EVENT)
      return null
    }),
    chainHead_v1_header: method(blockOf, ({ followSubscription, hash: at }, context) => {
      const follow = followers.find(context.subscriptions, followSubscription)
      if (!follow) return null
      follow.checkReadable(toHex(at))
      const block = node.block(at)
      return block ? toHex(encode(Header, block.header)) : null
    }),
    chainHead_v1_unpin: method(
      { followSubscription: subscriptionId, hashOrHashes: listOrValue(hash, MAX_HASHES) },
      ({ followSubscription, hashOrHashes }, context) => {
        const hashes = hashOrHashes instanceof Uint8Array ? [hashOrHashes] : hashOrHashes
        followers.find(context.subscriptions, followSubscription)?.unpin(hashes.map(toHex))
        return null
      },
    ),
  }
}

function operationMethods(node: Node, followers: Followers): Methods {
  /** Begins an operation on a pinned block. The operation takes one slot. */
  function startOne(
    { followSubscription, hash: at }: { readonly followSubscription: string; readonly hash: Uint8Array },
    context: CallContext,
    check: (follow: Follow) => void,
    steps: (operationId: string) => Steps,
  ): unknown {
    const follow = followers.find(context.subscriptions, followSubscription)
    if (!follow) return LIMIT_REACHED
    follow.checkReadable(toHex(at))
    check(follow)
    if (follow.operations.free === 0) return LIMIT_REACHED
    return { result: 'started', operationId: follow.operations.start(1, steps) }
  }
  const named = { followSubscription: subscriptionId, operationId: text }
  return {
    chainHead_v1_body: method(blockOf, (args, context) =>
      startOne(args, context, nothing, (id) => bodySteps(node, args.hash, id)),
    ),
    chainHead_v1_call: method({ ...blockOf, function: text, callParameters: bytes }, (args, context) =>
      startOne(args, context, checkRuntime, (id) =>
        callSteps(node, args.hash, { method: args.function, args: args.callParameters }, id),
      ),
    ),
    chainHead_v1_storage: storageMethod(node, followers),
    chainHead_v1_continue: method(named, ({ followSubscription, operationId }, context) => {
      followers.find(context.subscriptions, followSubscription)?.operations.continue(operationId)
      return null
    }),
    chainHead_v1_stopOperation: method(named, ({ followSubscription, operationId }, context) => {
      followers.find(context.subscriptions, followSubscription)?.operations.stop(operationId)
      return null
    }),
  }
}

const nothing = (): void => undefined

function checkRuntime({ withRuntime }: Follow): void {
  if (!withRuntime) throw withoutRuntime()
}

/** Each item takes a slot. The method discards the last items that find no slot; the client may ask for them again. */
const storageMethod = (node: Node, followers: Followers) =>
  method(
    { ...blockOf, items: listOf(storageItem(false), MAX_ITEMS), childTrie: optional(bytes) },
    ({ followSubscription, hash: at, items, childTrie }, context) => {
      const follow = followers.find(context.subscriptions, followSubscription)
      if (!follow) return LIMIT_REACHED
      follow.checkReadable(toHex(at))
      const { free } = follow.operations
      if (free === 0) return LIMIT_REACHED
      const accepted = items.slice(0, free)
      // This chain has no child tries, so a search in one finds nothing.
      const wanted = childTrie ? [] : accepted
      const operationId = follow.operations.start(accepted.length, (id) => storageSteps(node, at, wanted, id))
      return { result: 'started', operationId, discardedItems: items.length - accepted.length }
    },
  )
