/**
 * Messages of the coinflip: signing those that go out, and checking those that come in.
 *
 * Owns: bounds, decoding, the binding to session, round, sender and receiver, and the reasons to drop a frame. Does not own: the
 * encoding of messages, which the domain has.
 */
import { equalBytes } from '#types/bytes.ts'
import {
  checkMessageSignature,
  createMessageDecoder,
  decodeMessage,
  encodeMessage,
  MAX_MESSAGE_BYTES,
  sessionId,
  signEnvelope,
  type CoinflipMessage,
  type CoinflipPayload,
  type IsSigned,
  type Session,
} from '#types/domain/coinflip/coinflip.ts'

/** Name and version of the protocol on the wire. */
export const COINFLIP_PROTOCOL = 'assay/coinflip/1'

/** Signs 32 bytes with the member's Noise key: an ed25519 signature of 64 bytes, always the same for the same digest. */
export type Sign = (digest: Uint8Array) => Uint8Array

/**
 * How messages of others are read. The simulation has its own reading, with cheap signatures, in which the members of one process
 * share the work. Everything else reads as on the wire.
 */
export interface Reading {
  /** @throws ScaleError where the frame is none. */
  readonly decode: (frame: Uint8Array) => CoinflipMessage
  readonly isSigned: IsSigned
}

/** SCALE and ed25519. */
export const WIRE: Reading = { decode: decodeMessage, isSigned: checkMessageSignature }

/**
 * Why a frame was dropped. wrong-round: of another round, such as a replay; wrong-session: of another attempt, other members or
 * another chain's genesis; unknown-sender: brought by no member; wrong-sender: names another sender than the peer that brought it;
 * wrong-transcript: a ping or pong about other commitments than ours; out-of-phase: an answer without a question, or a message that
 * comes too late; flood: more frames than a member may send.
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
  | 'wrong-transcript'
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
  readonly reading: Reading
}

/** The seat of the member `self`. */
export const takeSeat = (session: Session, self: Uint8Array, sign: Sign, reading?: Reading): Seat => ({
  session,
  sid: sessionId(session),
  self,
  sign,
  reading: reading ?? { ...WIRE, decode: createMessageDecoder() },
})

/** A signed message of ours: to one member, or to all where `receiver` is absent. */
export const signMessage = (seat: Seat, payload: CoinflipPayload, receiver?: Uint8Array): CoinflipMessage =>
  signEnvelope({ session: seat.sid, round: seat.session.round, sender: seat.self, receiver, payload }, seat.sign)

/** The bytes of a message on the wire. */
export const frameOf = encodeMessage

/** Kinds that go to one member only; all other kinds go to all. */
const DIRECT: ReadonlySet<CoinflipPayload['tag']> = new Set([
  'Reveal',
  'Ask',
  'RelayCommit',
  'RelayEcho',
  'RelayReveal',
  'Ping',
  'Pong',
])

/**
 * Reads a frame that `from` brought: the message, or the reason to drop it. Checks everything except the signature. That costs more
 * than the rest together, so the inbox decides when to check it.
 */
export function readFrame(seat: Seat, from: Uint8Array, frame: Uint8Array): CoinflipMessage | DropReason {
  if (frame.length > MAX_MESSAGE_BYTES) return 'oversized'
  let message: CoinflipMessage
  try {
    message = seat.reading.decode(frame)
  } catch {
    return 'malformed'
  }
  // First the round, because a replay from another round has another session too.
  if (message.round !== seat.session.round) return 'wrong-round'
  if (!equalBytes(message.session, seat.sid)) return 'wrong-session'
  if (!equalBytes(message.sender, from)) return 'wrong-sender'
  const { receiver, payload } = message
  const meant = DIRECT.has(payload.tag)
    ? receiver !== undefined && equalBytes(receiver, seat.self)
    : receiver === undefined
  return meant ? message : 'wrong-receiver'
}
