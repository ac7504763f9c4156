/**
 * The simulated peers' keys and accounts, which follow from their names.
 *
 * Owns: making them, once for a process.
 */
import { compareBytes, utf8 } from '#types/bytes.ts'
import { blake2b256, blake2b256Of } from '#types/crypto/hash.ts'
import { noiseKeyPair, signWithNoiseKey } from '../p2p/identity.ts'
import type { NoiseIdentity } from '../kernel/ports.ts'

/** The ed25519 identity that belongs to a seed of 32 bytes. */
export function identityFrom(seed: Uint8Array): NoiseIdentity {
  const pair = noiseKeyPair(seed)
  return { publicKey: new Uint8Array(pair.publicKey), sign: (message) => signWithNoiseKey(pair, message) }
}

/** The identity that follows from a name. */
export const identityOf = (name: string): NoiseIdentity => identityFrom(blake2b256Of(utf8(`assay/simulation/${name}`)))

/** The account that follows from a name. Nobody has its key: a simulated chain verifies no signature of a call. */
export const accountOf = (name: string): Uint8Array => blake2b256(utf8(`assay/simulation/account/${name}`))

const sorted = new Map<number, readonly NoiseIdentity[]>()

/** `count` identities in the order of their keys, which is the order of a session's members. */
export function sessionIdentities(count: number): readonly NoiseIdentity[] {
  const known = sorted.get(count)
  if (known) return known
  const made = Array.from({ length: count }, (_, number) => identityOf(`member/${number}`))
  made.sort((a, b) => compareBytes(a.publicKey, b.publicKey))
  sorted.set(count, made)
  return made
}
