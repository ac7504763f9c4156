/**
 * The work of the codec on one block: encode it, decode it, or hash its leaves.
 *
 * Owns: a job, its result, and doing it in the thread that calls. Does not own: which thread that is (codec-pool.ts).
 */
import type { KeyObject } from 'node:crypto'
import { rsaInvert, rsaPublic, type RsaPublic } from '#types/crypto/rsa.ts'
import { decodeBlock, encodeBlock, type BadEncoding } from '#types/domain/hosting/copy/block.ts'
import { leafNode, topOf } from '#types/domain/hosting/copy/tree.ts'

/** Most moduli whose keys a thread keeps. Importing one takes as long as a leaf. */
const MAX_KEPT_KEYS = 64

/** A block to encode. */
export interface EncodeJob {
  readonly kind: 'encode'
  readonly plain: Uint8Array
  /** Of the block (keys.ts). */
  readonly key: Uint8Array
  /** Bytes of the modulus. */
  readonly leafBytes: number
  /** The encoder's RSA key. */
  readonly secret: KeyObject
}

/** A block to decode. */
export interface DecodeJob {
  readonly kind: 'decode'
  readonly encoded: Uint8Array
  /** Of the block (keys.ts). */
  readonly key: Uint8Array
  readonly modulus: Uint8Array
  /** Whether the top over the leaves is wanted. It costs an eighth more. */
  readonly withTop: boolean
}

/** A block whose leaves are hashed. Its length is a multiple of `leafBytes`, and not 0. */
export interface TopJob {
  readonly kind: 'top'
  readonly encoded: Uint8Array
  readonly leafBytes: number
}

export type CodecJob = EncodeJob | DecodeJob | TopJob

/** An encoded block, and the top of the tree over its leaves. */
export interface Encoded {
  readonly encoded: Uint8Array
  readonly top: Uint8Array
}

/** A plain block, and the top of the tree over its leaves where the job wanted it; or why it is no encoding. */
export type Decoded = { readonly plain: Uint8Array; readonly top?: Uint8Array } | { readonly bad: BadEncoding }

/** What a job results in. */
export interface CodecResults {
  encode: Encoded
  decode: Decoded
  top: Uint8Array
}
export type CodecResult = CodecResults[keyof CodecResults]

const keys = new Map<string, RsaPublic>()

/** The key of a modulus, which this thread keeps for a while. */
function publicOf(modulus: Uint8Array): RsaPublic {
  const name = Buffer.from(modulus).toString('latin1')
  const kept = keys.get(name)
  if (kept) return kept
  const made = rsaPublic(modulus)
  const [oldest] = keys.keys()
  if (oldest !== undefined && keys.size >= MAX_KEPT_KEYS) keys.delete(oldest)
  keys.set(name, made)
  return made
}

/** The nodes of the leaves of an encoded block. Its length is a multiple of `leafBytes`. */
export const leafNodes = (encoded: Uint8Array, leafBytes: number): Uint8Array[] =>
  Array.from({ length: encoded.length / leafBytes }, (_, at) =>
    leafNode(encoded.subarray(at * leafBytes, (at + 1) * leafBytes)),
  )

const topOver = (encoded: Uint8Array, leafBytes: number): Uint8Array => topOf(leafNodes(encoded, leafBytes))

function encode({ plain, key, leafBytes, secret }: EncodeJob): Encoded {
  const encoded = encodeBlock(plain, key, leafBytes, (piece) => rsaInvert(secret, piece))
  return { encoded, top: topOver(encoded, leafBytes) }
}

function decode({ encoded, key, modulus, withTop }: DecodeJob): Decoded {
  const decoded = decodeBlock(encoded, key, publicOf(modulus))
  if ('bad' in decoded || !withTop) return decoded
  return { ...decoded, top: topOver(encoded, modulus.length) }
}

/** Does a job. */
export function doCodecJob(job: CodecJob): CodecResult {
  if (job.kind === 'encode') return encode(job)
  if (job.kind === 'decode') return decode(job)
  return topOver(job.encoded, job.leafBytes)
}
