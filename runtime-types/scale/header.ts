/**
 * Block headers and their hash.
 *
 * Owns: the codec and the hash. Does not own: the rules for the order of headers (the node).
 * Source: sp-runtime generic/header.rs, with BlakeTwo256 and 32-bit block numbers.
 */
import { blake2b256 } from '../crypto/hash.ts'
import { H256 } from './account.ts'
import { encode, type Codec, type ValueOf } from './codec.ts'
import { compactU32, struct, vec } from './compound.ts'
import { Digest, DigestItem } from './digest.ts'
import { u32 } from './primitives.ts'

/** The digest's items without their wrapper, which has no bytes of its own. Metadata shows `Digest`. */
const digestItems: Codec<readonly DigestItem[]> = { ...vec(DigestItem), type: Digest.type }

/** `Header<u32, BlakeTwo256>`. */
export const Header = struct(
  { parentHash: H256, number: compactU32, stateRoot: H256, extrinsicsRoot: H256, digest: digestItems },
  {
    path: ['sp_runtime', 'generic', 'header', 'Header'],
    params: [{ name: 'Number', type: () => u32.type }, { name: 'Hash' }],
  },
)
export type Header = ValueOf<typeof Header>

/** BLAKE2b-256 of the encoded header: the block's hash. */
export const headerHash = (header: Header): Uint8Array => blake2b256(encode(Header, header))
