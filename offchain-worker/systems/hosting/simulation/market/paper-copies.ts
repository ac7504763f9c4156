/**
 * Copies on paper: segments of made-up leaves, with real trees over them and real answers to challenges.
 *
 * Owns: making up moduli and leaves that the chain takes; which leaves a hoster lacks. Does not own: real encoding (copy/block.ts of
 * the domain).
 *
 * The chain cannot tell made-up leaves from encoded ones before a complaint. So a market of many copies is played without RSA. For the
 * same reason no play may complain about an encoding that is to count as good.
 */
import { leavesOf } from '#types/domain/hosting/copy/block.ts'
import {
  answerSegment,
  drawsBySegment,
  type StorageAnswer,
  type StoredBlock,
} from '#types/domain/hosting/copy/challenge.ts'
import type { Segment } from '#types/domain/hosting/copy/segment.ts'
import { blockNode, leafNode, segmentRoot, topOf, TreeTop } from '#types/domain/hosting/copy/tree.ts'
import type { Random } from '#worker/simulation/random.ts'

/** The shortest modulus, which a simulated chain admits. */
export const PAPER_LEAF_BYTES = 128

/** A segment with the bytes that its hoster keeps. */
export interface MadeSegment {
  readonly segment: Segment
  readonly blocks: readonly StoredBlock[]
  /** By the index in the feed. */
  readonly encoded: ReadonlyMap<number, Uint8Array>
}

/** A segment over encoded blocks, whatever they are. @param from index of the first one */
export function segmentBy(
  encoder: Uint8Array,
  from: number,
  encoded: readonly Uint8Array[],
  modulus: Uint8Array,
): MadeSegment {
  const size = modulus.length
  const blocks: StoredBlock[] = []
  const top = new TreeTop()
  let start = 0n
  for (const [i, bytes] of encoded.entries()) {
    const leaves = bytes.length / size
    const nodes = Array.from({ length: leaves }, (_, j) => leafNode(bytes.subarray(j * size, (j + 1) * size)))
    const block = { index: from + i, start, leaves, top: topOf(nodes) }
    top.add(blockNode(block, block.top))
    blocks.push(block)
    start += BigInt(leaves)
  }
  const span = { from, to: from + encoded.length, leaves: start }
  const root = segmentRoot(span, top.node!)
  const segment = { ...span, encoder, modulus, root }
  return { segment, blocks, encoded: new Map(encoded.map((bytes, i) => [from + i, bytes])) }
}

/** A modulus that no prime was ever found for. The chain asks for its length, and that it is odd. */
export function paperModulus(random: Random): Uint8Array {
  const modulus = random.bytes(PAPER_LEAF_BYTES)
  modulus[0]! |= 0x80
  modulus[PAPER_LEAF_BYTES - 1]! |= 1
  return modulus
}

/** A block of made-up leaves, as many as a plain block of `size` bytes has. */
export const paperBlock = (size: number, random: Random): Uint8Array =>
  random.bytes(leavesOf(size, PAPER_LEAF_BYTES) * PAPER_LEAF_BYTES)

/**
 * The answer of a hoster to a challenge. A leaf that it lacks is zeros: the hoster has its hash, and the chain wants its bytes.
 * @param drawn ascending, numbered over all segments
 */
export async function answerOf(
  segments: readonly MadeSegment[],
  drawn: readonly bigint[],
  lacks: (leaf: bigint) => boolean,
): Promise<StorageAnswer> {
  let at = 0
  const made = new Map(segments.map((each) => [each.segment, each]))
  const draws = drawsBySegment([...made.keys()], drawn)
  return Promise.all(
    draws.map(async (draw) => {
      const { blocks, encoded } = made.get(draw.segment)!
      const whole = await answerSegment(draw, blocks, async (index) => encoded.get(index)!)
      const answers = whole.blocks.map((block) => ({
        ...block,
        leaves: block.leaves.map((leaf) => (lacks(drawn[at++]!) ? new Uint8Array(leaf.length) : leaf)),
      }))
      return { ...whole, blocks: answers }
    }),
  )
}
