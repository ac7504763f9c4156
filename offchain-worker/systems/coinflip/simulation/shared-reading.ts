/**
 * How attestors of a simulated round read what they hear: as on the wire, by ed25519, each frame once for all of them.
 *
 * Owns: sharing that work. Does not own: reading itself (messages.ts of the protocol). A frame that goes to nine others is the same
 * bytes; each of them would decode and verify it to the same.
 */
import type { CoinflipMessage } from '#types/domain/coinflip/coinflip.ts'
import { WIRE, type Reading } from '../protocol/messages.ts'

/** A reading for all members of all sessions of a world. It keeps nothing that nobody else holds. */
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
