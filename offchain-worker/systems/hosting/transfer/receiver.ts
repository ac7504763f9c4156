/**
 * The hoster's side of a transfer: it asks for the blocks that it lacks, hands each to its disk, and keeps what the encoder has signed.
 *
 * Owns: what may come when, and which checkpoint is worth keeping. Does not own: whether a block is good, which its disk finds out.
 *
 * A checkpoint is kept only where its root is that of the blocks on the disk. An encoder that signs another root, or sends a block that is
 * none, is told so and not listened to again.
 */
import { equalBytes, u32le, concatBytes } from '#types/bytes.ts'
import { verifyEd25519 } from '#types/crypto/signature.ts'
import type { SegmentEnd } from '#types/domain/hosting/contract.ts'
import type { CopyIdentity } from '#types/domain/hosting/copy/keys.ts'
import type { BlockProof, TreeNode } from '#types/domain/hosting/feed.ts'
import { checkpointSignable } from '#types/domain/hosting/copy/segment.ts'
import type { TransferInput, TransferMachine, TransferOutput } from './machine.ts'
import { decodeTransfer, RUN_BYTES, WINDOW_BLOCKS, type BadBlockName, type TransferMessage } from './messages.ts'

/** The hoster asks anew where nothing has come for so long. A block of 1 MiB takes an encoder some seconds. */
const STALL_MS = 20_000
const COUNTER_BYTES = 4
/** Bytes that tell the runs of one process from those of another. */
export const SALT_BYTES = RUN_BYTES - COUNTER_BYTES

/** An end of a segment, signed by its encoder. */
export interface Checkpoint {
  readonly end: SegmentEnd
  readonly signature: Uint8Array
}

/** @see createReceiver */
export interface ReceiverOptions {
  readonly identity: CopyIdentity
  /** The encoder's registered Noise key. */
  readonly encoder: Uint8Array
  /** The segment's first block, and the block after the copy's last one. */
  readonly from: number
  readonly to: number
  /** Blocks of the feed's tree in which blocks have their proofs. */
  readonly length: number
  /** Blocks of the tree that is on the disk. Where they are fewer, the encoder sends the nodes first that join the two. */
  readonly known: number
  /** What is on the disk of this segment; `undefined` for nothing. */
  readonly held: SegmentEnd | undefined
  /** Fresh random bytes, {@link SALT_BYTES} of them. */
  readonly salt: Uint8Array
}

/** A block as it came. */
export interface SentBlock {
  readonly encoded: Uint8Array
  readonly proof: BlockProof
}

/**
 * Work of a receiver: check nodes and put the longer tree on the disk; check a block and put it there; or note a checkpoint so that a killed
 * process finds it again.
 */
export type ReceiverWork =
  | { readonly kind: 'join'; readonly nodes: readonly TreeNode[] }
  | { readonly kind: 'take'; readonly block: SentBlock }
  | { readonly kind: 'keep'; readonly checkpoint: Checkpoint }

/**
 * What became of nodes: joined, or bad because they do not join the trees. Of a block: taken, with the end of all that is held; or bad.
 * `undefined` for a checkpoint.
 */
export type ReceiverDone =
  | { readonly kind: 'joined' }
  | { readonly kind: 'bad-nodes' }
  | { readonly kind: 'taken'; readonly end: SegmentEnd }
  | { readonly kind: 'bad'; readonly why: BadBlockName }
  | undefined

/** Complete: all blocks are on the disk. The others: what the encoder did that no honest one does. */
export type ReceiverExit =
  | { readonly kind: 'complete'; readonly end: SegmentEnd }
  | { readonly kind: 'bad-block'; readonly block: SentBlock; readonly why: BadBlockName }
  | { readonly kind: 'bad-root'; readonly checkpoint: Checkpoint }
  | { readonly kind: 'bad-nodes' }
  | { readonly kind: 'bad-order' }

type Output = TransferOutput<ReceiverWork, ReceiverExit>

class Receiver implements TransferMachine<ReceiverWork, ReceiverDone, ReceiverExit> {
  readonly #options: ReceiverOptions
  #held: SegmentEnd | undefined
  #runs = 0
  /** What is known of the longer tree: nothing; nodes that are on their way to the disk; or all of it. */
  #tree: 'short' | 'joining' | 'whole'
  /** Blocks that have come and are not on the disk yet. Once the tree is whole, the first one is on its way there. */
  readonly #waiting: SentBlock[] = []
  /** Checkpoints over blocks that are not on the disk yet, by their end. */
  readonly #signed = new Map<number, Checkpoint>()
  /** The newest end of which a checkpoint was kept, and was looked at in this run: an encoder has no reason to sign one twice. */
  #kept = 0
  #looked = 0
  /** Whether the first of the waiting blocks is of an earlier run. */
  #hasHeard = false
  #isOver = false

  constructor(options: ReceiverOptions) {
    this.#options = options
    this.#held = options.held
    this.#tree = options.known < options.length ? 'short' : 'whole'
  }

  step(input: TransferInput<ReceiverDone>): readonly Output[] {
    if (this.#isOver) return []
    switch (input.kind) {
      case 'start':
        return [...this.#ask(), ...this.#complete()]
      case 'tick':
        return this.#hasHeard || this.#waiting.length > 0 ? this.#rest() : this.#ask()
      case 'done':
        return input.done ? this.#settle(input.done) : []
      case 'hurry':
        return []
      default:
        return this.#hear(decodeTransfer(input.frame))
    }
  }

  /** The first block that is not on the disk. */
  get #next(): number {
    return this.#held?.to ?? this.#options.from
  }

  get #run(): Uint8Array {
    return concatBytes(this.#options.salt, u32le(this.#runs))
  }

  #rest(): readonly Output[] {
    this.#hasHeard = false
    return [{ kind: 'tick', ms: STALL_MS }]
  }

  /** Begins a run. A block on its way to the disk gets there all the same, so the run begins after it. */
  #ask(): readonly Output[] {
    const isWhole = this.#tree === 'whole'
    const { length } = this.#options
    this.#runs++
    this.#waiting.splice(isWhole ? 1 : 0)
    this.#signed.clear()
    this.#looked = this.#kept
    const next = this.#next + this.#waiting.length
    const known = isWhole ? length : this.#options.known
    return [send({ tag: 'Ask', value: { run: this.#run, next, length, known } }), ...this.#rest()]
  }

  #hear(message: TransferMessage | undefined): readonly Output[] {
    if (!message) return [{ kind: 'dropped', reason: 'malformed' }]
    if (message.tag === 'Ready') return this.#ask()
    if (message.tag !== 'Block' && message.tag !== 'Checkpoint' && message.tag !== 'Join')
      return [{ kind: 'dropped', reason: 'unexpected' }]
    const { run, ...value } = message.value
    if (!equalBytes(run, this.#run)) return [{ kind: 'dropped', reason: 'stale' }]
    this.#hasHeard = true
    if ('nodes' in value) return this.#join(value.nodes)
    return 'proof' in value ? this.#queue(value) : this.#hold(value)
  }

  /** Nodes that come twice are those of an earlier run, which may still be on their way to the disk. */
  #join(nodes: readonly TreeNode[]): readonly Output[] {
    if (this.#tree !== 'short') return [{ kind: 'dropped', reason: 'unexpected' }]
    this.#tree = 'joining'
    return [{ kind: 'work', work: { kind: 'join', nodes } }]
  }

  #queue(block: SentBlock): readonly Output[] {
    const { length } = this.#waiting
    const { index } = block.proof
    if (index !== this.#next + length || index >= this.#options.to || length >= WINDOW_BLOCKS || this.#tree === 'short')
      return this.#end({ kind: 'bad-order' })
    this.#waiting.push(block)
    return length === 0 && this.#tree === 'whole' ? [take(block)] : []
  }

  #hold(checkpoint: Checkpoint): readonly Output[] {
    const { identity, encoder, from } = this.#options
    const { end, signature } = checkpoint
    if (end.to !== this.#next + this.#waiting.length || end.to === from) return this.#end({ kind: 'bad-order' })
    if (end.to <= this.#looked) return [{ kind: 'dropped', reason: 'unexpected' }]
    this.#looked = end.to
    if (!verifyEd25519(signature, checkpointSignable(identity, { from, ...end }), encoder))
      return [{ kind: 'dropped', reason: 'signature' }]
    this.#signed.set(end.to, checkpoint)
    return this.#compare()
  }

  #settle(done: NonNullable<ReceiverDone>): readonly Output[] {
    if (done.kind === 'bad-nodes') return [this.#refuse(this.#next, 'nodes'), ...this.#end(done)]
    const block = this.#waiting[0]
    if (done.kind === 'joined') {
      this.#tree = 'whole'
      return block ? [take(block)] : []
    }
    if (!block) return []
    const { index } = block.proof
    if (done.kind === 'bad')
      return [this.#refuse(index, done.why), ...this.#end({ kind: 'bad-block', block, why: done.why })]
    this.#waiting.shift()
    this.#held = done.end
    const compared = this.#compare()
    if (this.#isOver) return compared
    const [first] = this.#waiting
    return [
      ...compared,
      send({ tag: 'Stored', value: { run: this.#run, next: this.#next } }),
      ...(first ? [take(first)] : []),
      ...this.#complete(),
    ]
  }

  #refuse(index: number, why: BadBlockName): Output {
    return send({ tag: 'Bad', value: { run: this.#run, index, why } })
  }

  /** Keeps the checkpoint over just what is on the disk, if there is one. */
  #compare(): readonly Output[] {
    const held = this.#held
    const checkpoint = held && this.#signed.get(held.to)
    if (!held || !checkpoint) return []
    this.#signed.delete(held.to)
    const { leaves, root } = checkpoint.end
    if (leaves !== held.leaves || !equalBytes(root, held.root)) return this.#end({ kind: 'bad-root', checkpoint })
    this.#kept = held.to
    return [{ kind: 'work', work: { kind: 'keep', checkpoint } }]
  }

  #complete(): readonly Output[] {
    const held = this.#held
    return held?.to === this.#options.to ? [{ kind: 'exit', exit: { kind: 'complete', end: held } }] : []
  }

  /** The encoder is not listened to any more. */
  #end(exit: ReceiverExit): readonly Output[] {
    this.#isOver = true
    return [{ kind: 'exit', exit }]
  }
}

const send = (message: TransferMessage): Output => ({ kind: 'send', message })
const take = (block: SentBlock): Output => ({ kind: 'work', work: { kind: 'take', block } })

/** The hoster's side of a segment's transfer. */
export const createReceiver = (options: ReceiverOptions): TransferMachine<ReceiverWork, ReceiverDone, ReceiverExit> =>
  new Receiver(options)
