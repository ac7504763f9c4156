/**
 * Encoding of many small values.
 *
 * Owns: one writer that lives on from value to value, because a fresh buffer for each would cost more than the encoding. Everything
 * here is synchronous, so one writer serves all. Results are views into shared chunks, which are never written again. A caller that
 * keeps one for longer than a block must copy it; otherwise it keeps the whole chunk.
 */
import { Writer, type Codec } from '#types/scale/codec.ts'

/** At this size the writer is replaced; views of it keep it in memory. */
const MAX_SCRATCH_BYTES = 65_536

let scratch = new Writer()

/** As `encode` of codec.ts, but returns a view. */
export function encodeSmall<T>(codec: Codec<T>, value: T): Uint8Array {
  if (scratch.reserve(0) > MAX_SCRATCH_BYTES) scratch = new Writer()
  const out = scratch
  const start = out.reserve(0)
  codec.write(value, out)
  const length = out.reserve(0) - start
  return new Uint8Array(out.view.buffer, start, length)
}
