/**
 * What a simulated session is given.
 *
 * Owns: its options, and what an observer of it sees. Does not own: playing it (session.ts).
 */
import type { Machine } from '../kernel/machine.ts'
import type { Conditions } from './conditions.ts'
import type { Chance } from './random.ts'

/** Sees what happens, believes no member, and changes nothing. */
export interface SessionObserver<Message, Drop, Exit> {
  /** A member is about to send this. */
  sent?(from: number, to: number, message: Message, atMs: number): void
  /** A frame arrives at a member that has not reached its exit. */
  heard?(to: number, from: number, message: Message): void
  /** A member dropped a frame that `from` brought. */
  dropped?(rank: number, from: Uint8Array, reason: Drop): void
  /** A member's process is gone, and with it what it knew. */
  crashed?(rank: number): void
  /** @param again whether this process of the member had ended the session before */
  ended?(rank: number, exit: Exit, again: boolean): void
}

/** @see SimulatedSession */
export interface SimulatedSessionOptions<Phase extends string, Message, Drop extends string, Exit> {
  /** Decides starts, crashes, clocks and links. */
  readonly chance: Chance
  readonly conditions: Conditions
  /** Noise keys, in the session's order. */
  readonly members: readonly Uint8Array[]
  /** Makes a process of the member at `rank`: at its start, and whenever it comes back. */
  readonly createMember: (rank: number) => Machine<Phase, Message, Drop, Exit>
  /** A message as it goes over the wire. */
  readonly frameOf: (message: Message) => Uint8Array
  /** The most that the session lasts for a member, in milliseconds of its clock. */
  readonly longestMs: number
  /** Members start within so much time, not all at the same moment. */
  readonly startSpreadMs: number
  /** Members whose exits the session waits for; all where it is not given. */
  readonly isAwaited?: (rank: number) => boolean
  /** What the digest has of an exit beside its time and member; nothing where it is not given. */
  readonly exitBytes?: (exit: Exit) => Uint8Array
  readonly observers?: readonly SessionObserver<Message, Drop, Exit>[]
}
