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
  readonly intervalMs: number | undefined
  readonly travel: Travel | undefined
}

/** A travel on the machine's clock. */
interface Travel {
  /** The least time from a block to its child, since the travel. */
  readonly slotMs: number
  /** Whether no block has its time from the clock since then. The first one has its parent's time and a slot exactly. */
  readonly isFresh: boolean
}

/** The time of a development chain: a clock's time, which developers may move. */
export class DevTime {
  readonly #clock: NodeClock
  #offsetMs = 0
  #nextMs: number | undefined
  #intervalMs: number | undefined
  #travel: Travel | undefined

  /** @param intervalMs as `setInterval` takes it. */
  constructor(clock: NodeClock, intervalMs?: number) {
    this.#clock = clock
    this.#intervalMs = intervalMs
  }

  /** Whether blocks do not depend on the machine's clock. */
  get isVirtual(): boolean {
    return isVirtual(this.#clock)
  }

  /** Unix time for a child of a block of the time `parentMs`, milliseconds. */
  unixMs(parentMs: number): number {
    if (this.#nextMs !== undefined) return this.#nextMs
    if (this.#intervalMs !== undefined) return parentMs + this.#intervalMs
    const { slotMs, isFresh } = this.#travel ?? { slotMs: 0, isFresh: false }
    const least = parentMs + slotMs
    return isFresh ? least : Math.max(this.#clock.unixMs() + this.#offsetMs, least)
  }

  /**
   * Goes on as if there had been a block at that time: a slot later on the machine's clock, as with Chopsticks, and a step later on a
   * virtual one.
   */
  travel(unixMs: number, slotMs: number): void {
    this.#nextMs = undefined
    if (isVirtual(this.#clock)) {
      this.#clock.afterBlock(unixMs)
      this.#offsetMs = 0
      return
    }
    this.#offsetMs = unixMs - this.#clock.unixMs()
    this.#travel = { slotMs, isFresh: true }
  }

  /** Gives each block its parent's time and these milliseconds, whatever the clock says; the clock's again for undefined. */
  setInterval(intervalMs: number | undefined): void {
    this.#intervalMs = intervalMs
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
      return
    }
    const isFresh = this.#travel?.isFresh === true
    if (this.#travel && isFresh) this.#travel = { ...this.#travel, isFresh: false }
    if (isFresh || timestampMs > this.#clock.unixMs() + this.#offsetMs + MAX_BURST_MS)
      this.#offsetMs = timestampMs - this.#clock.unixMs()
  }

  moment(): Moment {
    const virtualMs = isVirtual(this.#clock) ? this.#clock.unixMs() : undefined
    return {
      offsetMs: this.#offsetMs,
      virtualMs,
      nextMs: this.#nextMs,
      intervalMs: this.#intervalMs,
      travel: this.#travel,
    }
  }

  /** Puts the time back: a virtual clock to what it was, the machine's to the same distance from it. */
  restore({ offsetMs, virtualMs, nextMs, intervalMs, travel }: Moment): void {
    this.#offsetMs = offsetMs
    if (virtualMs !== undefined && isVirtual(this.#clock)) {
      this.#clock.afterBlock(virtualMs)
      // A virtual clock moves by whole steps; the offset holds the rest.
      this.#offsetMs += virtualMs - this.#clock.unixMs()
    }
    this.#nextMs = nextMs
    this.#intervalMs = intervalMs
    this.#travel = travel
  }
}
