/**
 * The errors of an audit. Each names what the hoster was expected to do.
 *
 * Owns: codes and messages. Does not own: the receipt's faults.
 */
import { AssayError, messageOf } from '#types/errors.ts'
import { treeHash } from '#types/domain/hosting/feed.ts'
import type { FeedTree } from '#types/domain/hosting/feed-growth.ts'
import { keyName } from '#worker/p2p/identity.ts'

/** The client got no connection to the hoster in time. */
export const unreachable = (hoster: Uint8Array, ms: number): AssayError =>
  new AssayError(
    'HOSTER_UNREACHABLE',
    `expected the hoster ${keyName(hoster)} to accept a connection within ${ms} ms, got none`,
  )

/** The hoster is connected, but offers nothing of that length. */
export const silent = (hoster: Uint8Array, ms: number): AssayError =>
  new AssayError(
    'HOSTER_SILENT',
    `expected the hoster ${keyName(hoster)} to offer the feed at the length that it promised within ${ms} ms`,
  )

/** A block did not come in time. */
export const blockTimeout = (index: number, ms: number, connected: boolean): AssayError => {
  const state = connected ? 'though it is connected' : 'and it is not connected'
  const message = `expected block ${index} within ${ms} ms, got nothing from the hoster, ${state}`
  return new AssayError('BLOCK_TIMEOUT', message, { index, connected })
}

/** The hoster sent something that does not verify: a block, or (without index) tree nodes. */
export const badBlock = (index: number | undefined, cause: Error): AssayError => {
  const what = index === undefined ? 'tree nodes' : `block ${index}`
  const message = `expected ${what} to hash to the feed's tree, got other bytes from the hoster: ${cause.message}`
  return new AssayError('BAD_BLOCK', message, { index }, { cause })
}

/** Hypercore gave a block up for a reason of its own. */
export const blockFailed = (index: number, cause: unknown): AssayError =>
  new AssayError('BLOCK_FAILED', `block ${index} could not be fetched: ${messageOf(cause)}`, { index }, { cause })

const describeTree = ({ length, roots }: FeedTree): string =>
  `length ${length}, tree hash ${keyName(treeHash(length, roots))}`

/** The hoster offers another tree of the same length than the promised one. */
export const feedMismatch = (promised: FeedTree, offered: FeedTree): AssayError => {
  const message = `expected the feed as promised (${describeTree(promised)}), got ${describeTree(offered)} from the hoster`
  return new AssayError('FEED_MISMATCH', message)
}

/** No receipt in time. */
export const receiptTimeout = (ms: number): AssayError =>
  new AssayError('RECEIPT_TIMEOUT', `expected a receipt of the hoster within ${ms} ms, got none`)

/** The error for calls that wait while the session closes. */
export const auditClosed = (): AssayError =>
  new AssayError('AUDIT_CLOSED', 'expected an open audit session, got a closed one')
