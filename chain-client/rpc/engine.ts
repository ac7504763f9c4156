/**
 * engine_*: blocks on demand.
 *
 * Owns: these methods. Does not own: sealing and finality (node/).
 * Source: polkadot-sdk substrate/client/consensus/manual-seal/src/{rpc,error}.rs.
 */
import { equalBytes, toHex } from '#types/bytes.ts'
import { AssayError } from '#types/errors.ts'
import type { Node } from '#chain/node/node-interface.ts'
import { RPC_CODE, RpcError } from './errors.ts'
import { method, type Methods } from './method.ts'
import { boolean, bytes, hash, optional } from './params.ts'

/** `ImportedAux` of a block that is imported at once and becomes the best. */
const IMPORTED = {
  header_only: false,
  clear_justification_requests: false,
  needs_justification: false,
  bad_justification: false,
  is_new_best: true,
} as const

export function engineMethods(node: Node): Methods {
  return {
    engine_createBlock: method(
      { createEmpty: boolean, finalize: boolean, parentHash: optional(hash) },
      async ({ createEmpty, finalize, parentHash }) => {
        if (parentHash && !equalBytes(parentHash, node.best().hash))
          throw new RpcError(
            RPC_CODE.blockNotFound,
            `expected the best block ${toHex(node.best().hash)} as parent, got ${toHex(parentHash)}: leave it out`,
          )
        if (!createEmpty && node.pending().length === 0)
          throw new RpcError(
            RPC_CODE.emptyTransactionPool,
            'Transaction pool is empty, set create_empty to true, if you want to create empty blocks',
          )
        const block = await node.seal({ createEmpty, finalize })
        return { hash: toHex(block.hash), aux: IMPORTED, proof_size: 0 }
      },
    ),
    engine_finalizeBlock: method({ hash, justification: optional(bytes) }, async ({ hash: block }) => {
      try {
        await node.finalize(block)
        return true
      } catch (thrown) {
        if (thrown instanceof AssayError && thrown.code === 'UNKNOWN_BLOCK')
          throw new RpcError(RPC_CODE.blockNotFound, `Block not found: ${thrown.message}`, undefined, { cause: thrown })
        throw thrown
      }
    }),
  }
}
