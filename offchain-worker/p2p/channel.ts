/**
 * One named channel of opaque frames over one Noise connection, beside Hypercore's replication (Protomux).
 *
 * Owns: pairing with the remote whichever side opens first, re-opening, and the size bound. The bound applies to the
 * length that Protomux announces, before anything is copied. Does not own: connections.
 */
import { messageOf } from '#types/errors.ts'
import type { NoiseConnection } from 'hyperdht'
import Protomux from 'protomux'
import type { Channel, Encoding, Message } from 'protomux'
import { asBuffer } from './identity.ts'
import type { Log } from '#types/log.ts'

/** @see attachChannel */
export interface ChannelOptions {
  readonly protocol: string
  /** Distinguishes several channels of one protocol; both sides must use the same id. */
  readonly id: Uint8Array
  readonly maxFrameBytes: number
  readonly log: Log
  /** Both sides have opened the channel: sending may begin. May come again after onClose. */
  readonly onOpen?: () => void
  /** The open channel or its connection has closed. */
  readonly onClose?: () => void
  /** A frame, copied: the receiver may keep it. */
  readonly onFrame: (frame: Uint8Array) => void
  /** A frame above `maxFrameBytes` arrived and was dropped without reading it. */
  readonly onOversized?: () => void
  /** The stream accepts more after `send` returned false. */
  readonly onDrain?: () => void
}

/** A channel on one connection. */
export interface FrameChannel {
  /**
   * Writes a frame. Returns false in two cases: the frame is written, but the caller must wait for onDrain before the
   * next one; the channel is not open and did not accept the frame.
   */
  send(frame: Uint8Array): boolean
  /** Frames sent inside `send` go out together, as one message of the connection. */
  together(send: () => void): void
  /** Whether it is open and the stream accepts more without buffering. */
  isDrained(): boolean
  /** Closes our side and refuses to open again. The connection stays. */
  close(): void
}

/** Raw bytes up to a limit; null instead of a longer frame. The remote's frame is decrypted but not copied. */
const boundedFrame = (maxFrameBytes: number): Encoding<Uint8Array | null> => ({
  preencode: (state, frame) => {
    state.end += frame === null ? 0 : frame.length
  },
  encode: (state, frame) => {
    if (frame === null) return
    state.buffer.set(frame, state.start)
    state.start += frame.length
  },
  decode: (state) => {
    const { start, end, buffer } = state
    state.start = end
    return end - start > maxFrameBytes ? null : new Uint8Array(buffer.subarray(start, end))
  },
})

class ProtomuxFrames implements FrameChannel {
  readonly #mux: Protomux
  readonly #options: ChannelOptions
  readonly #name: { protocol: string; id: Uint8Array }
  #channel: Channel | undefined
  #message: Message<Uint8Array | null> | undefined
  #opened = false
  #closed = false

  constructor(connection: NoiseConnection, options: ChannelOptions) {
    this.#mux = Protomux.from(connection)
    this.#options = options
    this.#name = { protocol: options.protocol, id: asBuffer(options.id) }
    this.#mux.pair(this.#name, () => this.#open())
    this.#open()
  }

  send(frame: Uint8Array): boolean {
    return this.#opened && this.#message !== undefined && this.#message.send(frame)
  }

  together(send: () => void): void {
    this.#mux.cork()
    try {
      send()
    } finally {
      this.#mux.uncork()
    }
  }

  isDrained(): boolean {
    return this.#opened && this.#channel !== undefined && this.#channel.drained
  }

  close(): void {
    this.#closed = true
    this.#mux.unpair(this.#name)
    this.#channel?.close()
  }

  #open(): void {
    if (this.#closed) return
    const { onOpen, onDrain, onFrame, onOversized, maxFrameBytes } = this.#options
    const channel = this.#mux.createChannel({
      ...this.#name,
      onopen: () => {
        this.#opened = true
        this.#guard(onOpen)
      },
      onclose: () => this.#forget(channel),
      ondrain: () => this.#guard(onDrain),
    })
    if (channel === null) return
    const onmessage = (frame: Uint8Array | null): void =>
      this.#guard(frame === null ? onOversized : () => onFrame(frame))
    this.#channel = channel
    this.#message = channel.addMessage({ encoding: boundedFrame(maxFrameBytes), onmessage })
    channel.open()
  }

  #forget(channel: Channel | null): void {
    if (this.#channel !== channel) return
    const wasOpen = this.#opened
    this.#channel = undefined
    this.#message = undefined
    this.#opened = false
    if (wasOpen) this.#guard(this.#options.onClose)
  }

  /** An error thrown into Protomux would end the connection, or the process. */
  #guard(callback: (() => void) | undefined): void {
    try {
      callback?.()
    } catch (error) {
      const { log, protocol } = this.#options
      log.warn({ protocol, error: messageOf(error) }, 'a channel callback threw')
    }
  }
}

/**
 * Opens the channel on a connection, and opens it again whenever the remote does. If the remote does not speak the
 * protocol, this is no error: the channel stays closed. Errors of callbacks are logged; they cannot break the
 * connection.
 */
export const attachChannel = (connection: NoiseConnection, options: ChannelOptions): FrameChannel =>
  new ProtomuxFrames(connection, options)
