/**
 * The ports of encoders and hosters in memory: keys, codec, sources and copies that outlive a simulated process.
 *
 * Owns: these, and the lies and losses that a test gives them. Does not own: the chain around them (copy-stage.ts).
 */
import { equalBytes, toHex } from '#types/bytes.ts'
import { rsaInvert, rsaPublic } from '#types/crypto/rsa.ts'
import { decodeBlock, encodeBlock } from '#types/domain/hosting/copy/block.ts'
import { answerSegment, drawLeaves, drawsBySegment } from '#types/domain/hosting/copy/challenge.ts'
import { blockKey, copyKey } from '#types/domain/hosting/copy/keys.ts'
import { leafNode, topOf } from '#types/domain/hosting/copy/tree.ts'
import { checkBlockProof, leafHash, type BlockProof } from '#types/domain/hosting/feed.ts'
import { AssayError } from '#types/errors.ts'
import { complaintOf } from '#worker/systems/hosting/copies/copy-complaint.ts'
import type { CopyOptions, CopySegments } from '#worker/systems/hosting/copies/copy-layout.ts'
import type {
  BlockEncoder,
  EncoderKeys,
  FeedSources,
  PinnedCopies,
  PinnedCopy,
  SegmentName,
} from '#worker/systems/hosting/copy-ports.ts'
import type { SimulatedFeed } from '#worker/systems/hosting/simulation/feed.ts'
import { segmentOf, testKey, type TestKey } from './copies.ts'

const nameOf = ({ copy, generation, from }: SegmentName): string => `${copy}/${generation}/${from}`

/** Keys by assignment, each from primes that only its name decides on. @param owner no two encoders have the same */
export function memoryKeys(owner: string): EncoderKeys & { readonly kept: ReadonlyMap<string, TestKey> } {
  const kept = new Map<string, TestKey>()
  return {
    kept,
    async make(name) {
      const key = kept.get(nameOf(name)) ?? testKey(`${owner} ${nameOf(name)}`)
      kept.set(nameOf(name), key)
      return key
    },
    find: async (name) => kept.get(nameOf(name)),
    list: async () =>
      [...kept.keys()].map((each) => {
        const [copy, generation, from] = each.split('/')
        return { copy: BigInt(copy!), generation: Number(generation), from: Number(from) }
      }),
    async forget(copy) {
      for (const each of kept.keys()) if (each.startsWith(`${copy}/`)) kept.delete(each)
    },
  }
}

/** The codec. @param spoil changes what is made of a block, by the count of blocks so far */
export function memoryCodec(spoil: (encoded: Uint8Array, count: number) => Uint8Array = (encoded) => encoded) {
  let count = 0
  const codec: BlockEncoder = {
    async encode(plain, key, leafBytes, secret) {
      const made = encodeBlock(plain, key, leafBytes, (piece) => rsaInvert(secret, piece))
      const encoded = spoil(new Uint8Array(made), count++)
      const leaves = Array.from({ length: encoded.length / leafBytes }, (_, j) =>
        leafNode(encoded.subarray(j * leafBytes, (j + 1) * leafBytes)),
      )
      return { encoded, top: topOf(leaves) }
    },
  }
  return { ...codec, made: () => count }
}

const proofOf = (feed: SimulatedFeed, index: number): BlockProof => {
  const plain = feed.blocks[index]!
  return { index, leaf: leafHash(plain), bytes: plain.length, siblings: feed.siblings(index) }
}

/** Sources that have a feed. */
export const memorySources = (feed: SimulatedFeed): FeedSources => ({
  open: async () => ({
    read: async (index) => ({ plain: feed.blocks[index]!, proof: proofOf(feed, index) }),
    joining: async (known) => feed.branchAt(known).nodes,
    close: async () => undefined,
  }),
  forget: async () => undefined,
})

/** Encoded blocks of a copy, under the generation and the moduli that they were made with. */
interface Disk {
  generation: number
  /** Blocks with other bytes than were written, of which nobody knows yet. */
  readonly spoiled: Set<number>
  /** Resolves when the disk has done what it was told. */
  persist: () => Promise<void>
  readonly blocks: Map<number, { readonly encoded: Uint8Array; readonly modulus: string }>
}

/** Writes that a disk still takes. */
interface Room {
  writes: number
}

function takeRoom(room: Room): void {
  if (room.writes-- <= 0) throw new AssayError('COPY_UNWRITTEN', 'expected the disk to take it, got a full one')
}

class MemoryCopy implements PinnedCopy {
  readonly joinsFrom: undefined
  readonly length: number
  readonly #options: CopyOptions
  readonly #disk: Disk
  readonly #room: Room
  readonly #onRemoved: () => void
  #segments: CopySegments

  constructor(options: CopyOptions, disk: Disk, room: Room, onRemoved: () => void) {
    this.#options = options
    this.length = options.head.length
    this.#disk = disk
    this.#room = room
    this.#onRemoved = onRemoved
    this.#segments = options.segments
    this.#drop()
  }

  async setSegments(segments: CopySegments): Promise<void> {
    this.#segments = segments
    this.#drop()
  }

  get next(): number | undefined {
    const { from, to } = this.#options.range
    return Array.from({ length: to - from }, (_, i) => from + i).find((index) => !this.#disk.blocks.has(index))
  }

  persist = (): Promise<void> => this.#disk.persist()

  join = async (): Promise<boolean> => true

  async take(index: number, encoded: Uint8Array, proof: BlockProof): ReturnType<PinnedCopy['take']> {
    const { head, identity } = this.#options
    const part = this.#partAt(index)
    const held = this.segmentSoFar()
    if (!part || index !== (held?.to ?? part.from)) return { kind: 'bad', why: 'order' }
    if (!checkBlockProof(head, proof)) return { kind: 'bad', why: 'proof' }
    takeRoom(this.#room)
    const { modulus } = part
    const key = blockKey(copyKey({ ...identity, feed: head.key, modulus }), index)
    const decoded = decodeBlock(encoded, key, rsaPublic(modulus))
    if ('bad' in decoded) return { kind: 'bad', why: decoded.bad }
    if (!equalBytes(leafHash(decoded.plain), proof.leaf)) return { kind: 'bad', why: 'other' }
    this.#disk.blocks.set(index, { encoded, modulus: toHex(modulus) })
    return { kind: 'taken' }
  }

  segmentSoFar(): ReturnType<PinnedCopy['segmentSoFar']> {
    const part = this.#segments.present ?? this.#segments.closed.at(-1)
    if (!part) return undefined
    const encoded = this.#encodedFrom(part.from)
    return encoded.length === 0 ? undefined : segmentOf(part.from, encoded, part.modulus).segment
  }

  async answer(...[seed, draws]: Parameters<PinnedCopy['answer']>): ReturnType<PinnedCopy['answer']> {
    const { closed } = this.#segments
    return Promise.all(
      drawsBySegment(closed, drawLeaves(seed, closed, draws)).map((draw) => {
        const { from, to, modulus } = draw.segment
        const made = segmentOf(from, this.#encodedFrom(from).slice(0, to - from), modulus)
        if (made.segment.to < to) throw new AssayError('COPY_INCOMPLETE', `expected blocks up to ${to}, got fewer`)
        return answerSegment(draw, made.blocks, async (index) => {
          if (!this.#disk.spoiled.has(index)) return made.encoded.get(index)!
          await this.check()
          throw new AssayError('COPY_INCOMPLETE', `expected block ${index}, got other bytes than were written`)
        })
      }),
    )
  }

  complaintFor(
    ...[block, segment, tree]: Parameters<PinnedCopy['complaintFor']>
  ): ReturnType<PinnedCopy['complaintFor']> {
    const { head, identity } = this.#options
    const before = this.#encodedFrom(segment.from).slice(0, block.index - segment.from)
    const blocks = before.length === 0 ? [] : segmentOf(segment.from, before, segment.modulus).blocks
    const accused = { identity: { ...identity, feed: head.key, modulus: segment.modulus }, segment, tree }
    return complaintOf(accused, blocks, block, [])
  }

  async check(): Promise<readonly number[]> {
    const found = [...this.#disk.spoiled]
    for (const index of found) this.#disk.blocks.delete(index)
    this.#disk.spoiled.clear()
    return found
  }

  async remove(): Promise<void> {
    takeRoom(this.#room)
    this.#onRemoved()
  }

  async close(): Promise<void> {}

  #partAt(index: number) {
    const { closed, present } = this.#segments
    return [...closed, ...(present ? [present] : [])].findLast(({ from }) => from <= index)
  }

  #encodedFrom(from: number): readonly Uint8Array[] {
    const encoded: Uint8Array[] = []
    for (let block = this.#disk.blocks.get(from); block; block = this.#disk.blocks.get(from + encoded.length))
      encoded.push(block.encoded)
    return encoded
  }

  #drop(): void {
    const { generation } = this.#options.identity
    if (this.#disk.generation !== generation) this.#disk.blocks.clear()
    this.#disk.generation = generation
    for (const [index, { modulus }] of this.#disk.blocks) {
      const part = this.#partAt(index)
      if (!part || toHex(part.modulus) !== modulus) this.#disk.blocks.delete(index)
    }
  }
}

/** Copies by number. */
export function memoryCopies(): PinnedCopies & { readonly disks: ReadonlyMap<bigint, Disk>; readonly room: Room } {
  const room: Room = { writes: Infinity }
  const disks = new Map<bigint, Disk>()
  return {
    disks,
    room,
    async open(options) {
      const { copy, generation } = options.identity
      const disk = disks.get(copy) ?? {
        generation,
        spoiled: new Set<number>(),
        persist: async () => {},
        blocks: new Map(),
      }
      disks.set(copy, disk)
      return new MemoryCopy(options, disk, room, () => void disks.delete(copy))
    },
    list: async () => [...disks.keys()].map((copy) => ({ feed: new Uint8Array(32), copy })),
    discard: async ({ copy }) => void disks.delete(copy),
  }
}
