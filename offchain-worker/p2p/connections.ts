/**
 * The open connections of one identity: which are admitted, who uses them, when they are closed.
 *
 * Owns: admission and its bounds, and handing connections to their users. Does not own: making them.
 *
 * This table and the channels decide on admission, never Hyperswarm's firewall: one denial there bans a key for the
 * life of the swarm. A peer that read the chain a second before us would then be shut out for good.
 */
import { messageOf } from '#types/errors.ts'
import type { NoiseConnection } from 'hyperdht'
import { BoundedMux } from './bounded-mux.ts'
import { settled } from './waiting.ts'
import type { Clock } from '#types/clock.ts'
import { copyOf, keyName } from './identity.ts'
import type { Log } from '#types/log.ts'

/** A connection that nobody here wants (yet) is kept this long: its owner may have seen a block that we have not. */
const LINGER_MS = 10_000
const MAX_UNWANTED_CONNECTIONS = 64
/** Connections of one identity, at most. */
export const MAX_CONNECTIONS = 512
/** Time for written bytes to reach the other side before the connection closes. */
const FLUSH_DEADLINE_MS = 500

/** A user of connections. */
export interface Attachment {
  /** Whether to keep the connection of this key for this user. Asked again after each change. */
  wants(publicKey: Uint8Array): boolean
  /** A wanted connection, new or already open when the user attached. */
  onConnection(connection: NoiseConnection, publicKey: Uint8Array): void
}

/** The facts about dialling that the table needs. */
export interface DialState {
  isDialled(name: string): boolean
  /** A connection has closed. */
  onLost(name: string): void
}

/** Connections by the name of their remote key. */
export class ConnectionTable {
  readonly #dialState: DialState
  readonly #clock: Clock
  readonly #log: Log
  readonly #connections = new Map<string, NoiseConnection>()
  readonly #lingering = new Map<string, () => void>()
  readonly #attachments = new Set<Attachment>()
  #closed = false

  constructor(dialState: DialState, { clock, log }: { clock: Clock; log: Log }) {
    this.#dialState = dialState
    this.#clock = clock
    this.#log = log
  }

  /** Whether this key is connected. */
  has(name: string): boolean {
    return this.#connections.has(name)
  }

  /** All remote keys. */
  publicKeys(): Uint8Array[] {
    return [...this.#connections.values()].map((connection) => copyOf(connection.remotePublicKey))
  }

  /** Hands over the wanted connections, the open ones and the later ones, until detached. */
  attach(attachment: Attachment): () => void {
    this.#attachments.add(attachment)
    for (const [name, connection] of this.#connections) {
      if (!attachment.wants(connection.remotePublicKey)) continue
      this.#stopLingering(name)
      attachment.onConnection(connection, copyOf(connection.remotePublicKey))
    }
    return () => {
      this.#attachments.delete(attachment)
      for (const name of this.#connections.keys()) this.#lingerIfUnwanted(name)
    }
  }

  /** Accepts a new connection, or closes it if there is no room. */
  admit(connection: NoiseConnection): void {
    const publicKey = copyOf(connection.remotePublicKey)
    const name = keyName(publicKey)
    // Resets, duplicates and timeouts are ordinary. Without a listener each would end the process.
    connection.on('error', (error) => this.#log.debug({ peer: name, error: messageOf(error) }, 'connection error'))
    const users = [...this.#attachments].filter((attachment) => attachment.wants(publicKey))
    if (this.#closed || !this.#hasRoom(name, users.length > 0)) {
      connection.destroy()
      return
    }
    // It reads the stream also while it has no channel. A stream that nobody reads would never end.
    BoundedMux.make(connection, { clock: this.#clock, log: this.#log })
    this.#connections.set(name, connection)
    connection.once('close', () => this.#forget(name, connection))
    this.#lingerIfUnwanted(name)
    for (const user of users) user.onConnection(connection, publicKey)
  }

  /** Closes all connections. Flushes written bytes for at most half a second. */
  async close(): Promise<void> {
    this.#closed = true
    for (const name of this.#lingering.keys()) this.#stopLingering(name)
    this.#attachments.clear()
    const hungUp = [...this.#connections.values()].map(
      (connection) => new Promise<void>((resolve) => void connection.end().once('close', resolve)),
    )
    await settled(this.#clock, FLUSH_DEADLINE_MS, Promise.all(hungUp))
    for (const connection of this.#connections.values()) connection.destroy()
  }

  /** A dialled peer always has a place: readers of a feed cannot crowd out the members of a session. */
  #hasRoom(name: string, wanted: boolean): boolean {
    if (this.#dialState.isDialled(name)) return true
    return this.#connections.size < MAX_CONNECTIONS && (wanted || this.#lingering.size < MAX_UNWANTED_CONNECTIONS)
  }

  #forget(name: string, connection: NoiseConnection): void {
    if (this.#connections.get(name) !== connection) return
    this.#connections.delete(name)
    this.#stopLingering(name)
    if (!this.#closed) this.#dialState.onLost(name)
  }

  #stopLingering(name: string): void {
    this.#lingering.get(name)?.()
    this.#lingering.delete(name)
  }

  #lingerIfUnwanted(name: string): void {
    const connection = this.#connections.get(name)
    if (this.#closed || connection === undefined || this.#lingering.has(name)) return
    for (const attachment of this.#attachments) if (attachment.wants(connection.remotePublicKey)) return
    const cancel = this.#clock.setTimer(LINGER_MS, () => {
      this.#lingering.delete(name)
      connection.destroy()
    })
    this.#lingering.set(name, cancel)
  }
}
