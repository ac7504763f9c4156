/**
 * The digest of all events of a run, in order: two runs with the same digest were the same.
 *
 * Owns: which parts of an event are noted, and how they are hashed.
 */
import { concatBytes } from '#types/bytes.ts'
import { blake2b256, blake2b256Of } from '#types/crypto/hash.ts'

/** Kinds of events. The numbers go into the digest. */
export const EVENT = { sent: 1, delivered: 2, exit: 3, crashed: 4, restarted: 5, block: 6, call: 7 } as const
export type EventName = keyof typeof EVENT

/** @see createTranscript */
export interface Transcript {
  /** Notes the end of `bytes`, where the signature is. */
  note(kind: EventName, atMs: number, from: number, to: number, bytes: Uint8Array): void
  /** As `note`, for an event with a number instead of bytes. */
  noteNumber(kind: EventName, atMs: number, from: number, to: number, number: number): void
  /** Digest of all that was noted so far. */
  digest(): Uint8Array
}

/** Time, kind, from, to, length or number. */
const HEAD_BYTES = 8 + 1 + 4 + 4 + 4
/** Bytes noted of each event: a signature, which stands for all bytes before it. */
const TAIL_BYTES = 64
const CHUNK_BYTES = 1 << 15

/** An empty transcript. */
export function createTranscript(): Transcript {
  const chunk = new Uint8Array(CHUNK_BYTES)
  const view = new DataView(chunk.buffer)
  let used = 0
  let before: Uint8Array = new Uint8Array(0)
  const flushed = (): Uint8Array => blake2b256Of(before, chunk.subarray(0, used))
  const noteNumber: Transcript['noteNumber'] = (kind, atMs, from, to, number) => {
    if (used + HEAD_BYTES + TAIL_BYTES > CHUNK_BYTES) {
      before = flushed()
      used = 0
    }
    view.setFloat64(used, atMs, true)
    view.setUint8(used + 8, EVENT[kind])
    view.setUint32(used + 9, from, true)
    view.setUint32(used + 13, to, true)
    view.setUint32(used + 17, number, true)
    used += HEAD_BYTES
  }
  return {
    noteNumber,
    note(kind, atMs, from, to, bytes) {
      noteNumber(kind, atMs, from, to, bytes.length)
      const tail = Math.min(bytes.length, TAIL_BYTES)
      for (let at = bytes.length - tail; at < bytes.length; at++) chunk[used++] = bytes[at]!
    },
    digest: () => blake2b256(concatBytes(before, chunk.subarray(0, used))),
  }
}
