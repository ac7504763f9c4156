/**
 * A feed's signed tree and the Merkle path of a block, in the form in which the chain knows both.
 *
 * Owns: reading them from a Hypercore. Does not own: checking them without one, which the chain does.
 *
 * A tree contains all full subtrees of its earlier lengths, so a core that has grown still proves what it has at an earlier length.
 * Source: hypercore lib/merkle-tree.js, lib/multisig.js, lib/messages.js (11.37.1).
 */
import { toHex } from '#types/bytes.ts'
import { checkFeedHead, leafHash, parentNode, rootSpans } from '#types/domain/hosting/feed.ts'
import type { BlockProof, FeedHead, TreeNode } from '#types/domain/hosting/feed.ts'
import { joiningSpans } from '#types/domain/hosting/feed-growth.ts'
import type { FeedBranch, FeedConflict } from '#types/domain/hosting/feed-growth.ts'
import { AssayError, messageOf } from '#types/errors.ts'
import type Hypercore from 'hypercore'
import type { TreeNode as CoreNode, Proof } from 'hypercore'
import { copyOf } from '#worker/p2p/identity.ts'

/**
 * Length of the fixed head in Hypercore's encoding of the default manifest: version, flags, hash, quorum, and the head
 * of the only signer.
 */
const MANIFEST_HEAD_BYTES = 6
const KEY_BYTES = 32

const treeNodes = (nodes: readonly CoreNode[]): TreeNode[] =>
  nodes.map(({ hash, size }) => ({ nodeHash: copyOf(hash), bytes: BigInt(size) }))

/** The 64 bytes of the single signature in Hypercore's multisig encoding: 01 (one proof) 00 (signer) | 64 | 00 00 (no patch). */
function plainSignature(encoded: Uint8Array | null): Uint8Array {
  if (encoded === null || encoded.length !== 68 || encoded[0] !== 1 || encoded[1] !== 0) {
    const got = encoded === null ? 'none' : `${encoded.length} bytes`
    throw new AssayError(
      'UNSUPPORTED_FEED',
      `expected a feed with exactly one ed25519 signer, got a signature of ${got}`,
    )
  }
  return copyOf(encoded.subarray(2, 66))
}

/** The signed tree to which a proof from block 0 on leads, and its roots at the proof's length. @throws AssayError `UNSUPPORTED_FEED` */
async function branchOf(core: Hypercore, proof: Proof): Promise<FeedBranch> {
  const manifest = core.getManifest({ raw: true })
  if (manifest === null) throw new AssayError('UNSUPPORTED_FEED', 'expected a feed with a manifest, got one without')
  const { nodes, additionalNodes, signature, length: at } = proof.upgrade
  const { length, fork, roots } = await core.verifyFullyRemote(proof)
  const namespaceEnd = MANIFEST_HEAD_BYTES + KEY_BYTES
  const head: FeedHead = {
    key: copyOf(core.key),
    namespace: copyOf(manifest.subarray(MANIFEST_HEAD_BYTES, namespaceEnd)),
    publicKey: copyOf(manifest.subarray(namespaceEnd, namespaceEnd + KEY_BYTES)),
    length,
    fork,
    roots: treeNodes(roots),
    signature: plainSignature(signature),
  }
  const joining = additionalNodes.slice(0, joiningSpans(at, length).length)
  return { head, roots: treeNodes(nodes), nodes: treeNodes(joining) }
}

/**
 * The feed's tree as it is stored, and its roots at a length that it has had.
 * @throws AssayError `UNSUPPORTED_FEED`, `UNPROVABLE` if the nodes of that length are not stored
 */
export async function readBranch(core: Hypercore, length: number): Promise<FeedBranch> {
  let proof: Proof
  try {
    proof = await core.proof({ upgrade: { start: 0, length } })
  } catch (error) {
    const message = `expected the roots of the first ${length} of ${core.length} blocks to be held: ${messageOf(error)}`
    throw new AssayError('UNPROVABLE', message, { length }, { cause: error })
  }
  return branchOf(core, proof)
}

/**
 * The signed head of a feed that is not empty.
 * @throws AssayError `UNSUPPORTED_FEED` unless the feed has one ed25519 signer, the default manifest, and was never truncated
 */
export async function readFeedHead(core: Hypercore): Promise<FeedHead> {
  if (core.length === 0) throw new AssayError('UNSUPPORTED_FEED', 'expected a feed with blocks, got an empty one')
  const { head } = await readBranch(core, core.length)
  const fault = checkFeedHead(head)
  if (fault === undefined) return head
  throw new AssayError(
    'UNSUPPORTED_FEED',
    `expected feed ${toHex(head.key)} to have one ed25519 signer, the default manifest and fork 0, got another ${fault}`,
  )
}

/** The evidence that the key of a stored feed signed another tree too, to which `proof` leads. @throws as readBranch */
export async function readConflict(core: Hypercore, proof: Proof): Promise<FeedConflict> {
  const { length } = proof.upgrade
  // Both begin before the first wait, because Hypercore is about to close the core.
  const [first, second] = await Promise.all([readBranch(core, length), branchOf(core, proof)])
  return { length, first, second }
}

/** The height of the root above a block in a tree of `length` blocks. */
export function heightAt(index: number, length: number): number {
  const span = rootSpans(length).find(({ firstBlock, blocks }) => index < firstBlock + blocks)
  return span ? Math.log2(span.blocks) : 0
}

/**
 * The proof of a stored block against the feed's first `length` blocks. The caller checks it against the roots that it knows.
 * @throws AssayError `UNPROVABLE` if the block or nodes above it are not stored
 */
export async function proveBlock(core: Hypercore, index: number, length = core.length): Promise<BlockProof> {
  const unprovable = (why: string): AssayError =>
    new AssayError('UNPROVABLE', `expected block ${index} of ${length} and the nodes above it to be held, got ${why}`)
  try {
    const { block } = await core.proof({ block: { index, nodes: heightAt(index, length) } })
    if (block.value === null) throw unprovable('no block')
    return { index, leaf: leafHash(block.value), bytes: block.value.length, siblings: treeNodes(block.nodes) }
  } catch (error) {
    throw error instanceof AssayError ? error : unprovable(messageOf(error))
  }
}

/**
 * The nodes that join the tree of a block's index, which is the first block that this tree lacks, to a longer tree of `length` blocks.
 * @param proof of the block in the longer tree. Its path has them all.
 */
export function joiningOf({ index, leaf, bytes, siblings }: BlockProof, length: number): TreeNode[] {
  const [own, ...others] = joiningSpans(index, length)
  if (!own) return []
  const block: TreeNode = { nodeHash: leaf, bytes: BigInt(bytes) }
  const first = siblings.slice(0, Math.log2(own.blocks)).reduce((left, right) => parentNode(left, right), block)
  return [first, ...others.map(({ blocks }) => siblings[Math.log2(blocks)]!)]
}
