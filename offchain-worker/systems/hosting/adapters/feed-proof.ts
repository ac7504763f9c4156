/**
 * A feed's signed head and the Merkle path of a block, as plain data.
 *
 * Owns: reading both from a Hypercore. Does not own: checking them without one, which the chain does.
 * All hashes are BLAKE2b-256, integers u64 little endian:
 *   leaf = H(00 | size | block)   parent = H(01 | left size + right size | left | right)
 *   tree = H(02 | for each root, left to right: hash | flat index | size)
 * Source: hypercore-crypto index.js; hypercore lib/merkle-tree.js, lib/caps.js, lib/multisig.js (11.37.1).
 */
import { concatBytes, equalBytes } from '#types/bytes.ts'
import { blake2b256Of } from '#types/crypto/hash.ts'
import { AssayError, messageOf } from '#types/errors.ts'
import Hypercore from 'hypercore'
import type { Proof } from 'hypercore'
import { copyOf } from '#worker/p2p/identity.ts'

/** The facts about a feed that the chain registers. */
export interface FeedHead {
  /** Hash of the manifest: the feed's name. Not the public key. */
  readonly key: Uint8Array
  /** The encoded manifest; `key` is BLAKE2b(MANIFEST namespace | manifest). */
  readonly manifest: Uint8Array
  /** The number of blocks. */
  readonly length: number
  readonly fork: number
  /** Bytes of all blocks. */
  readonly byteLength: number
  readonly treeHash: Uint8Array
  /** ed25519, 64 bytes, over TREE namespace | key | tree hash | length | fork. */
  readonly signature: Uint8Array
}

/** A subtree: its hash, and the bytes of all blocks below it. */
interface ProofNode {
  readonly hash: Uint8Array
  readonly size: number
}

/** The proof that a block is at an index of a feed of a certain length. */
export interface BlockProof {
  readonly index: number
  readonly length: number
  readonly fork: number
  readonly leafHash: Uint8Array
  readonly leafSize: number
  /**
   * The path's siblings, from the leaf up to its root. The bits of the index say which are left and which are right.
   */
  readonly siblings: readonly ProofNode[]
  /** All roots of the tree, left to right, including the block's own. */
  readonly roots: readonly ProofNode[]
  readonly treeHash: Uint8Array
  readonly signature: Uint8Array
}

function u64(value: number): Uint8Array {
  const bytes = new Uint8Array(8)
  new DataView(bytes.buffer).setBigUint64(0, BigInt(value), true)
  return bytes
}

const leafOf = (block: Uint8Array): ProofNode => ({
  hash: blake2b256Of(Uint8Array.of(0), u64(block.length), block),
  size: block.length,
})

const parentOf = (left: ProofNode, right: ProofNode): ProofNode => ({
  hash: blake2b256Of(Uint8Array.of(1), u64(left.size + right.size), left.hash, right.hash),
  size: left.size + right.size,
})

/** The number of blocks below each root of a tree of `length` blocks, left to right: the powers of two in it. */
function rootSpans(length: number): number[] {
  const spans: number[] = []
  for (let span = 2 ** Math.floor(Math.log2(Math.max(length, 1))); span >= 1; span /= 2) {
    if (Math.floor(length / span) % 2 === 1) spans.push(span)
  }
  return spans
}

function treeHashOf(roots: readonly ProofNode[], length: number): Uint8Array {
  const parts: Uint8Array[] = [Uint8Array.of(2)]
  let first = 0
  rootSpans(length).forEach((span, i) => {
    const root = roots[i]
    if (root !== undefined) parts.push(root.hash, u64(2 * first + span - 1), u64(root.size))
    first += span
  })
  return blake2b256Of(concatBytes(...parts))
}

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

/**
 * The signed head of a feed that is not empty.
 * @throws AssayError `UNSUPPORTED_FEED`
 */
export async function readFeedHead(core: Hypercore): Promise<FeedHead> {
  const { key, length, fork, byteLength } = core
  const manifest = core.getManifest({ raw: true })
  if (length === 0 || manifest === null) {
    throw new AssayError('UNSUPPORTED_FEED', 'expected a feed with blocks and a manifest, got an empty one')
  }
  const { upgrade } = await core.proof({ upgrade: { start: 0, length } })
  return {
    key: copyOf(key),
    manifest: copyOf(manifest),
    length,
    fork,
    byteLength,
    treeHash: copyOf(await Hypercore.treeHashFromStorage(core, length)),
    signature: plainSignature(upgrade.signature),
  }
}

/**
 * The proof of a stored block against the feed's current length. The function checks that it hashes to the tree.
 * @throws AssayError `UNPROVABLE` if the block or nodes above it are not stored
 */
export async function proveBlock(core: Hypercore, index: number): Promise<BlockProof> {
  const { length, fork } = core
  const unprovable = (why: string): AssayError =>
    new AssayError('UNPROVABLE', `expected block ${index} of ${length} and the nodes above it to be held, got ${why}`)
  let proof: Proof
  try {
    proof = await core.proof({ block: { index, nodes: 0 }, upgrade: { start: 0, length } })
  } catch (error) {
    throw unprovable(messageOf(error))
  }
  if (proof.block.value === null) throw unprovable('no block')
  const leaf = leafOf(proof.block.value)
  const siblings = proof.block.nodes.map(({ hash, size }) => ({ hash: copyOf(hash), size }))
  const others = proof.upgrade.nodes.map(({ hash, size }) => ({ hash: copyOf(hash), size }))
  const roots = others.toSpliced(rootPosition(index, length), 0, climb(leaf, index, siblings))
  const treeHash = copyOf(await Hypercore.treeHashFromStorage(core, length))
  if (!equalBytes(treeHashOf(roots, length), treeHash)) throw unprovable('a path to another tree hash')
  const signature = plainSignature(proof.upgrade.signature)
  return { index, length, fork, leafHash: leaf.hash, leafSize: leaf.size, siblings, roots, treeHash, signature }
}

/** The root above a leaf. Bit k of the index says whether the path comes from the right at height k. */
const climb = (leaf: ProofNode, index: number, siblings: readonly ProofNode[]): ProofNode =>
  siblings.reduce(
    (node, sibling, height) =>
      Math.floor(index / 2 ** height) % 2 === 1 ? parentOf(sibling, node) : parentOf(node, sibling),
    leaf,
  )

/** Which of the roots, counted from the left, stands above a block. */
function rootPosition(index: number, length: number): number {
  let end = 0
  return rootSpans(length).findIndex((span) => index < (end += span))
}
