/**
 * state_*: storage, proofs, runtime APIs, metadata.
 *
 * Owns: these methods and their bounds. Does not own: the trie.
 * Source: polkadot-sdk substrate/client/rpc-api/src/state/mod.rs, substrate/client/rpc/src/state/state_full.rs.
 */
import { toHex } from '#types/bytes.ts'
import { blake2b256 } from '#types/crypto/hash.ts'
import type { Node } from '#chain/node/node-interface.ts'
import { prove } from '#chain/trie/proof.ts'
import type { Trie } from '#chain/trie/trie.ts'
import type { ChainWatch } from './chain-watch.ts'
import { RPC_CODE, RpcError } from './errors.ts'
import { runtimeVersionJson } from './json.ts'
import { checkSafe, method, RawJson, subscriptionsOf, unsubscribe, type Methods } from './method.ts'
import { bytes, hash, listOf, optional, text, u32 } from './params.ts'
import { changesAt, changesBetween } from './storage-query.ts'

/** Substrate's STORAGE_KEYS_PAGED_MAX_COUNT. */
export const MAX_PAGE = 1000
/** The unpaged, deprecated methods give at most this many keys. Beyond it the error asks the client to use pages. */
const MAX_UNPAGED = 10_000
/** Keys in one request, at most. */
export const MAX_KEYS = 16_384

const storageKeys = listOf(bytes, MAX_KEYS)
const METADATA_VERSION = 14

export function stateMethods(node: Node, watch: ChainWatch): Methods {
  const stateAt = (at: Uint8Array | undefined): Trie => node.stateAt(at ?? node.best().hash)
  return { ...storageMethods(stateAt), ...queryMethods(node, watch), ...runtimeMethods(node) }
}

function storageMethods(stateAt: (at: Uint8Array | undefined) => Trie): Methods {
  const keyAt = { key: bytes, hash: optional(hash) }
  const prefixAt = { prefix: bytes, hash: optional(hash) }
  return {
    state_getStorage: method(keyAt, ({ key, hash: at }) => hexOrNull(stateAt(at).get(key))),
    state_getStorageHash: method(keyAt, ({ key, hash: at }) => {
      const value = stateAt(at).get(key)
      return value ? toHex(blake2b256(value)) : null
    }),
    state_getStorageSize: method(keyAt, ({ key, hash: at }) => storageSize(stateAt(at), key)),
    state_getKeys: method(prefixAt, ({ prefix, hash: at }) => unpagedKeys(stateAt(at), prefix).map(toHex)),
    state_getPairs: method(prefixAt, ({ prefix, hash: at }) => {
      const state = stateAt(at)
      return unpagedKeys(state, prefix).map((key) => [toHex(key), hexOrNull(state.get(key))])
    }),
    state_getKeysPaged: method(
      { prefix: optional(bytes), count: u32, startKey: optional(bytes), hash: optional(hash) },
      ({ prefix, count, startKey, hash: at }) => {
        if (count > MAX_PAGE) throw tooManyKeys(count)
        return stateAt(at)
          .keys(prefix ?? new Uint8Array(0), startKey, count)
          .map(toHex)
      },
    ),
  }
}

/** Substrate's error for a page above {@link MAX_PAGE}. */
export const tooManyKeys = (count: number): RpcError =>
  new RpcError(RPC_CODE.invalidCount, `count exceeds maximum value. value: ${count}, max: ${MAX_PAGE}`)

const hexOrNull = (value: Uint8Array | undefined): string | null => (value ? toHex(value) : null)

function unpagedKeys(state: Trie, prefix: Uint8Array): Uint8Array[] {
  const keys = state.keys(prefix, undefined, MAX_UNPAGED + 1)
  if (keys.length > MAX_UNPAGED)
    throw new RpcError(
      RPC_CODE.stateClient,
      `Client error: expected at most ${MAX_UNPAGED} keys under the prefix, got more: use state_getKeysPaged`,
    )
  return keys
}

/**
 * Bytes of the value at the key. Without a value: bytes of all values with the key as prefix, or null if there are
 * none.
 */
function storageSize(state: Trie, key: Uint8Array): number | null {
  const value = state.get(key)
  if (value) return value.length
  const sum = unpagedKeys(state, key).reduce((total, each) => total + (state.get(each)?.length ?? 0), 0)
  return sum > 0 ? sum : null
}

function queryMethods(node: Node, watch: ChainWatch): Methods {
  return {
    state_queryStorage: method({ keys: storageKeys, block: hash, hash: optional(hash) }, ({ keys, block, hash: to }) =>
      changesBetween(node, keys, block, to ?? node.best().hash),
    ),
    state_queryStorageAt: method({ keys: storageKeys, at: optional(hash) }, ({ keys, at }) =>
      changesAt(node, keys, at ?? node.best().hash),
    ),
    state_getReadProof: method({ keys: storageKeys, hash: optional(hash) }, ({ keys, hash: at }) => {
      const block = at ?? node.best().hash
      return { at: toHex(block), proof: prove(node.stateAt(block), keys).map(toHex) }
    }),
    state_subscribeStorage: method({ keys: optional(storageKeys) }, ({ keys }, context) => {
      // A stranger must not subscribe to every change of every block.
      if (keys === undefined) checkSafe(context)
      const subscription = subscriptionsOf(context).open('state_storage')
      watch.storage(subscription, keys)
      return subscription
    }),
    state_unsubscribeStorage: unsubscribe('state_storage'),
  }
}

function runtimeMethods(node: Node): Methods {
  const { runtime } = node
  const versionText = JSON.stringify(runtimeVersionJson(runtime.version))
  const known = (at: Uint8Array | undefined): void => {
    if (at !== undefined) node.at(at)
  }
  return {
    state_getRuntimeVersion: method({ hash: optional(hash) }, ({ hash: at }) => {
      known(at)
      return new RawJson(versionText)
    }),
    // A node has one runtime for its whole life, so the first push is the only one.
    state_subscribeRuntimeVersion: method({}, (_, context) => {
      const subscription = subscriptionsOf(context).open('state_runtimeVersion')
      subscription.push(versionText)
      return subscription
    }),
    state_unsubscribeRuntimeVersion: unsubscribe('state_runtimeVersion'),
    state_getMetadata: method({ hash: optional(hash) }, ({ hash: at }) => {
      known(at)
      return hexOrNull(runtime.metadata(METADATA_VERSION))
    }),
    state_call: method({ name: text, bytes, hash: optional(hash) }, ({ name, bytes: args, hash: at }) =>
      toHex(runtime.call(node.at(at ?? node.best().hash), name, args)),
    ),
  }
}
