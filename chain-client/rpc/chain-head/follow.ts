/**
 * One chainHead_v1_follow subscription. It keeps what it has told its client, so that its events never contradict each
 * other.
 *
 * Owns: the events about blocks and their rules: a parent before its child, the best block only after its report, no
 * block twice. If no event can tell a change under these rules, the subscription stops and the client follows anew.
 * Does not own: operations.
 *
 * A jump of the chain (dev_revert, dev_setHead) that leaves the finalized block is told as new blocks and another best
 * block. A `finalized` event that names the finalized block again prunes the blocks left behind: polkadot-api takes the
 * nonce of its next transaction from all forks that are not pruned.
 * Source: paritytech/json-rpc-interface-spec api/chainHead_v1_follow.
 */
import type { Subscription } from '../subscriptions.ts'
import { FEW_FINALIZED, type Aftermath } from './aftermath.ts'
import type { Head, ReportedBlock } from './head.ts'
import { Operations } from './operations.ts'
import { Pins } from './pins.ts'

export interface FollowOptions {
  readonly subscription: Subscription
  /**
   * JSON text of the runtime event. It is told once, because a node's runtime never changes. Undefined: without
   * runtime.
   */
  readonly runtime: string | undefined
  readonly newOperationId: () => string
  /** What follows a stop on the connection. */
  readonly aftermath: Aftermath
}

/** See the module's header. */
export class Follow {
  readonly pins = new Pins()
  readonly operations: Operations
  readonly withRuntime: boolean
  readonly #subscription: Subscription
  readonly #aftermath: Aftermath
  #finalized: ReportedBlock
  #best: string | undefined
  /** Once the chain has left what was told as final: the blocks that the client is told first when it follows anew. */
  #leavingFor: readonly string[] | undefined
  #finalizedAt = -Infinity
  #stopped = false

  /** Tells the head at once. The subscription keeps it until the client knows its id. */
  constructor({ subscription, runtime, newOperationId, aftermath }: FollowOptions, head: Head) {
    this.#subscription = subscription
    this.#aftermath = aftermath
    this.withRuntime = runtime !== undefined
    this.operations = new Operations((event) => subscription.push(event), newOperationId)
    subscription.onClose(() => this.operations.stopAll())
    this.#finalized = head.finalized.at(-1)!
    for (const { hash } of head.finalized) this.pins.addFinalized(hash)
    const hashes = JSON.stringify(head.finalized.map(({ hash }) => hash))
    const runtimeField = runtime === undefined ? '' : `,"finalizedBlockRuntime":${runtime}`
    subscription.push(`{"event":"initialized","finalizedBlockHashes":${hashes}${runtimeField}}`)
    for (const block of head.unfinalized) this.imported(block)
    this.bestChanged(head.best)
  }

  /** The node has imported a block. */
  imported({ hash, parentHash, number }: ReportedBlock): void {
    if (this.#leavingFor) return
    // The client knows this block already if it began to follow between the import and its event.
    if (this.#isReported(hash) || number <= this.#finalized.number) return
    if (!this.#isReported(parentHash)) return this.stop()
    this.pins.addLive(hash)
    const runtimeField = this.withRuntime ? ',"newRuntime":null' : ''
    this.#subscription.push(
      `{"event":"newBlock","blockHash":"${hash}","parentBlockHash":"${parentHash}"${runtimeField}}`,
    )
  }

  #isReported(hash: string): boolean {
    return this.pins.isLive(hash) || hash === this.#finalized.hash
  }

  /** The node has another best block. */
  bestChanged({ hash }: ReportedBlock): void {
    if (hash === this.#best || this.#leavingFor) return
    if (!this.#isReported(hash)) return this.stop()
    this.#best = hash
    this.#subscription.push(`{"event":"bestBlockChanged","bestBlockHash":"${hash}"}`)
  }

  /** A block is final, and the pruned blocks can never be. */
  finalized(block: ReportedBlock, pruned: readonly string[]): void {
    if (block.number <= this.#finalized.number || this.#leavingFor) return
    if (!this.pins.isLive(block.hash)) return this.stop()
    // The event may name only blocks that the client knows.
    const known = pruned.filter((hash) => this.pins.isLive(hash))
    this.pins.settle(block.hash)
    this.#finalized = block
    this.#finalizedAt = this.#aftermath.clock.now()
    this.#tellFinalized(known)
  }

  /** Tells the finalized block, and blocks that can never be. */
  #tellFinalized(pruned: readonly string[]): void {
    for (const hash of pruned) this.pins.settle(hash)
    this.#subscription.push(
      `{"event":"finalized","finalizedBlockHashes":["${this.#finalized.hash}"],"prunedBlockHashes":${JSON.stringify(pruned)}}`,
    )
    if (this.pins.exceeded) this.stop()
  }

  /** The chain has jumped to another place. Stops where blocks that were reported as final are gone: no event can tell that. */
  jumped({ finalized, unfinalized, best }: Head): void {
    const known = this.#leavingFor ? -1 : finalized.findIndex(({ hash }) => hash === this.#finalized.hash)
    if (known === -1) return this.#leaveFor(finalized.slice(-FEW_FINALIZED).map(({ hash }) => hash))
    for (const block of finalized.slice(known + 1)) {
      this.imported(block)
      this.finalized(block, [])
    }
    for (const block of unfinalized) this.imported(block)
    this.bestChanged(best)
    const present = new Set(unfinalized.map(({ hash }) => hash))
    const left = this.pins.live().filter((hash) => !present.has(hash))
    if (left.length > 0) this.#tellFinalized(left)
  }

  /** Stops as soon as the client has unpinned these blocks, or keeps them. Until then it reads what it knows. */
  #leaveFor(first: readonly string[]): void {
    const isLeaving = this.#leavingFor !== undefined
    this.#leavingFor = first
    if (isLeaving) return
    const cancel = this.#pins(first) ? this.#aftermath.settle(this.#finalizedAt, () => this.stop()) : undefined
    if (cancel) this.#subscription.onClose(cancel)
    else this.stop()
  }

  /** Resolves when the client has been told of the last jump. */
  async told(): Promise<void> {
    if (this.#leavingFor) await new Promise<void>((resolve) => this.#subscription.onClose(resolve))
  }

  #pins(hashes: readonly string[]): boolean {
    return hashes.some((hash) => this.pins.isPinned(hash))
  }

  /** The client does not need these blocks any more. @throws RpcError -32801, -32804. */
  unpin(hashes: readonly string[]): void {
    this.pins.unpin(hashes)
    if (this.#leavingFor && !this.#stopped && !this.#pins(this.#leavingFor)) this.stop()
  }

  /** @throws RpcError -32801 if the client may not read the block. */
  checkReadable(hash: string): void {
    if (!this.#aftermath.isReadable(hash)) this.pins.check(hash)
  }

  /** Tells nothing more. The client must follow anew. */
  stop(): void {
    if (this.#stopped) return
    this.#stopped = true
    // Before the event: a client in this process may follow anew inside the call that tells it.
    this.#aftermath.stopped({ pins: this.pins, finalized: this.#finalized.number })
    this.operations.stopAll()
    this.#subscription.push('{"event":"stop"}')
    this.#subscription.end()
  }

  /** Whether the subscription has stopped: somebody called {@link stop}, or it could not keep a rule. */
  get stopped(): boolean {
    return this.#stopped
  }
}
