/**
 * A feed's head on the chain, brought to the length that its author holds.
 *
 * Owns: what is submitted, and refusing a chain that knows another feed under the key. Does not own: hosters, who do the same for the
 * feeds that they publish (role/hoster.ts).
 */
import type { ChainPort } from '#chain/api/chain-port.ts'
import { encodeCall, read } from '#chain/api/descriptors.ts'
import { equalBytes, toHex } from '#types/bytes.ts'
import { treeHash, type FeedHead } from '#types/domain/hosting/feed.ts'
import type { FeedBranch } from '#types/domain/hosting/feed-growth.ts'
import { AssayError } from '#types/errors.ts'
import { submitCall } from '#worker/terminal/operator.ts'
import { feedConflicts, feedHeads, publishFeed, updateFeed } from '../role/chain-items.ts'

/** What a chain must have for it. */
export const registerRequires = [publishFeed, updateFeed, feedHeads, feedConflicts]

/** What became of the chain's record. */
export interface Registration {
  readonly change: 'published' | 'updated' | 'none'
  /** The block of the change. */
  readonly block: number | undefined
}

/**
 * Registers a head, or replaces a shorter one of the same feed by it. The account of the chain's client pays.
 * @param branchAt our tree, and its roots at a length
 * @throws AssayError `FEED_ENDED`, `FEED_DIFFERS`, `CALL_FAILED`
 */
export async function registerHead(
  chain: ChainPort,
  head: FeedHead,
  branchAt: (length: number) => Promise<FeedBranch>,
): Promise<Registration> {
  const { key, length } = head
  if ((await read(chain, feedConflicts, key)) !== undefined)
    throw new AssayError(
      'FEED_ENDED',
      `expected feed ${toHex(key)} to go on, got one that has ended on this chain, because its key signed two trees: publish another one`,
    )
  const known = await read(chain, feedHeads, key)
  if (!known) {
    const block = await submitCall(chain, encodeCall(publishFeed, { head }))
    return { change: 'published', block }
  }
  const held = known.length <= length ? await branchAt(known.length) : undefined
  if (!held || !equalBytes(treeHash(known.length, held.roots), treeHash(known.length, known.roots)))
    throw new AssayError(
      'FEED_DIFFERS',
      `expected the folder to begin with the ${known.length} blocks that the chain knows of feed ${toHex(key)}, got others or fewer: ` +
        `publish it with --republish, which makes a new feed of it`,
    )
  if (known.length === length) return { change: 'none', block: undefined }
  return { change: 'updated', block: await submitCall(chain, encodeCall(updateFeed, { head, nodes: held.nodes })) }
}
