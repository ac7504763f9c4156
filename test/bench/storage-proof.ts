/**
 * The answer to a storage challenge: its bytes, the chain's time to check it, and both for the copies that a block challenges.
 *
 * Owns: copies of made-up leaves, because neither size nor time depends on what the leaves say. Does not own: the answer.
 *
 * Copies have the longest keys, and blocks of 64 KiB, as feeds of files have. A block of the chain with answers is as many of these
 * answers as the default interval of challenges makes due in each block.
 */
import { randomBytes } from 'node:crypto'
import { u32le } from '#types/bytes.ts'
import { sha256 } from '#types/crypto/sha256.ts'
import {
  answerSegment,
  checkAnswer,
  drawLeaves,
  StorageAnswer,
  type StoredBlock,
} from '#types/domain/hosting/copy/challenge.ts'
import { MAX_LEAF_BYTES } from '#types/domain/hosting/copy/segment.ts'
import { blockNode, leafNode, segmentRoot, topOf } from '#types/domain/hosting/copy/tree.ts'
import { DEFAULT_HOSTING_PARAMETERS } from '#types/domain/hosting/market-parameters.ts'
import { encode } from '#types/scale/codec.ts'
import { processorMs } from '../helpers/processor-time.ts'
import { figure, median, type Figure, type Measurement } from './figure.ts'

const { challengedLeaves, challengeInterval } = DEFAULT_HOSTING_PARAMETERS
const MIB = 2 ** 20
const LEAVES_PER_BLOCK = 258
const BLOCKS_PER_MIB = 16
const RUNS = 20
const WARM_UP = 10
const MAX_BYTES = 10_000
const MAX_MS = 3
const HOSTED_COPIES = 10_000
const COPY = { copy: 1n, generation: 0 }

/** A copy of that many blocks, each with the same leaves: only what is drawn is hashed again. */
function copyOf(count: number) {
  const modulus = new Uint8Array(MAX_LEAF_BYTES).fill(255)
  const encoded = new Uint8Array(randomBytes(LEAVES_PER_BLOCK * MAX_LEAF_BYTES))
  const leaf = (place: number): Uint8Array => encoded.subarray(place * MAX_LEAF_BYTES, (place + 1) * MAX_LEAF_BYTES)
  const top = topOf(Array.from({ length: LEAVES_PER_BLOCK }, (_, place) => leafNode(leaf(place))))
  const blocks = Array.from({ length: count }, (_, index): StoredBlock => {
    const start = BigInt(index * LEAVES_PER_BLOCK)
    return { index, start, leaves: LEAVES_PER_BLOCK, top }
  })
  const span = { from: 0, to: count, leaves: BigInt(count * LEAVES_PER_BLOCK) }
  const root = segmentRoot(span, topOf(blocks.map((block) => blockNode(block, block.top))))
  return { segment: { ...span, encoder: new Uint8Array(32), modulus, root }, blocks, encoded }
}

/** Bytes of the answers to challenges of a copy, and milliseconds to draw its leaves and check each. */
async function answers(mebibytes: number) {
  const { segment, blocks, encoded } = copyOf(mebibytes * BLOCKS_PER_MIB)
  const made: [seed: Uint8Array, answer: StorageAnswer][] = []
  for (let run = 0; run < RUNS; run++) {
    const beacon = sha256(u32le(run))
    const drawn = drawLeaves({ beacon, ...COPY }, [segment], challengedLeaves)
    made.push([beacon, [await answerSegment({ segment, drawn }, blocks, async () => encoded)]])
  }
  const ms = [...made.slice(0, WARM_UP), ...made].map(([beacon, answer]) => {
    const began = processorMs()
    const drawn = drawLeaves({ beacon, ...COPY }, [segment], challengedLeaves)
    if (!checkAnswer([segment], drawn, answer)) throw new Error('expected a good answer, got one that fails')
    return processorMs() - began
  })
  return { bytes: made.map(([, answer]) => encode(StorageAnswer, answer).length), ms: ms.slice(WARM_UP) }
}

/** See the module's header. */
export const storageProof: Measurement = {
  name: 'storage-proof',
  async measure() {
    const figures: Figure[] = []
    for (const mebibytes of [64, 1_024]) {
      const { bytes, ms } = await answers(mebibytes)
      const of = `proof of ${challengedLeaves} leaves of a copy of ${mebibytes} MiB`
      figures.push(
        figure(of, 'B', bytes, { aim: { is: '<=', than: MAX_BYTES } }),
        figure(`${of}, checked`, 'ms', ms, { aim: { is: '<=', than: MAX_MS } }),
      )
      if (mebibytes > 64) continue
      const count = HOSTED_COPIES / challengeInterval
      const block = `${count} such proofs, in a block among ${HOSTED_COPIES.toLocaleString('en')} copies`
      figures.push(
        figure(block, 'MiB', [(count * median(bytes)) / MIB]),
        figure(`${block}, checked`, 'ms', [count * median(ms)]),
      )
    }
    return figures
  },
}
