/**
 * How attestors of a simulated round read messages: as on the wire, by ed25519, each frame once for all of them.
 *
 * Owns: sharing that work. Does not own: reading itself. A frame to nine others has the same bytes for all; each would decode and
 * verify it with the same result.
 */
import type { CoinflipMessage } from '#types/domain/coinflip/coinflip.ts'
import { WIRE, type Reading } from '../protocol/messages.ts'

/** A reading for all members of all sessions of a world. It holds its results weakly. */
export function sharedWire(): Reading {
  const messages = new WeakMap<Uint8Array, CoinflipMessage>()
  const verdicts = new WeakMap<CoinflipMessage, boolean>()
  return {
    decode(frame) {
      const message = messages.get(frame) ?? WIRE.decode(frame)
      messages.set(frame, message)
      return message
    },
    isSigned(message) {
      const verdict = verdicts.get(message) ?? WIRE.isSigned(message)
      verdicts.set(message, verdict)
      return verdict
    },
  }
}
