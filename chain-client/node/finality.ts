/**
 * Finality that follows the best block.
 *
 * Owns: the delay. Does not own: finalizing itself.
 *
 * A client that sees a block for the first time when it is already final never reports its `inBlock` status. The default delay is
 * above the 100 ms at which all three tested clients reported both.
 */
import type { NodeClock } from './clock.ts'
import type { Block } from './node-interface.ts'

/** A block that could not be finalized, such as on a full disk, gets its next chance after so long. */
const RETRY_MS = 1_000

/**
 * The least time between two finalizations. Of many quick blocks it makes one finalization of several, which costs little more than
 * one of a single block. A block that comes alone does not wait for it.
 */
const PAUSE_MS = 20

/** How long a block is best before it is final. */
export const DEFAULT_FINALITY_DELAY_MS = 150

interface FinalityDeps {
  readonly clock: NodeClock
  /** The last block that is final. */
  readonly finalized: () => Block
  /** Finalizes the block and its ancestors, where it is still on the best branch. False where that failed; never rejects. */
  readonly finalize: (block: Block) => Promise<boolean>
}

/** Blocks that wait for their finality. */
export interface Finality {
  /** Starts the delay of a new best block. */
  follow(block: Block): void
  /** Forgets the waiting blocks, because the chain moved elsewhere. */
  clear(): void
  stop(): void
}

/**
 * Finalizes each block `delayMs` after it became best, or up to `PAUSE_MS` later where blocks are quick. Of several due blocks it
 * finalizes the highest, which includes the others. Without a delay there is no pause either.
 */
export function createFinality(delayMs: number, { clock, finalized, finalize }: FinalityDeps): Finality {
  const waiting: { readonly block: Block; readonly due: number }[] = []
  let cancel: (() => void) | undefined
  let stopped = false
  let clearings = 0
  const pauseMs = Math.min(PAUSE_MS, delayMs)
  /** No finalization begins before this. */
  let notBefore = -Infinity

  const schedule = (): void => {
    const [first] = waiting
    if (stopped || cancel !== undefined || first === undefined) return
    cancel = clock.setTimer(Math.max(0, Math.max(first.due, notBefore) - clock.now()), () => void run())
  }
  const run = async (): Promise<void> => {
    let highest: Block | undefined
    const now = clock.now()
    notBefore = now + pauseMs
    while (waiting[0] !== undefined && waiting[0].due <= now) highest = waiting.shift()!.block
    const cleared = clearings
    if (highest && !(await finalize(highest)) && cleared === clearings)
      waiting.unshift({ block: highest, due: clock.now() + RETRY_MS })
    cancel = undefined
    schedule()
  }
  return {
    follow(block) {
      // Drops blocks that are final already: otherwise many could gather within one delay.
      while (waiting[0] && waiting[0].block.header.number <= finalized().header.number) waiting.shift()
      waiting.push({ block, due: clock.now() + delayMs })
      schedule()
    },
    clear() {
      waiting.length = 0
      clearings++
    },
    stop() {
      stopped = true
      cancel?.()
    },
  }
}
