/**
 * sr25519 signatures that are the same every time, for chains whose blocks must be the same every time.
 *
 * Owns: the randomness of such a signature: a hash over a seed, the key and the message, as in ed25519. Two messages
 * never share it. Slower than the usual way, about 3 ms. Does not own: the scheme.
 */
import { sign } from '@scure/sr25519'
import { blake2b256Of } from './hash.ts'
import type { SignSr25519 } from './suri.ts'

/** Makes a signing function from a seed. */
export const repeatableSigning =
  (seed: Uint8Array): SignSr25519 =>
  (_, secret, message) =>
    sign(secret, message, () => blake2b256Of(seed, secret, message))
