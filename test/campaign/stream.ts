/**
 * A long feed from its encoder to its hoster: the machines of a transfer and the codec, in one process, with nothing between them.
 *
 * Owns: a feed that is made block by block, the link, the hoster's file, and the figures. Does not own: real disks and networks, which
 * the devnet and the bench have.
 *
 * No part may keep more than its window, so the memory that the process needs must not grow with the feed.
 */
import { generateKeyPairSync } from 'node:crypto'
import { mkdtemp, open, rm, type FileHandle } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { equalBytes } from '#types/bytes.ts'
import type { SegmentEnd } from '#types/domain/hosting/contract.ts'
import { blockKey, copyKey, type CopyIdentity } from '#types/domain/hosting/copy/keys.ts'
import { checkBlockProof, leafHash, parentNode, type BlockProof, type TreeNode } from '#types/domain/hosting/feed.ts'
import type { FeedTree } from '#types/domain/hosting/feed-growth.ts'
import { identityOf } from '#worker/simulation/identities.ts'
import { chanceFrom } from '#worker/simulation/random.ts'
import { doCodecJob, type Decoded, type Encoded } from '#worker/systems/hosting/copies/codec-work.ts'
import { encodeTransfer } from '#worker/systems/hosting/transfer/messages.ts'
import { createReceiver, SALT_BYTES, type SentBlock } from '#worker/systems/hosting/transfer/receiver.ts'
import { SegmentTree } from '#worker/systems/hosting/transfer/segment-tree.ts'
import { createSender } from '#worker/systems/hosting/transfer/sender.ts'
import { processorMs } from '../helpers/processor-time.ts'

const BLOCK_BYTES = 65_536
const MIB = 2 ** 20
const BLOCKS_PER_MIB = MIB / BLOCK_BYTES
const MS_PER_S = 1_000
/** Between looks at the memory, in blocks. */
const LOOK_BLOCKS = 4
/** The first of so many parts is not looked at: the program gets its memory then. */
const WARM_PARTS = 10
const FEED = new Uint8Array(32).fill(1)
const ENCODER = identityOf('encoder')

/** What a stream took. Rates are in plain MiB for each second of processor time, of encoder and hoster together. */
export interface StreamResult {
  readonly mib: number
  readonly bits: number
  readonly mibPerSecond: number
  readonly tookS: number
  /** Resident memory: the most, and how much more the second half had at most than the first, after a tenth of the feed. */
  readonly mostMiB: number
  readonly growthMiB: number
}

/** A feed of so many blocks, a power of two, of which none is kept: each is made again when it is asked for. */
class MadeFeed {
  readonly #streams = chanceFrom('streamed feed').streams('blocks')
  readonly #levels: TreeNode[][]

  constructor(count: number) {
    this.#levels = [
      Array.from({ length: count }, (_, i) => ({ nodeHash: leafHash(this.block(i)), bytes: BigInt(BLOCK_BYTES) })),
    ]
    for (let below = this.#levels[0]!; below.length > 1; below = this.#levels.at(-1)!)
      this.#levels.push(
        Array.from({ length: below.length / 2 }, (_, i) => parentNode(below[2 * i]!, below[2 * i + 1]!)),
      )
  }

  get tree(): FeedTree {
    return { length: this.#levels[0]!.length, roots: this.#levels.at(-1)! }
  }

  block(index: number): Uint8Array {
    return this.#streams.at(index).bytes(BLOCK_BYTES)
  }

  proof(index: number): BlockProof {
    const siblings = this.#levels.slice(0, -1).map((level, height) => level[Math.floor(index / 2 ** height) ^ 1]!)
    return { index, leaf: this.#levels[0]![index]!.nodeHash, bytes: BLOCK_BYTES, siblings }
  }
}

/** The encoder's key for one copy. */
function newKey(bits: number) {
  const { privateKey: secret, publicKey } = generateKeyPairSync('rsa', { modulusLength: bits })
  return { secret, modulus: new Uint8Array(Buffer.from(publicKey.export({ format: 'jwk' }).n!, 'base64url')) }
}

/** Brings a feed from its encoder to its hoster. @param onBlock called after each block that the hoster has stored */
async function transfer(feed: MadeFeed, bits: number, file: FileHandle, onBlock: () => void): Promise<void> {
  const { secret, modulus } = newKey(bits)
  const identity: CopyIdentity = { genesis: new Uint8Array(32), feed: FEED, copy: 0n, generation: 0, modulus }
  const { tree } = feed
  const leafBytes = modulus.length
  const span = { identity, from: 0, to: tree.length }
  const sender = createSender({ ...span, sign: (message) => ENCODER.sign(message) })
  const ofEncoder = { encoder: ENCODER.publicKey, salt: new Uint8Array(SALT_BYTES) }
  const receiver = createReceiver({ ...span, ...ofEncoder, length: tree.length, known: tree.length, held: undefined })
  const disk = new SegmentTree(0)
  const steps: (() => Promise<void> | void)[] = []
  const keyOf = (index: number): Uint8Array => blockKey(copyKey(identity), index)
  const ends: { sent?: SegmentEnd; held?: SegmentEnd } = {}

  const make = (index: number): void => {
    const job = { kind: 'encode', plain: feed.block(index), key: keyOf(index), leafBytes, secret } as const
    const done = { length: tree.length, proof: feed.proof(index), ...(doCodecJob(job) as Encoded) }
    carrySender(sender.step({ kind: 'done', done }))
  }
  const take = async ({ encoded, proof }: SentBlock): Promise<void> => {
    const job = { kind: 'decode', encoded, key: keyOf(proof.index), modulus, withTop: true } as const
    const decoded = doCodecJob(job) as Decoded
    const isGood = checkBlockProof(tree, proof) && 'plain' in decoded && equalBytes(leafHash(decoded.plain), proof.leaf)
    if (!isGood) throw new Error(`expected block ${proof.index} to be good`)
    await file.write(encoded)
    disk.add(encoded.length / leafBytes, decoded.top!)
    onBlock()
    carryReceiver(receiver.step({ kind: 'done', done: { kind: 'taken', end: disk.end! } }))
  }
  const carrySender = (outputs: ReturnType<typeof sender.step>): void => {
    for (const output of outputs) {
      if (output.kind === 'send') {
        const frame = encodeTransfer(output.message)
        steps.push(() => carryReceiver(receiver.step({ kind: 'frame', frame })))
      } else if (output.kind === 'work' && output.work.kind === 'make') {
        const { index } = output.work
        steps.push(() => make(index))
      } else if (output.kind === 'exit' && output.exit.kind === 'complete') ends.sent = output.exit.end
    }
  }
  const carryReceiver = (outputs: ReturnType<typeof receiver.step>): void => {
    for (const output of outputs) {
      if (output.kind === 'send') {
        const frame = encodeTransfer(output.message)
        steps.push(() => carrySender(sender.step({ kind: 'frame', frame })))
      } else if (output.kind === 'work' && output.work.kind === 'take') {
        const { block } = output.work
        steps.push(() => take(block))
      } else if (output.kind === 'exit' && output.exit.kind === 'complete') ends.held = output.exit.end
    }
  }

  carryReceiver(receiver.step({ kind: 'start' }))
  carrySender(sender.step({ kind: 'start' }))
  for (let step = steps.shift(); step; step = steps.shift()) await step()
  const { sent, held } = ends
  if (!sent || !held || !equalBytes(sent.root, held.root))
    throw new Error('expected the same root from encoder and hoster, and both at their end')
}

const rssMiB = (): number => process.memoryUsage().rss / MIB

/**
 * Streams a feed of so many MiB, a power of two, under a key of so many bits.
 * @param tell told how many MiB the hoster has
 */
export async function stream(mib: number, bits: number, tell: (mib: number) => void): Promise<StreamResult> {
  const feed = new MadeFeed(mib * BLOCKS_PER_MIB)
  const blocks = feed.tree.length
  const folder = await mkdtemp(join(tmpdir(), 'assay-stream-'))
  const file = await open(join(folder, 'copy'), 'w')
  const most = { first: 0, second: 0 }
  let stored = 0
  const onBlock = (): void => {
    stored++
    if (stored % BLOCKS_PER_MIB === 0) tell(stored / BLOCKS_PER_MIB)
    if (stored % LOOK_BLOCKS !== 0 || stored < blocks / WARM_PARTS) return
    const half = stored < blocks / 2 ? 'first' : 'second'
    most[half] = Math.max(most[half], rssMiB())
  }
  const [began, busy] = [performance.now(), processorMs()]
  try {
    await transfer(feed, bits, file, onBlock)
  } finally {
    await file.close()
    await rm(folder, { recursive: true })
  }
  return {
    mib,
    bits,
    mibPerSecond: (mib * MS_PER_S) / (processorMs() - busy),
    tookS: (performance.now() - began) / MS_PER_S,
    mostMiB: Math.max(most.first, most.second),
    growthMiB: most.second - most.first,
  }
}
