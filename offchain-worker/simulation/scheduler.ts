/**
 * Virtual time: runs events in the order of their times, one after the other.
 *
 * Owns: the queue and the time. Events of one moment run in the order in which they were put in.
 */
import { AssayError } from '#types/errors.ts'

/** An event in the queue. */
interface Due {
  readonly at: number
  readonly order: number
  /** `undefined` after it was cancelled; it then only takes its place in the queue. */
  run: (() => void) | undefined
}

/** @see createScheduler */
export interface Scheduler {
  /** Milliseconds since the start. */
  readonly now: number
  /** Events that have happened. */
  readonly happened: number
  /** Puts an event in, `delayMs` from now. Returns a function that cancels it. @throws AssayError `BAD_DELAY`. */
  after(delayMs: number, run: () => void): () => void
  /** As `after`, for events that are never cancelled; it costs less. @throws AssayError `BAD_DELAY`. */
  post(delayMs: number, run: () => void): void
  /** Runs the next event; false where there is none, or none up to `untilMs`. */
  step(untilMs?: number): boolean
}

const isBefore = (a: Due, b: Due): boolean => a.at < b.at || (a.at === b.at && a.order < b.order)

/** A binary heap: the earliest first. */
class Heap {
  readonly #due: Due[] = []

  get first(): Due | undefined {
    return this.#due[0]
  }

  push(added: Due): void {
    const due = this.#due
    let at = due.length
    due.push(added)
    while (at > 0) {
      const above = (at - 1) >> 1
      if (!isBefore(added, due[above]!)) break
      due[at] = due[above]!
      at = above
    }
    due[at] = added
  }

  pop(): Due | undefined {
    const due = this.#due
    const [first] = due
    const last = due.pop()
    if (first === undefined || last === undefined || due.length === 0) return first
    let at = 0
    for (;;) {
      let below = 2 * at + 1
      if (below >= due.length) break
      if (below + 1 < due.length && isBefore(due[below + 1]!, due[below]!)) below++
      if (!isBefore(due[below]!, last)) break
      due[at] = due[below]!
      at = below
    }
    due[at] = last
    return first
  }
}

class Queue implements Scheduler {
  readonly #heap = new Heap()
  #now = 0
  #order = 0
  #happened = 0

  get now(): number {
    return this.#now
  }

  get happened(): number {
    return this.#happened
  }

  after(delayMs: number, run: () => void): () => void {
    const due = this.#put(delayMs, run)
    return () => (due.run = undefined)
  }

  post(delayMs: number, run: () => void): void {
    this.#put(delayMs, run)
  }

  #put(delayMs: number, run: () => void): Due {
    if (!(delayMs >= 0 && delayMs < Infinity))
      throw new AssayError('BAD_DELAY', `expected a delay of 0 ms or more, got ${delayMs}`)
    const due: Due = { at: this.#now + delayMs, order: this.#order++, run }
    this.#heap.push(due)
    return due
  }

  step(untilMs = Infinity): boolean {
    for (let due = this.#heap.first; due !== undefined && due.at <= untilMs; due = this.#heap.first) {
      this.#heap.pop()
      const { run } = due
      if (run === undefined) continue
      this.#now = due.at
      this.#happened++
      run()
      return true
    }
    return false
  }
}

/** Virtual time that begins at 0. */
export const createScheduler = (): Scheduler => new Queue()
