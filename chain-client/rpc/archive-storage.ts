/**
 * archive_v1_storage and archive_v1_storageDiff: storage of any stored block, and its changes between two blocks.
 *
 * Owns: these subscriptions and their pace. Does not own: the search in storage.
 * Source: paritytech/json-rpc-interface-spec api/archive_v1_{storage,storageDiff,stopStorage,stopStorageDiff};
 * polkadot-sdk substrate/client/rpc-spec-v2/src/archive/{api,archive_storage}.rs.
 */
import { equalBytes, toHex } from '#types/bytes.ts'
import { AssayError, messageOf } from '#types/errors.ts'
import { blake2b256 } from '#types/crypto/hash.ts'
import type { Block, Node } from '#chain/node/node-interface.ts'
import type { Difference } from '#chain/trie/trie.ts'
import { method, subscriptionsOf, type CallContext, type Method, type Methods } from './method.ts'
import { bytes, hash, listOf, oneOf, optional, subscriptionId, type Param } from './params.ts'
import { itemFields, storageItem, storageResults } from './storage-items.ts'
import type { Subscription } from './subscriptions.ts'

const STORAGE_EVENT = 'archive_v1_storageEvent'
const DIFF_EVENT = 'archive_v1_storageDiffEvent'

/** Items in one request, at most. */
const MAX_ITEMS = 16_384
/** Events between two turns of the event loop. */
const CHUNK_EVENTS = 64

/** A query for the differences of all keys with this prefix. */
interface DiffItem {
  readonly prefix: Uint8Array
  readonly returnType: 'value' | 'hash'
}

const returnType = oneOf('value', 'hash')
const optionalKey = optional(bytes)

/** An element of storageDiff's `items`. Undefined for one of a child trie: this chain has none, so none changes. */
const diffItem: Param<DiffItem | undefined> = {
  optional: false,
  decode(value) {
    const fields = itemFields(value, 'returnType and perhaps key and childTrieKey')
    const prefix = optionalKey.decode(fields['key']) ?? new Uint8Array(0)
    const item = { prefix, returnType: returnType.decode(fields['returnType']) }
    return optionalKey.decode(fields['childTrieKey']) ? undefined : item
  },
}

export function archiveStorageMethods(node: Node): Methods {
  return {
    archive_v1_storage: method(
      { hash, items: listOf(storageItem(true), MAX_ITEMS), childTrie: optional(bytes) },
      ({ hash: at, items, childTrie }, context) =>
        stream(context, STORAGE_EVENT, 'storage', function* () {
          const results = storageResults(node.stateAt(at), childTrie ? [] : items)
          for (const result of results) yield `{"event":"storage",${result.slice(1)}`
        }),
    ),
    archive_v1_stopStorage: stop(STORAGE_EVENT),
    archive_v1_storageDiff: method(
      { hash, items: optional(listOf(diffItem, MAX_ITEMS)), previousHash: optional(hash) },
      ({ hash: at, items, previousHash }, context) =>
        stream(context, DIFF_EVENT, 'storageDiff', () => diffEvents(node, at, previousHash, items)),
    ),
    archive_v1_stopStorageDiff: stop(DIFF_EVENT),
  }
}

/** Ends a subscription. Does nothing if it has ended or never existed. */
const stop = (notification: string): Method =>
  method({ subscription: subscriptionId }, ({ subscription }, context) => {
    context.subscriptions?.close(subscription, notification)
    return null
  })

/**
 * A subscription that tells a list of events and then ends: with `…Done`, or with `…Error` if the list broke off. It
 * counts towards the connection's limit of subscriptions and has no limit of its own, because clients ask for many keys
 * at once.
 * @throws RpcError -32006 at that limit.
 */
function stream(
  context: CallContext,
  notification: string,
  name: 'storage' | 'storageDiff',
  events: () => Generator<string, void, void>,
): Subscription {
  const subscription = subscriptionsOf(context).open(notification)
  let open = true
  subscription.onClose(() => (open = false))
  tell(subscription, name, events(), () => open)
  return subscription
}

/** Pushes events chunk by chunk, one chunk in each turn of the event loop, so that other requests are served too. */
function tell(
  subscription: Subscription,
  name: string,
  events: Generator<string, void, void>,
  isOpen: () => boolean,
): void {
  const end = (event: string): void => {
    subscription.push(event)
    subscription.end()
  }
  const chunk = (): void => {
    try {
      for (let i = 0; i < CHUNK_EVENTS && isOpen(); i++) {
        const { done, value } = events.next()
        if (done) return end(`{"event":"${name}Done"}`)
        subscription.push(value)
      }
    } catch (thrown) {
      return end(JSON.stringify({ event: `${name}Error`, error: messageOf(thrown) }))
    }
    if (isOpen()) setImmediate(chunk)
  }
  setImmediate(chunk)
}

const EVERYTHING: readonly DiffItem[] = [{ prefix: new Uint8Array(0), returnType: 'value' }]

/**
 * @throws AssayError `UNKNOWN_BLOCK`, or `NOT_AN_ANCESTOR` if the earlier block is not an ancestor of the later one.
 */
function* diffEvents(
  node: Node,
  at: Uint8Array,
  previousHash: Uint8Array | undefined,
  items: readonly (DiffItem | undefined)[] | undefined,
): Generator<string, void, void> {
  const block = known(node, at)
  const previous = known(node, previousHash ?? block.header.parentHash)
  if (!isAncestor(node, previous, block))
    throw new AssayError(
      'NOT_AN_ANCESTOR',
      `expected previousHash to be an ancestor of ${toHex(at)}, got ${toHex(previous.hash)} of another branch`,
    )
  const wanted = items === undefined || items.length === 0 ? EVERYTHING : items.filter((item) => item !== undefined)
  for (const difference of node.stateAt(previous.hash).diff(node.stateAt(at))) {
    const types = new Set<string>()
    for (const item of wanted) if (startsWith(difference.key, item.prefix)) types.add(item.returnType)
    if (types.size > 0) yield diffEvent(difference, types)
  }
}

function known(node: Node, at: Uint8Array): Block {
  const block = node.block(at)
  if (block) return block
  throw new AssayError('UNKNOWN_BLOCK', `expected the hash of a stored block, got ${toHex(at)}`)
}

/**
 * Whether `older` is `block` or an ancestor of it. Walks only the part of the branch that is not in the best branch.
 */
function isAncestor(node: Node, older: Block, block: Block): boolean {
  const { number } = older.header
  let from: Block | undefined = block
  while (from && from.header.number > number) {
    if (isOnBestBranch(node, from)) return isOnBestBranch(node, older)
    from = node.block(from.header.parentHash)
  }
  return from !== undefined && equalBytes(from.hash, older.hash)
}

function isOnBestBranch(node: Node, { header, hash: at }: Block): boolean {
  const there = node.hashAt(header.number)
  return there !== undefined && equalBytes(there, at)
}

const startsWith = (key: Uint8Array, prefix: Uint8Array): boolean =>
  key.length >= prefix.length && equalBytes(key.subarray(0, prefix.length), prefix)

/** For a deleted entry, the event has its former value. */
function diffEvent({ key, before, after }: Difference, types: ReadonlySet<string>): string {
  const type = before === undefined ? 'added' : after === undefined ? 'deleted' : 'modified'
  const value = (after ?? before)!
  return JSON.stringify({
    event: 'storageDiff',
    key: toHex(key),
    ...(types.has('value') && { value: toHex(value) }),
    ...(types.has('hash') && { hash: toHex(blake2b256(value)) }),
    type,
  })
}
