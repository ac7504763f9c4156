/**
 * A transfer over a real network and clock: carries a machine's outputs out and the world's inputs in.
 *
 * Owns: the channel and the timer of one transfer, work in the background, and its failures. Does not own: any rule of the transfer.
 *
 * The channel is a mesh of two: nobody but the other registered Noise key gets one, frames keep their order, and what was sent when a
 * connection broke is sent again.
 */
import { toHex } from '#types/bytes.ts'
import { messageOf } from '#types/errors.ts'
import type { NetworkPort, RoleDeps } from '#worker/kernel/ports.ts'
import type { TransferDrop, TransferInput, TransferMachine, TransferOutput } from './machine.ts'
import {
  encodeTransfer,
  longestMessage,
  TRANSFER_PROTOCOL,
  transferId,
  WINDOW_BLOCKS,
  type TransferName,
} from './messages.ts'

/** Messages beside blocks that may wait for the other side. */
const OTHER_MESSAGES = 64
/** Small blocks pass by the thousand, each with an answer. */
const FRAMES_PER_SECOND = 20_000

/** @see runTransfer */
export interface TransferOptions<Work, Done, Exit> {
  readonly machine: TransferMachine<Work, Done, Exit>
  readonly name: TransferName
  /** The registered Noise key of the other side. */
  readonly peer: Uint8Array
  /** Bytes of the whole feed, and of the modulus: they bound what may come. */
  readonly feedBytes: bigint
  readonly leafBytes: number
  /** Does a piece of work. The transfer ends if it fails. */
  readonly work: (work: Work) => Promise<Done>
  readonly onExit: (exit: Exit) => void
  /** A piece of work failed: the transfer has stopped, and may begin anew. */
  readonly onFailed: (error: unknown) => void
}

/** @see runTransfer */
export type TransferDeps = Pick<RoleDeps, 'clock' | 'log'> & {
  readonly network: Pick<NetworkPort, 'openMesh' | 'identity'>
}

/** A transfer under way, or over and still answering the other side. */
export interface Transfer {
  /** To an encoder: it ends in time, whether its hoster is there or not. */
  hurry(): void
  /** Stops at once. Work under way goes on, and is not heard of. */
  close(): void
}

class RunningTransfer<Work, Done, Exit> implements Transfer {
  readonly #options: TransferOptions<Work, Done, Exit>
  readonly #deps: TransferDeps
  readonly #mesh: ReturnType<NetworkPort['openMesh']>
  readonly #drops: Partial<Record<TransferDrop, number>> = {}
  #cancelTick = (): void => {}
  #closed = false

  constructor(options: TransferOptions<Work, Done, Exit>, deps: TransferDeps) {
    this.#options = options
    this.#deps = deps
    const { name, peer, feedBytes, leafBytes } = options
    const maxFrameBytes = longestMessage(feedBytes, leafBytes)
    this.#mesh = deps.network.openMesh({
      protocol: TRANSFER_PROTOCOL,
      id: transferId(name),
      members: [deps.network.identity.publicKey, peer],
      maxFrameBytes,
      maxQueuedFrames: WINDOW_BLOCKS + OTHER_MESSAGES,
      maxQueuedBytes: (WINDOW_BLOCKS + 1) * maxFrameBytes,
      framesPerSecond: FRAMES_PER_SECOND,
      onMessage: (_from, frame) => this.#feed({ kind: 'frame', frame }),
    })
  }

  start(): void {
    this.#feed({ kind: 'start' })
  }

  hurry(): void {
    this.#feed({ kind: 'hurry' })
  }

  close(): void {
    if (this.#closed) return
    this.#closed = true
    this.#cancelTick()
    const { copy, generation, from } = this.#options.name
    const dropped = { ...this.#drops, mesh: this.#mesh.dropped() }
    this.#deps.log.debug({ copy: String(copy), generation, from, dropped }, 'a transfer was left')
    this.#mesh.close()
  }

  #feed(input: TransferInput<Done>): void {
    if (this.#closed) return
    for (const output of this.#options.machine.step(input)) this.#carry(output)
  }

  #carry(output: TransferOutput<Work, Exit>): void {
    if (this.#closed) return
    const { peer, onExit } = this.#options
    switch (output.kind) {
      case 'send':
        this.#mesh.send(peer, encodeTransfer(output.message))
        break
      case 'work':
        void this.#do(output.work)
        break
      case 'tick':
        this.#cancelTick()
        this.#cancelTick = this.#deps.clock.setTimer(output.ms, () => this.#feed({ kind: 'tick' }))
        break
      case 'dropped':
        this.#drops[output.reason] = (this.#drops[output.reason] ?? 0) + 1
        break
      default:
        onExit(output.exit)
    }
  }

  async #do(work: Work): Promise<void> {
    try {
      this.#feed({ kind: 'done', done: await this.#options.work(work) })
    } catch (error) {
      if (this.#closed) return
      const peer = toHex(this.#options.peer)
      this.#deps.log.warn({ peer, error: messageOf(error) }, 'a transfer has stopped')
      this.close()
      this.#options.onFailed(error)
    }
  }
}

/** Runs one side of a transfer until it is closed. */
export function runTransfer<Work, Done, Exit>(
  options: TransferOptions<Work, Done, Exit>,
  deps: TransferDeps,
): Transfer {
  const transfer = new RunningTransfer(options, deps)
  transfer.start()
  return transfer
}
