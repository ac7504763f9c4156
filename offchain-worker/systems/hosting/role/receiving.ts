/**
 * A hoster's work on one segment of a copy while its encoder makes it: it takes the blocks, and tells the chain what it has found.
 *
 * Owns: confirming, disputing, complaining, and closing the segment of a late encoder. Does not own: the copy once it is whole (pinned-work.ts).
 */
import { encodeCall } from '#chain/api/descriptors.ts'
import type { SegmentEnd } from '#types/domain/hosting/contract.ts'
import type { HostingParameters } from '#types/domain/hosting/market-parameters.ts'
import type { TreeNode } from '#types/domain/hosting/feed.ts'
import { AssayError, messageOf } from '#types/errors.ts'
import type { Duties } from '#worker/kernel/duties.ts'
import type { BadBlock, PinnedCopy, SegmentName } from '../copy-ports.ts'
import type { HosterDeps } from '../ports.ts'
import { createReceiver, SALT_BYTES } from '../transfer/receiver.ts'
import type { Checkpoint, ReceiverDone, ReceiverExit, ReceiverWork } from '../transfer/receiver.ts'
import { runTransfer, type Transfer } from '../transfer/session.ts'
import { complain, confirmSegment, submitCheckpoint } from './copy-items.ts'
import type { CopyRecord } from './copy-records.ts'
import { forgetCheckpoint, loadCheckpoint, saveCheckpoint } from './pinning-notes.ts'

/**
 * A hoster that lacks blocks says so in the last half of its time: what it has is not what the encoder told. Otherwise an encoder that
 * sends nothing, and commits to anything, could have its hoster blamed. Nobody can tell whose fault it is.
 */
const NOTHING = { leaves: 0n, root: new Uint8Array(32) } as const

/** @see Receiving */
export type ReceivingDeps = HosterDeps & {
  readonly duties: Duties
  /** Called with what stopped a transfer. */
  readonly onFailed?: (error: unknown) => void
}

/** See the module's header. */
export class Receiving {
  readonly #name: SegmentName
  readonly #pinned: PinnedCopy
  readonly #deps: ReceivingDeps
  #transfer: Transfer | undefined
  #checkpoint: Checkpoint | undefined
  #bad: BadBlock | undefined
  /** The encoder has sent all blocks. */
  #isWhole = false
  /** All blocks before it survive a loss of power; or that is under way. */
  #durable: number | 'pending' = 0
  /** The encoder did what no honest one does: we hear no more of it. */
  #isRefused = false

  private constructor(name: SegmentName, pinned: PinnedCopy, deps: ReceivingDeps) {
    this.#name = name
    this.#pinned = pinned
    this.#deps = deps
  }

  /** The work on a segment, with what an earlier process noted. */
  static async open(name: SegmentName, pinned: PinnedCopy, deps: ReceivingDeps): Promise<Receiving> {
    const receiving = new Receiving(name, pinned, deps)
    receiving.#checkpoint = await loadCheckpoint(deps.journal, name)
    return receiving
  }

  /** Does what is due while the copy is in state Encoding or Confirming. */
  update(record: CopyRecord, { confirmWindow }: HostingParameters, now: number): void {
    const { copy, contract } = record
    const held = this.#held()
    // The disk has lost a block since. The encoder keeps its key until the copy is live, and sends it again.
    if (this.#isWhole && held?.to !== contract.to) this.close()
    if (!this.#transfer && !this.#isRefused) this.#listen(record)
    const { pending } = copy
    if (copy.state === 'Confirming' && pending) {
      if (this.#complain(record, pending)) return
      const isLast = this.#isRefused || now >= copy.due - confirmWindow / 2
      if (held?.to === contract.to || isLast)
        this.#tellDurably(held?.to ?? 0, () => this.#confirm(held ?? { ...NOTHING, to: this.#name.from }))
    } else if (now >= copy.encodesUntil && this.#checkpoint) {
      const checkpoint = this.#checkpoint
      this.#tellDurably(checkpoint.end.to, () => this.#submit(checkpoint))
    }
  }

  close(): void {
    this.#transfer?.close()
    this.#transfer = undefined
    this.#isWhole = false
  }

  /** Deletes what the journal has of it. */
  async forget(): Promise<void> {
    await forgetCheckpoint(this.#deps.journal, this.#name)
  }

  #held(): SegmentEnd | undefined {
    const held = this.#pinned.segmentSoFar()
    if (held?.from !== this.#name.from) return undefined
    const { to, leaves, root } = held
    return { to, leaves, root }
  }

  #listen({ copy, contract }: CopyRecord): void {
    const { chain, randomBytes } = this.#deps
    const { encoder, modulus } = copy
    if (!encoder || !modulus) return
    const { generation, from } = this.#name
    const { feed, to, tree } = contract
    const identity = { genesis: chain.genesisHash, feed, copy: this.#name.copy, generation, modulus }
    const { length } = this.#pinned
    const known = this.#pinned.joinsFrom ?? length
    const machine = createReceiver({
      identity,
      encoder: encoder.noiseKey,
      from,
      to,
      length,
      known,
      held: this.#held(),
      salt: randomBytes(SALT_BYTES),
    })
    this.#transfer = runTransfer<ReceiverWork, ReceiverDone, ReceiverExit>(
      {
        machine,
        name: { ...this.#name, genesis: chain.genesisHash },
        peer: encoder.noiseKey,
        feedBytes: tree.roots.reduce((sum, { bytes }) => sum + bytes, 0n),
        leafBytes: modulus.length,
        work: (work) => {
          if (work.kind === 'join') return this.#join(known, length, work.nodes)
          return work.kind === 'take' ? this.#take(work.block) : this.#keep(work.checkpoint, to)
        },
        onExit: (exit) => this.#exit(exit, to),
        // The next block begins anew, from what is on the disk then.
        onFailed: (error) => {
          this.close()
          this.#deps.onFailed?.(error)
        },
      },
      this.#deps,
    )
  }

  async #join(from: number, to: number, nodes: readonly TreeNode[]): Promise<ReceiverDone> {
    if (!(await this.#pinned.join(from, nodes))) return { kind: 'bad-nodes' }
    if (this.#pinned.length === to) return { kind: 'joined' }
    throw new AssayError('COPY_CHANGED', `expected the tree of ${to} blocks, got that of another copy of this feed`)
  }

  async #take({ encoded, proof }: Extract<ReceiverWork, { kind: 'take' }>['block']): Promise<ReceiverDone> {
    const taken = await this.#pinned.take(proof.index, encoded, proof)
    if (this.#durable !== 'pending') this.#durable = Math.min(this.#durable, proof.index)
    if (taken.kind === 'bad' && taken.why !== 'order') return taken
    const end = this.#held()
    if (taken.kind === 'taken' && end) return { kind: 'taken', end }
    // The blocks came in order. So the disk has lost one since.
    throw new AssayError('COPY_CHANGED', `expected to have all blocks before ${proof.index}, got one of them missing`)
  }

  async #keep(checkpoint: Checkpoint, to: number): Promise<undefined> {
    await saveCheckpoint(this.#deps.journal, this.#name, checkpoint)
    this.#checkpoint = checkpoint
    this.#tell('pinning', checkpoint.end.to, to)
    return undefined
  }

  #exit(exit: ReceiverExit, to: number): void {
    if (exit.kind === 'complete') {
      this.#isWhole = true
      return this.#tell('pinned', exit.end.to, to)
    }
    this.#isRefused = true
    this.close()
    if (exit.kind === 'bad-block') this.#bad = { ...exit.block, index: exit.block.proof.index }
    const why = exit.kind === 'bad-block' ? `block ${exit.block.proof.index} is bad (${exit.why})` : exit.kind
    const copy = String(this.#name.copy)
    this.#deps.log.warn({ copy, why }, 'the encoder of a copy is not listened to any more')
    this.#deps.report({ kind: 'encoder-refused', copy, why })
  }

  #tell(kind: 'pinning' | 'pinned', held: number, to: number): void {
    const { copy, from } = this.#name
    this.#deps.report({ kind, copy: String(copy), blocks: held - from, of: to - from })
  }

  /** The chain is told of blocks once a loss of power cannot take them: the hoster is blamed for what it lacks afterwards. */
  #tellDurably(to: number, tell: () => void): void {
    if (this.#durable === 'pending') return
    if (to <= this.#durable) return tell()
    this.#durable = 'pending'
    this.#pinned.persist().then(
      () => {
        this.#durable = to
        tell()
      },
      (error: unknown) => {
        this.#durable = 0
        const [copy, why] = [String(this.#name.copy), messageOf(error)]
        this.#deps.log.warn({ copy, error: why }, 'the blocks of a copy could not be made durable; it is tried again')
      },
    )
  }

  #duty(call: string): string {
    const { copy, generation, from } = this.#name
    return `hosting.${call}/${copy}/${generation}/${from}`
  }

  #confirm(end: SegmentEnd): void {
    const { copy, generation } = this.#name
    this.#deps.duties.ensure(this.#duty('confirmSegment'), () => encodeCall(confirmSegment, { copy, generation, end }))
  }

  #submit({ end, signature }: Checkpoint): void {
    const { copy, generation } = this.#name
    this.#deps.duties.ensure(this.#duty('submitCheckpoint'), () =>
      encodeCall(submitCheckpoint, { copy, generation, end, signature }),
    )
  }

  /** Proves that the encoder has told a root over a block that we refused. @returns whether that can be proven */
  #complain({ copy: { encoder, modulus, segments }, contract }: CopyRecord, end: SegmentEnd): boolean {
    const { copy, generation, from } = this.#name
    if (!this.#bad || !encoder || !modulus) return false
    const complaint = this.#pinned.complaintFor(
      this.#bad,
      { from, ...end, encoder: encoder.account, modulus },
      contract.tree,
    )
    if (!complaint) return false
    this.#deps.duties.ensure(this.#duty('complain'), () =>
      encodeCall(complain, { copy, generation, segment: segments.length, complaint }),
    )
    return true
  }
}
