/**
 * Hypercore's replication channel, spoken as a peer that holds nothing and asks for nothing: it only listens to what the other has.
 *
 * Owns: the opening, the handshake, and the few messages of Hypercore's protocol that tell of blocks. Does not own: what is made of
 * them (reader-trace.ts), connections (network.ts).
 *
 * Not a Hypercore: version 11.37.1 has no event for what a peer comes to hold, takes a peer's word for ranges of any length (one message
 * of 2^40 blocks makes it allocate until it dies), would ask for the tree, and needs a folder of 75 MB. To a
 * reader it is an empty Hypercore; who looks for it can notice that it never asks for the tree.
 *
 * A peer whose copy has gaps tells of new blocks only those who said that they want to know (Peer#broadcastRange), and an empty
 * Hypercore with nothing to get says so of nothing. So the whole feed is declared wanted, which is no request for any of it.
 */
import { equalBytes } from '#types/bytes.ts'
import caps from 'hypercore/lib/caps.js'
import messages from 'hypercore/lib/messages.js'
import type { WireBitfield, WireHandshake, WireRange, WireRequest } from 'hypercore/lib/messages.js'
import type { NoiseConnection } from 'hyperdht'
import Protomux from 'protomux'
import type { HandshakeChannel, Message } from 'protomux'
import { asBuffer } from '#worker/p2p/identity.ts'

const PROTOCOL = 'hypercore/alpha'
const ALIASES = ['hypercore']
/** Blocks that one `want` speaks of (lib/wants.js, MAX_RANGE). */
const WANT_BLOCKS = 2 ** 21
/** A Hypercore keeps no more of them, and takes one more to mean all. */
const MAX_WANTS = 513

/** @see attachHaveChannel */
export interface HaveChannelOptions {
  readonly feed: { readonly key: Uint8Array; readonly length: number }
  readonly discoveryKey: Uint8Array
  /** The remote now holds (or, with `drop`, no longer holds) these blocks. Numbers are as it sent them. */
  readonly onRange: (range: WireRange) => void
  /** The remote holds the blocks whose bits are set. */
  readonly onBitfield: (bitfield: WireBitfield) => void
  /** The remote asks us for a block. It has been told that we do not have it. */
  readonly onRequest: (index: number) => void
}

class HaveChannel {
  readonly #mux: Protomux
  readonly #connection: NoiseConnection
  readonly #options: HaveChannelOptions
  readonly #name: { protocol: string; id: Uint8Array }
  #channel: HandshakeChannel<WireHandshake> | undefined
  #closed = false

  constructor(connection: NoiseConnection, options: HaveChannelOptions) {
    this.#connection = connection
    this.#options = options
    this.#mux = Protomux.from(connection)
    this.#name = { protocol: PROTOCOL, id: asBuffer(options.discoveryKey) }
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
      aliases: ALIASES,
      handshake: wire.handshake,
      onopen: ({ capability }) => (this.#knowsKey(capability) ? greet() : channel?.close()),
      onclose: () => {
        if (this.#channel === channel) this.#channel = undefined
      },
    })
    if (channel === null) return
    this.#channel = channel
    const { onRange, onBitfield } = this.#options
    // In the order of Replicator#_makePeer; null where it is not for us: cancel, data, unwant.
    const sync = channel.addMessage({ encoding: wire.sync })
    channel.addMessage({ encoding: wire.request, onmessage: (request) => this.#refuse(request, noData) })
    for (const unread of [null, null]) channel.addMessage(unread)
    const noData = channel.addMessage({ encoding: wire.noData })
    const want = channel.addMessage({ encoding: wire.want })
    channel.addMessage(null)
    channel.addMessage({ encoding: wire.bitfield, onmessage: onBitfield })
    channel.addMessage({ encoding: wire.range, onmessage: onRange })
    const greet = (): void => {
      // `downloading`: or a peer that has all it wants would hang up.
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

/** Listens on a connection, again each time the remote opens the feed on it. The returned function ends that; the connection stays. */
export function attachHaveChannel(connection: NoiseConnection, options: HaveChannelOptions): () => void {
  const channel = new HaveChannel(connection, options)
  return () => channel.close()
}
