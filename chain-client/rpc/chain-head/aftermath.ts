/**
 * What follows a `stop` on one connection, so that client libraries get over it.
 *
 * Owns: when a client that follows anew is told the head, which blocks it may still read, and which finalized blocks it
 * is told first. Does not own: when a subscription stops.
 *
 * The specification leaves all three to the server. The rules here are those that the libraries need:
 * - polkadot-api 2.2 gives up its connection at the third `stop` of which each came within a second of the last
 *   (@polkadot-api/ws-middleware, fix-follow). No stop is needed while a client waits for the head.
 * - dedot 1.3 reads a block that it chose before the `stop` under the id of the new subscription, which has not reported
 *   that block (ChainHead.js, `#getStorageOperation`).
 * - polkadot-api 2.2 compares the first finalized blocks with those that it has pinned. If it knows one of them and the
 *   last is lower than before, it waits until finality has reached the former height (observable-client,
 *   pinned-blocks, `RecoveringFin`). If it knows none, it begins anew. It unpins all earlier blocks just after each
 *   finalized one; so a `stop` waits a moment for that.
 * - polkadot-api 2.2 takes up a read again that was under way when the `stop` came, once the new subscription reports
 *   the block or finality has reached its height (observable-client, withStopRecovery). It takes the nonce of its next
 *   transaction from all forks (tx/create-tx). So the blocks that the chain left are told, and pruned at once.
 *
 * A client that drops old blocks is told first a finalized block that it does not know, then what the chain left, then
 * the last finalized blocks with the prunings. A client that keeps old blocks pinned needs none of that.
 */
import type { Clock } from '#types/clock.ts'
import type { Head, ReportedBlock } from './head.ts'
import type { Pins } from './pins.ts'

/** So many stops may come in quick succession. */
const QUICK_STOPS = 2
/** A stop is quick if it comes within this time after the last one: polkadot-api's second, and room for a slow socket. */
const QUICK_MS = 1_200
/** A client may read the blocks of a stopped subscription for so long after the stop. */
const READABLE_MS = 10_000
/** Blocks that the chain has left and that are told at most. */
const MOST_LEFT = 256
/** Subscriptions that are remembered at most. */
const MOST_STOPPED = 32
/** A client has settled when it has unpinned so many of the last finalized blocks. */
export const FEW_FINALIZED = 2
/** A client that drops old blocks may still hold so many of the last finalized ones, for what is under way in it. */
const MOST_KEPT = 4
/** A client gets so long after a finalized block to unpin the earlier ones, before the `stop`. */
const SETTLE_MS = 1_000

/** A subscription that the server has stopped. */
interface Stopped {
  readonly pins: Pick<Pins, 'isPinned' | 'all'>
  /** Number of the last finalized block that it told. */
  readonly finalized: number
}

/** What a client that follows anew is told. */
interface View {
  readonly head: Head
  /** The last finalized blocks where they are told after all others. The event of the last one prunes `left`. */
  readonly later: readonly ReportedBlock[]
  /** Blocks that the chain has left: parents before children. */
  readonly left: readonly ReportedBlock[]
}

/** See the module's header. Times are of the injected clock. */
export class Aftermath {
  readonly clock: Clock
  #stopped: (Stopped & { readonly at: number })[] = []
  #quick = 0
  #last = -Infinity
  #keepsPins = false

  constructor(clock: Clock) {
    this.clock = clock
  }

  /** Notes a subscription that stops now. */
  stopped(subscription: Stopped): void {
    const at = this.clock.now()
    this.#quick = at - this.#last < QUICK_MS ? this.#quick + 1 : 1
    this.#last = at
    this.#stopped = [...this.#recent(), { ...subscription, at }].slice(-MOST_STOPPED)
  }

  /**
   * Waits until a client has unpinned what a finalized block makes old. A client that keeps such blocks pinned, as dedot
   * does, is waited for once.
   * @param finalizedAt when it was told the last finalized block.
   * @returns the way to stop waiting; undefined if there is nothing to wait for.
   */
  settle(finalizedAt: number, over: () => void): (() => void) | undefined {
    const waitMs = finalizedAt + SETTLE_MS - this.clock.now()
    if (this.#keepsPins || waitMs <= 0) return undefined
    return this.clock.setTimer(waitMs, () => {
      this.#keepsPins = true
      over()
    })
  }

  #recent(): (Stopped & { readonly at: number })[] {
    const since = this.clock.now() - READABLE_MS
    return (this.#stopped = this.#stopped.filter(({ at }) => at >= since))
  }

  /** Milliseconds until the head may be told to a client that follows anew. */
  waitMs(): number {
    return this.#quick < QUICK_STOPS ? 0 : Math.max(0, this.#last + QUICK_MS - this.clock.now())
  }

  /** Whether the client may read a block, in hex, that its subscription has not reported. */
  isReadable(hash: string): boolean {
    return this.#recent().some(({ pins }) => pins.isPinned(hash))
  }

  /** The head as a client that follows anew is told it. @param blockOf a stored block. */
  view(head: Head, blockOf: (hash: string) => ReportedBlock | undefined): View {
    const { finalized } = head
    const latest = finalized.at(-1)!
    const recent = this.#recent()
    const unknown = finalized.findLastIndex(({ hash }, i) => i < finalized.length - 1 && !this.isReadable(hash))
    const isBack = recent.some((stopped) => stopped.finalized > latest.number)
    if (!isBack || unknown < Math.max(0, finalized.length - 1 - MOST_KEPT)) return { head, later: [], left: [] }
    const later = finalized.slice(unknown + 1)
    const before = { ...head, finalized: [finalized[unknown]!], unfinalized: [...later, ...head.unfinalized] }
    const pinned = new Set(recent.flatMap(({ pins }) => pins.all()))
    return { head: before, later, left: leftAbove(latest, head.unfinalized, pinned, blockOf) }
  }
}

/** Blocks that a client had pinned, and their ancestors: those that descend from the finalized block and are not live. */
function leftAbove(
  finalized: ReportedBlock,
  live: readonly ReportedBlock[],
  pinned: ReadonlySet<string>,
  blockOf: (hash: string) => ReportedBlock | undefined,
): ReportedBlock[] {
  const told = new Set([finalized, ...live].map(({ hash }) => hash))
  // Each block is read once: a client may have pinned a thousand of a branch that leads nowhere.
  const seen = new Set(told)
  const left: ReportedBlock[] = []
  for (const pin of pinned) {
    const path: ReportedBlock[] = []
    let hash = pin
    while (!seen.has(hash) && left.length + path.length < MOST_LEFT) {
      seen.add(hash)
      const block = blockOf(hash)
      if (!block || block.number <= finalized.number) break
      path.unshift(block)
      hash = block.parentHash
    }
    if (!told.has(hash)) continue
    for (const each of path) told.add(each.hash)
    left.push(...path)
  }
  return left
}
