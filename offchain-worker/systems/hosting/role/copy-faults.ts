/**
 * Dishonest encoders and hosters of copies, for scenarios and tests.
 *
 * Owns: what each fault does to an honest port. Does not own: their names (faults.ts).
 */
import { toHex, u32le, u64le, utf8 } from '#types/bytes.ts'
import { rsaPublic } from '#types/crypto/rsa.ts'
import { sha256 } from '#types/crypto/sha256.ts'
import { decodeBlock } from '#types/domain/hosting/copy/block.ts'
import { drawLeaves } from '#types/domain/hosting/copy/challenge.ts'
import { blockKey, copyKey } from '#types/domain/hosting/copy/keys.ts'
import { leafNode, topOf } from '#types/domain/hosting/copy/tree.ts'
import { AssayError } from '#types/errors.ts'
import { UsageError } from '#worker/terminal/usage-error.ts'
import type { CopyOptions, CopySegments } from '../copies/copy-layout.ts'
import type { BlockEncoder, EncoderKeys, FeedSource, FeedSources, PinnedCopies, PinnedCopy } from '../copy-ports.ts'

const PPM = 1_000_000

/** A share such as `0.3` after a colon; `undefined` for another fault. @throws UsageError `BAD_FAULT` */
export function shareOf(fault: string | undefined, kind: string): number | undefined {
  const [name, text] = fault?.split(':') ?? []
  if (name !== kind) return undefined
  const share = Number(text)
  if (share > 0 && share < 1) return share
  throw new UsageError(
    'BAD_FAULT',
    `--fault: expected ${kind}:SHARE with a share between 0 and 1, got ${JSON.stringify(fault)}`,
  )
}

/** Whether chance takes something, by a name that is the same each time. */
const isTaken = (share: number, ...name: readonly Uint8Array[]): boolean => {
  const hash = sha256(...name)
  return (new DataView(hash.buffer, hash.byteOffset).getUint32(0, true) % PPM) / PPM < share
}

/** The codec of an encoder with a fault. It commits to the junk that it sends. @param randomBytes cryptographically random */
export function faultyCodec(
  codec: BlockEncoder,
  fault: string | undefined,
  randomBytes: (count: number) => Uint8Array,
): BlockEncoder {
  const share = shareOf(fault, 'junk')
  if (share !== undefined)
    return {
      async encode(plain, key, leafBytes, secret) {
        const made = await codec.encode(plain, key, leafBytes, secret)
        if (!isTaken(share, key)) return made
        const encoded = randomBytes(made.encoded.length)
        const leaves = Array.from({ length: encoded.length / leafBytes }, (_, place) =>
          leafNode(encoded.subarray(place * leafBytes, (place + 1) * leafBytes)),
        )
        return { encoded, top: topOf(leaves) }
      },
    }
  if (fault !== 'same-copy') return codec
  const first = new Map<string, ReturnType<BlockEncoder['encode']>>()
  return {
    encode(plain, ...rest) {
      const name = toHex(sha256(plain))
      const made = first.get(name) ?? codec.encode(plain, ...rest)
      first.set(name, made)
      return made
    },
  }
}

const LOST = utf8('assay/fault/lost-leaf')

/** Fails where a lost leaf is drawn. */
function losing(pinned: PinnedCopy, share: number, closed: () => CopySegments['closed']): Pick<PinnedCopy, 'answer'> {
  return {
    async answer(seed, draws) {
      const { copy, generation } = seed
      const isLost = (leaf: bigint): boolean => isTaken(share, LOST, u64le(copy), u32le(generation), u64le(leaf))
      if (!drawLeaves(seed, closed(), draws).some(isLost)) return pinned.answer(seed, draws)
      throw new AssayError('COPY_INCOMPLETE', `expected the drawn leaves of copy ${copy}, got one that is lost`)
    },
  }
}

/** Shows hashes where the chain wants bytes. */
const hashing = (pinned: PinnedCopy): Pick<PinnedCopy, 'answer'> => ({
  async answer(seed, draws) {
    const answer = await pinned.answer(seed, draws)
    return answer.map(({ blocks, ...part }) => ({
      ...part,
      blocks: blocks.map((block) => ({ ...block, leaves: block.leaves.map((leaf) => sha256(leaf)) })),
    }))
  },
})

/** The keys of an encoder with a fault. One that has a single key keeps it for ever. */
export function faultyKeys(keys: EncoderKeys, fault: string | undefined): EncoderKeys {
  if (fault !== 'one-key') return keys
  let first: Parameters<EncoderKeys['make']>[0] | undefined
  return {
    make: (name, bits) => keys.make((first ??= name), bits),
    find: (name) => keys.find(first ?? name),
    list: () => keys.list(),
    forget: async () => undefined,
  }
}

/** Shows bytes of plain blocks where the chain wants bytes of the copy. */
const showing = (pinned: PinnedCopy, plainOf: (index: number) => Promise<Uint8Array>): Pick<PinnedCopy, 'answer'> => ({
  async answer(seed, draws) {
    const answer = await pinned.answer(seed, draws)
    const disguise = async (block: (typeof answer)[number]['blocks'][number]): Promise<typeof block> => {
      const plain = await plainOf(block.index)
      const pieceAs = (leaf: Uint8Array): Uint8Array => leaf.map((_, i) => plain[i % plain.length] ?? 0)
      return { ...block, leaves: block.leaves.map(pieceAs) }
    }
    return Promise.all(answer.map(async (part) => ({ ...part, blocks: await Promise.all(part.blocks.map(disguise)) })))
  },
})

/** Keeps the plain blocks, until its process ends. */
function keepingPlain(
  pinned: PinnedCopy,
  { head, identity }: CopyOptions,
  present: () => CopySegments['present'],
): Pick<PinnedCopy, 'answer' | 'take'> {
  const kept = new Map<number, Uint8Array>()
  const plainOf = async (index: number): Promise<Uint8Array> => {
    const plain = kept.get(index)
    if (plain) return plain
    throw new AssayError('COPY_INCOMPLETE', `expected plain block ${index}, got none`)
  }
  return {
    async take(index, encoded, proof) {
      const taken = await pinned.take(index, encoded, proof)
      const modulus = present()?.modulus
      if (taken.kind === 'bad' || !modulus) return taken
      const key = blockKey(copyKey({ ...identity, feed: head.key, modulus }), index)
      const decoded = decodeBlock(encoded, key, rsaPublic(modulus))
      if ('plain' in decoded) kept.set(index, decoded.plain)
      return taken
    },
    ...showing(pinned, plainOf),
  }
}

/** Fetches the drawn blocks from whoever serves the feed, when it is asked. */
function fetching(pinned: PinnedCopy, { head, identity }: CopyOptions, sources: FeedSources): Partial<PinnedCopy> {
  let source: Promise<FeedSource> | undefined
  const end = async (): Promise<void> => (await source)?.close()
  return {
    ...showing(pinned, async (index) => {
      source ??= sources.open(identity.copy, head)
      return (await (await source).read(index, head.length)).plain
    }),
    async close() {
      await end()
      await pinned.close()
    },
    async remove() {
      await end()
      await sources.forget(identity.copy)
      await pinned.remove()
    },
  }
}

/** What a fault does to a copy that is open; `undefined` for no fault. */
function fakeOf(
  fault: string | undefined,
  pinned: PinnedCopy,
  options: CopyOptions,
  { sources, segments }: { readonly sources: FeedSources; readonly segments: () => CopySegments },
): Partial<PinnedCopy> | undefined {
  const share = shareOf(fault, 'drops')
  if (share !== undefined) return losing(pinned, share, () => segments().closed)
  if (fault === 'hash-only') return hashing(pinned)
  if (fault === 'plain') return keepingPlain(pinned, options, () => segments().present)
  return fault === 'fetches' ? fetching(pinned, options, sources) : undefined
}

/** The copies of a hoster with a fault. @param sources of a hoster that fetches what it does not keep */
export function faultyCopies(copies: PinnedCopies, fault: string | undefined, sources: FeedSources): PinnedCopies {
  return {
    list: () => copies.list(),
    discard: (copy) => copies.discard(copy),
    async open(options) {
      const pinned = await copies.open(options)
      let { segments } = options
      const fake = fakeOf(fault, pinned, options, { sources, segments: () => segments })
      if (!fake) return pinned
      return {
        get length() {
          return pinned.length
        },
        get joinsFrom() {
          return pinned.joinsFrom
        },
        get next() {
          return pinned.next
        },
        join: (...args) => pinned.join(...args),
        take: (...args) => pinned.take(...args),
        persist: () => pinned.persist(),
        segmentSoFar: () => pinned.segmentSoFar(),
        answer: (...args) => pinned.answer(...args),
        complaintFor: (...args) => pinned.complaintFor(...args),
        check: (...args) => pinned.check(...args),
        remove: () => pinned.remove(),
        close: () => pinned.close(),
        ...fake,
        setSegments(given) {
          segments = given
          return pinned.setSegments(given)
        },
      }
    },
  }
}
