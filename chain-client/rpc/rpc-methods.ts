/**
 * The table of all served methods, and rpc_methods, which lists exactly these.
 *
 * Owns: the aliases and the table. Clients choose their calls by the list, so it names only methods that the server
 * answers. Does not own: the methods (one file per namespace).
 * Source: the `aliases` of polkadot-sdk substrate/client/rpc-api.
 */
import type { Node } from '#chain/node/node-interface.ts'
import type { SessionKeystore } from '#chain/node/session-keystore.ts'
import { archiveMethods } from './archive.ts'
import { authorMethods } from './author.ts'
import { chainHeadMethods } from './chain-head/chain-head.ts'
import { Followers, type FollowersOptions } from './chain-head/followers.ts'
import { chainMethods } from './chain.ts'
import { chainSpecMethods } from './chain-spec.ts'
import type { ChainWatch } from './chain-watch.ts'
import { childStateMethods } from './child-state.ts'
import { devBlockMethods } from './dev/blocks.ts'
import { devDumpMethods } from './dev/dump.ts'
import { devRehearsalMethods } from './dev/rehearsal.ts'
import { devSnapshotMethods } from './dev/snapshots.ts'
import { devStateMethods } from './dev/state.ts'
import { TransactionSearch } from './dev/transaction-search.ts'
import { devTransactionMethods } from './dev/transactions.ts'
import { engineMethods } from './engine.ts'
import { keystoreMethods } from './keystore.ts'
import { method, type Method } from './method.ts'
import { offchainMethods } from './offchain.ts'
import { paymentMethods } from './payment.ts'
import { isUnsafe } from './safety.ts'
import { stateMethods } from './state.ts'
import { systemMethods, type Implementation } from './system.ts'
import { transactionMethods } from './transaction.ts'
import { transactionWatchMethods } from './transaction-watch.ts'

const ALIASES: Readonly<Record<string, string>> = {
  // The name in the specification is the one without the prefix.
  archive_v1_storageDiff_stopStorageDiff: 'archive_v1_stopStorageDiff',
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
  childstate_getKeysPagedAt: 'childstate_getKeysPaged',
  state_callAt: 'state_call',
  state_getKeysPagedAt: 'state_getKeysPaged',
  state_getStorageAt: 'state_getStorage',
  state_getStorageHashAt: 'state_getStorageHash',
  state_getStorageSizeAt: 'state_getStorageSize',
}

/** The parts that the methods work on. */
export interface MethodDeps extends FollowersOptions {
  readonly node: Node
  readonly watch: ChainWatch
  readonly implementation: Implementation
  readonly keystore: SessionKeystore
}

/** Every method by each of its names. */
export function createMethods({ node, watch, implementation, keystore, ...options }: MethodDeps): Map<string, Method> {
  const search = new TransactionSearch(node)
  const followers = new Followers(node, options)
  const told = (): Promise<void> => followers.told()
  const methods = new Map<string, Method>(
    Object.entries({
      ...archiveMethods(node),
      ...authorMethods(node, options.clock),
      ...keystoreMethods(node, keystore),
      ...chainHeadMethods(node, followers),
      ...chainMethods(node, watch),
      ...chainSpecMethods(node),
      ...childStateMethods(node),
      ...devBlockMethods(node, told),
      ...devDumpMethods(node, told),
      ...devRehearsalMethods(node, search),
      ...devSnapshotMethods(node, told),
      ...devStateMethods(node),
      ...devTransactionMethods(node, search),
      ...engineMethods(node),
      ...offchainMethods(node),
      ...paymentMethods(node),
      ...stateMethods(node, watch),
      ...systemMethods(node, implementation),
      ...transactionMethods(node),
      ...transactionWatchMethods(node, options.clock),
    }),
  )
  for (const [alias, name] of Object.entries(ALIASES)) methods.set(alias, methods.get(name)!)
  methods.set(
    'rpc_methods',
    method({}, (_, { denyUnsafe }) => (denyUnsafe ? safeListing : listing)),
  )
  const listing = { methods: [...methods.keys()].sort() }
  const safeListing = { methods: listing.methods.filter((name) => !isUnsafe(name)) }
  return methods
}
