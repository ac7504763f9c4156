/**
 * An overlay that tells a tracer of every read, write and walk.
 *
 * Owns: telling. Does not own: the overlay itself. It is a class of its own, so that untraced blocks pay nothing for it.
 */
import { Overlay, type Entry, type RawKey, type StateReader } from './overlay.ts'
import type { Tracer } from './trace.ts'

export class TracedOverlay extends Overlay {
  readonly #tracer: () => Tracer | undefined

  /** `tracer` gives the present tracer, if there is one. */
  constructor(state: StateReader, tracer: () => Tracer | undefined) {
    super(state)
    this.#tracer = tracer
  }

  override entry(key: RawKey): Entry {
    const entry = super.entry(key)
    this.#tracer()?.read(key, entry.bytes)
    return entry
  }

  override put(key: RawKey, bytes: Uint8Array | undefined, value?: unknown): void {
    const before = this.peek(key)
    super.put(key, bytes, value)
    this.#tracer()?.write(key, before, bytes)
  }

  override *keys(prefix: RawKey): Generator<RawKey> {
    this.#tracer()?.walk(prefix)
    yield* super.keys(prefix)
  }
}
