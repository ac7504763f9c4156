/**
 * Numbered frames on their way to one peer, kept until the peer acknowledges them.
 *
 * Owns: numbering, bounds, and which frames to send again after a reconnection. Does not own: the wire.
 * If both sides dial at once, Hyperswarm replaces one connection, and the frames written to it are lost without a
 * trace. A coinflip would blame the sender. So frames stay here until the peer acknowledges them.
 */

/** A frame and its number; numbers start at 1. */
export interface NumberedFrame {
  readonly sequence: number
  readonly frame: Uint8Array
}

/** How many frames and bytes may wait for one peer. */
export interface OutboxLimits {
  readonly maxFrames: number
  readonly maxBytes: number
}

/** Frames to one peer, in order. */
export class Outbox {
  readonly #limits: OutboxLimits
  readonly #frames: NumberedFrame[] = []
  #bytes = 0
  #lastSequence = 0
  /** Index in #frames of the first frame not written to the current connection. */
  #unsent = 0

  constructor(limits: OutboxLimits) {
    this.#limits = limits
  }

  /** Adds a frame. False if it would exceed the limits; then it is not added. */
  push(frame: Uint8Array): boolean {
    if (this.#frames.length >= this.#limits.maxFrames || this.#bytes + frame.length > this.#limits.maxBytes)
      return false
    this.#frames.push({ sequence: ++this.#lastSequence, frame })
    this.#bytes += frame.length
    return true
  }

  /** The next frame to write to the current connection, or undefined. */
  next(): NumberedFrame | undefined {
    const frame = this.#frames[this.#unsent]
    if (frame !== undefined) this.#unsent++
    return frame
  }

  /** The peer has everything up to and including this number. Ignores numbers that were never sent. */
  acknowledge(sequence: number): void {
    let count = 0
    for (; count < this.#unsent; count++) {
      const held = this.#frames[count]
      if (held === undefined || held.sequence > sequence) break
      this.#bytes -= held.frame.length
    }
    this.#frames.splice(0, count)
    this.#unsent -= count
  }

  /**
   * There is a new connection, and the peer has everything up to `received`: all later frames must be written again.
   */
  rewind(received: number): void {
    this.acknowledge(received)
    this.#unsent = 0
  }
}
