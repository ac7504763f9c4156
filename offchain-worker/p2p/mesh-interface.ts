/**
 * A session's mesh for its users.
 *
 * Owns: its interface and options. Roles depend only on these, so tests and the simulation can use another mesh. Does
 * not own: how it works.
 */
import type { Clock } from '#types/clock.ts'
import type { Log } from '#types/log.ts'

/**
 * Why the mesh dropped a frame. oversized: above maxFrameBytes; malformed: not of the wire format; flood: above the
 * rate; expelled: the mesh cut a member off (counted once); unsent: our own frame found the member's queue full.
 */
export type DropReason = 'oversized' | 'malformed' | 'flood' | 'expelled' | 'unsent'

/** @see openMesh in mesh.ts */
export interface MeshOptions {
  /** Name and version on the wire, such as `assay/coinflip/1`. */
  readonly protocol: string
  /** The session: the same bytes at every member, and different bytes for every other session. */
  readonly id: Uint8Array
  /** Noise public keys of all members. Our own may be among them. */
  readonly members: readonly Uint8Array[]
  /** Longest frame that the mesh sends or accepts, in bytes. */
  readonly maxFrameBytes: number
  readonly onMessage: (from: Uint8Array, frame: Uint8Array) => void
  /** `down` says nothing about guilt: links break, and the mesh may notice a dead peer up to 17 s late. */
  readonly onPeer?: (publicKey: Uint8Array, state: 'up' | 'down') => void
  readonly maxQueuedFrames?: number
  readonly maxQueuedBytes?: number
  readonly framesPerSecond?: number
  readonly burstFrames?: number
}

/** @see openMesh in mesh.ts */
export interface MeshDeps {
  readonly clock: Clock
  readonly log: Log
  /** Cryptographically random bytes. */
  readonly randomBytes: (count: number) => Uint8Array
}

/** The mesh of one session. */
export interface Mesh {
  /**
   * Sends one frame to one member, at once or when it is up. False if the member's queue is full (counted as `unsent`).
   * @throws AssayError `UNKNOWN_MEMBER`, `FRAME_TOO_LARGE`, `MESH_CLOSED`
   */
  send(to: Uint8Array, frame: Uint8Array): boolean
  /** Sends the same frame to every other member. Returns how many queues accepted it. */
  broadcast(frame: Uint8Array): number
  /** Members that are up. */
  connected(): Uint8Array[]
  /** Frames dropped so far, by reason. */
  dropped(): Readonly<Record<DropReason, number>>
  /** Leaves the session. The identity and its other sessions stay. */
  close(): void
}
