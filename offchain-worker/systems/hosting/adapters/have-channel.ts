/**
 * Hypercore's replication channel for a peer that has nothing and asks for nothing: it only hears which blocks the
 * other side has.
 *
 * Owns: the opening, the handshake, and the few messages of Hypercore's protocol about blocks. Does not own: what they
 * say about a reader.
 *
 * This does not use a Hypercore. Version 11.37.1 has no event for the blocks of a peer. It believes ranges of any
 * length from a peer (one message of 2^40 blocks makes it allocate until it dies). It would ask for the tree, and needs
 * a folder of 75 MB. To a reader this channel is an empty Hypercore; a reader that looks for it can notice that it
 * never asks for the tree.
 *
 * A peer whose copy has gaps announces new blocks only to peers that want them (Peer#broadcastRange). An empty
 * Hypercore with nothing to get announces no wants. So the channel declares the whole feed wanted, which requests no
 * block of it.
 */
import { equalBytes } from '#types/bytes.ts'
import caps from 'hypercore/lib/caps.js'
import messages from 'hypercore/lib/messages.js'
import type { WireBitfield, WireHandshake, WireRange, WireRequest } from 'hypercore/lib/messages.js'
import type { NoiseConnection } from 'hyperdht'
import Protomux from 'protomux'
import type { Channel, Message } from 'protomux'
import { asBuffer } from '#worker/p2p/identity.ts'
import { guardFeed, REPLICATION_ALIASES, REPLICATION_PROTOCOL } from './replication-door.ts'

/** Blocks in one `want` (lib/wants.js, MAX_RANGE). */
const WANT_BLOCKS = 2 ** 21
/** What readers read of another fork is reading, too. */
const ANY_FORK = 2 ** 32
/** A Hypercore keeps at most this many wants. It takes one more to mean all blocks. */
const MAX_WANTS = 513

/** @see attachHaveChannel */
export interface HaveChannelOptions {
  readonly feed: { readonly key: Uint8Array; readonly length: number }
  readonly discoveryKey: Uint8Array
  /** The remote has these blocks, or with `drop` has dropped them. The numbers are those that it sent. */
  readonly onRange: (range: WireRange) => void
  /** The remote has the blocks whose bits are set. */
  readonly onBitfield: (bitfield: WireBitfield) => void
  /** The remote asks us for a block. The channel has answered that we do not have it. */
  readonly onRequest: (index: number) => void
}

class HaveChannel {
  readonly #mux: Protomux
  readonly #connection: NoiseConnection
  readonly #options: HaveChannelOptions
  readonly #name: { protocol: string; id: Uint8Array }
  #channel: Channel<WireHandshake> | undefined
  #closed = false

  constructor(connection: NoiseConnection, options: HaveChannelOptions) {
    this.#connection = connection
    this.#options = options
    this.#mux = Protomux.from(connection)
    this.#name = { protocol: REPLICATION_PROTOCOL, id: asBuffer(options.discoveryKey) }
    guardFeed(connection, options.discoveryKey, { ...options.feed, fork: ANY_FORK })
    this.#mux.pair(this.#name, () => this.#open())
    this.#open()
  }

  close(): void {
    this.#closed = true
    this.#mux.unpair(this.#name)
    this.#channel?.close()
  }

  #open(): void {
    if (this.#closed) return
    const { wire } = messages
    const channel = this.#mux.createChannel<WireHandshake>({
      ...this.#name,
      aliases: REPLICATION_ALIASES,
      handshake: wire.handshake,
      onopen: ({ capability }) => (this.#knowsKey(capability) ? greet() : channel?.close()),
      onclose: () => {
        if (this.#channel === channel) this.#channel = undefined
      },
    })
    if (channel === null) return
    this.#channel = channel
    const { onRange, onBitfield } = this.#options
    // In the order of Replicator#_makePeer; null for the messages that we do not handle: cancel, data, unwant.
    const sync = channel.addMessage({ encoding: wire.sync })
    channel.addMessage({ encoding: wire.request, onmessage: (request) => this.#refuse(request, noData) })
    for (const unread of [null, null]) channel.addMessage(unread)
    const noData = channel.addMessage({ encoding: wire.noData })
    const want = channel.addMessage({ encoding: wire.want })
    channel.addMessage(null)
    channel.addMessage({ encoding: wire.bitfield, onmessage: onBitfield })
    channel.addMessage({ encoding: wire.range, onmessage: onRange })
    const greet = (): void => {
      // `downloading` must be set. Otherwise a peer that has all it wants would close the connection.
      const empty = { fork: 0, length: 0, remoteLength: 0, canUpgrade: true, hasManifest: false, allowPush: false }
      sync.send({ ...empty, uploading: true, downloading: true })
      const wants = Math.min(Math.ceil(this.#options.feed.length / WANT_BLOCKS), MAX_WANTS)
      for (let i = 0; i < wants; i++) want.send({ start: i * WANT_BLOCKS, length: WANT_BLOCKS, any: false })
    }
    channel.open({ seeks: true, capability: this.#capability(this.#connection.isInitiator) })
  }

  #capability(isInitiator: boolean): Uint8Array {
    return caps.replicate(isInitiator, this.#options.feed.key, this.#connection.handshakeHash)
  }

  #knowsKey(capability: Uint8Array): boolean {
    return equalBytes(capability, this.#capability(!this.#connection.isInitiator))
  }

  #refuse({ id, block }: WireRequest, noData: Message<{ request: number; reason: number }>): void {
    noData.send({ request: id, reason: 0 })
    if (block !== null) this.#options.onRequest(block.index)
  }
}

/**
 * Listens on a connection, and again each time the remote opens the feed on it. The returned function ends that. The
 * connection stays.
 */
export function attachHaveChannel(connection: NoiseConnection, options: HaveChannelOptions): () => void {
  const channel = new HaveChannel(connection, options)
  return () => channel.close()
}
