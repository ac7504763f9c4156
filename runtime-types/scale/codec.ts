/**
 * The interface of a SCALE codec, the cursor it reads from and the buffer it writes to.
 *
 * Owns: bounds, the whole-value rule (no trailing bytes), and errors that give type path, offset, expected and got.
 * Does not own: any concrete codec.
 * Source: SCALE encoding, parity-scale-codec.
 */
import { AssayError } from '../errors.ts'
import type { TypeDef } from './type-def.ts'

/** Reads and writes values of `T`, and describes their type to metadata. */
export interface Codec<T> {
  readonly type: TypeDef
  /** Appends the encoding of `value`. Throws {@link ScaleError} if the value is out of range. */
  write(value: T, out: Writer): void
  /** Reads one value at the cursor. Throws {@link ScaleError} if the bytes are not its only valid encoding. */
  read(from: Reader): T
}

/** The TypeScript type that a codec carries. */
export type ValueOf<C> = C extends Codec<infer T> ? T : never

/** Bytes or a value that SCALE does not allow. `path` grows from the inside out while the error rises. */
export class ScaleError extends AssayError {
  readonly path: string[] = []
  readonly offset: number | undefined
  readonly #problem: string

  constructor(expected: string, got: string, offset?: number) {
    super('SCALE', `expected ${expected}, got ${got}`, { expected, got, offset })
    this.offset = offset
    this.#problem = this.message
  }

  /** Adds the field, variant or element in which the error arose, and returns the error for rethrowing. */
  within(segment: string): this {
    this.path.unshift(segment)
    const at = this.offset === undefined ? '' : ` at byte ${this.offset}`
    this.message = `${this.path.join('.')}${at}: ${this.#problem}`
    return this
  }
}

/** Adds `segment` to a ScaleError's path. Other errors pass unchanged. */
export const inside = (thrown: unknown, segment: string): unknown =>
  thrown instanceof ScaleError ? thrown.within(segment) : thrown

/** A bounds-checked cursor over bytes. Never reads past the end, and never copies more than requested. */
export class Reader {
  readonly bytes: Uint8Array
  readonly view: DataView
  offset = 0
  /** How many recursive types the cursor is in. `recursive` bounds it. */
  depth = 0

  constructor(bytes: Uint8Array) {
    this.bytes = bytes
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  }

  /** Bytes not read yet. */
  get remaining(): number {
    return this.bytes.length - this.offset
  }

  /** Moves past `count` bytes and returns where they began. */
  advance(count: number, what: string): number {
    const start = this.offset
    if (count > this.bytes.length - start)
      throw new ScaleError(`${count} bytes for ${what}`, `${this.remaining} bytes`, start)
    this.offset = start + count
    return start
  }

  /** A copy of the next `count` bytes. */
  take(count: number, what: string): Uint8Array {
    const start = this.advance(count, what)
    return this.bytes.slice(start, start + count)
  }

  /** The next byte. */
  byte(what: string): number {
    return this.bytes[this.advance(1, what)]!
  }
}

const INITIAL_WRITER_BYTES = 256
/** A buffer above this is not kept for the next value. */
const MAX_KEPT_BYTES = 65_536

/** A growing buffer. */
export class Writer {
  #bytes = new Uint8Array(INITIAL_WRITER_BYTES)
  #view = new DataView(this.#bytes.buffer)
  #length = 0

  /** Makes room for `count` bytes and returns where they begin; write them through {@link view}. */
  reserve(count: number): number {
    const start = this.#length
    const needed = start + count
    if (needed > this.#bytes.length) {
      const grown = new Uint8Array(Math.max(needed, this.#bytes.length * 2))
      grown.set(this.#bytes.subarray(0, start))
      this.#bytes = grown
      this.#view = new DataView(grown.buffer)
    }
    this.#length = needed
    return start
  }

  /** The buffer's view. Valid until the next {@link reserve}. */
  get view(): DataView {
    return this.#view
  }

  /** Appends one byte. */
  byte(value: number): void {
    const at = this.reserve(1)
    this.#bytes[at] = value
  }

  /** Appends bytes without a length before them. */
  raw(bytes: Uint8Array): void {
    const at = this.reserve(bytes.length)
    this.#bytes.set(bytes, at)
  }

  /** A copy of all written bytes. */
  finish(): Uint8Array {
    return this.#bytes.slice(0, this.#length)
  }

  /** The written bytes from `start` on, without a copy: valid until the next write. */
  written(start = 0): Uint8Array {
    return this.#bytes.subarray(start, this.#length)
  }

  /** Forgets the written bytes and keeps the buffer. False if the buffer is too large to keep. */
  clear(): boolean {
    this.#length = 0
    return this.#bytes.length <= MAX_KEPT_BYTES
  }
}

/**
 * The writer of the last value, kept because a new buffer costs more than most values. Absent while a value is being
 * written.
 */
let spare: Writer | undefined

/** Calls `use` with an empty writer, which belongs to `use` until it returns. Returns its result. */
export function withWriter<T>(use: (out: Writer) => T): T {
  const out = spare ?? new Writer()
  spare = undefined
  try {
    return use(out)
  } finally {
    if (out.clear()) spare = out
  }
}

/** The encoding of `value`. */
export const encode = <T>(codec: Codec<T>, value: T): Uint8Array =>
  withWriter((out) => {
    codec.write(value, out)
    return out.finish()
  })

/**
 * The value of `bytes`, all of which must belong to it.
 * @throws ScaleError if the bytes are malformed, too short, not in shortest form, or more than one value.
 */
export function decode<T>(codec: Codec<T>, bytes: Uint8Array): T {
  const from = new Reader(bytes)
  const value = codec.read(from)
  if (from.remaining > 0) throw new ScaleError('end of value', `${from.remaining} trailing bytes`, from.offset)
  return value
}
