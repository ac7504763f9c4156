/**
 * The multiplexer of one connection, with bounds on what the remote may make it do.
 *
 * Owns: counting the work that a remote asks for, refusing nested batches, and the gates through which the messages of
 * a foreign library pass. Does not own: frames of our own channels (channel.ts).
 *
 * Protomux 3.12.1 alone takes any number of messages in one frame of 16 MB and handles them without a pause. It follows
 * a batch inside a batch until the stack overflows. Its safety-catch throws errors such as TypeError and RangeError
 * again where nobody can catch them, so one frame of a stranger ends the process. Here such an error ends the
 * connection.
 */
import type { NoiseConnection } from 'hyperdht'
import Protomux from 'protomux'
import type { Channel, ChannelOptions, Message, MessageOptions, State } from 'protomux'
import type { Clock } from '#types/clock.ts'
import { AssayError, messageOf } from '#types/errors.ts'
import { keyName } from './identity.ts'
import type { Log } from '#types/log.ts'
import { createBudget } from './rate-limit.ts'
import type { Budget } from './rate-limit.ts'

/**
 * What one remote may ask for at once, and each second, in units of about 5 microseconds of this process. The first is
 * the longest time for which one frame can hold up our timers: some 80 ms. A reader takes 7 units for a block, so the
 * second is for 9,000 blocks a second: 600 MB/s in full blocks.
 */
const BURST_UNITS = 16_384
const UNITS_PER_S = 65_536
/** To open a channel: it is looked up, and often refused in a frame of its own. */
const OPEN_UNITS = 10
/** A message is 1 deep, and 2 deep in a batch. A deeper one is in a batch within a batch, which nobody sends. */
const MAX_DEPTH = 2

/** What a gate does with the messages of one channel. */
export interface Gate {
  /** The message that takes the place of this one, which is number `type` of the channel. */
  guard<T>(type: number, message: MessageOptions<T>, spend: (units: number) => void): MessageOptions<T>
  /** We send a message of this channel. */
  onSend?(type: number, value: unknown): void
}

/** @see BoundedMux */
export interface BoundedMuxDeps {
  readonly clock: Clock
  readonly log: Log
}

const gateName = (protocol: string, id: Uint8Array): string => `${protocol} ${keyName(id)}`

/** The multiplexer of a connection. */
export class BoundedMux extends Protomux {
  readonly #clock: Clock
  readonly #log: Log
  readonly #remote: string
  readonly #gates = new Map<string, () => Gate>()
  readonly #spendAt: Budget
  #depth = 0
  #frameAt = 0

  private constructor(connection: NoiseConnection, { clock, log }: BoundedMuxDeps) {
    super(connection)
    this.#clock = clock
    this.#log = log
    this.#remote = keyName(connection.remotePublicKey)
    this.#spendAt = createBudget({ perSecond: UNITS_PER_S, burst: BURST_UNITS })
  }

  /** Puts a multiplexer on a connection that nobody reads yet. */
  static make(connection: NoiseConnection, deps: BoundedMuxDeps): BoundedMux {
    return new BoundedMux(connection, deps)
  }

  /**
   * The multiplexer of a connection that the network admitted.
   * @throws AssayError `MUX_UNBOUNDED` if another part has made one without bounds
   */
  static of(connection: NoiseConnection): BoundedMux {
    const mux = Protomux.from(connection)
    if (mux instanceof BoundedMux) return mux
    throw new AssayError('MUX_UNBOUNDED', 'expected a connection of a PeerNetwork, got one whose frames nobody bounds')
  }

  /** From here on, each channel of this name has a gate of its own before its messages. */
  gate({ protocol, id }: { protocol: string; id: Uint8Array }, makeGate: () => Gate): void {
    this.#gates.set(gateName(protocol, id), makeGate)
  }

  override createChannel<H = void>(options: ChannelOptions<H>): Channel<H> | null {
    const gate = this.#gates.get(gateName(options.protocol, options.id))?.()
    if (gate === undefined) return super.createChannel(options)
    const { messages = [], ...rest } = options
    const channel = super.createChannel(rest)
    if (channel === null) return null
    const add = channel.addMessage.bind(channel)
    channel.addMessage = <T>(message: MessageOptions<T> | null): Message<T> => {
      const type = channel.messages.length
      const added = add(message && gate.guard(type, message, (units) => this.#spend(units)))
      const send = added.send.bind(added)
      added.send = (value) => {
        gate.onSend?.(type, value)
        return send(value)
      }
      return added
    }
    for (const message of messages) channel.addMessage(message)
    return channel
  }

  /** Protomux calls this for each frame, and again for each message in a batch. */
  override _decode(remoteId: number, state: State): unknown {
    // The time that a frame takes does not buy it more time.
    if (this.#depth === 0) this.#frameAt = this.#clock.now()
    this.#spend(1)
    if (this.#depth === MAX_DEPTH) {
      throw new AssayError(
        'BATCH_NESTED',
        `expected messages in a batch, got another batch: ${this.#remote} is hostile`,
      )
    }
    this.#depth++
    try {
      return super._decode(remoteId, state)
    } finally {
      this.#depth--
    }
  }

  override _onopensession(state: State): unknown {
    this.#spend(OPEN_UNITS)
    return super._onopensession(state)
  }

  /** Protomux calls this when a handler failed. */
  override _safeDestroy(error: unknown): void {
    const peer = this.#remote
    if (error instanceof AssayError) {
      const { code, message, meta } = error
      this.#log.warn({ peer, code, error: message, ...meta }, 'hung up on a peer for its frame')
    } else this.#log.debug({ peer, error: messageOf(error) }, 'a frame could not be handled')
    super._safeDestroy(harmless(error))
  }

  /** Protomux calls this when a handler failed after its channel had closed. */
  override _warn(error: unknown): void {
    super._warn(harmless(error))
  }

  #spend(units: number): void {
    if (this.#spendAt(this.#frameAt, units)) return
    throw new AssayError(
      'PEER_TOO_FAST',
      `expected at most ${BURST_UNITS} units of work at once and ${UNITS_PER_S} a second from ${this.#remote}, got more`,
      { burst: BURST_UNITS, perSecond: UNITS_PER_S },
    )
  }
}

/** The same as an error that safety-catch does not throw where nobody catches it. */
const harmless = (error: unknown): AssayError =>
  error instanceof AssayError
    ? error
    : new AssayError('FRAME_NOT_HANDLED', `a frame could not be handled: ${messageOf(error)}`, {}, { cause: error })
