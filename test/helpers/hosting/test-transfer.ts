/**
 * A transfer of a copy between two machines in one test, of which either can be killed after any message.
 *
 * Owns: the link between them, their disks, and the order in which things happen. Does not own: any rule of a transfer.
 */
import { equalBytes } from '#types/bytes.ts'
import type { SegmentEnd } from '#types/domain/hosting/contract.ts'
import { leafNode, topOf } from '#types/domain/hosting/copy/tree.ts'
import { identityOf } from '#worker/simulation/identities.ts'
import type { TransferMachine, TransferOutput } from '#worker/systems/hosting/transfer/machine.ts'
import { encodeTransfer } from '#worker/systems/hosting/transfer/messages.ts'
import { createReceiver, SALT_BYTES } from '#worker/systems/hosting/transfer/receiver.ts'
import type { Checkpoint, ReceiverDone, ReceiverExit, ReceiverWork } from '#worker/systems/hosting/transfer/receiver.ts'
import { SegmentTree, type SegmentNotes } from '#worker/systems/hosting/transfer/segment-tree.ts'
import { createSender } from '#worker/systems/hosting/transfer/sender.ts'
import type { SenderDone, SenderExit, SenderWork } from '#worker/systems/hosting/transfer/sender.ts'
import { testIdentity, testKey } from './copies.ts'

const identity = testIdentity(testKey().modulus)
const encoder = identityOf('encoder')
const LEAF_BYTES = 128
/** More than any test takes. */
const MOST_STEPS = 20_000

/** Bytes that stand for an encoded block: one to three leaves. */
export const blockOf = (index: number): Uint8Array =>
  new Uint8Array(LEAF_BYTES * (1 + (index % 3))).map((_, i) => (index * 31 + i) & 255)

const tops = new Map<number, Uint8Array>()

/** Such a block as its encoder makes it. The proof says no more than which block it is of. */
export function madeBlock(index: number, length: number) {
  const encoded = blockOf(index)
  const leafAt = (j: number): Uint8Array => encoded.subarray(j * LEAF_BYTES, (j + 1) * LEAF_BYTES)
  const hash = (): Uint8Array =>
    topOf(Array.from({ length: encoded.length / LEAF_BYTES }, (_, j) => leafNode(leafAt(j))))
  const top = tops.get(index) ?? hash()
  tops.set(index, top)
  return { length, encoded, top, proof: { index, leaf: new Uint8Array(32), bytes: 1, siblings: [] } }
}

/** What stands for the nodes that join two trees. */
const joiningTo = (known: number, length: number) => [
  { nodeHash: new Uint8Array(32).fill(known), bytes: BigInt(length) },
]

/** A tree over such blocks, from one on. */
export function treeOf(from: number, to: number): SegmentTree {
  const tree = new SegmentTree(from)
  while (tree.to < to) {
    const { encoded, top } = madeBlock(tree.to, to)
    tree.add(encoded.length / LEAF_BYTES, top)
  }
  return tree
}

/** A process that a test can kill. */
export type Victim = 'encoder' | 'hoster'

/** What waits to happen, and to whom. */
interface Event {
  readonly to: Victim
  readonly isFrame: boolean
  readonly act: () => void
}

/** See the module's header. */
export class TestTransfer {
  /** What the hoster has on its disk. */
  held: SegmentEnd | undefined
  /** What the encoder says at its end. */
  sent: SegmentEnd | undefined
  notes: SegmentNotes | undefined
  checkpoint: Checkpoint | undefined
  readonly checkpoints: SegmentEnd[] = []
  readonly dropped: string[] = []
  /** Blocks that were made, over all lives. */
  made = 0
  mostMaking = 0
  mostWaiting = 0
  #making = 0
  #waiting = 0
  #lives = 0
  #events: Event[] = []
  /** The tree of what is on the hoster's disk. */
  #disk: SegmentTree
  /** Blocks of the feed's tree that is on its disk. */
  #known: number
  #sender!: TransferMachine<SenderWork, SenderDone, SenderExit>
  #receiver!: TransferMachine<ReceiverWork, ReceiverDone, ReceiverExit>
  readonly #from: number
  readonly #to: number
  readonly #chance: () => number

  /**
   * @param chance which of the things that may happen next does; by default the one that waits for longest
   * @param known blocks of the feed's tree that the hoster has before
   */
  constructor(from: number, to: number, chance: () => number = () => 0, known = to) {
    this.#known = known
    this.#from = from
    this.#to = to
    this.#chance = chance
    this.#disk = treeOf(from, from)
    this.#startEncoder()
    this.#startHoster()
  }

  /** Runs so many steps, or until both are done and nothing is left to do. */
  run(steps = MOST_STEPS): void {
    for (let i = 0; i < steps; i++) {
      if (this.#stepOnce()) continue
      if (this.sent && this.checkpoint?.end.to === this.#to) return
      this.tick('encoder')
      this.tick('hoster')
    }
    if (steps === MOST_STEPS) throw new Error('expected the transfer to end')
  }

  runUntil(condition: () => boolean): void {
    for (let i = 0; i < MOST_STEPS && !condition(); i++) if (!this.#stepOnce()) this.tick('hoster')
    if (!condition()) throw new Error('expected the condition to hold')
  }

  /**
   * As SIGKILL: what is on its disk stays. Of the frames that it sent, the last ones are lost. Of those that were sent to it, the last
   * ones reach its next life, because the other side sends again what it has no word of.
   */
  kill(who: Victim): void {
    const frames = (to: Victim) => this.#events.filter((event) => event.isFrame && event.to === to)
    const [to, from] = [frames(who), frames(who === 'encoder' ? 'hoster' : 'encoder')]
    const kept = [...from.slice(0, this.#chance() % (from.length + 1)), ...to.slice(this.#chance() % (to.length + 1))]
    const works = this.#events.filter((event) => !event.isFrame && event.to !== who)
    this.#events = [...works, ...kept]
    if (who === 'encoder') this.#startEncoder()
    else this.#startHoster()
  }

  /** The hoster loses its blocks from this one on. */
  lose(index: number): void {
    this.#disk = treeOf(this.#from, index)
    this.held = this.#disk.end
  }

  tick(who: Victim): void {
    if (who === 'encoder') this.#carrySender(this.#sender.step({ kind: 'tick' }))
    else this.#carryReceiver(this.#receiver.step({ kind: 'tick' }))
  }

  #stepOnce(): boolean {
    // Frames of one direction keep their order; work may be done in any.
    const first = (to: Victim) => this.#events.find((event) => event.isFrame && event.to === to)
    const firsts = [first('encoder'), first('hoster')]
    const ready = this.#events.filter((event) => !event.isFrame || firsts.includes(event))
    const event = ready[this.#chance() % Math.max(1, ready.length)]
    if (!event) return false
    this.#events.splice(this.#events.indexOf(event), 1)
    event.act()
    return true
  }

  #startEncoder(): void {
    this.#making = 0
    this.#sender = createSender({
      identity,
      from: this.#from,
      to: this.#to,
      notes: this.notes,
      sign: (message) => encoder.sign(message),
    })
    this.#carrySender(this.#sender.step({ kind: 'start' }))
  }

  #startHoster(): void {
    this.#waiting = 0
    this.held = this.#disk.end
    this.#receiver = createReceiver({
      identity,
      encoder: encoder.publicKey,
      from: this.#from,
      to: this.#to,
      length: this.#to,
      known: this.#known,
      held: this.held,
      salt: new Uint8Array(SALT_BYTES).fill(++this.#lives),
    })
    this.#carryReceiver(this.#receiver.step({ kind: 'start' }))
  }

  #post(to: Victim, isFrame: boolean, act: () => void): void {
    this.#events.push({ to, isFrame, act })
  }

  #carrySender(outputs: readonly TransferOutput<SenderWork, SenderExit>[]): void {
    for (const output of outputs) {
      if (output.kind === 'send') {
        const frame = encodeTransfer(output.message)
        if (output.message.tag === 'Checkpoint') this.checkpoints.push(output.message.value.end)
        this.#post('hoster', true, () => this.#carryReceiver(this.#receiver.step({ kind: 'frame', frame })))
      } else if (output.kind === 'work') this.#makeOrNote(output.work)
      else if (output.kind === 'dropped') this.dropped.push(output.reason)
      else if (output.kind === 'exit' && output.exit.kind === 'complete') this.sent = output.exit.end
    }
  }

  #makeOrNote(work: SenderWork): void {
    if (work.kind === 'note') return void (this.notes = work.notes)
    if (work.kind === 'join') {
      const { known, length } = work
      const done = { known, length, nodes: joiningTo(known, length) }
      return this.#post('encoder', false, () => this.#carrySender(this.#sender.step({ kind: 'done', done })))
    }
    this.made++
    this.mostMaking = Math.max(this.mostMaking, ++this.#making)
    const done = madeBlock(work.index, work.length)
    this.#post('encoder', false, () => {
      this.#making--
      this.#carrySender(this.#sender.step({ kind: 'done', done }))
    })
  }

  #carryReceiver(outputs: readonly TransferOutput<ReceiverWork, ReceiverExit>[]): void {
    for (const output of outputs) {
      if (output.kind === 'send') {
        const frame = encodeTransfer(output.message)
        this.#post('encoder', true, () => this.#carrySender(this.#sender.step({ kind: 'frame', frame })))
      } else if (output.kind === 'work') this.#takeOrKeep(output.work)
      else if (output.kind === 'dropped') this.dropped.push(output.reason)
      else if (output.kind === 'exit' && output.exit.kind !== 'complete')
        throw new Error(`expected an honest encoder, got ${output.exit.kind}`)
    }
  }

  #takeOrKeep(work: ReceiverWork): void {
    if (work.kind === 'keep') return void (this.checkpoint = work.checkpoint)
    if (work.kind === 'join') return this.#post('hoster', false, () => this.#grow(work.nodes))
    const {
      encoded,
      proof: { index },
    } = work.block
    this.mostWaiting = Math.max(this.mostWaiting, ++this.#waiting)
    this.#post('hoster', false, () => {
      this.#waiting--
      if (this.#known !== this.#to) throw new Error(`expected the tree of ${this.#to} blocks, got ${this.#known}`)
      if (index !== this.#disk.to || !equalBytes(encoded, blockOf(index)))
        throw new Error(`expected block ${this.#disk.to} to be taken, got ${index}`)
      this.#disk.add(encoded.length / LEAF_BYTES, madeBlock(index, this.#to).top)
      this.held = this.#disk.end
      this.#carryReceiver(this.#receiver.step({ kind: 'done', done: { kind: 'taken', end: this.held! } }))
    })
  }

  #grow(nodes: Extract<ReceiverWork, { kind: 'join' }>['nodes']): void {
    if (nodes[0]?.nodeHash[0] !== this.#known || nodes[0].bytes !== BigInt(this.#to))
      throw new Error(`expected nodes from ${this.#known} on, got others`)
    this.#known = this.#to
    this.#carryReceiver(this.#receiver.step({ kind: 'done', done: { kind: 'joined' } }))
  }
}
