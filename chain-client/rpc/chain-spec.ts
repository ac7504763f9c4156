/**
 * chainSpec_v1_* and sync_state_genSyncSpec: which chain this is.
 *
 * Owns: these methods. Does not own: the chain spec.
 * Source: paritytech/json-rpc-interface-spec api/chainSpec_v1_*; polkadot-sdk substrate/client/sync-state-rpc,
 * chain-spec raw format.
 */
import { toHex } from '#types/bytes.ts'
import { encode } from '#types/scale/codec.ts'
import { Header } from '#types/scale/header.ts'
import type { Node } from '#chain/node/node-interface.ts'
import { RPC_CODE, RpcError } from './errors.ts'
import { method, type Methods } from './method.ts'
import { boolean } from './params.ts'

/** Storage entries in a genesis answer, at most. */
const MAX_GENESIS_ENTRIES = 100_000

export function chainSpecMethods(node: Node): Methods {
  return {
    chainSpec_v1_chainName: method({}, () => node.spec.name),
    chainSpec_v1_genesisHash: method({}, () => toHex(node.genesisHash)),
    chainSpec_v1_properties: method({}, () => node.spec.properties),
    // The answer gives the genesis as storage in both cases: Substrate calls this form raw, and other clients can use
    // no other form.
    sync_state_genSyncSpec: method({ raw: boolean }, () => rawSpec(node)),
  }
}

/** The chain spec in Substrate's form, with a header from which light clients may start. */
function rawSpec(node: Node): unknown {
  const { name, id, chainType, properties } = node.spec
  return {
    name,
    id,
    chainType,
    bootNodes: [],
    telemetryEndpoints: null,
    protocolId: null,
    properties,
    codeSubstitutes: {},
    genesis: { raw: { top: genesisStorage(node), childrenDefault: {} } },
    lightSyncState: { finalizedBlockHeader: toHex(encode(Header, node.finalized().header)) },
  }
}

function genesisStorage(node: Node): Readonly<Record<string, string>> {
  const top: Record<string, string> = {}
  let entries = 0
  for (const [key, value] of node.stateAt(node.genesisHash).entries(new Uint8Array(0))) {
    if (++entries > MAX_GENESIS_ENTRIES)
      throw new RpcError(
        RPC_CODE.stateClient,
        `Client error: expected a genesis of at most ${MAX_GENESIS_ENTRIES} storage entries, got more: use the chain spec file`,
      )
    top[toHex(key)] = toHex(value)
  }
  return top
}
