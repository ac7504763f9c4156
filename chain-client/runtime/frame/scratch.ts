/**
 * Encoding of many small values.
 *
 * Owns: one writer that lives on from value to value, as a fresh buffer for each costs more than the encoding. Does not
 * own: codecs. Everything here is synchronous, so one writer serves all. What comes out are views into shared chunks,
 * never written to again; who keeps one for longer than a block must copy it, or it keeps its whole chunk.
 */
import { Writer, type Codec } from '#types/scale/codec.ts'

/** When the writer has grown to this it is left to those who hold views of it. */
const MAX_SCRATCH_BYTES = 65_536

let scratch = new Writer()

/** As `encode` of codec.ts, but a view. */
export function encodeSmall<T>(codec: Codec<T>, value: T): Uint8Array {
  if (scratch.reserve(0) > MAX_SCRATCH_BYTES) scratch = new Writer()
  const out = scratch
  const start = out.reserve(0)
  codec.write(value, out)
  const length = out.reserve(0) - start
  return new Uint8Array(out.view.buffer, start, length)
}
