/**
 * Signing, framing and checking messages of a coinflip.
 *
 * Owns: the signed bytes of a message, its frame, and checking the signatures of messages and of the parts that are passed on. Does
 * not own: the messages.
 *
 * A frame is the envelope and its signature, and every value has one encoding. So the signed bytes are the frame without its end. A
 * message that keeps its frame is never encoded a second time, neither for sending nor for verifying.
 */
import { compareBytes, utf8 } from '../../bytes.ts'
import { blake2b256, blake2b256Of } from '../../crypto/hash.ts'
import { verifyEd25519 } from '../../crypto/signature.ts'
import { decode, encode, withWriter } from '../../scale/codec.ts'
import {
  CoinflipEnvelope,
  CoinflipMessage,
  CoinflipPayload,
  type SignedCommitment,
  type SignedConfirmation,
  type SignedEcho,
  type SignedFraud,
  type SignedReveal,
} from './messages.ts'
import { NoiseSignature } from '../worker.ts'

const MESSAGE_CONTEXT = utf8('assay/coinflip/message/1')
/** Length of the signature at the end of each frame. */
const SIGNATURE_BYTES = 64
/** Offset of the receiver in a frame: after session, round and sender. */
const RECEIVER_AT = 32 + 4 + 32
/** Offset of the payload in a frame for all; it begins with the number of its kind. */
const PAYLOAD_AT = RECEIVER_AT + 1

/** A message that keeps its frame. A changed copy of it is a plain message again. */
class FramedMessage implements CoinflipMessage {
  readonly session: CoinflipMessage['session']
  readonly round: CoinflipMessage['round']
  readonly sender: CoinflipMessage['sender']
  readonly receiver: CoinflipMessage['receiver']
  readonly payload: CoinflipMessage['payload']
  readonly signature: CoinflipMessage['signature']
  readonly #frame: Uint8Array

  constructor(
    { session, round, sender, receiver, payload }: CoinflipEnvelope,
    signature: Uint8Array,
    frame: Uint8Array,
  ) {
    this.session = session
    this.round = round
    this.sender = sender
    this.receiver = receiver
    this.payload = payload
    this.signature = signature
    this.#frame = frame
  }

  static frameOf(message: CoinflipEnvelope): Uint8Array | undefined {
    return #frame in message ? message.#frame : undefined
  }
}

/** The digest that a message's sender signs with its Noise key. 32 bytes. */
export function messageDigest(message: CoinflipEnvelope): Uint8Array {
  const frame = FramedMessage.frameOf(message)
  const envelope = frame ? frame.subarray(0, frame.length - SIGNATURE_BYTES) : encode(CoinflipEnvelope, message)
  return blake2b256Of(MESSAGE_CONTEXT, envelope)
}

/** The envelope as a message, with a signature of 64 bytes over its digest. */
export const signEnvelope = (envelope: CoinflipEnvelope, sign: (digest: Uint8Array) => Uint8Array): CoinflipMessage =>
  withWriter((out) => {
    out.raw(MESSAGE_CONTEXT)
    CoinflipEnvelope.write(envelope, out)
    const signature = sign(blake2b256(out.written()))
    NoiseSignature.write(signature, out)
    return new FramedMessage(envelope, signature, pooledCopy(out.written(MESSAGE_CONTEXT.length)))
  })

/** A copy in a part of a larger buffer, because frames are many and short-lived. */
function pooledCopy(bytes: Uint8Array): Uint8Array {
  const { buffer, byteOffset } = Buffer.allocUnsafe(bytes.length)
  const copy = new Uint8Array(buffer, byteOffset, bytes.length)
  copy.set(bytes)
  return copy
}

/** The bytes of a message on the wire. Do not change them. */
export const encodeMessage = (message: CoinflipMessage): Uint8Array =>
  FramedMessage.frameOf(message) ?? encode(CoinflipMessage, message)

/** The message in a frame, which it keeps. @throws ScaleError where the frame holds no message. */
export function decodeMessage(frame: Uint8Array): CoinflipMessage {
  const message = decode(CoinflipMessage, frame)
  return new FramedMessage(message, message.signature, frame)
}

const { shape } = CoinflipPayload.type
const ECHO = shape.kind === 'variant' ? shape.variants.find(({ name }) => name === 'Echo')!.index : undefined

/** The encoded row of an echo, or undefined where the frame is no echo. */
const rowIn = (frame: Uint8Array): Uint8Array | undefined =>
  frame[RECEIVER_AT] === 0 && frame[PAYLOAD_AT] === ECHO && frame.length > PAYLOAD_AT + SIGNATURE_BYTES
    ? frame.subarray(PAYLOAD_AT + 1, frame.length - SIGNATURE_BYTES)
    : undefined

/**
 * A decoder of frames for one session. All honest members echo the same row, so it decodes a row once, and frames with the same
 * bytes share the array. Throws as {@link decodeMessage}.
 */
export function createMessageDecoder(): (frame: Uint8Array) => CoinflipMessage {
  let known: { readonly bytes: Uint8Array; readonly payload: CoinflipPayload } | undefined
  return (frame) => {
    const bytes = rowIn(frame)
    if (bytes && known && compareBytes(bytes, known.bytes) === 0) {
      const round = new DataView(frame.buffer, frame.byteOffset).getUint32(32, true)
      const [session, sender] = [frame.slice(0, 32), frame.slice(36, RECEIVER_AT)]
      const envelope = { session, round, sender, receiver: undefined, payload: known.payload }
      return new FramedMessage(envelope, frame.slice(-SIGNATURE_BYTES), frame)
    }
    const message = decodeMessage(frame)
    if (bytes) known = { bytes, payload: message.payload }
    return message
  }
}

/** Whether the sender named in the message signed it. */
export type IsSigned = (message: CoinflipMessage) => boolean

/** The rule on the wire and on chain: ed25519. Only the simulation gives another rule to the functions below. */
export const checkMessageSignature: IsSigned = (message) =>
  verifyEd25519(message.signature, messageDigest(message), message.sender)

/** Whether `author` signed the payload in this session, for `receiver` or for all. */
const isSaid = (
  session: Uint8Array,
  round: number,
  { author, signature }: { readonly author: Uint8Array; readonly signature: Uint8Array },
  payload: CoinflipPayload,
  receiver: Uint8Array | undefined,
  isSigned: IsSigned,
): boolean => isSigned({ session, round, sender: author, receiver, payload, signature })

/** Whether its author signed the commitment in this session. */
export const checkSignedCommitment = (
  session: Uint8Array,
  round: number,
  signed: SignedCommitment,
  isSigned: IsSigned = checkMessageSignature,
): boolean => isSaid(session, round, signed, { tag: 'Commit', value: signed.body }, undefined, isSigned)

/** Whether its author signed the echo row in this session. */
export const checkSignedEcho = (
  session: Uint8Array,
  round: number,
  signed: SignedEcho,
  isSigned: IsSigned = checkMessageSignature,
): boolean => isSaid(session, round, signed, { tag: 'Echo', value: signed.row }, undefined, isSigned)

/** Whether its author signed the reveal in this session. */
export const checkSignedReveal = (
  session: Uint8Array,
  round: number,
  signed: SignedReveal,
  isSigned: IsSigned = checkMessageSignature,
): boolean => isSaid(session, round, signed, { tag: 'Reveal', value: signed.value }, signed.receiver, isSigned)

/** Whether its author signed the ping or pong in this session. */
export const checkSignedConfirmation = (
  session: Uint8Array,
  round: number,
  signed: SignedConfirmation,
  isSigned: IsSigned = checkMessageSignature,
): boolean => isSaid(session, round, signed, { tag: signed.kind, value: signed.body }, signed.receiver, isSigned)

/** Whether its author signed the fraud proof in this session. */
export const checkSignedFraud = (
  session: Uint8Array,
  round: number,
  signed: SignedFraud,
  isSigned: IsSigned = checkMessageSignature,
): boolean => isSaid(session, round, signed, { tag: 'Fraud', value: signed.accusation }, undefined, isSigned)
