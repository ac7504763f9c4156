/**
 * The encoder's side of a transfer: it makes the blocks of a segment in their order, sends them, and signs what it has sent.
 *
 * Owns: which block is made and sent when, and when a checkpoint is due. Does not own: making a block, which is work for its session.
 *
 * The hoster says from where on it wants blocks, and what it has on its disk. So a killed encoder and a killed hoster both go on from
 * there. Blocks before it are made again only where the tree over them is not known.
 */
import { equalBytes } from '#types/bytes.ts'
import type { SegmentEnd } from '#types/domain/hosting/contract.ts'
import type { CopyIdentity } from '#types/domain/hosting/copy/keys.ts'
import type { BlockProof, TreeNode } from '#types/domain/hosting/feed.ts'
import { checkpointSignable } from '#types/domain/hosting/copy/segment.ts'
import { SegmentTree, type SegmentNotes } from './segment-tree.ts'
import type { TransferInput, TransferMachine, TransferOutput } from './machine.ts'
import { decodeTransfer, WINDOW_BLOCKS, type BadBlockName, type TransferMessage } from './messages.ts'

/** A checkpoint is due after so many blocks, and after this time. */
const CHECKPOINT_BLOCKS = 64
const CHECKPOINT_MS = 5_000
/** A hoster that has stored nothing in so many times {@link CHECKPOINT_MS} is waited for no longer. */
const LONG_SILENCE = 6
/** So many asks are answered in {@link CHECKPOINT_MS} of a hoster that stores nothing new: each may have a window of blocks made anew. */
const MOST_ASKS = 4

/** @see createSender */
export interface SenderOptions {
  readonly identity: CopyIdentity
  /** The segment's first block, and the block after the copy's last one. */
  readonly from: number
  readonly to: number
  /** What an earlier process noted of this segment. */
  readonly notes?: SegmentNotes | undefined
  /** Signs with the encoder's registered Noise key. */
  readonly sign: (message: Uint8Array) => Uint8Array
}

/**
 * Work of a sender: make a block, with its proof in the tree of so many blocks; find the nodes that join the feed's tree of `known` blocks to
 * that of `length`; or note the segment's tree so that a killed process finds it again.
 */
export type SenderWork =
  | { readonly kind: 'make'; readonly index: number; readonly length: number }
  | { readonly kind: 'join'; readonly known: number; readonly length: number }
  | { readonly kind: 'note'; readonly notes: SegmentNotes }

/** An encoded block, the top of the tree over its leaves, and the proof of the plain one in the feed's tree of `length` blocks. */
export interface MadeBlock {
  readonly length: number
  readonly encoded: Uint8Array
  readonly top: Uint8Array
  readonly proof: BlockProof
}

/** The nodes that join two trees of the feed. */
export interface JoiningNodes {
  readonly known: number
  readonly length: number
  readonly nodes: readonly TreeNode[]
}

/** A block that was made, or nodes that were found; `undefined` for a note. */
export type SenderDone = MadeBlock | JoiningNodes | undefined

/** Complete: the tree is whole, and the hoster has all blocks if it is there. Refused: it says that a block is bad. */
export type SenderExit =
  | { readonly kind: 'complete'; readonly end: SegmentEnd }
  | { readonly kind: 'refused'; readonly index: number; readonly why: BadBlockName }

type Asked = Extract<TransferMessage, { tag: 'Ask' }>['value']
type Output = TransferOutput<SenderWork, SenderExit>

class Sender implements TransferMachine<SenderWork, SenderDone, SenderExit> {
  readonly #options: SenderOptions
  readonly #tree: SegmentTree
  /** Blocks being made. */
  readonly #making = new Set<number>()
  /** Blocks that were made and that the hoster has not stored yet. */
  readonly #made = new Map<number, MadeBlock>()
  #run: Uint8Array | undefined
  /** Blocks of the tree in which the hoster wants proofs. */
  #length = 0
  /** Blocks of the tree that the hoster knows. */
  #known = 0
  /** The hoster can take blocks: it knows the longer tree, or was sent in this run what joins the two. */
  #isJoined = true
  /** The hoster has all blocks before it. */
  #stored = 0
  /** The next block to send. */
  #next = 0
  /** The end of the last checkpoint of this run; before the first one, the segment's first block. */
  #told: number
  /** The most blocks that the hoster has ever had. One that asks for them again and again brings the transfer no further. */
  #most = 0
  /** Asks since the last tick, or since the hoster had more than ever. */
  #asks = 0
  /** Times that have passed since the hoster had more than ever. */
  #silence = LONG_SILENCE
  #isOver = false

  constructor(options: SenderOptions) {
    this.#options = options
    this.#told = options.from
    this.#tree = new SegmentTree(options.from, options.notes)
  }

  step(input: TransferInput<SenderDone>): readonly Output[] {
    switch (input.kind) {
      case 'start':
        return [send({ tag: 'Ready', value: {} }), { kind: 'tick', ms: CHECKPOINT_MS }]
      case 'tick':
        this.#silence++
        this.#asks = 0
        return [...this.#checkpoint(1), { kind: 'tick', ms: CHECKPOINT_MS }]
      case 'hurry':
        return this.#goAlone()
      case 'done':
        return this.#settle(input.done)
      default:
        return this.#hear(decodeTransfer(input.frame))
    }
  }

  #hear(message: TransferMessage | undefined): readonly Output[] {
    if (!message) return [{ kind: 'dropped', reason: 'malformed' }]
    if (message.tag === 'Ask') return this.#begin(message.value)
    if (message.tag !== 'Stored' && message.tag !== 'Bad') return [{ kind: 'dropped', reason: 'unexpected' }]
    if (!this.#run || !equalBytes(message.value.run, this.#run)) return [{ kind: 'dropped', reason: 'stale' }]
    if (message.tag === 'Stored') return this.#note(message.value.next)
    const { index, why } = message.value
    const isSent = why === 'nodes' ? this.#isJoined && this.#known < this.#length : index < this.#next
    if (index < this.#stored || !isSent) return [{ kind: 'dropped', reason: 'unexpected' }]
    this.#run = undefined
    this.#silence = LONG_SILENCE
    return [{ kind: 'exit', exit: { kind: 'refused', index, why } }]
  }

  /** Without its hoster it makes the tree alone: the end that it commits to is then the hoster's to confirm. */
  #goAlone(): readonly Output[] {
    if (this.#silence < LONG_SILENCE) return []
    const { to } = this.#options
    this.#run = undefined
    this.#length ||= to
    this.#stored = to
    this.#next = to
    this.#forget((index) => index < this.#tree.to)
    return this.#goOn()
  }

  #begin({ run, next, length, known }: Asked): readonly Output[] {
    const { from, to } = this.#options
    if (next < from || next > to || length < to || known > length) return [{ kind: 'dropped', reason: 'unexpected' }]
    if (++this.#asks > MOST_ASKS) return [{ kind: 'dropped', reason: 'unexpected' }]
    if (this.#length === 0) this.#silence = 0
    if (length !== this.#length) this.#forget(() => true)
    this.#length = length
    this.#run = run
    this.#stored = next
    this.#next = next
    this.#told = from
    this.#forget((index) => index < next && index < this.#tree.to)
    this.#forget((index) => index >= this.#low + WINDOW_BLOCKS)
    this.#known = known
    this.#isJoined = known === length
    const join: Output = { kind: 'work', work: { kind: 'join', known, length } }
    return [...(this.#isJoined ? [] : [join]), ...this.#goOn()]
  }

  #settle(done: SenderDone): readonly Output[] {
    if (!done) return []
    return 'nodes' in done ? this.#join(done) : this.#take(done)
  }

  #join({ known, length, nodes }: JoiningNodes): readonly Output[] {
    if (!this.#run || this.#isJoined || known !== this.#known || length !== this.#length) return []
    this.#isJoined = true
    return [send({ tag: 'Join', value: { run: this.#run, nodes } }), ...this.#goOn()]
  }

  #note(next: number): readonly Output[] {
    if (next <= this.#stored || next > this.#next) return [{ kind: 'dropped', reason: 'unexpected' }]
    if (next > this.#most) {
      this.#silence = 0
      this.#asks = 0
      this.#most = next
    }
    this.#stored = next
    this.#forget((index) => index < next)
    return this.#goOn()
  }

  #take(block: MadeBlock): readonly Output[] {
    const { index } = block.proof
    if (!this.#making.delete(index)) return []
    const isWanted = block.length === this.#length && (index >= this.#stored || index >= this.#tree.to)
    if (isWanted && index < this.#low + WINDOW_BLOCKS) this.#made.set(index, block)
    return this.#goOn()
  }

  /** The first block that must still be made: for the hoster, or for the tree. */
  get #low(): number {
    return Math.min(this.#stored, this.#tree.to)
  }

  /** Adds to the tree and sends what is there, and makes what is missing. */
  #goOn(): readonly Output[] {
    if (this.#length === 0) return []
    const outputs: Output[] = []
    for (let block = this.#made.get(this.#tree.to); block; block = this.#made.get(this.#tree.to)) {
      const { encoded, top, proof } = block
      this.#tree.add(encoded.length / this.#options.identity.modulus.length, top)
      if (proof.index < this.#stored) this.#made.delete(proof.index)
    }
    while (this.#run && this.#isJoined && this.#next < this.#tree.to) {
      const block = this.#made.get(this.#next)
      if (!block) break
      const { encoded, proof } = block
      outputs.push(send({ tag: 'Block', value: { run: this.#run, encoded, proof } }))
      this.#next++
    }
    const isWhole = this.#tree.to === this.#options.to
    outputs.push(...this.#checkpoint(isWhole ? 1 : CHECKPOINT_BLOCKS), ...this.#make())
    if (isWhole && this.#stored === this.#options.to)
      outputs.push(...this.#end({ kind: 'complete', end: this.#tree.end! }))
    return outputs
  }

  #make(): readonly Output[] {
    const outputs: Output[] = []
    const end = Math.min(this.#low + WINDOW_BLOCKS, this.#options.to)
    for (let index = this.#low; index < end; index++) {
      const isNeeded = index >= this.#stored || index >= this.#tree.to
      if (!isNeeded || this.#made.has(index) || this.#making.has(index)) continue
      if (this.#making.size >= WINDOW_BLOCKS) break
      this.#making.add(index)
      outputs.push({ kind: 'work', work: { kind: 'make', index, length: this.#length } })
    }
    return outputs
  }

  /** A checkpoint, where all blocks of the tree are sent and so many of them are in no checkpoint of this run; alone, a note. */
  #checkpoint(blocks: number): readonly Output[] {
    const { identity, from, sign } = this.#options
    const { to, notes } = this.#tree
    const isDue = (!this.#run || this.#next === to) && to - this.#told >= blocks
    const end = isDue ? this.#tree.end : undefined
    if (!end) return []
    this.#told = to
    const note: Output = { kind: 'work', work: { kind: 'note', notes } }
    if (!this.#run) return [note]
    const signature = sign(checkpointSignable(identity, { from, ...end }))
    return [note, send({ tag: 'Checkpoint', value: { run: this.#run, end, signature } })]
  }

  #forget(isOver: (index: number) => boolean): void {
    for (const index of this.#made.keys()) if (isOver(index)) this.#made.delete(index)
  }

  #end(exit: SenderExit): readonly Output[] {
    if (this.#isOver) return []
    this.#isOver = true
    return [{ kind: 'exit', exit }]
  }
}

const send = (message: TransferMessage): Output => ({ kind: 'send', message })

/** The encoder's side of a segment's transfer. */
export const createSender = (options: SenderOptions): TransferMachine<SenderWork, SenderDone, SenderExit> =>
  new Sender(options)
