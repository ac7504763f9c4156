/**
 * Two trees that a feed's key signed: the proof that the longer one begins with the shorter one, and the proof that they contradict
 * each other.
 *
 * Owns: both proofs and their checks. Does not own: the hashing rules (feed.ts).
 *
 * A feed is append-only: its key never signs two trees of which neither begins with the other. Nobody can forge evidence of this,
 * because both signatures are of the feed's key.
 */
import { equalBytes } from '../../bytes.ts'
import { struct, vec } from '../../scale/compound.ts'
import type { ValueOf } from '../../scale/codec.ts'
import { u32 } from '../../scale/primitives.ts'
import { checkFeedHead, FeedHead, MAX_DEPTH, parentNode, rootSpans, TreeNode } from './feed.ts'

/** A feed at one length, without a signature: what it takes to check a block. */
export const FeedTree = struct(
  {
    length: u32,
    /** Roots of the full subtrees, left to right. */
    roots: vec(TreeNode, MAX_DEPTH),
  },
  { path: ['assay_primitives', 'feed', 'FeedTree'] },
)
export type FeedTree = ValueOf<typeof FeedTree>

/** What a hoster promised to serve, with the key of its feed. */
export interface PromisedFeed extends FeedTree {
  readonly key: Uint8Array
}

/** What a hoster promised to serve, and the block since when it hosts the feed. */
export const HostingPromise = struct({ since: u32, tree: FeedTree }, { path: ['assay_primitives', 'feed', 'Hosting'] })
export type HostingPromise = ValueOf<typeof HostingPromise>

/** The nodes that join the last roots of a tree to the roots of a longer one, from the bottom up. */
export const joiningNodes = vec(TreeNode, MAX_DEPTH)

/** A signed tree, and the roots that it has at a certain length. */
export const FeedBranch = struct(
  {
    head: FeedHead,
    /** The roots of this tree's first blocks. */
    roots: vec(TreeNode, MAX_DEPTH),
    /** They lead from these roots to those of the head. None where the head has that length. */
    nodes: joiningNodes,
  },
  { path: ['assay_primitives', 'feed', 'FeedBranch'] },
)
export type FeedBranch = ValueOf<typeof FeedBranch>

/** Two trees by one key that differ in their first `length` blocks. */
export const FeedConflict = struct(
  { length: u32, first: FeedBranch, second: FeedBranch },
  { path: ['assay_primitives', 'feed', 'FeedConflict'] },
)
export type FeedConflict = ValueOf<typeof FeedConflict>

const sameNode = (a: TreeNode, b: TreeNode | undefined): boolean =>
  b !== undefined && a.bytes === b.bytes && equalBytes(a.nodeHash, b.nodeHash)

/** How many roots two trees of these lengths have in common. */
function commonRoots(shorter: number, longer: number): number {
  const [few, many] = [rootSpans(shorter), rootSpans(longer)]
  const at = few.findIndex(({ blocks }, i) => many[i]?.blocks !== blocks)
  return at === -1 ? few.length : at
}

/** A full subtree on the way up from the last root of a tree, with its sibling. */
interface Step {
  readonly isLeft: boolean
  readonly sibling: { readonly firstBlock: number; readonly blocks: number }
}

/** The way from the last root of a tree up to the root of a longer tree that covers it. */
function wayUp(shorter: number, longer: number): Step[] {
  const last = rootSpans(shorter).at(-1)
  const top = rootSpans(longer)[commonRoots(shorter, longer)]
  const steps: Step[] = []
  if (!last || !top || top.firstBlock >= shorter) return steps
  for (let { firstBlock, blocks } = last; blocks < top.blocks; blocks *= 2) {
    const isLeft = ((firstBlock - top.firstBlock) / blocks) % 2 === 0
    steps.push({ isLeft, sibling: { firstBlock: isLeft ? firstBlock + blocks : firstBlock - blocks, blocks } })
    if (!isLeft) firstBlock -= blocks
  }
  return steps
}

/** The blocks below each node that joins a tree to a longer one, in the order of {@link joiningNodes}. */
export const joiningSpans = (shorter: number, longer: number): Step['sibling'][] =>
  wayUp(shorter, longer).flatMap(({ isLeft, sibling }) => (isLeft ? [sibling] : []))

/** Whether the longer tree begins with the blocks of the shorter one. It takes no more nodes than that needs. At most 32 hashes. */
export function extendsTree(shorter: FeedTree, longer: FeedTree, nodes: readonly TreeNode[]): boolean {
  if (shorter.length > longer.length || shorter.roots.length !== rootSpans(shorter.length).length) return false
  const common = commonRoots(shorter.length, longer.length)
  if (!shorter.roots.slice(0, common).every((root, i) => sameNode(root, longer.roots[i]))) return false
  const steps = wayUp(shorter.length, longer.length)
  if (nodes.length !== steps.filter(({ isLeft }) => isLeft).length) return false
  const left = shorter.roots.slice(common)
  const right = [...nodes]
  const last = left.pop()
  if (!last) return true
  const top = steps.reduce(
    (node, { isLeft }) => (isLeft ? parentNode(node, right.shift()!) : parentNode(left.pop()!, node)),
    last,
  )
  return sameNode(top, longer.roots[common])
}

/**
 * Whether the key of both heads signed two trees that differ in their first `length` blocks. At most 2 signatures and 128 hashes. It
 * compares hashes only: a parent's hash covers the sum of its children's sizes, so anybody can give two children other sizes.
 */
export function checkFeedConflict({ length, first, second }: FeedConflict): boolean {
  if (length === 0 || !equalBytes(first.head.key, second.head.key)) return false
  const differ =
    first.roots.length === second.roots.length &&
    first.roots.some(({ nodeHash }, i) => !equalBytes(nodeHash, second.roots[i]!.nodeHash))
  const areSigned = [first, second].every(
    ({ head, roots, nodes }) => checkFeedHead(head) === undefined && extendsTree({ length, roots }, head, nodes),
  )
  return differ && areSigned
}
