/**
 * The bytes of the mesh's own frames.
 *
 * Owns: encoding and strict decoding of HELLO, DATA and ACK, which mesh.ts describes.
 */

/** Bytes of the number that distinguishes one run of a process from the next. */
export const INSTANCE_BYTES = 8
const SEQUENCE_BYTES = 4
const DATA_HEAD_BYTES = 1 + 2 * SEQUENCE_BYTES
const HELLO_BYTES = 1 + 2 * INSTANCE_BYTES + SEQUENCE_BYTES
/** A mesh frame may be this much longer than the frame inside it (HELLO is the longest of the others). Bytes. */
export const DATA_OVERHEAD_BYTES = HELLO_BYTES

const HELLO = 0
const DATA = 1
const ACK = 2

/** A decoded frame. */
export type MeshFrame =
  | { kind: 'hello'; instance: Uint8Array; peerInstance: Uint8Array; received: number }
  | { kind: 'data'; sequence: number; received: number; frame: Uint8Array }
  | { kind: 'ack'; sequence: number }

const viewOf = (bytes: Uint8Array): DataView => new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)

/**
 * First frame on a new channel: our instance, the peer's instance as we know it, and the last number that we received
 * from it.
 */
export function hello(instance: Uint8Array, peerInstance: Uint8Array, received: number): Uint8Array {
  const bytes = new Uint8Array(HELLO_BYTES)
  bytes[0] = HELLO
  bytes.set(instance, 1)
  bytes.set(peerInstance, 1 + INSTANCE_BYTES)
  viewOf(bytes).setUint32(1 + 2 * INSTANCE_BYTES, received, true)
  return bytes
}

/** One frame of the session, and the last number that we received from the peer. */
export function data(sequence: number, received: number, frame: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(DATA_HEAD_BYTES + frame.length)
  const view = viewOf(bytes)
  bytes[0] = DATA
  view.setUint32(1, sequence, true)
  view.setUint32(1 + SEQUENCE_BYTES, received, true)
  bytes.set(frame, DATA_HEAD_BYTES)
  return bytes
}

/** We have received everything up to this number. */
export function ack(sequence: number): Uint8Array {
  const bytes = new Uint8Array(1 + SEQUENCE_BYTES)
  bytes[0] = ACK
  viewOf(bytes).setUint32(1, sequence, true)
  return bytes
}

/** The frame of these bytes; undefined if they are none: unknown kind or wrong length. */
export function parseMeshFrame(bytes: Uint8Array): MeshFrame | undefined {
  const kind = bytes[0]
  if (kind === HELLO && bytes.length === HELLO_BYTES) {
    const peerAt = 1 + INSTANCE_BYTES
    const receivedAt = peerAt + INSTANCE_BYTES
    return {
      kind: 'hello',
      instance: bytes.slice(1, peerAt),
      peerInstance: bytes.slice(peerAt, receivedAt),
      received: viewOf(bytes).getUint32(receivedAt, true),
    }
  }
  if (bytes.length < 1 + SEQUENCE_BYTES) return undefined
  const sequence = viewOf(bytes).getUint32(1, true)
  if (kind === DATA && bytes.length >= DATA_HEAD_BYTES) {
    const received = viewOf(bytes).getUint32(1 + SEQUENCE_BYTES, true)
    return { kind: 'data', sequence, received, frame: bytes.subarray(DATA_HEAD_BYTES) }
  }
  if (kind === ACK && bytes.length === 1 + SEQUENCE_BYTES) return { kind: 'ack', sequence }
  return undefined
}
