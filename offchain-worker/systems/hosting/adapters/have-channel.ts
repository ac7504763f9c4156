/**
 * Hypercore's replication channel for a peer that has nothing: it hears which blocks the other side has, and asks for
 * single ones to see that this is true.
 *
 * Owns: the opening, the handshake, and the few messages of Hypercore's protocol about blocks. Does not own: what they
 * say about a reader.
 *
 * This does not use a Hypercore. Version 11.37.1 has no event for the blocks of a peer. It believes ranges of any
 * length from a peer (one message of 2^40 blocks makes it allocate until it dies). It would ask for the tree, and needs
 * a folder. To a reader this channel is an empty Hypercore; a reader that looks for it can notice that it
 * never asks for the tree, and for few blocks.
 *
 * A peer whose copy has gaps announces new blocks only to peers that want them (Peer#broadcastRange). An empty
 * Hypercore with nothing to get announces no wants. So the channel declares the whole feed wanted, which requests no
 * block of it.
 */
import { equalBytes } from '#types/bytes.ts'
import { checkBlockProof, leafHash, MAX_DEPTH, rootSpans } from '#types/domain/hosting/feed.ts'
import type { PromisedFeed } from '#types/domain/hosting/feed-growth.ts'
import caps from 'hypercore/lib/caps.js'
import messages from 'hypercore/lib/messages.js'
import type { WireBitfield, WireData, WireHandshake, WireRange, WireRequest } from 'hypercore/lib/messages.js'
import type { NoiseConnection } from 'hyperdht'
import Protomux from 'protomux'
import type { Channel, Message } from 'protomux'
import { asBuffer } from '#worker/p2p/identity.ts'
import { guardFeed, REPLICATION_ALIASES, REPLICATION_PROTOCOL } from './replication-door.ts'

/** Blocks in one `want` (lib/wants.js, MAX_RANGE). */
const WANT_BLOCKS = 2 ** 21
/** The chain takes no head of another fork (checkFeedHead). */
const REGISTERED_FORK = 0
/** What readers read of another fork is reading, too. */
const ANY_FORK = 2 ** 32
/** A Hypercore keeps at most this many wants. It takes one more to mean all blocks. */
const MAX_WANTS = 513

/** @see attachHaveChannel */
export interface HaveChannelOptions {
  /** The registered length and roots suffice to check a block. */
  readonly feed: PromisedFeed
  readonly discoveryKey: Uint8Array
  /** The remote has these blocks, or with `drop` has dropped them. The numbers are those that it sent. */
  readonly onRange: (range: WireRange) => void
  /** The remote has the blocks whose bits are set. */
  readonly onBitfield: (bitfield: WireBitfield) => void
  /** The answer to `ask`: whether it is the block, with a proof that leads to the registered head. */
  readonly onProof: (isGood: boolean) => void
}

/** @see attachHaveChannel */
export interface HaveChannelHandle {
  /** Asks the remote for a block that it says to have, one at a time. */
  ask(index: number): void
  /** Ends listening. The connection stays. */
  close(): void
}

class HaveChannel implements HaveChannelHandle {
  readonly #mux: Protomux
  readonly #connection: NoiseConnection
  readonly #options: HaveChannelOptions
  readonly #name: { protocol: string; id: Uint8Array }
  #channel: Channel<WireHandshake> | undefined
  #request: Message<WireRequest> | undefined
  #asked: { readonly id: number; readonly index: number } | undefined
  #requests = 0
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

  ask(index: number): void {
    const { length } = this.#options.feed
    const id = ++this.#requests
    this.#asked = { id, index }
    const block = { index, nodes: heightOf(index, length) }
    this.#request?.send({
      id,
      fork: REGISTERED_FORK,
      block,
      hash: null,
      seek: null,
      upgrade: null,
      manifest: false,
      priority: 0,
    })
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
    // In the order of Replicator#_makePeer; null for the messages that we do not handle: cancel, unwant.
    const sync = channel.addMessage({ encoding: wire.sync })
    this.#request = channel.addMessage({
      encoding: wire.request,
      onmessage: (request) => this.#refuse(request, noData),
    })
    channel.addMessage(null)
    channel.addMessage({ encoding: wire.data, onmessage: (data) => this.#judge(data.request, data.block) })
    const noData = channel.addMessage({ encoding: wire.noData, onmessage: ({ request }) => this.#judge(request, null) })
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

  #refuse({ id }: WireRequest, noData: Message<{ request: number; reason: number }>): void {
    noData.send({ request: id, reason: 0 })
  }

  /** What nobody asked for is passed over, unread. */
  #judge(request: number, block: WireData['block']): void {
    const asked = this.#asked
    if (asked?.id !== request) return
    this.#asked = undefined
    this.#options.onProof(block?.index === asked.index && this.#isOfFeed(block))
  }

  #isOfFeed({ index, value, nodes }: NonNullable<WireData['block']>): boolean {
    if (nodes.length > MAX_DEPTH) return false
    const siblings = nodes.map(({ hash, size }) => ({ nodeHash: hash, bytes: BigInt(size) }))
    return checkBlockProof(this.#options.feed, { index, leaf: leafHash(value), bytes: value.length, siblings })
  }
}

/** Nodes on the way from a block up to its root. */
function heightOf(index: number, length: number): number {
  const span = rootSpans(length).find(({ firstBlock, blocks }) => index < firstBlock + blocks)
  return Math.log2(span?.blocks ?? 1)
}

/** Listens on a connection, and again each time the remote opens the feed on it. */
export const attachHaveChannel = (connection: NoiseConnection, options: HaveChannelOptions): HaveChannelHandle =>
  new HaveChannel(connection, options)
