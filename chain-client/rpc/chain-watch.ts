/**
 * Tells subscribers when the chain moves.
 *
 * Owns: passing the node's events on to head and storage subscriptions, with one listener on the node, and one JSON
 * text per head for any number of subscribers. Does not own: subscriptions.
 * Source: polkadot-sdk substrate/client/rpc/src/{chain/chain_full.rs,state/state_full.rs}: each subscription first gets
 * the current state of the watched items.
 */
import { equalBytes, toHex } from '#types/bytes.ts'
import type { Block, ChainEvent, Node } from '#chain/node/node-interface.ts'
import type { Trie } from '#chain/trie/trie.ts'
import { headerText } from './json.ts'
import type { Subscription } from './subscriptions.ts'

/** A storage key as bytes, and as its canonical hex text. */
interface WatchedKey {
  readonly bytes: Uint8Array
  readonly hex: string
}

interface StorageWatch {
  /** Undefined watches everything. */
  readonly keys: readonly WatchedKey[] | undefined
  /** The state that the client knows. */
  known: Trie
}

export type HeadKind = 'new' | 'all' | 'finalized'

export interface ChainWatch {
  /**
   * Pushes the current head, then each new one. `all` follows imports, `new` the best block. After a revert both push
   * the new head; `finalized` pushes it only if the final block changed.
   */
  heads(kind: HeadKind, subscription: Subscription): void
  /**
   * Pushes all values, then those that changed between best blocks: also when a fork or a revert changed them back, or
   * a caller set the state of the best block by hand.
   * Without keys it pushes every change, and nothing at first.
   */
  storage(subscription: Subscription, keys: readonly Uint8Array[] | undefined): void
  /** Stops listening to the node. */
  close(): void
}

/** Listens to a node for all subscriptions of a server. */
export function createChainWatch(node: Node): ChainWatch {
  const heads = { new: new Set<Subscription>(), all: new Set<Subscription>(), finalized: new Set<Subscription>() }
  const storage = new Map<Subscription, StorageWatch>()
  /** The last finalized block that subscribers were told. */
  let finalized = node.finalized().hash
  const stop = node.onEvent((event) => onEvent(event))

  const tellStorage = (block: Block): void => {
    if (storage.size > 0) pushStorage(storage, block, node.stateAt(block.hash))
  }

  function onEvent(event: ChainEvent): void {
    switch (event.kind) {
      case 'imported':
        return pushHead(heads.all, event.block)
      case 'finalized':
        return tellFinalized(event.block)
      case 'best':
        pushHead(heads.new, event.block)
        return tellStorage(event.block)
      case 'reverted':
        return onReverted()
      case 'stateSet':
        if (equalBytes(event.block.hash, node.best().hash)) tellStorage(event.block)
    }
  }

  function tellFinalized(block: Block): void {
    finalized = block.hash
    pushHead(heads.finalized, block)
  }

  /**
   * The chain has another head, maybe a lower one. Clients hear of it as a new head, and of all storage that differs.
   */
  function onReverted(): void {
    const best = node.best()
    pushHead(heads.all, best)
    pushHead(heads.new, best)
    const final = node.finalized()
    if (!equalBytes(final.hash, finalized)) tellFinalized(final)
    tellStorage(best)
  }

  return {
    heads(kind, subscription) {
      heads[kind].add(subscription)
      subscription.onClose(() => heads[kind].delete(subscription))
      subscription.push(headerText((kind === 'finalized' ? node.finalized() : node.best()).header))
    },
    storage(subscription, keys) {
      const best = node.best()
      const known = node.stateAt(best.hash)
      const watched = keys?.map((bytes) => ({ bytes, hex: toHex(bytes) }))
      storage.set(subscription, { keys: watched, known })
      subscription.onClose(() => storage.delete(subscription))
      const changes = watched?.map(({ bytes, hex }) => change(hex, known.get(bytes))) ?? []
      if (changes.length > 0) subscription.push(changeSetText(best, changes))
    },
    close: stop,
  }
}

function pushHead(subscriptions: ReadonlySet<Subscription>, block: Block): void {
  if (subscriptions.size === 0) return
  const text = headerText(block.header)
  for (const subscription of subscriptions) subscription.push(text)
}

function pushStorage(watches: ReadonlyMap<Subscription, StorageWatch>, block: Block, state: Trie): void {
  for (const [subscription, watch] of watches) {
    const changes = watch.keys ? changesOf(watch.keys, watch.known, state) : allChanges(watch.known, state)
    watch.known = state
    if (changes.length > 0) subscription.push(changeSetText(block, changes))
  }
}

function changesOf(keys: readonly WatchedKey[], before: Trie, after: Trie): string[] {
  const changes: string[] = []
  for (const { bytes, hex } of keys) {
    const value = after.get(bytes)
    if (!sameValue(value, before.get(bytes))) changes.push(change(hex, value))
  }
  return changes
}

const allChanges = (before: Trie, after: Trie): string[] =>
  Array.from(before.diff(after), (difference) => change(toHex(difference.key), difference.after))

/** Whether two storage values are the same. Absence counts as a value. */
export const sameValue = (a: Uint8Array | undefined, b: Uint8Array | undefined): boolean =>
  a === undefined || b === undefined ? a === b : equalBytes(a, b)

const change = (keyHex: string, value: Uint8Array | undefined): string =>
  value === undefined ? `["${keyHex}",null]` : `["${keyHex}","${toHex(value)}"]`

/** `StorageChangeSet`. */
const changeSetText = (block: Block, changes: readonly string[]): string =>
  `{"block":"${toHex(block.hash)}","changes":[${changes.join(',')}]}`
