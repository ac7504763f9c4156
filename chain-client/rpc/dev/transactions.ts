/**
 * dev_transactionStatus: where a transaction is, and how it ended, asked by its hash at any later time.
 *
 * Owns: this method, and its answer's form. Does not own: the search in the blocks.
 */
import { toHex } from '#types/bytes.ts'
import { AssayError } from '#types/errors.ts'
import type { Ending, Node } from '#chain/node/node-interface.ts'
import { refusalText } from '../errors.ts'
import type { Methods } from '../method.ts'
import { hash } from '../params.ts'
import { devMethod } from './dev-error.ts'
import { MAX_SEARCHED, type FoundTransaction, type TransactionSearch } from './transaction-search.ts'

const endingJson = ({ kind, why, by }: Ending) => ({
  status: kind,
  reason: typeof why === 'string' ? why : refusalText(why),
  ...(by && { by: toHex(by) }),
})

/** The outcome is kept in the state after the block. */
function outcomeJson(node: Node, blockHash: Uint8Array, index: number) {
  try {
    return { outcome: node.runtime.outcome(node.stateAt(blockHash), index) ?? null }
  } catch (error) {
    if (!(error instanceof AssayError) || error.code !== 'UNKNOWN_BLOCK') throw error
    return { outcome: null, reason: 'the state of its block is pruned, and its outcome with it' }
  }
}

function inBlockJson(node: Node, { block, index }: FoundTransaction) {
  const { header, hash: blockHash } = block
  return {
    status: header.number <= node.finalized().header.number ? 'finalized' : 'inBlock',
    block: toHex(blockHash),
    number: header.number,
    index,
    ...outcomeJson(node, blockHash, index),
  }
}

async function status(node: Node, search: TransactionSearch, transaction: Uint8Array): Promise<unknown> {
  const pooled = await node.poolStatus(transaction)
  if (pooled && 'why' in pooled) return endingJson(pooled)
  if (pooled) return { status: pooled.kind }
  const found = await search.find(transaction)
  if (found) return inBlockJson(node, found)
  const reason = `it is not in the pool, not in the last ${MAX_SEARCHED} blocks, and not among those that left the pool lately`
  return { status: 'unknown', reason }
}

export function devTransactionMethods(node: Node, search: TransactionSearch): Methods {
  return {
    dev_transactionStatus: devMethod({ hash }, ({ hash: transaction }) => status(node, search, transaction)),
  }
}
