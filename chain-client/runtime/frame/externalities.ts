/**
 * The environment in which pallets run: the overlay of the block at hand, and the known facts of that block.
 *
 * Owns: which environment is current, the collected events, transactional layers over storage and events together. Does not own:
 * pallets, which are bound once and always see the current environment, as FRAME's do through `sp_externalities`.
 */
import { AssayError } from '#types/errors.ts'
import { Writer } from '#types/scale/codec.ts'
import { writeCompactLength } from '#types/scale/compact.ts'
import type { DigestItem } from '#types/scale/digest.ts'
import { Phase } from '#types/scale/events.ts'
import { weightOf } from './meter.ts'
import { Overlay, type StateReader } from './overlay.ts'
import { capturingStacks } from './stack.ts'
import type { Tracer } from './trace.ts'
import { TracedOverlay } from './traced-overlay.ts'

/** The block that the runtime is executing or trying. */
export interface BlockEnvironment {
  readonly number: number
  readonly parentHash: Uint8Array
  readonly digest: readonly DigestItem[]
}

/** How to run a block. */
export interface RunOptions {
  /** Whether `tracer` of the environment may be set. Default false. */
  readonly isTraceable?: boolean
  /** The block is only tried: pallets and failing calls write nothing to the log. Default false. */
  readonly isTrial?: boolean
  /** Whether failing calls capture where they fail. Default: where it is traceable. */
  readonly capturesStacks?: boolean
}

/** Events are not indexed by topics. */
const NO_TOPICS = 0

const INITIALIZATION: Phase = { tag: 'Initialization', value: undefined }

/** One block's environment. */
export class Externalities {
  readonly overlay: Overlay
  readonly block: BlockEnvironment
  /** The present part of the block, to which new events belong. */
  phase: Phase = INITIALIZATION
  /** The innermost call or hook that is running: `Balances.transferAllowDeath`. */
  where: string | undefined
  /** Hears of all later steps. Set it only where the environment is traceable, and between storage layers. */
  tracer: Tracer | undefined
  readonly isTraceable: boolean
  readonly isTrial: boolean
  readonly capturesStacks: boolean
  /** Encoded event records, one after the other; those of rolled-back layers too. */
  readonly #records = new Writer()
  /** Start and end in {@link #records} of each record that stands. */
  readonly #spans: number[] = []
  readonly #marks: number[] = []

  constructor(state: StateReader, block: BlockEnvironment, options: RunOptions = {}) {
    const { isTraceable = false, isTrial = false, capturesStacks = isTraceable } = options
    this.overlay = isTraceable ? new TracedOverlay(state, () => this.tracer) : new Overlay(state)
    this.block = block
    this.isTraceable = isTraceable
    this.isTrial = isTrial
    this.capturesStacks = capturesStacks
  }

  /** Index of the extrinsic that is being applied; undefined before and after the extrinsics. */
  get extrinsicIndex(): number | undefined {
    return this.phase.tag === 'ApplyExtrinsic' ? this.phase.value : undefined
  }

  /** Weight of the work on storage so far, picoseconds. It only grows. */
  get used(): bigint {
    return weightOf(this.overlay)
  }

  /** How many events there are so far; those of rolled-back layers are gone. */
  get eventCount(): number {
    return this.#spans.length / 2
  }

  /** Adds an event. It is encoded at once, so that a bad event fails the call that made it. */
  deposit(writeEvent: (out: Writer) => void): void {
    const start = this.#records.reserve(0)
    Phase.write(this.phase, this.#records)
    const eventStart = this.#records.reserve(0)
    writeEvent(this.#records)
    this.tracer?.event(new Uint8Array(this.#records.view.buffer, eventStart, this.#records.reserve(0) - eventStart))
    writeCompactLength(NO_TOPICS, this.#records)
    this.#spans.push(start, this.#records.reserve(0))
  }

  /** The value of System.Events: all records, in order. */
  encodedEvents(): Uint8Array {
    const out = new Writer()
    writeCompactLength(this.eventCount, out)
    const all = this.#records.finish()
    let start = 0
    let end = 0
    for (let i = 0; i < this.#spans.length; i += 2) {
      if (this.#spans[i] !== end) {
        out.raw(all.subarray(start, end))
        start = this.#spans[i]!
      }
      end = this.#spans[i + 1]!
    }
    out.raw(all.subarray(start, end))
    return out.finish()
  }

  begin(): void {
    this.overlay.begin()
    this.#marks.push(this.#spans.length)
    this.tracer?.begin()
  }

  commit(): void {
    this.overlay.commit()
    this.#marks.pop()
    this.tracer?.commit()
  }

  rollback(): void {
    this.overlay.rollback()
    this.#spans.length = this.#marks.pop()!
    this.tracer?.rollback()
  }

  /** Runs `act` in a layer of its own. An exception undoes its writes and is thrown on. */
  transactional<T>(act: () => T): T {
    this.begin()
    let result: T
    try {
      result = act()
    } catch (thrown) {
      this.rollback()
      throw thrown
    }
    this.commit()
    return result
  }
}

/** The slot in which pallets find the current environment. One per runtime instance. */
export class CurrentExternalities {
  #current: Externalities | undefined

  /** @throws AssayError `NO_EXTERNALITIES` outside of {@link run}. */
  get(): Externalities {
    if (!this.#current)
      throw new AssayError('NO_EXTERNALITIES', 'expected to run inside a block or a runtime call, got neither')
    return this.#current
  }

  /** Makes `env` current while `act` runs, synchronously. May nest. */
  run<T>(env: Externalities, act: () => T): T {
    const outer = this.#current
    this.#current = env
    try {
      return capturingStacks(env.capturesStacks, act)
    } finally {
      this.#current = outer
    }
  }
}
