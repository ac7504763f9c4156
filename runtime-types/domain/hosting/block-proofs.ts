/**
 * Many block proofs of one feed in few bytes: a tree node that several paths share is written once.
 *
 * Owns: this encoding. Does not own: the meaning of a proof. In memory each proof has its whole path.
 *
 * On the wire the nodes come in the order in which the paths first name them, each once. So proofs have only one
 * encoding.
 */
import { toHex } from '../../bytes.ts'
import { H256 } from '../../scale/account.ts'
import { ScaleError, type Codec, type ValueOf } from '../../scale/codec.ts'
import { compactU32, struct, vec } from '../../scale/compound.ts'
import { MAX_DEPTH, TreeNode, type BlockProof } from './feed.ts'

/** A proof whose siblings are indices into the list of nodes. */
const PooledProof = struct(
  { index: compactU32, leaf: H256, bytes: compactU32, siblings: vec(compactU32, MAX_DEPTH) },
  { path: ['assay_primitives', 'feed', 'PooledProof'] },
)

const poolOf = (max: number) =>
  struct(
    { proofs: vec(PooledProof, max), nodes: vec(TreeNode, max * MAX_DEPTH) },
    { path: ['assay_primitives', 'feed', 'PooledProofs'] },
  )
type Pool = ValueOf<ReturnType<typeof poolOf>>

const nameOf = ({ nodeHash, bytes }: TreeNode): string => `${toHex(nodeHash)} ${bytes}`

function pool(proofs: readonly BlockProof[]): Pool {
  const places = new Map<string, number>()
  const nodes: TreeNode[] = []
  const placeOf = (node: TreeNode): number => {
    const name = nameOf(node)
    const place = places.get(name) ?? nodes.push(node) - 1
    places.set(name, place)
    return place
  }
  return { proofs: proofs.map((proof) => ({ ...proof, siblings: proof.siblings.map(placeOf) })), nodes }
}

/**
 * @throws ScaleError unless the nodes are exactly those that the paths name, each once, in the order of their first
 *   mention.
 */
function unpool({ proofs, nodes }: Pool, offset: number): BlockProof[] {
  let named = 0
  const nodeAt = (place: number): TreeNode => {
    const node = nodes[place]
    if (!node || place > named)
      throw new ScaleError(`a node from 0 to ${Math.min(named, nodes.length - 1)}`, String(place), offset)
    if (place === named) named++
    return node
  }
  const whole = proofs.map((proof) => ({ ...proof, siblings: proof.siblings.map(nodeAt) }))
  if (named < nodes.length) throw new ScaleError(`${named} nodes, all named by a path`, String(nodes.length), offset)
  const distinct = new Set(nodes.map(nameOf)).size
  if (distinct < nodes.length) throw new ScaleError('each node once', `${nodes.length - distinct} again`, offset)
  return whole
}

/** At most `max` proofs. */
export function blockProofs(max: number): Codec<readonly BlockProof[]> {
  const pooled = poolOf(max)
  return {
    type: pooled.type,
    write: (proofs, out) => pooled.write(pool(proofs), out),
    read(from) {
      const start = from.offset
      return unpool(pooled.read(from), start)
    },
  }
}
