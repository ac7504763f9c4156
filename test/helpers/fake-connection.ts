/**
 * A connection without a network: the test feeds it frames, and sees what becomes of it.
 *
 * Owns: the members of a Noise connection that Protomux uses. Does not own: frames.
 */
import { EventEmitter } from 'node:events'
import type { NoiseConnection } from 'hyperdht'

/** @see fakeConnection */
export interface FakeConnection {
  readonly connection: NoiseConnection
  /** The frame arrives. Does nothing once the connection is destroyed. */
  receive(frame: Uint8Array): void
  /** Why we hung up. */
  hungUpFor(): Error | undefined
}

/** An open connection with a remote whose key is zeros. */
export function fakeConnection(): FakeConnection {
  let cause: Error | undefined
  const stream = Object.assign(new EventEmitter(), {
    userData: null,
    destroyed: false,
    isInitiator: true,
    remotePublicKey: Buffer.alloc(32),
    handshakeHash: Buffer.alloc(64),
    write: () => true,
    end: () => stream,
    pause: () => stream,
    resume: () => stream,
    destroy(error?: Error) {
      if (stream.destroyed) return stream
      stream.destroyed = true
      cause = error
      stream.emit('close')
      return stream
    },
  })
  return {
    connection: stream as unknown as NoiseConnection,
    receive: (frame) => void (stream.destroyed || stream.emit('data', Buffer.from(frame))),
    hungUpFor: () => cause,
  }
}
