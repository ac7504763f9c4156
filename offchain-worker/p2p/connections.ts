/**
 * The open connections of one identity: who is let in, who uses them, when they are hung up.
 *
 * Owns: admission and its bounds, handing connections to those who want them. Does not own: making them (network.ts) or what is said
 * on them (channel.ts, hoster.ts, auditor.ts).
 *
 * Admission is decided here and in the channels, never by Hyperswarm's firewall: one denial there bans a key for the life of
 * the swarm, and a peer that read the chain a second before us would be shut out for good.
 */
import { messageOf } from '#types/errors.ts'
import type { NoiseConnection } from 'hyperdht'
import Protomux from 'protomux'
import { settled } from './waiting.ts'
import type { Clock } from '#types/clock.ts'
import { copyOf, keyName } from './identity.ts'
import type { Log } from '#types/log.ts'

/** A connection nobody here wants (yet) is kept this long: its owner may have seen a block that we have not. */
const LINGER_MS = 10_000
const MAX_UNWANTED_CONNECTIONS = 64
/** Connections of one identity. */
export const MAX_CONNECTIONS = 512
/** To let what was written reach the other side before hanging up. */
const FLUSH_DEADLINE_MS = 500

/** A user of connections. */
export interface Attachment {
  /** Whether the connection of this key is to be kept for us. Asked again after each change. */
  wants(publicKey: Uint8Array): boolean
  /** A wanted connection, new or already open at the time of attaching. */
  onConnection(connection: NoiseConnection, publicKey: Uint8Array): void
}

/** What the table needs to know of dialling. */
export interface DialState {
  isDialled(name: string): boolean
  /** A connection has gone. */
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

  /** Hands over the connections that are wanted, those open now and those to come, until detached. */
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

  /** Takes a new connection, or hangs it up where there is no room. */
  admit(connection: NoiseConnection): void {
    const publicKey = copyOf(connection.remotePublicKey)
    const name = keyName(publicKey)
    // Resets, duplicates and timeouts are ordinary; without a listener each would end the process.
    connection.on('error', (error) => this.#log.debug({ peer: name, error: messageOf(error) }, 'connection error'))
    const users = [...this.#attachments].filter((attachment) => attachment.wants(publicKey))
    if (this.#closed || !this.#hasRoom(name, users.length > 0)) {
      connection.destroy()
      return
    }
    // Reads the stream also while nobody has a channel on it: unread, it would never end.
    Protomux.from(connection)
    this.#connections.set(name, connection)
    connection.once('close', () => this.#forget(name, connection))
    this.#lingerIfUnwanted(name)
    for (const user of users) user.onConnection(connection, publicKey)
  }

  /** Lets go of all: what was written is flushed, within half a second. */
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

  /** Who is dialled always has a place: readers of a feed cannot crowd out the members of a session. */
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
