/**
 * Time as an argument of the node, which besides durations needs the time of day.
 *
 * Owns: wall time, the virtual kind of it, and moving it. Does not own: monotonic time (#types/clock.ts).
 */
import type { Clock } from '#types/clock.ts'

/** Wall time, durations and one-shot timers, which never fire before their maker returned. */
export interface NodeClock extends Clock {
  /** Unix time of new blocks, milliseconds. May jump. */
  unixMs(): number
}

/** The machine's clock. A timer of 0 ms lets pending I/O go first (setImmediate). */
export const systemClock: NodeClock = {
  unixMs: () => Date.now(),
  now: () => performance.now(),
  setTimer(ms, callback) {
    if (ms <= 0) {
      const immediate = setImmediate(callback)
      return () => clearImmediate(immediate)
    }
    const timer = setTimeout(callback, ms)
    return () => clearTimeout(timer)
  },
}

/** Time of day that moves only by one step for each block, and where `DevTime` moves it. Timers are the machine's. */
export interface VirtualClock extends NodeClock {
  /** Tells that a block of this time was built. */
  afterBlock(timestampMs: number): void
}

/** @param startUnixMs time before the first block. @param stepMs between blocks. */
export function createVirtualClock(startUnixMs: number, stepMs: number, timing: Clock = systemClock): VirtualClock {
  let at = startUnixMs
  return {
    now: () => timing.now(),
    setTimer: (ms, callback) => timing.setTimer(ms, callback),
    unixMs: () => at,
    afterBlock: (timestampMs) => void (at = timestampMs + stepMs),
  }
}

/**
 * Blocks that are built faster than one in a millisecond run ahead of the clock, and the clock catches up with them. A block that is
 * further ahead than this was put there: the time goes on from it. Milliseconds.
 */
const MAX_BURST_MS = 60_000

const isVirtual = (clock: NodeClock): clock is VirtualClock => 'afterBlock' in clock

/** The part of a node's time that a revert puts back. */
export interface Moment {
  readonly offsetMs: number
  readonly virtualMs: number | undefined
  readonly nextMs: number | undefined
}

/** The time of a development chain: a clock's time, which developers may move. */
export class DevTime {
  readonly #clock: NodeClock
  #offsetMs = 0
  #nextMs: number | undefined

  constructor(clock: NodeClock) {
    this.#clock = clock
  }

  /** Whether blocks do not depend on the machine's clock. */
  get isVirtual(): boolean {
    return isVirtual(this.#clock)
  }

  /** Unix time for a block, milliseconds. */
  unixMs(): number {
    return this.#nextMs ?? this.#clock.unixMs() + this.#offsetMs
  }

  travel(unixMs: number): void {
    this.#nextMs = undefined
    if (isVirtual(this.#clock)) this.#clock.afterBlock(unixMs)
    this.#offsetMs = unixMs - this.#clock.unixMs()
  }

  /** Sets the time of the next block. */
  setNext(unixMs: number): void {
    this.#nextMs = unixMs
  }

  /** Tells that a block on any branch took its time from here. */
  used(): void {
    this.#nextMs = undefined
  }

  /** Tells that a block of this time is the best: it was built, loaded, or found at the start. */
  afterBlock(timestampMs: number): void {
    this.#nextMs = undefined
    if (isVirtual(this.#clock)) {
      this.#clock.afterBlock(timestampMs)
      this.#offsetMs = 0
    } else if (timestampMs > this.#clock.unixMs() + this.#offsetMs + MAX_BURST_MS)
      this.#offsetMs = timestampMs - this.#clock.unixMs()
  }

  moment(): Moment {
    const virtualMs = isVirtual(this.#clock) ? this.#clock.unixMs() : undefined
    return { offsetMs: this.#offsetMs, virtualMs, nextMs: this.#nextMs }
  }

  /** Puts the time back: a virtual clock to what it was, the machine's to the same distance from it. */
  restore({ offsetMs, virtualMs, nextMs }: Moment): void {
    this.#offsetMs = 0
    // A virtual clock moves by whole steps; the offset holds the rest.
    if (virtualMs !== undefined) this.travel(virtualMs)
    this.#offsetMs += offsetMs
    this.#nextMs = nextMs
  }
}
