/**
 * What the state machine of every protocol is to the session that runs it.
 *
 * Owns: what goes into a machine and what comes out. Does not own: how inputs and outputs travel (session.ts).
 */

/**
 * What goes in: the start, a frame with the Noise key of the link that brought it, the times that the machine asked for, facts that all
 * members learn elsewhere, such as on chain, and that a note is kept.
 */
export type MachineInput<Phase extends string, Fact = never> =
  | { readonly kind: 'start' }
  | { readonly kind: 'message'; readonly from: Uint8Array; readonly frame: Uint8Array }
  | { readonly kind: 'timeout'; readonly phase: Phase }
  | { readonly kind: 'tick' }
  | { readonly kind: 'fact'; readonly fact: Fact }
  | { readonly kind: 'kept' }

/** What comes out. A session carries the outputs of one step in their order. */
export type MachineOutput<Phase extends string, Message, Drop extends string, Exit, Note = never> =
  | { readonly kind: 'send'; readonly to: Uint8Array; readonly message: Message }
  | { readonly kind: 'broadcast'; readonly message: Message }
  /** Call back with `timeout` for this phase; takes the place of the timer before it. */
  | { readonly kind: 'timer'; readonly phase: Phase; readonly ms: number }
  /** Call back with `tick`; takes the place of the tick before it. */
  | { readonly kind: 'tick'; readonly ms: number }
  /** Write this where a killed process finds it again, then call back with `kept`. */
  | { readonly kind: 'keep'; readonly note: Note }
  /** The frame of this step tells nothing, and why. */
  | { readonly kind: 'dropped'; readonly from: Uint8Array; readonly reason: Drop }
  /** Comes once. The machine then waits for nothing, and only answers the members that are not done. Its tick goes on. */
  | { readonly kind: 'exit'; readonly exit: Exit }

/**
 * One member's part in one session, without I/O: the same inputs give the same outputs. Phases, messages, reasons to drop a frame, exits,
 * facts and notes are the protocol's own.
 */
export interface Machine<Phase extends string, Message, Drop extends string, Exit, Fact = never, Note = never> {
  /** Where it is; `Done` after its exit. */
  readonly phase: Phase | 'Done'
  step(input: MachineInput<Phase, Fact>): readonly MachineOutput<Phase, Message, Drop, Exit, Note>[]
}
