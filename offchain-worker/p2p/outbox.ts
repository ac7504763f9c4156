/**
 * What is on its way to one peer: numbered frames, kept until the peer acknowledges them.
 *
 * Owns: numbering, bounds, and what to send again after a reconnection. Does not own: the wire (mesh.ts). Hyperswarm replaces
 * a connection when both sides dialled at once, and frames written to the losing one are gone without a trace; a coinflip
 * would blame the sender. So frames stay here until acknowledged.
 */

/** A frame and its number, from 1 upwards. */
export interface NumberedFrame {
  readonly sequence: number
  readonly frame: Uint8Array
}

/** How much may wait for one peer. */
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
  /** Index in #frames of the first frame not written to the present connection. */
  #unsent = 0

  constructor(limits: OutboxLimits) {
    this.#limits = limits
  }

  /** Takes a frame; false, and nothing taken, where it would exceed the limits. */
  push(frame: Uint8Array): boolean {
    if (this.#frames.length >= this.#limits.maxFrames || this.#bytes + frame.length > this.#limits.maxBytes)
      return false
    this.#frames.push({ sequence: ++this.#lastSequence, frame })
    this.#bytes += frame.length
    return true
  }

  /** The next frame to write to the present connection, or undefined. */
  next(): NumberedFrame | undefined {
    const frame = this.#frames[this.#unsent]
    if (frame !== undefined) this.#unsent++
    return frame
  }

  /** The peer has everything up to and including this number. Numbers never sent are ignored. */
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

  /** A new connection: everything the peer has not got (it got up to `received`) is to be written again. */
  rewind(received: number): void {
    this.acknowledge(received)
    this.#unsent = 0
  }
}
