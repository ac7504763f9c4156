/**
 * dev_newBlock, dev_setHead, dev_setBlockBuildMode, dev_reorg: building blocks and moving the head.
 *
 * Owns: these methods, with Chopsticks' names and options where it has them. Does not own: building.
 * Source: Chopsticks, packages/chopsticks/src/plugins/{new-block,set-head,set-block-build-mode}. Differences: the
 * methods refuse relay chain parameters (hrmp, ump, dmp, relay…), because this chain has no relay chain. Batch and
 * Instant are the same here: transactions that arrive together go into one block.
 */
import { toHex } from '#types/bytes.ts'
import type { Node } from '#chain/node/node-interface.ts'
import type { Sealing } from '#chain/node/sealing.ts'
import { RPC_CODE, RpcError } from '../errors.ts'
import type { Methods } from '../method.ts'
import { blockNumber, bytes, either, hash, integer, listOf, oneOf, optional, record, u32 } from '../params.ts'
import { devMethod } from './dev-error.ts'

/** Blocks that one call may build: a little more than a day of six-second blocks. */
const MAX_BLOCKS = 20_000
/** After this many blocks other clients get a turn. */
const BLOCKS_PER_TURN = 50
/** Transactions in one block or one reorganisation, at most. */
const MAX_TRANSACTIONS = 10_000

const transactions = listOf(bytes, MAX_TRANSACTIONS)

const newBlockOptions = record({
  count: optional(u32),
  to: optional(blockNumber),
  transactions: optional(transactions),
  timestamp: optional(integer),
  unsafeBlockHeight: optional(u32),
})

type NewBlock = ReturnType<(typeof newBlockOptions)['decode']>

type BuildMode = 'Batch' | 'Instant' | 'Manual'
/** By name, or by the numbers of Chopsticks' enum. */
const MODES: Readonly<Record<BuildMode | 1 | 2 | 3, Sealing>> = {
  Batch: { kind: 'instant' },
  Instant: { kind: 'instant' },
  Manual: { kind: 'manual' },
  1: { kind: 'instant' },
  2: { kind: 'instant' },
  3: { kind: 'manual' },
}

const NONE: NewBlock = {
  count: undefined,
  to: undefined,
  transactions: undefined,
  timestamp: undefined,
  unsafeBlockHeight: undefined,
}

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))

/** Builds a line of blocks. Transactions, time and height are for the first one. @returns the hash of the last one. */
async function newBlocks(node: Node, options: NewBlock): Promise<string> {
  const { count, to, unsafeBlockHeight, timestamp, transactions: given } = options
  const wanted = to === undefined ? (count ?? 1) : to - node.best().header.number
  const blocks = Math.max(1, wanted)
  if (blocks > MAX_BLOCKS)
    throw new RpcError(RPC_CODE.invalidParams, `Invalid params: expected at most ${MAX_BLOCKS} blocks, got ${blocks}`)
  let last = await node.seal({
    ...(given && { transactions: given }),
    ...(timestamp !== undefined && { timestampMs: timestamp }),
    ...(unsafeBlockHeight !== undefined && { number: unsafeBlockHeight }),
  })
  for (let built = 1; built < blocks; built++) {
    if (built % BLOCKS_PER_TURN === 0) await turn()
    last = await node.seal()
  }
  return toHex(last.hash)
}

/** The hash of a block, given by hash or by number. A number of 0 or less is a distance from the best block. */
function headOf(node: Node, given: Uint8Array | number): Uint8Array {
  if (typeof given !== 'number') return given
  const number = given <= 0 ? node.best().header.number + given : given
  const found = node.hashAt(number)
  if (found) return found
  throw new RpcError(
    RPC_CODE.invalidParams,
    `Invalid params: expected a block from 0 to ${node.best().header.number}, got ${number}`,
  )
}

/** @param told waits until every client has been told of a jump. */
export function devBlockMethods(node: Node, told: () => Promise<void>): Methods {
  return {
    dev_newBlock: devMethod({ options: optional(newBlockOptions) }, ({ options }) => newBlocks(node, options ?? NONE)),
    dev_setHead: devMethod({ hashOrNumber: either(hash, integer) }, async ({ hashOrNumber }) => {
      const head = headOf(node, hashOrNumber)
      await node.dev.setHead(head)
      await told()
      return toHex(head)
    }),
    dev_setBlockBuildMode: devMethod({ mode: oneOf('Batch', 'Instant', 'Manual', 1, 2, 3) }, ({ mode }) => {
      node.dev.setSealing(MODES[mode])
      return null
    }),
    dev_reorg: devMethod(
      { depth: u32, transactions: optional(listOf(transactions, MAX_TRANSACTIONS)) },
      async ({ depth, transactions: given }) => toHex((await node.dev.reorg(depth, given ?? [])).hash),
    ),
  }
}
