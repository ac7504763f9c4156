/**
 * The terms of a simulated session.
 *
 * Owns: its options, and the view of an observer. Does not own: playing the session.
 */
import type { Machine } from '../kernel/machine.ts'
import type { Conditions } from './conditions.ts'
import type { Chance } from './random.ts'

/** Observes a session. It believes no member, and changes nothing. */
export interface SessionObserver<Message, Drop, Exit> {
  /** A member is about to send this. */
  sent?(from: number, to: number, message: Message, atMs: number): void
  /** A frame arrives at a member that has not reached its exit. */
  heard?(to: number, from: number, message: Message): void
  /** A member dropped a frame that `from` brought. */
  dropped?(rank: number, from: Uint8Array, reason: Drop): void
  /** A member's process is gone, with all its memory. */
  crashed?(rank: number): void
  /** @param again whether this process had reached an exit before */
  ended?(rank: number, exit: Exit, again: boolean): void
}

/** @see SimulatedSession */
export interface SimulatedSessionOptions<
  Phase extends string,
  Message,
  Drop extends string,
  Exit,
  Fact = never,
  Note = never,
> {
  /** Decides starts, crashes, clocks and links. */
  readonly chance: Chance
  readonly conditions: Conditions
  /** Noise keys, in the session's order. */
  readonly members: readonly Uint8Array[]
  /** Makes a process of the member at `rank`: at its start, and whenever it comes back. */
  readonly createMember: (rank: number) => Machine<Phase, Message, Drop, Exit, Fact, Note>
  /** The bytes of a message on the wire. */
  readonly frameOf: (message: Message) => Uint8Array
  /** The longest time of the session for a member, in milliseconds of its clock. */
  readonly longestMs: number
  /** Members start at different moments within this time, in milliseconds. */
  readonly startSpreadMs: number
  /** Whether the session waits for a member's exit. Default: for all. */
  readonly isAwaited?: (rank: number) => boolean
  /** Bytes of an exit for the digest, beside its time and member. Default: none. */
  readonly exitBytes?: (exit: Exit) => Uint8Array
  /** Keeps a member's note for its later processes. A simulated journal has it at once. */
  readonly keep?: (rank: number, note: Note) => void
  readonly observers?: readonly SessionObserver<Message, Drop, Exit>[]
}
