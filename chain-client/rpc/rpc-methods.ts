/**
 * The table of all that is served, and rpc_methods, which lists exactly that.
 *
 * Owns: the aliases and the table. Does not own: the methods (one file per namespace). Clients choose what they call by
 * this list, so nothing is in it that is not served.
 * Source: the `aliases` of polkadot-sdk substrate/client/rpc-api.
 */
import type { Node } from '#chain/node/node-interface.ts'
import { authorMethods } from './author.ts'
import { chainMethods } from './chain.ts'
import type { ChainWatch } from './chain-watch.ts'
import { engineMethods } from './engine.ts'
import { method, type Method } from './method.ts'
import { offchainMethods } from './offchain.ts'
import { paymentMethods } from './payment.ts'
import { stateMethods } from './state.ts'
import { systemMethods, type Implementation } from './system.ts'

const ALIASES: Readonly<Record<string, string>> = {
  account_nextIndex: 'system_accountNextIndex',
  system_dryRunAt: 'system_dryRun',
  chain_getHead: 'chain_getBlockHash',
  chain_getFinalisedHead: 'chain_getFinalizedHead',
  chain_subscribeNewHead: 'chain_subscribeNewHeads',
  chain_unsubscribeNewHead: 'chain_unsubscribeNewHeads',
  subscribe_newHead: 'chain_subscribeNewHeads',
  unsubscribe_newHead: 'chain_unsubscribeNewHeads',
  chain_subscribeFinalisedHeads: 'chain_subscribeFinalizedHeads',
  chain_unsubscribeFinalisedHeads: 'chain_unsubscribeFinalizedHeads',
  chain_getRuntimeVersion: 'state_getRuntimeVersion',
  chain_subscribeRuntimeVersion: 'state_subscribeRuntimeVersion',
  chain_unsubscribeRuntimeVersion: 'state_unsubscribeRuntimeVersion',
  state_callAt: 'state_call',
  state_getKeysPagedAt: 'state_getKeysPaged',
  state_getStorageAt: 'state_getStorage',
  state_getStorageHashAt: 'state_getStorageHash',
  state_getStorageSizeAt: 'state_getStorageSize',
}

/** Every method by the names it is called by. */
export function createMethods(node: Node, watch: ChainWatch, implementation: Implementation): Map<string, Method> {
  const methods = new Map<string, Method>(
    Object.entries({
      ...authorMethods(node),
      ...chainMethods(node, watch),
      ...engineMethods(node),
      ...offchainMethods(node),
      ...paymentMethods(node),
      ...stateMethods(node, watch),
      ...systemMethods(node, implementation),
    }),
  )
  for (const [alias, name] of Object.entries(ALIASES)) methods.set(alias, methods.get(name)!)
  methods.set(
    'rpc_methods',
    method({}, () => listing),
  )
  const listing = { methods: [...methods.keys()].sort() }
  return methods
}
