/**
 * childstate_*: child tries; this chain has none.
 *
 * Owns: these methods. They give Substrate's answers for a child trie that does not exist, because the runtime cannot
 * make one. Does not own: the state (trie/).
 * Source: polkadot-sdk substrate/client/rpc-api/src/child_state/mod.rs, substrate/client/rpc/src/state/state_full.rs.
 */
import { equalBytes, toHex, utf8 } from '#types/bytes.ts'
import type { Node } from '#chain/node/node-interface.ts'
import { prove } from '#chain/trie/proof.ts'
import { RPC_CODE, RpcError } from './errors.ts'
import { method, type Methods } from './method.ts'
import { bytes, hash, listOf, optional, u32 } from './params.ts'
import { MAX_KEYS, MAX_PAGE, tooManyKeys } from './state.ts'

/** Every `PrefixedStorageKey` begins with this. */
const CHILD_PREFIX = utf8(':child_storage:default:')

export function childStateMethods(node: Node): Methods {
  /** The node must have the block, and the key must be that of a child trie. */
  const check = (childStorageKey: Uint8Array, at: Uint8Array | undefined): void => {
    if (at !== undefined) node.at(at)
    if (!equalBytes(childStorageKey.subarray(0, CHILD_PREFIX.length), CHILD_PREFIX))
      throw new RpcError(RPC_CODE.stateClient, 'Client error: Invalid child storage key')
  }
  const child = { childStorageKey: bytes }
  const value = method({ ...child, key: bytes, hash: optional(hash) }, (args) => {
    check(args.childStorageKey, args.hash)
    return null
  })
  const values = { ...child, keys: listOf(bytes, MAX_KEYS), hash: optional(hash) }
  return {
    childstate_getKeys: method({ ...child, prefix: bytes, hash: optional(hash) }, (args) => {
      check(args.childStorageKey, args.hash)
      return []
    }),
    childstate_getKeysPaged: method(
      { ...child, prefix: optional(bytes), count: u32, startKey: optional(bytes), hash: optional(hash) },
      (args) => {
        if (args.count > MAX_PAGE) throw tooManyKeys(args.count)
        check(args.childStorageKey, args.hash)
        return []
      },
    ),
    childstate_getStorage: value,
    childstate_getStorageHash: value,
    childstate_getStorageSize: value,
    childstate_getStorageEntries: method(values, (args) => {
      check(args.childStorageKey, args.hash)
      return args.keys.map(() => null)
    }),
    state_getChildReadProof: method(values, (args) => {
      check(args.childStorageKey, args.hash)
      const block = args.hash ?? node.best().hash
      // The proof of absence is at the place where the child trie's root would be.
      return { at: toHex(block), proof: prove(node.stateAt(block), [args.childStorageKey]).map(toHex) }
    }),
  }
}
