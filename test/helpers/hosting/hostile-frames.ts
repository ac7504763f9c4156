/**
 * Frames of Hypercore's protocol that no honest peer sends, and a connection to send them on.
 *
 * Owns: their bytes, each told with the kind and field at fault. Does not own: the doors that they are sent to.
 */
import caps from 'hypercore/lib/caps.js'
import messages from 'hypercore/lib/messages.js'
import type { WireHandshake, WireSync } from 'hypercore/lib/messages.js'
import type HyperDHT from 'hyperdht'
import type { NoiseConnection } from 'hyperdht'
import Hypercore from 'hypercore'
import Protomux from 'protomux'
import type { Encoding } from 'protomux'
import { concatBytes } from '#types/bytes.ts'

/** The members of HyperDHT and its connections that only a hostile peer needs. */
export interface RawConnection extends NoiseConnection {
  write(bytes: Uint8Array): boolean
}
interface RawServer {
  listen(keyPair: { publicKey: Buffer; secretKey: Buffer }): Promise<void>
  close(): Promise<void>
}
export type RawDht = HyperDHT & {
  connect(publicKey: Uint8Array, options: { keyPair: { publicKey: Buffer; secretKey: Buffer } }): RawConnection
  createServer(onConnection: (connection: RawConnection) => void): RawServer
}

/** One hostile frame and what the log must say of it. */
export interface HostileFrame {
  readonly name: string
  /** Its number on the wire. With `raw`, the bytes are a whole frame instead of one message. */
  readonly type: number | 'raw'
  readonly bytes: Uint8Array
  readonly says: Readonly<Record<string, unknown>>
}

/** compact-encoding's integer. */
export function uint(value: number): Uint8Array {
  if (value <= 0xfc) return Uint8Array.of(value)
  const bytes = new Uint8Array(9)
  bytes[0] = 0xff
  new DataView(bytes.buffer).setBigUint64(1, BigInt(value), true)
  return bytes
}
const uints = (...values: readonly number[]): Uint8Array => concatBytes(...values.map(uint))
const zeros = (count: number): Uint8Array => new Uint8Array(count)

/** The number that the remote's multiplexer gives to its first channel. */
const CHANNEL = 1
/** A batch of `count` equal messages. */
export function batch(count: number, type: number, bytes: Uint8Array): Uint8Array {
  const message = concatBytes(uint(type), bytes)
  const one = concatBytes(uint(message.length), message)
  const all = new Uint8Array(3 + count * one.length)
  all.set([0, 0, CHANNEL])
  for (let i = 0; i < count; i++) all.set(one, 3 + i * one.length)
  return all
}

/** A batch of requests with numbers of their own; each is cancelled if the message after it is of type `cancel`. */
function requests(count: number, cancel?: number): Uint8Array {
  const parts: Uint8Array[] = [Uint8Array.of(0, 0, CHANNEL)]
  for (let i = 0; i < count; i++) {
    const request = concatBytes(Uint8Array.of(1), uints(1, 1 + i, 0, 3, 0))
    parts.push(concatBytes(uint(request.length), request))
    if (cancel === undefined) continue
    const cancelled = concatBytes(Uint8Array.of(cancel), uints(1 + i))
    parts.push(concatBytes(uint(cancelled.length), cancelled))
  }
  return concatBytes(...parts)
}

/** Batches in batches, each with the length of all the rest. */
function nested(depth: number): Uint8Array {
  const all = new Uint8Array(1 + 7 * depth)
  const view = new DataView(all.buffer)
  for (let i = 0; i < depth; i++) {
    all[3 + 7 * i] = 0xfe
    view.setUint32(4 + 7 * i, all.length, true)
  }
  return all
}

/** Opens so many channels of other names. */
function opens(count: number): Uint8Array {
  const parts: Uint8Array[] = [Uint8Array.of(0, 0, 0)]
  for (let i = 0; i < count; i++) {
    const open = concatBytes(Uint8Array.of(1), uint(2 + i), Uint8Array.of(1, 0x61, 0))
    parts.push(concatBytes(uint(open.length), open))
  }
  return concatBytes(...parts)
}

const bad = (name: string, type: number | 'raw', bytes: Uint8Array, kind: string, field: string): HostileFrame => ({
  name,
  type,
  bytes,
  says: { kind, field },
})
const flood = (name: string, bytes: Uint8Array): HostileFrame => ({
  name,
  type: 'raw',
  bytes,
  says: { code: 'PEER_TOO_FAST' },
})

/** More than a sound process handles in seconds. */
const FLOOD = 200_000
const HUGE = 2 ** 40

/** For a feed of fork 0. */
export const HOSTILE_FRAMES: readonly HostileFrame[] = [
  bad('a range of 2^40 blocks', 8, uints(0, 1, HUGE), 'range', 'length'),
  bad('a range from 2^40 on', 8, uints(2, HUGE), 'range', 'start'),
  bad('a range of 2^63 blocks', 8, Uint8Array.of(0, 1, 0xff, ...zeros(7), 0x80), 'range', 'length'),
  bad('a range that ends too early', 8, uints(0), 'range', 'start'),
  bad('a bitfield from 2^40 on', 7, concatBytes(uints(HUGE, 1), zeros(4)), 'bitfield', 'start'),
  bad('a bitfield of more words than a segment', 7, concatBytes(uints(0, 70_000), zeros(280_000)), 'bitfield', 'words'),
  bad('a bitfield that promises words', 7, uints(0, 60_000), 'bitfield', 'words'),
  bad('a bitfield between words', 7, concatBytes(uints(5, 1), zeros(4)), 'bitfield', 'start'),
  bad('a length of 2^50', 0, uints(7, 0, 2 ** 50, 0), 'sync', 'length'),
  bad('an acknowledgement of 2^50', 0, uints(7, 0, 1, 2 ** 50), 'sync', 'remoteLength'),
  bad('another fork', 0, uints(7, 3, 1, 0), 'sync', 'fork'),
  bad('a request for nothing', 1, uints(0, 1, 0), 'request', 'what'),
  bad('a request for block 2^40', 1, uints(1, 1, 0, HUGE, 0), 'request', 'block.index'),
  bad('a request for 10^6 nodes', 1, uints(1, 1, 0, 1, 1_000_000), 'request', 'block.nodes'),
  bad('a request for a hash at 2^50', 1, uints(2, 1, 0, 2 ** 50, 0), 'request', 'hash.index'),
  bad('a request to seek in padding', 1, uints(4, 1, 0, 1, HUGE), 'request', 'seek.padding'),
  bad('a request for an upgrade of no block', 1, uints(8, 1, 0, 0, 0), 'request', 'upgrade.length'),
  bad('a request for an upgrade of 2^40', 1, uints(8, 1, 0, 0, HUGE), 'request', 'upgrade.length'),
  bad('a request with number 2^40', 1, uints(1, HUGE, 0, 1, 0), 'request', 'id'),
  bad('a cancel of number 2^40', 2, uints(HUGE), 'cancel', 'request'),
  bad('data that nobody requested', 3, concatBytes(uints(1, 0, 0, 1, 1, 7, 0)), 'data', 'request'),
  bad('a reorg by no block', 3, uints(8, 1, 9, 0, 0, 0, 0, 0), 'data', 'fork'),
  bad('an upgrade by no block', 3, uints(8, 1, 0, 0, 0, 0, 0, 0), 'data', 'upgrade.length'),
  bad('an upgrade to 2^40', 3, uints(8, 1, 0, 0, HUGE, 0, 0, 0), 'data', 'upgrade.length'),
  bad('a proof of 10^6 nodes', 3, uints(1, 1, 0, 1, 0, 1_000_000), 'data', 'block.nodes'),
  bad(
    'a node of 2^50 bytes',
    3,
    concatBytes(uints(1, 1, 0, 1, 0, 1, 4, 2 ** 50), zeros(32)),
    'data',
    'block.nodes.size',
  ),
  bad('a block longer than its frame', 3, uints(1, 1, 0, 1, 1_000_000), 'data', 'block.value'),
  bad('a manifest of another version', 3, concatBytes(uints(16, 1, 0, 3), zeros(80)), 'data', 'manifest'),
  bad('a manifest of 10^6 signers', 3, uints(16, 1, 0, 1, 0, 0, 1, 1_000_000), 'data', 'manifest'),
  bad('a refusal for the reason 2^40', 4, uints(1, 1, HUGE), 'noData', 'reason'),
  bad('a want of 2^40 blocks', 5, uints(0, HUGE), 'want', 'length'),
  bad('an unwant from 2^40 on', 6, uints(HUGE, 1), 'unwant', 'start'),
  { name: 'a batch in a batch', type: 'raw', bytes: nested(60_000), says: { code: 'BATCH_NESTED' } },
  flood('a flood of ranges', batch(FLOOD, 8, uints(2, 3))),
  flood('a flood of long ranges', batch(FLOOD, 8, uints(0, 1, 2 ** 20))),
  flood('a flood of bitfields', batch(FLOOD / 4, 7, concatBytes(uints(0, 1), Uint8Array.of(1, 0, 0, 0)))),
  flood('a flood of syncs', batch(FLOOD, 0, uints(7, 0, 1, 0))),
  flood('a flood of refusals', batch(FLOOD, 4, uints(7, 0))),
  flood('a flood of wants', batch(FLOOD, 5, uints(0, 2 ** 21))),
  flood('a flood of cancels', batch(FLOOD, 2, uints(77))),
  bad('a flood of requests of one number', 'raw', batch(FLOOD, 1, uints(1, 77, 0, 3, 0)), 'request', 'id'),
  bad('a flood of requests', 'raw', requests(FLOOD / 10), 'request', 'waiting requests'),
  flood('a flood of requests and cancels', requests(FLOOD / 10, 2)),
  flood('a flood of extensions', batch(FLOOD, 9, uints(0))),
  flood('a flood of messages of an unknown kind', batch(5 * FLOOD, 12, zeros(0))),
  flood('a flood of channels', opens(FLOOD / 4)),
]

const raw: Encoding<Uint8Array> = {
  preencode: (state, bytes) => (state.end += bytes.length),
  encode: (state, bytes) => {
    state.buffer.set(bytes, state.start)
    state.start += bytes.length
  },
  decode: (state) => {
    const bytes = state.buffer.slice(state.start, state.end)
    state.start = state.end
    return bytes
  },
}

/** The peer's end of Hypercore's channel, with bytes for messages. */
export interface HostileChannel {
  /** Says what a peer with the whole feed says. */
  greet(sync: Partial<WireSync>): void
  send(frame: Pick<HostileFrame, 'type' | 'bytes'>): void
}

/** Opens Hypercore's channel for a feed as soon as the connection is there. */
export function openHostileChannel(
  connection: RawConnection,
  key: Uint8Array,
  onOpen: (channel: HostileChannel) => void,
  onMessage: (type: number, bytes: Uint8Array) => void = () => {},
): void {
  connection.on('error', () => {})
  connection.once('open', () => {
    const channel = Protomux.from(connection).createChannel<WireHandshake>({
      protocol: 'hypercore/alpha',
      id: Hypercore.discoveryKey(key),
      handshake: messages.wire.handshake,
      onopen: () =>
        onOpen({
          greet: (sync) => {
            const whole = { fork: 0, length: 0, remoteLength: 0, canUpgrade: true, uploading: true, downloading: true }
            const bytes = { start: 0, end: 64, buffer: new Uint8Array(64) }
            messages.wire.sync.encode(bytes, { ...whole, hasManifest: true, allowPush: false, ...sync })
            types[0]!.send(bytes.buffer.slice(0, bytes.start))
          },
          send: ({ type, bytes }) => {
            if (type === 'raw') connection.write(bytes)
            else types[type]!.send(bytes)
          },
        }),
    })!
    const types = Array.from({ length: 10 }, (_, type) =>
      channel.addMessage({ encoding: raw, onmessage: (bytes) => onMessage(type, bytes) }),
    )
    const capability = caps.replicate(connection.isInitiator, key, connection.handshakeHash)
    channel.open({ seeks: true, capability })
  })
}
