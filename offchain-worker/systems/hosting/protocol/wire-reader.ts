/**
 * A reader of compact-encoding's integers and byte strings that cannot be led beyond its bytes.
 *
 * Owns: the cursor. Does not own: what the numbers may be.
 * Source: compact-encoding 3, index.js: one byte up to 252, then fd, fe and ff before 2, 4 and 8 bytes, little endian.
 */

const WIDTHS: Readonly<Record<number, number>> = { 0xfd: 2, 0xfe: 4, 0xff: 8 }

/** Reads from the beginning of its bytes on. */
export class WireReader {
  readonly #bytes: Uint8Array
  readonly #onShort: (field: string) => never
  #at = 0

  /** @param onShort called with the field's name if the bytes end within it; it throws */
  constructor(bytes: Uint8Array, onShort: (field: string) => never) {
    this.#bytes = bytes
    this.#onShort = onShort
  }

  /** Whether all bytes are read. */
  atEnd(): boolean {
    return this.#at === this.#bytes.length
  }

  /** An integer, as a float: one above 2^53 is not exact, but above 2^53. */
  uint(field: string): number {
    const first = this.#take(field, 1)
    const width = WIDTHS[this.#bytes[first]!]
    if (width === undefined) return this.#bytes[first]!
    const at = this.#take(field, width)
    let value = 0
    for (let i = width - 1; i >= 0; i--) value = value * 256 + this.#bytes[at + i]!
    return value
  }

  /** Passes over `count` bytes. */
  skip(field: string, count: number): void {
    this.#take(field, count)
  }

  #take(field: string, count: number): number {
    const at = this.#at
    if (count > this.#bytes.length - at) this.#onShort(field)
    this.#at = at + count
    return at
  }
}
