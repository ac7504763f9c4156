/**
 * The pause between the statuses `inBlock` and `finalized` of a watched transaction.
 *
 * Owns: holding back `finalized` for one watcher. Does not own: when a block is final.
 *
 * A block that somebody finalizes at once (engine_createBlock, engine_finalizeBlock) gives both statuses together.
 * @polkadot/api then asks for the block of the first, drops that question for the second, and never tells `inBlock`.
 */
import type { Clock } from '#types/clock.ts'
import { DEFAULT_FINALITY_DELAY_MS } from '#chain/node/finality.ts'
import type { Node, TransactionStatus } from '#chain/node/node-interface.ts'

type Watch = (status: TransactionStatus) => void

/** A watcher of one transaction, with a pause. */
export interface PausingWatch {
  /** To be told each status. `finalized` reaches the watcher a pause after the last `inBlock`, or at once where the pause is over. */
  readonly heard: Watch
  /** Tells the watcher nothing more. Idempotent. */
  stop(): void
}

/** The pause is the node's delay of finality, and the usual delay at most. */
export function withPause(
  { finalityDelayMs }: Pick<Node, 'finalityDelayMs'>,
  clock: Clock,
  watch: Watch,
): PausingWatch {
  const pauseMs = Math.min(finalityDelayMs, DEFAULT_FINALITY_DELAY_MS)
  let inBlockAt = -Infinity
  let cancel = (): void => {}
  return {
    heard(status) {
      if (status.kind === 'inBlock') inBlockAt = clock.now()
      const waitMs = inBlockAt + pauseMs - clock.now()
      if (status.kind === 'finalized' && waitMs > 0) cancel = clock.setTimer(waitMs, () => watch(status))
      else watch(status)
    },
    stop: () => cancel(),
  }
}
