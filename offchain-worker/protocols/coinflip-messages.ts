/**
 * Frames of the coinflip: signing what goes out, and judging what came in before anything is believed of it.
 *
 * Owns: bounds, decoding, the binding to session, round, sender and receiver, and the names of why a frame is dropped. Does
 * not own: what a message means in which phase (coinflip.ts) or how it is encoded (runtime-types/domain/coinflip.ts).
 */
import { equalBytes } from '#types/bytes.ts'
import {
  checkMessageSignature,
  CoinflipMessage,
  MAX_MESSAGE_BYTES,
  messageDigest,
  sessionId,
  type CoinflipEnvelope,
  type CoinflipPayload,
  type Session,
} from '#types/domain/coinflip.ts'
import { decode, encode } from '#types/scale/codec.ts'

/** Name and version of the protocol on the wire. */
export const COINFLIP_PROTOCOL = 'assay/coinflip/1'

/** Signs 32 bytes with the member's Noise key: an ed25519 signature of 64 bytes, always the same for the same digest. */
export type Sign = (digest: Uint8Array) => Uint8Array

/**
 * Why a frame was dropped. wrong-sender: says it is of another than the peer that brought it; bad-evidence: a fraud proof
 * that proves nothing; out-of-phase: an answer to nothing that was asked; flood: above the frames that a member may send.
 */
export type DropReason =
  | 'oversized'
  | 'malformed'
  | 'wrong-session'
  | 'wrong-round'
  | 'unknown-sender'
  | 'wrong-sender'
  | 'wrong-receiver'
  | 'bad-signature'
  | 'bad-evidence'
  | 'out-of-phase'
  | 'duplicate'
  | 'flood'

/** One member's view of a session. */
export interface Seat {
  readonly session: Session
  readonly sid: Uint8Array
  /** Own Noise key. */
  readonly self: Uint8Array
  readonly sign: Sign
}

/** The seat of the member `self`. */
export const takeSeat = (session: Session, self: Uint8Array, sign: Sign): Seat => ({
  session,
  sid: sessionId(session),
  self,
  sign,
})

/** A signed message of ours: to one member, or to all where `receiver` is absent. */
export function signMessage(seat: Seat, payload: CoinflipPayload, receiver?: Uint8Array): CoinflipMessage {
  const envelope: CoinflipEnvelope = {
    session: seat.sid,
    round: seat.session.round,
    sender: seat.self,
    receiver,
    payload,
  }
  return { ...envelope, signature: seat.sign(messageDigest(envelope)) }
}

/** A message as it goes over the wire. */
export const frameOf = (message: CoinflipMessage): Uint8Array => encode(CoinflipMessage, message)

/** What is said to one member only; all else is said to all. */
const DIRECT: readonly CoinflipPayload['tag'][] = ['Reveal', 'RelayReveal', 'RelayEcho']

/**
 * The message in a frame that `from` brought, or why it is dropped. Everything is checked but the signature, which costs
 * more than the rest together: ask {@link checkMessageSignature} once the message turns out to be news.
 */
export function readFrame(seat: Seat, from: Uint8Array, frame: Uint8Array): CoinflipMessage | DropReason {
  if (frame.length > MAX_MESSAGE_BYTES) return 'oversized'
  let message: CoinflipMessage
  try {
    message = decode(CoinflipMessage, frame)
  } catch {
    return 'malformed'
  }
  if (!equalBytes(message.session, seat.sid)) return 'wrong-session'
  if (message.round !== seat.session.round) return 'wrong-round'
  if (!equalBytes(message.sender, from)) return 'wrong-sender'
  const { receiver, payload } = message
  const meant = DIRECT.includes(payload.tag)
    ? receiver !== undefined && equalBytes(receiver, seat.self)
    : receiver === undefined
  return meant ? message : 'wrong-receiver'
}

export { checkMessageSignature }
