/**
 * Dishonest encoders and hosters of copies, for scenarios and tests.
 *
 * Owns: what each fault does to an honest port. Does not own: their names (faults.ts).
 */
import { toHex, u32le, u64le, utf8 } from '#types/bytes.ts'
import { sha256 } from '#types/crypto/sha256.ts'
import { drawLeaves } from '#types/domain/hosting/copy/challenge.ts'
import { AssayError } from '#types/errors.ts'
import { UsageError } from '#worker/terminal/usage-error.ts'
import type { CopySegments } from '../copies/copy-layout.ts'
import type { BlockEncoder, PinnedCopies, PinnedCopy } from '../copy-ports.ts'

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

/** The codec of an encoder with a fault. @param randomBytes cryptographically random */
export function faultyCodec(
  codec: BlockEncoder,
  fault: string | undefined,
  randomBytes: (count: number) => Uint8Array,
): BlockEncoder {
  const share = shareOf(fault, 'junk')
  if (share !== undefined)
    return {
      async encode(plain, key, ...rest) {
        const made = await codec.encode(plain, key, ...rest)
        return isTaken(share, key) ? { ...made, encoded: randomBytes(made.encoded.length) } : made
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

/** The copies of a hoster with a fault. */
export function faultyCopies(copies: PinnedCopies, fault: string | undefined): PinnedCopies {
  const share = shareOf(fault, 'drops')
  if (share === undefined && fault !== 'hash-only') return copies
  return {
    list: () => copies.list(),
    discard: (copy) => copies.discard(copy),
    async open(options) {
      const pinned = await copies.open(options)
      let { segments } = options
      const fake = share === undefined ? hashing(pinned) : losing(pinned, share, () => segments.closed)
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
        complaintFor: (...args) => pinned.complaintFor(...args),
        check: (...args) => pinned.check(...args),
        remove: () => pinned.remove(),
        close: () => pinned.close(),
        setSegments(given) {
          segments = given
          return pinned.setSegments(given)
        },
        ...fake,
      }
    },
  }
}
