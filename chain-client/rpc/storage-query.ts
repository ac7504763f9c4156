/**
 * Storage over a range of blocks: state_queryStorage and state_queryStorageAt.
 *
 * Owns: the walk from block to block and its bound. Does not own: the parameters.
 * Source: polkadot-sdk substrate/client/rpc/src/state/state_full.rs, query_storage.
 */
import { toHex } from '#types/bytes.ts'
import type { Block, Node } from '#chain/node/node-interface.ts'
import { sameValue } from './chain-watch.ts'
import { RPC_CODE, RpcError } from './errors.ts'

/** `StorageChangeSet`: the keys that changed in a block, in the order they were asked for. */
export interface ChangeSet {
  readonly block: string
  readonly changes: readonly (readonly [key: string, value: string | null])[]
}

/**
 * Reads (blocks times keys) that one state_queryStorage may cost, because it runs between two blocks of a dev chain.
 */
const MAX_READS = 100_000

/**
 * The keys' values after `from`, then the changes in each block up to `to`.
 * @throws RpcError 4001 if `to` does not descend from `from`, or the range is too large.
 */
export function changesBetween(node: Node, keys: readonly Uint8Array[], from: Uint8Array, to: Uint8Array): ChangeSet[] {
  const known = new Map<string, Uint8Array | undefined>()
  const sets: ChangeSet[] = []
  for (const block of range(node, from, to, keys.length)) {
    const state = node.stateAt(block.hash)
    const changes: [string, string | null][] = []
    for (const key of keys) {
      const hex = toHex(key)
      const value = state.get(key)
      if (known.has(hex) && sameValue(known.get(hex), value)) continue
      known.set(hex, value)
      changes.push([hex, value ? toHex(value) : null])
    }
    if (changes.length > 0) sets.push({ block: toHex(block.hash), changes })
  }
  return sets
}

/** The keys' values after one block; empty if `keys` is empty. */
export const changesAt = (node: Node, keys: readonly Uint8Array[], at: Uint8Array): ChangeSet[] =>
  changesBetween(node, keys, at, at)

/** The blocks from `from` to `to`, oldest first. */
function range(node: Node, from: Uint8Array, to: Uint8Array, keys: number): Block[] {
  const refuse = (details: string): never => {
    const message = `Cannot resolve a block range ['${toHex(from)}' ... '${toHex(to)}']. ${details}`
    throw new RpcError(RPC_CODE.invalidBlockRange, message)
  }
  const known = (hash: Uint8Array): Block =>
    node.block(hash) ?? refuse(`UnknownBlock: Header was not found in the database: ${toHex(hash)}`)
  const first = known(from)
  const last = known(to)
  const length = last.header.number - first.header.number + 1
  if (length < 1) refuse('from number > to number')
  if (length * keys > MAX_READS)
    refuse(`expected at most ${MAX_READS} reads, got ${length} blocks of ${keys} keys: ask for less`)
  const blocks = [last]
  for (let block = last; block.header.number > first.header.number; blocks.push(block))
    block = known(block.header.parentHash)
  if (toHex(blocks.at(-1)!.hash) !== toHex(from)) refuse('from and to are on different forks')
  return blocks.reverse()
}
