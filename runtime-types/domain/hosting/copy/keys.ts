/**
 * The keys under which a block of a copy is permuted. They are public: they make every copy another one.
 *
 * Owns: how the keys follow from copy, encoder and block. Does not own: the encoder's secret, an RSA key.
 */
import { u32le, u64le, utf8 } from '../../../bytes.ts'
import { sha256 } from '../../../crypto/sha256.ts'

const COPY_DOMAIN = utf8('assay/copy/1')
const ZERO = Uint8Array.of(0)

/** What a copy is of, and its encoder's modulus. Nobody but its encoder can make this copy again. */
export interface CopyIdentity {
  /** Genesis hash of the chain, 32 bytes. */
  readonly genesis: Uint8Array
  /** The feed's key, 32 bytes. */
  readonly feed: Uint8Array
  readonly copy: bigint
  /** How many times this copy was given to other providers. */
  readonly generation: number
  /** The RSA modulus of the encoder for this segment, big endian. */
  readonly modulus: Uint8Array
}

/** The key of a segment of a copy, 32 bytes. */
export const copyKey = ({ genesis, feed, copy, generation, modulus }: CopyIdentity): Uint8Array =>
  sha256(COPY_DOMAIN, ZERO, genesis, feed, u64le(copy), u32le(generation), modulus)

/** The key of one block, 32 bytes. @param index of the block in the feed */
export const blockKey = (key: Uint8Array, index: number): Uint8Array => sha256(key, u64le(BigInt(index)))
