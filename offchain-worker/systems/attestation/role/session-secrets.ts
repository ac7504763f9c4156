/**
 * The secrets of one session of a coinflip, as they follow from our key.
 *
 * Owns: drawing them. Does not own: keeping them (notes.ts).
 *
 * They are drawn anew only for another session. A worker that lost its notes, or whose chain went back to before the
 * round, comes to the same session again: with other secrets it would sign a second word, which convicts it.
 * The price: after a revert the number of that session is the same, and no secret to those who saw it before.
 */
import { concatBytes, utf8 } from '#types/bytes.ts'
import { blake2b256Of } from '#types/crypto/hash.ts'
import type { NoiseIdentity } from '#worker/kernel/ports.ts'

const LABEL = utf8('assay/attestor/secrets/1')

/**
 * Draws bytes that nobody else can know: from a signature of ours that is never told.
 * @param session the session's id.
 * @returns gives at most 32 bytes a call, other bytes with every call.
 */
export function sessionSecrets(session: Uint8Array, identity: NoiseIdentity): (count: number) => Uint8Array {
  const seed = blake2b256Of(LABEL, identity.sign(concatBytes(LABEL, session)))
  let drawn = 0
  return (count) => blake2b256Of(seed, Uint8Array.of(drawn++)).slice(0, count)
}
