/**
 * When blocks are built.
 *
 * Owns: the three modes and the pauses between blocks. Does not own: building a block. After a failed attempt the author logs the
 * error, and sealing tries again after a pause.
 *
 * - instant: as soon as a transaction is ready and no other is on its way into the pool. Where more are on their way, they gather for
 *   up to four times as long as the last block took (at most `MAX_PAUSE_MS`) and share the fixed cost of one block.
 * - interval: every `blockTimeMs`, empty blocks included. A busy machine that misses blocks does not build them later.
 * - manual: only when asked (`Node.seal`).
 *
 * On a virtual clock nothing waits for the machine's time. Instant and interval are the same there: as soon as a transaction is
 * ready, the interval ends, and the block gets the time of that end. Without a transaction, time and chain stand still. No pause
 * follows, and the pool takes the next transaction only after the block (submission.ts). So the content of a block depends on the
 * order of requests alone.
 * Source of the modes: sc-consensus-manual-seal.
 */
import { AssayError } from '#types/errors.ts'
import type { NodeClock } from './clock.ts'

export type Sealing =
  | { readonly kind: 'instant' }
  | { readonly kind: 'interval'; readonly blockTimeMs: number }
  | { readonly kind: 'manual' }

const MAX_PAUSE_MS = 100
const PAUSE_PER_BLOCK_TIME = 4
const RETRY_MS = 1000
/** With a shorter interval the node would do nothing but build. */
const MIN_BLOCK_TIME_MS = 20

interface SealingDeps {
  readonly clock: NodeClock
  /** Whether blocks have their time from a virtual clock. */
  readonly isVirtual: boolean
  /** Builds a block; resolves when it is stored. False where that failed. */
  readonly author: () => Promise<boolean>
  /** Transactions ready for a block. */
  readonly readyCount: () => number
  /** Transactions that were submitted and are neither in the pool nor refused. */
  readonly comingCount: () => number
  /** Called whenever a transaction becomes ready; returns the way to stop. */
  readonly onReady: (listener: () => void) => () => void
}

/** A running author. */
export interface Author {
  /** Begins no further block. */
  stop(): void
  /** On a virtual clock: resolves when the ready transactions are in blocks. Otherwise at once. */
  settled(): Promise<void>
}

const atOnce = (): Promise<void> => Promise.resolve()

/** @throws AssayError `BAD_BLOCK_TIME`. */
function checkBlockTime(blockTimeMs: number): void {
  if (Number.isFinite(blockTimeMs) && blockTimeMs >= MIN_BLOCK_TIME_MS) return
  throw new AssayError(
    'BAD_BLOCK_TIME',
    `expected a block time of at least ${MIN_BLOCK_TIME_MS} ms, got ${blockTimeMs}: use instant sealing for less`,
  )
}

/** Seals as soon as something is ready. */
function sealInstantly({ clock, author, readyCount, comingCount, onReady }: SealingDeps): Author {
  /** Undefined while a block is being built; cancels the timer while one is due; 'idle' otherwise. */
  let next: (() => void) | 'idle' | undefined = 'idle'
  /** No block begins before this. */
  let notBefore = -Infinity
  /** Transactions that are on their way go into the block, where they come before this. */
  let gatherUntil = -Infinity
  let stopped = false

  const seal = async (): Promise<void> => {
    next = undefined
    const began = clock.now()
    const built = await author()
    const ended = clock.now()
    if (built) gatherUntil = ended + Math.min(MAX_PAUSE_MS, (ended - began) * PAUSE_PER_BLOCK_TIME)
    else notBefore = ended + RETRY_MS
    next = 'idle'
    schedule()
  }
  const schedule = (): void => {
    const areMoreComing = comingCount() > 0
    if (stopped || next === undefined || readyCount() === 0) return
    if (typeof next === 'function') {
      if (areMoreComing) return
      next()
    }
    const due = areMoreComing ? Math.max(notBefore, gatherUntil) : notBefore
    // Without a pause the timer still waits one turn: submissions that came together go in together, and I/O has its turn.
    next = clock.setTimer(Math.max(0, due - clock.now()), () => void seal())
  }
  const unsubscribe = onReady(schedule)
  schedule()
  return {
    stop() {
      stopped = true
      unsubscribe()
      if (typeof next === 'function') next()
    },
    settled: atOnce,
  }
}

/** Seals as soon as something is ready, on a virtual clock. */
function sealVirtually({ clock, author, readyCount, onReady }: SealingDeps): Author {
  /** Undefined while no block is being built. */
  let sealing: Promise<void> | undefined
  let cancelRetry = (): void => undefined
  let stopped = false

  const isDue = (): boolean => !stopped && readyCount() > 0
  const sealAll = async (): Promise<void> => {
    while (isDue()) {
      if (await author()) continue
      if (isDue()) cancelRetry = clock.setTimer(RETRY_MS, begin)
      break
    }
    sealing = undefined
  }
  const begin = (): void => {
    if (!isDue()) return
    cancelRetry()
    sealing ??= sealAll()
  }
  const unsubscribe = onReady(begin)
  begin()
  return {
    stop() {
      stopped = true
      unsubscribe()
      cancelRetry()
    },
    settled: () => sealing ?? atOnce(),
  }
}

/** Seals every `blockTimeMs`. */
function sealByInterval(blockTimeMs: number, { clock, author }: SealingDeps): Author {
  let due = clock.now()
  let cancel = (): void => undefined
  let stopped = false
  const schedule = (): void => {
    if (stopped) return
    const now = clock.now()
    due += blockTimeMs
    if (due < now) due = now + blockTimeMs
    cancel = clock.setTimer(due - now, () => void author().then(schedule))
  }
  schedule()
  return {
    stop() {
      stopped = true
      cancel()
    },
    settled: atOnce,
  }
}

/** Starts to author. @throws AssayError `BAD_BLOCK_TIME`. */
export function startSealing(sealing: Sealing, deps: SealingDeps): Author {
  if (sealing.kind === 'interval') checkBlockTime(sealing.blockTimeMs)
  if (sealing.kind === 'manual') return { stop: () => undefined, settled: atOnce }
  if (deps.isVirtual) return sealVirtually(deps)
  return sealing.kind === 'instant' ? sealInstantly(deps) : sealByInterval(sealing.blockTimeMs, deps)
}
