/**
 * How members of simulated sessions sign and read messages.
 *
 * Owns: the two schemes, and sharing the work of reading among the members of one process. Does not own: the signed bytes. The
 * protocol is the same under both.
 *
 * Why there is a second scheme. Verifying ed25519 was measured to be more than half of a session's cost, and no finding of a
 * simulation depends on it. `simulated` replaces it by a keyed mixing of the digest, also 64 bytes long. Nobody in the simulation
 * forges it: strategies get a function that signs and no key, and are no cryptanalysts. It is worth nothing outside. Runs under
 * either scheme have the same messages at the same times and the same exits; a test checks that.
 *
 * Why reading is shared. A frame to nineteen others has the same bytes for all; each would decode and verify it with the same
 * result.
 */
import { equalBytes, toHex, utf8 } from '#types/bytes.ts'
import { blake2b256Of } from '#types/crypto/hash.ts'
import {
  checkMessageSignature,
  messageDigest,
  type CoinflipMessage,
  type IsSigned,
} from '#types/domain/coinflip/coinflip.ts'
import { frameOf, WIRE, type Reading } from '../protocol/messages.ts'
import type { NoiseIdentity } from '#worker/kernel/ports.ts'
import { sessionIdentities } from '#worker/simulation/identities.ts'
import { mix } from '#worker/simulation/random.ts'

/** @see SIGNING */
export interface SigningScheme {
  /** `count` identities, in the order of a session's members. */
  identities(count: number): readonly NoiseIdentity[]
  readonly isSigned: IsSigned
}

const SIGNATURE_WORDS = 16
const SECRET_WORDS = 8

/** Stands for the secret key of a simulated identity. It never leaves this module. */
function secretOf(publicKey: Uint8Array): Uint32Array {
  const hash = blake2b256Of(utf8('assay/simulation/secret'), publicKey)
  return new Uint32Array(hash.buffer, hash.byteOffset, SECRET_WORDS)
}

/** MurmurHash3's round and finalizer, each word of the digest mixed with one of the secret, squeezed into sixteen words. */
function signWith(secret: Uint32Array, digest: Uint8Array): Uint8Array {
  const signature = new Uint8Array(4 * SIGNATURE_WORDS)
  let state = 0
  for (let at = 0; at < SIGNATURE_WORDS; at++) {
    const byte = 4 * (at % SECRET_WORDS)
    const word = digest[byte]! | (digest[byte + 1]! << 8) | (digest[byte + 2]! << 16) | (digest[byte + 3]! << 24)
    state = mix(state ^ word ^ secret[at % SECRET_WORDS]!)
    signature[4 * at] = state
    signature[4 * at + 1] = state >>> 8
    signature[4 * at + 2] = state >>> 16
    signature[4 * at + 3] = state >>> 24
  }
  return signature
}

function simulatedScheme(): SigningScheme {
  const secrets = new Map<string, Uint32Array>()
  const known = new Map<number, readonly NoiseIdentity[]>()
  const make = (count: number): readonly NoiseIdentity[] =>
    sessionIdentities(count).map(({ publicKey }) => {
      const secret = secretOf(publicKey)
      secrets.set(toHex(publicKey), secret)
      return { publicKey, sign: (digest) => signWith(secret, digest) }
    })
  return {
    identities(count) {
      const made = known.get(count) ?? make(count)
      known.set(count, made)
      return made
    },
    isSigned(message) {
      const secret = secrets.get(toHex(message.sender))
      return secret !== undefined && equalBytes(message.signature, signWith(secret, messageDigest(message)))
    },
  }
}

/** See the module's header. */
export const SIGNING: Readonly<Record<'simulated' | 'ed25519', SigningScheme>> = {
  simulated: simulatedScheme(),
  ed25519: { identities: sessionIdentities, isSigned: checkMessageSignature },
}

/** A reading that knows the messages sent in this process. */
export interface SharedReading extends Reading {
  /** The bytes of the message on the wire. */
  frameOf(message: CoinflipMessage): Uint8Array
}

/** The reading of one session's members. Other frames are decoded as on the wire. */
export function shareReading({ isSigned }: SigningScheme): SharedReading {
  const messages = new Map<Uint8Array, CoinflipMessage>()
  const verdicts = new Map<CoinflipMessage, boolean>()
  return {
    frameOf(message) {
      const frame = frameOf(message)
      messages.set(frame, message)
      return frame
    },
    decode: (frame) => messages.get(frame) ?? WIRE.decode(frame),
    isSigned(message) {
      let verdict = verdicts.get(message)
      if (verdict === undefined) verdicts.set(message, (verdict = isSigned(message)))
      return verdict
    },
  }
}
