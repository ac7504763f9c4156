/**
 * The authority's key.
 *
 * Owns: the block author's key pair and the seals made with it. Does not own: keys inserted by RPC (the session keystore). The
 * secret stays in the key pair's closure.
 */
import { toHex } from '#types/bytes.ts'
import { AssayError } from '#types/errors.ts'
import { keypairFromSuri, type SignSr25519 } from '#types/crypto/suri.ts'
import { AURA_ENGINE_ID, type DigestItem } from '#types/scale/digest.ts'
import { headerHash, type Header } from '#types/scale/header.ts'

/** A block author, and how it seals a header. */
export interface Authority {
  /** The sr25519 key, 32 bytes. */
  readonly publicKey: Uint8Array
  /** The header with Aura's seal: a signature over the hash of the header without it. Source: sc-consensus-aura `seal`. */
  seal(header: Header): Header
}

/**
 * The authority of a secret URI.
 * @param authorities keys that the chain spec allows. @param signWith replaces the usual, random signing. @throws AssayError
 *   `BAD_SURI`, or `NOT_AN_AUTHORITY` for another key.
 */
export function createAuthority(suri: string, authorities: readonly Uint8Array[], signWith?: SignSr25519): Authority {
  const pair = keypairFromSuri(suri, 'sr25519', signWith)
  const key = toHex(pair.publicKey)
  if (!authorities.some((authority) => toHex(authority) === key))
    throw new AssayError(
      'NOT_AN_AUTHORITY',
      `expected the author's key among the chain spec's aura.authorities (${authorities.map(toHex).join(', ')}), got ${key}`,
      { key },
    )
  return {
    publicKey: pair.publicKey,
    seal(header) {
      const seal: DigestItem = { tag: 'Seal', value: [AURA_ENGINE_ID, pair.sign(headerHash(header))] }
      return { ...header, digest: [...header.digest, seal] }
    },
  }
}
