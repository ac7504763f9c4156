/**
 * system_*: the node, the chain spec's public part, and accounts' nonces.
 *
 * Owns: these methods. Does not own: the data behind them (node/).
 * Source: polkadot-sdk substrate/client/rpc-api/src/system, substrate/utils/frame/rpc/system.
 */
import { toHex } from '#types/bytes.ts'
import { encode } from '#types/scale/codec.ts'
import { ApplyExtrinsicResult } from '#types/scale/dispatch.ts'
import type { Node } from '#chain/node/node-interface.ts'
import { applyResult } from './apply-result.ts'
import { runtimeQueryError } from './errors.ts'
import { method, type Methods } from './method.ts'
import { accountId, bytes, hash, optional } from './params.ts'

/** The answers of system_name and system_version. */
export interface Implementation {
  readonly name: string
  readonly version: string
}

/**
 * This node runs alone: it has no peers and needs none to be healthy. While the disk refuses writes it says that it is syncing,
 * which readers of these fields know, and `storage` says why.
 */
function health(node: Node): Readonly<Record<string, unknown>> {
  const storage = node.storageRefusal()
  const isSyncing = storage !== undefined
  return { peers: 0, isSyncing, shouldHavePeers: false, ...(storage !== undefined && { storage }) }
}

export function systemMethods(node: Node, implementation: Implementation): Methods {
  const { name, chainType, properties } = node.spec
  return {
    system_name: method({}, () => implementation.name),
    system_version: method({}, () => implementation.version),
    system_chain: method({}, () => name),
    system_chainType: method({}, () => chainType),
    system_properties: method({}, () => properties),
    system_health: method({}, () => health(node)),
    system_peers: method({}, () => []),
    system_reservedPeers: method({}, () => []),
    system_nodeRoles: method({}, () => ['Authority']),
    // There is no libp2p here, so these values name the chain and no address.
    system_localPeerId: method({}, () => `assay-${toHex(node.genesisHash.subarray(0, 8)).slice(2)}`),
    system_localListenAddresses: method({}, () => []),
    system_syncState: method({}, () => {
      const best = node.best().header.number
      return { startingBlock: 0, currentBlock: best, highestBlock: best }
    }),
    system_accountNextIndex: method({ account: accountId }, ({ account }) => node.nextNonce(account)),
    system_dryRun: method({ extrinsic: bytes, at: optional(hash) }, async ({ extrinsic, at }) => {
      try {
        return toHex(encode(ApplyExtrinsicResult, applyResult(await node.dryRun(extrinsic, at ?? node.best().hash))))
      } catch (thrown) {
        throw runtimeQueryError(thrown, 'dry run extrinsic')
      }
    }),
  }
}
