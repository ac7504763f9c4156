/**
 * A full mesh among the registered members of one session, over the connections of one identity.
 *
 * Owns: one channel per member and session, order and exactly-once delivery while both processes live, bounds on what a
 * member may send and on what waits for it. Does not own: frames' meaning or signatures (protocols/), or who the members are
 * (the chain). A member is recognised by its Noise key; no topic is joined and nobody else gets a channel.
 *
 * Wire, in each Protomux frame, integers little endian:
 *   0 HELLO  own instance (8) | peer's instance as last seen or zero (8) | highest sequence received from it u32
 *   1 DATA   sequence u32 | frame
 *   2 ACK    sequence u32: have everything up to here
 * A process that starts again has a new instance, so numbers of its former life are not mistaken for its present ones.
 */
import { equalBytes } from '#types/bytes.ts'
import { AssayError } from '#types/errors.ts'
import type { NoiseConnection } from 'hyperdht'
import { attachChannel } from './channel.ts'
import type { FrameChannel } from './channel.ts'
import { copyOf, keyName } from './identity.ts'
import type { DropReason, Mesh, MeshDeps, MeshOptions } from './mesh-interface.ts'
import { ack, data, DATA_OVERHEAD_BYTES, hello, INSTANCE_BYTES, parseMeshFrame } from './mesh-frames.ts'
import type { PeerNetwork } from './network.ts'
import { Outbox } from './outbox.ts'
import { createRateLimit } from './rate-limit.ts'
import type { RateLimit } from './rate-limit.ts'

const DEFAULT_MAX_QUEUED_FRAMES = 1_024
const DEFAULT_MAX_QUEUED_BYTES = 4 * 1024 * 1024
const DEFAULT_FRAMES_PER_SECOND = 1_000
const DEFAULT_BURST_FRAMES = 4_096
/** A member with this many dropped frames is cut off for the rest of the session. */
const MAX_VIOLATIONS = 1_000

interface Member {
  readonly publicKey: Uint8Array
  readonly outbox: Outbox
  readonly withinRate: RateLimit
  channel: FrameChannel | undefined
  up: boolean
  instance: Uint8Array
  received: number
  violations: number
}

class SessionMesh implements Mesh {
  readonly #network: PeerNetwork
  readonly #options: MeshOptions
  readonly #deps: MeshDeps
  readonly #members = new Map<string, Member>()
  readonly #instance: Uint8Array
  readonly #dropped = { oversized: 0, malformed: 0, flood: 0, expelled: 0, unsent: 0 }
  readonly #releases: (() => void)[] = []
  #closed = false

  constructor(network: PeerNetwork, options: MeshOptions, deps: MeshDeps) {
    this.#network = network
    this.#options = options
    this.#deps = deps
    this.#instance = deps.randomBytes(INSTANCE_BYTES)
    this.#releases.push(network.reserve(`${options.protocol} ${keyName(options.id)}`))
    for (const publicKey of options.members) {
      if (!equalBytes(publicKey, network.publicKey)) this.#members.set(keyName(publicKey), this.#newMember(publicKey))
    }
    const attachment = {
      wants: (publicKey: Uint8Array) => this.#members.has(keyName(publicKey)),
      onConnection: (connection: NoiseConnection, publicKey: Uint8Array) => this.#open(connection, publicKey),
    }
    this.#releases.push(network.attach(attachment))
    for (const { publicKey } of this.#members.values())
      this.#releases.push(network.dial(publicKey, this.#patience(publicKey)))
    this.#releases.push(network.onClose(async () => this.close()))
  }

  send(to: Uint8Array, frame: Uint8Array): boolean {
    this.#assertSendable(frame)
    const member = this.#members.get(keyName(to))
    if (member === undefined) {
      throw new AssayError('UNKNOWN_MEMBER', `expected a member of the session, got the key ${keyName(to)}`)
    }
    return this.#enqueue(member, frame)
  }

  broadcast(frame: Uint8Array): number {
    this.#assertSendable(frame)
    let taken = 0
    for (const member of this.#members.values()) if (this.#enqueue(member, frame)) taken++
    return taken
  }

  connected(): Uint8Array[] {
    return [...this.#members.values()].filter(({ up }) => up).map(({ publicKey }) => publicKey)
  }

  dropped(): Readonly<Record<DropReason, number>> {
    return { ...this.#dropped }
  }

  close(): void {
    if (this.#closed) return
    this.#closed = true
    for (const member of this.#members.values()) member.channel?.close()
    for (const release of this.#releases.reverse()) release()
  }

  #newMember(publicKey: Uint8Array): Member {
    const { maxQueuedFrames, maxQueuedBytes, framesPerSecond, burstFrames } = this.#options
    return {
      publicKey: copyOf(publicKey),
      outbox: new Outbox({
        maxFrames: maxQueuedFrames ?? DEFAULT_MAX_QUEUED_FRAMES,
        maxBytes: maxQueuedBytes ?? DEFAULT_MAX_QUEUED_BYTES,
      }),
      withinRate: createRateLimit({
        perSecond: framesPerSecond ?? DEFAULT_FRAMES_PER_SECOND,
        burst: burstFrames ?? DEFAULT_BURST_FRAMES,
      }),
      channel: undefined,
      up: false,
      instance: new Uint8Array(INSTANCE_BYTES),
      received: 0,
      violations: 0,
    }
  }

  /** The lower key dials at once, the higher one only if that did not work out: one connection instead of two that race. */
  #patience(publicKey: Uint8Array): 'at once' | 'after the other' {
    return keyName(this.#network.publicKey) < keyName(publicKey) ? 'at once' : 'after the other'
  }

  #assertSendable(frame: Uint8Array): void {
    if (this.#closed) throw new AssayError('MESH_CLOSED', 'expected an open session, got a closed one')
    const { maxFrameBytes } = this.#options
    if (frame.length > maxFrameBytes) {
      throw new AssayError('FRAME_TOO_LARGE', `expected a frame of at most ${maxFrameBytes} bytes, got ${frame.length}`)
    }
  }

  #enqueue(member: Member, frame: Uint8Array): boolean {
    if (!member.outbox.push(copyOf(frame))) {
      this.#dropped.unsent++
      return false
    }
    this.#pump(member)
    return true
  }

  #open(connection: NoiseConnection, publicKey: Uint8Array): void {
    const member = this.#members.get(keyName(publicKey))
    if (member === undefined || member.violations > MAX_VIOLATIONS) return
    const channel = attachChannel(connection, {
      protocol: this.#options.protocol,
      id: this.#options.id,
      maxFrameBytes: this.#options.maxFrameBytes + DATA_OVERHEAD_BYTES,
      log: this.#deps.log,
      onOpen: () => {
        member.channel = channel
        channel.send(hello(this.#instance, member.instance, member.received))
      },
      onClose: () => {
        if (member.channel === channel) this.#markDown(member)
      },
      onFrame: (bytes) => this.#take(member, bytes),
      onOversized: () => this.#violate(member, 'oversized'),
      onDrain: () => this.#pump(member),
    })
  }

  #markDown(member: Member): void {
    member.channel = undefined
    if (!member.up) return
    member.up = false
    this.#options.onPeer?.(member.publicKey, 'down')
  }

  #pump(member: Member): void {
    while (member.up && member.channel?.isDrained() === true) {
      const next = member.outbox.next()
      if (next === undefined) return
      member.channel.send(data(next.sequence, next.frame))
    }
  }

  #take(member: Member, bytes: Uint8Array): void {
    if (this.#closed) return
    if (!member.withinRate(this.#deps.clock.now())) return this.#violate(member, 'flood')
    const frame = parseMeshFrame(bytes)
    if (frame === undefined) return this.#violate(member, 'malformed')
    if (frame.kind === 'ack') return member.outbox.acknowledge(frame.sequence)
    if (frame.kind === 'hello') return this.#greet(member, frame.instance, frame.peerInstance, frame.received)
    if (!member.up) return this.#violate(member, 'malformed')
    if (frame.sequence <= member.received) return
    member.received = frame.sequence
    member.channel?.send(ack(frame.sequence))
    this.#options.onMessage(member.publicKey, frame.frame)
  }

  #greet(member: Member, instance: Uint8Array, peerInstance: Uint8Array, received: number): void {
    if (!equalBytes(member.instance, instance)) {
      member.instance = instance
      member.received = 0
    }
    member.outbox.rewind(equalBytes(peerInstance, this.#instance) ? received : 0)
    if (!member.up) {
      member.up = true
      this.#options.onPeer?.(member.publicKey, 'up')
    }
    this.#pump(member)
  }

  #violate(member: Member, reason: 'oversized' | 'malformed' | 'flood'): void {
    this.#dropped[reason]++
    if (++member.violations <= MAX_VIOLATIONS || member.channel === undefined) return
    this.#dropped.expelled++
    this.#deps.log.warn({ peer: keyName(member.publicKey), reason }, 'a member is cut off for the rest of the session')
    member.channel.close()
  }
}

/**
 * Opens the mesh of one session on an identity. Returns at once; members come up as they open the same session.
 * @throws AssayError `CHANNEL_IN_USE` where this identity has the session open, `NETWORK_CLOSED`
 */
export const openMesh = (network: PeerNetwork, options: MeshOptions, deps: MeshDeps): Mesh =>
  new SessionMesh(network, options, deps)
