/**
 * A mesh's record of one other member of its session.
 *
 * Owns: the record, and the default limits. Does not own: the use of the record.
 */
import type { FrameChannel } from './channel.ts'
import { copyOf } from './identity.ts'
import { INSTANCE_BYTES } from './mesh-frames.ts'
import type { MeshOptions } from './mesh-interface.ts'
import { Outbox } from './outbox.ts'
import { createRateLimit, type RateLimit } from './rate-limit.ts'

const DEFAULT_MAX_QUEUED_FRAMES = 1_024
const DEFAULT_MAX_QUEUED_BYTES = 4 * 1024 * 1024
const DEFAULT_FRAMES_PER_SECOND = 1_000
const DEFAULT_BURST_FRAMES = 4_096

/** @see newMember */
export interface Member {
  readonly publicKey: Uint8Array
  readonly outbox: Outbox
  readonly withinRate: RateLimit
  channel: FrameChannel | undefined
  up: boolean
  instance: Uint8Array
  /** The highest sequence that came from it in this life, and the last one that we acknowledged to it. */
  received: number
  acknowledged: number
  violations: number
}

/** A member that has not connected yet. */
export const newMember = (
  publicKey: Uint8Array,
  {
    maxQueuedFrames = DEFAULT_MAX_QUEUED_FRAMES,
    maxQueuedBytes = DEFAULT_MAX_QUEUED_BYTES,
    framesPerSecond = DEFAULT_FRAMES_PER_SECOND,
    burstFrames = DEFAULT_BURST_FRAMES,
  }: MeshOptions,
): Member => ({
  publicKey: copyOf(publicKey),
  outbox: new Outbox({ maxFrames: maxQueuedFrames, maxBytes: maxQueuedBytes }),
  withinRate: createRateLimit({ perSecond: framesPerSecond, burst: burstFrames }),
  channel: undefined,
  up: false,
  instance: new Uint8Array(INSTANCE_BYTES),
  received: 0,
  acknowledged: 0,
  violations: 0,
})
