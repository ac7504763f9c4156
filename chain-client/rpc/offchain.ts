/**
 * offchain_*: the local storage of off-chain workers.
 *
 * Owns: these methods. Does not own: the storage (node/), which is not part of the chain's state.
 * Source: polkadot-sdk substrate/client/rpc-api/src/offchain/mod.rs.
 */
import { toHex } from '#types/bytes.ts'
import type { Node } from '#chain/node/node-interface.ts'
import { method, type Methods } from './method.ts'
import { bytes, oneOf } from './params.ts'

export function offchainMethods(node: Node): Methods {
  const kind = oneOf('PERSISTENT', 'LOCAL')
  return {
    offchain_localStorageSet: method({ kind, key: bytes, value: bytes }, async (args) => {
      await node.offchain.set(args.kind, args.key, args.value)
      return null
    }),
    offchain_localStorageClear: method({ kind, key: bytes }, async (args) => {
      await node.offchain.clear(args.kind, args.key)
      return null
    }),
    offchain_localStorageGet: method({ kind, key: bytes }, (args) => {
      const value = node.offchain.get(args.kind, args.key)
      return value ? toHex(value) : null
    }),
  }
}
