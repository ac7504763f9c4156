/**
 * A full mesh among the registered members of one session, over the connections of one identity.
 *
 * Owns: one channel per member and session, order and exactly-once delivery while both processes live, bounds on the
 * frames from a member and on those that wait for it. Does not own: the meaning of frames (the session's protocol).
 * The chain names the members. The mesh recognizes a member by its Noise key; it joins no topic, and nobody else gets a
 * channel.
 *
 * Wire, in each Protomux frame, integers little endian:
 *   0 HELLO  own instance (8) | peer's instance as last seen or zero (8) | highest sequence received from it u32
 *   1 DATA   sequence u32 | highest sequence received from it u32 | frame
 *   2 ACK    sequence u32: everything up to this number has arrived
 * An acknowledgement travels with the next frame to the peer. If none goes there for a while, it gets its own frame.
 * A process that restarts has a new instance, so nobody mistakes the numbers of its earlier run for new ones.
 */
import { equalBytes } from '#types/bytes.ts'
import { AssayError } from '#types/errors.ts'
import type { NoiseConnection } from 'hyperdht'
import { attachChannel } from './channel.ts'
import { copyOf, keyName } from './identity.ts'
import { newMember, type Member } from './mesh-member.ts'
import type { DropReason, Mesh, MeshDeps, MeshOptions } from './mesh-interface.ts'
import { ack, data, DATA_OVERHEAD_BYTES, hello, INSTANCE_BYTES, parseMeshFrame } from './mesh-frames.ts'
import type { PeerNetwork } from './network.ts'

/** The mesh cuts a member with this many dropped frames off for the rest of the session. */
const MAX_VIOLATIONS = 1_000

/** At most this many frames go out as one message of the connection. */
const MOST_TOGETHER = 16
/** An acknowledgement waits this long for a frame to travel with, and for at most this many unacknowledged frames. */
const ACK_DELAY_MS = 50
const ACK_FRAMES = 64

class SessionMesh implements Mesh {
  readonly #network: PeerNetwork
  readonly #options: MeshOptions
  readonly #deps: MeshDeps
  readonly #members = new Map<string, Member>()
  readonly #instance: Uint8Array
  readonly #dropped = { oversized: 0, malformed: 0, flood: 0, expelled: 0, unsent: 0 }
  readonly #releases: (() => void)[] = []
  /** Members to which frames are due. Each gets them together at the end of this turn. */
  readonly #due = new Set<Member>()
  #cancelAcks: (() => void) | undefined
  #closed = false

  constructor(network: PeerNetwork, options: MeshOptions, deps: MeshDeps) {
    this.#network = network
    this.#options = options
    this.#deps = deps
    this.#instance = deps.randomBytes(INSTANCE_BYTES)
    this.#releases.push(network.reserve(`${options.protocol} ${keyName(options.id)}`))
    for (const publicKey of options.members) {
      if (!equalBytes(publicKey, network.publicKey))
        this.#members.set(keyName(publicKey), newMember(publicKey, options))
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
    return this.#enqueue(member, copyOf(frame))
  }

  broadcast(frame: Uint8Array): number {
    this.#assertSendable(frame)
    const kept = copyOf(frame)
    let taken = 0
    for (const member of this.#members.values()) if (this.#enqueue(member, kept)) taken++
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
    this.#pumpDue()
    this.#closed = true
    this.#cancelAcks?.()
    for (const member of this.#members.values()) member.channel?.close()
    for (const release of this.#releases.reverse()) release()
  }

  /**
   * The lower key dials at once, the higher one only if that fails: this gives one connection instead of two that race.
   */
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

  /** @param frame must share no memory with the caller's frame */
  #enqueue(member: Member, frame: Uint8Array): boolean {
    if (!member.outbox.push(frame)) {
      this.#dropped.unsent++
      return false
    }
    if (this.#due.size === 0) queueMicrotask(() => this.#pumpDue())
    this.#due.add(member)
    return true
  }

  #pumpDue(): void {
    const due = [...this.#due]
    this.#due.clear()
    for (const member of due) {
      member.channel?.together(() => this.#pump(member, MOST_TOGETHER))
      this.#pump(member)
    }
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

  #pump(member: Member, most = Infinity): void {
    for (let count = 0; count < most && member.up && member.channel?.isDrained() === true; count++) {
      const next = member.outbox.next()
      if (next === undefined) return
      member.acknowledged = member.received
      member.channel.send(data(next.sequence, member.received, next.frame))
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
    member.outbox.acknowledge(frame.received)
    if (frame.sequence <= member.received) return
    member.received = frame.sequence
    if (member.received - member.acknowledged >= ACK_FRAMES) this.#acknowledge(member)
    else this.#cancelAcks ??= this.#deps.clock.setTimer(ACK_DELAY_MS, () => this.#acknowledgeAll())
    this.#options.onMessage(member.publicKey, frame.frame)
  }

  #acknowledgeAll(): void {
    this.#cancelAcks = undefined
    for (const member of this.#members.values()) if (member.received > member.acknowledged) this.#acknowledge(member)
  }

  #acknowledge(member: Member): void {
    member.acknowledged = member.received
    member.channel?.send(ack(member.received))
  }

  #greet(member: Member, instance: Uint8Array, peerInstance: Uint8Array, received: number): void {
    if (!equalBytes(member.instance, instance)) {
      member.instance = instance
      member.received = 0
      member.acknowledged = 0
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
 * Opens the mesh of one session on an identity. Returns at once. A member is up once it opens the same session.
 * @throws AssayError `CHANNEL_IN_USE` if this identity has the session open, `NETWORK_CLOSED`
 */
export const openMesh = (network: PeerNetwork, options: MeshOptions, deps: MeshDeps): Mesh =>
  new SessionMesh(network, options, deps)
