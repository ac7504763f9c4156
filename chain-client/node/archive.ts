/**
 * Records that are written once and seldom read again, kept compressed in memory.
 *
 * Owns: segments of records, deflated when full, and the index that finds a record in them. The history of a chain repeats its
 * hashes: a block names its parent's hash, its state's root and the keys that its parent changed. So neighbours compress to less
 * than half.
 */
import { deflateRawSync, inflateRawSync } from 'node:zlib'
import { equalBytes } from '#types/bytes.ts'
import { Lru } from './lru.ts'

/** Bytes of records gathered before they are compressed. Twice deflate's window: enough that neighbours share a segment. */
const SEGMENT_BYTES = 64 * 1024
/** Segments kept inflated, for readers that read on nearby. */
const INFLATED_SEGMENTS = 16
/** zlib's fastest level: repeated hashes are exactly equal, so a slower level gains little. */
const DEFLATE_LEVEL = 1
/** Before the key: the lengths of key and value. */
const PREFIX_BYTES = 8

/** A slot of the index: first bytes of the key, segment counted from 1 (0: never used, -1: its record is removed), offset. */
const SLOT_WORDS = 3
const REMOVED = -1
/** In place of a segment whose records are all removed. */
const NONE = new Uint8Array(0)
const FIRST_SLOTS = 256
/** Share of slots in use above which the index doubles its size. */
const MAX_LOAD = 0.7

/** Keys in the archive are hashes behind a column's byte: any four bytes of them are spread evenly. */
const fingerprintOf = (key: Uint8Array): number =>
  (key[1]! | (key[2]! << 8) | (key[3]! << 16) | (key[4]! << 24) | 0) ^ key[0]!

/** A record that is set again or removed takes room until all records of its segment are gone. See the module's header. */
export class Archive {
  /** The full segments, deflated. */
  readonly #segments: Uint8Array[] = []
  readonly #inflated = new Lru<Buffer>(INFLATED_SEGMENTS)
  #open = Buffer.allocUnsafe(SEGMENT_BYTES)
  #used = 0
  #slots = new Int32Array(FIRST_SLOTS * SLOT_WORDS)
  #records = 0
  /** Slots that were ever used since the index was made, those of removed records included. */
  #taken = 0
  /** Records of each segment that are neither removed nor set again; the last number is the open one's. */
  readonly #held: number[] = [0]

  get(key: Uint8Array): Uint8Array | undefined {
    const slot = this.#find(key)
    if (this.#slots[slot + 1] === 0) return undefined
    const [bytes, at] = this.#at(slot)
    const start = at + PREFIX_BYTES + bytes.readUInt32LE(at)
    return new Uint8Array(bytes.subarray(start, start + bytes.readUInt32LE(at + 4)))
  }

  /** @param key at least five bytes, evenly spread behind the first. */
  set(key: Uint8Array, value: Uint8Array): void {
    const slot = this.#find(key)
    const former = this.#slots[slot + 1]! - 1
    const offset = this.#append(key, value)
    this.#held[this.#segments.length]!++
    this.#slots.set([fingerprintOf(key), this.#segments.length + 1, offset], slot)
    if (former < 0) {
      this.#records++
      this.#taken++
    } else this.#release(former)
    if (this.#used >= SEGMENT_BYTES) this.#seal()
    if (this.#taken > (this.#slots.length / SLOT_WORDS) * MAX_LOAD) this.#rebuild()
  }

  /** Removes a record, where there is one. */
  delete(key: Uint8Array): void {
    const slot = this.#find(key)
    const segment = this.#slots[slot + 1]! - 1
    if (segment < 0) return
    this.#slots[slot + 1] = REMOVED
    this.#records--
    this.#release(segment)
  }

  /** Counts one record less in a segment, and frees it after the last one. */
  #release(segment: number): void {
    if (--this.#held[segment]! > 0 || segment === this.#segments.length) return
    this.#segments[segment] = NONE
    this.#inflated.delete(String(segment))
  }

  #append(key: Uint8Array, value: Uint8Array): number {
    const offset = this.#used
    const end = offset + PREFIX_BYTES + key.length + value.length
    if (end > this.#open.length) {
      const larger = Buffer.allocUnsafe(Math.max(end, this.#open.length * 2))
      larger.set(this.#open.subarray(0, offset))
      this.#open = larger
    }
    this.#open.writeUInt32LE(key.length, offset)
    this.#open.writeUInt32LE(value.length, offset + 4)
    this.#open.set(key, offset + PREFIX_BYTES)
    this.#open.set(value, offset + PREFIX_BYTES + key.length)
    this.#used = end
    return offset
  }

  #seal(): void {
    const isHeld = this.#held[this.#segments.length]! > 0
    const deflated = isHeld ? deflateRawSync(this.#open.subarray(0, this.#used), { level: DEFLATE_LEVEL }) : NONE
    // A copy of its own: zlib gives a view of a larger buffer.
    this.#segments.push(new Uint8Array(deflated))
    this.#held.push(0)
    if (this.#open.length > SEGMENT_BYTES * 2) this.#open = Buffer.allocUnsafe(SEGMENT_BYTES)
    this.#used = 0
  }

  /** Where the record of a slot lies. */
  #at(slot: number): readonly [bytes: Buffer, offset: number] {
    const segment = this.#slots[slot + 1]! - 1
    const offset = this.#slots[slot + 2]!
    if (segment === this.#segments.length) return [this.#open, offset]
    const name = String(segment)
    let bytes = this.#inflated.get(name)
    if (bytes === undefined) {
      bytes = inflateRawSync(this.#segments[segment]!)
      this.#inflated.set(name, bytes)
    }
    return [bytes, offset]
  }

  /** The slot of a key, or the free one where it would be. */
  #find(key: Uint8Array): number {
    const fingerprint = fingerprintOf(key)
    const slots = this.#slots.length / SLOT_WORDS
    for (let i = (fingerprint >>> 0) % slots; ; i = (i + 1) % slots) {
      const slot = i * SLOT_WORDS
      if (this.#slots[slot + 1] === 0) return slot
      const isThere = this.#slots[slot + 1] !== REMOVED
      if (isThere && this.#slots[slot] === fingerprint && this.#isOf(slot, key)) return slot
    }
  }

  #isOf(slot: number, key: Uint8Array): boolean {
    const [bytes, at] = this.#at(slot)
    const start = at + PREFIX_BYTES
    return bytes.readUInt32LE(at) === key.length && equalBytes(bytes.subarray(start, start + key.length), key)
  }

  /** Makes the index anew without removed records; larger, where the others need the room. */
  #rebuild(): void {
    const before = this.#slots
    const isFull = this.#records > (before.length / SLOT_WORDS) * (MAX_LOAD / 2)
    this.#slots = new Int32Array(isFull ? before.length * 2 : before.length)
    this.#taken = this.#records
    const slots = this.#slots.length / SLOT_WORDS
    for (let from = 0; from < before.length; from += SLOT_WORDS) {
      if (before[from + 1]! <= 0) continue
      let i = (before[from]! >>> 0) % slots
      while (this.#slots[i * SLOT_WORDS + 1] !== 0) i = (i + 1) % slots
      this.#slots.set(before.subarray(from, from + SLOT_WORDS), i * SLOT_WORDS)
    }
  }
}
