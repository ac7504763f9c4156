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

/** `ImportedAux` of a block that the node has imported at once. */
const importedAux = (isNewBest: boolean) => ({
  header_only: false,
  clear_justification_requests: false,
  needs_justification: false,
  bad_justification: false,
  is_new_best: isNewBest,
})

export function engineMethods(node: Node): Methods {
  return {
    engine_createBlock: method(
      { createEmpty: boolean, finalize: boolean, parentHash: optional(hash) },
      async ({ createEmpty, finalize, parentHash }) => {
        try {
          const block = await node.seal({ createEmpty, finalize, ...(parentHash && { parent: parentHash }) })
          const isNewBest = equalBytes(block.hash, node.best().hash)
          return { hash: toHex(block.hash), aux: importedAux(isNewBest), proof_size: 0 }
        } catch (thrown) {
          throw engineError(thrown)
        }
      },
    ),
    engine_finalizeBlock: method({ hash, justification: optional(bytes) }, async ({ hash: block }) => {
      try {
        await node.finalize(block)
        return true
      } catch (thrown) {
        throw engineError(thrown)
      }
    }),
  }
}

/** Errors with the numbers of sc-consensus-manual-seal. Others pass unchanged. */
function engineError(thrown: unknown): unknown {
  if (!(thrown instanceof AssayError)) return thrown
  const { message, code } = thrown
  switch (code) {
    case 'POOL_EMPTY':
      return new RpcError(
        RPC_CODE.emptyTransactionPool,
        'Transaction pool is empty, set create_empty to true, if you want to create empty blocks',
      )
    case 'UNKNOWN_BLOCK':
      return new RpcError(RPC_CODE.blockNotFound, `Block not found: ${message}`, undefined, { cause: thrown })
    default:
      return thrown
  }
}
