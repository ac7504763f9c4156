/**
 * What the state machines of a transfer are to the session that runs them.
 *
 * Owns: what goes in and what comes out. Does not own: how it travels (session.ts).
 */
import type { TransferMessage } from './messages.ts'

/**
 * What goes in: the start, a frame of the other side, work that is done, the time that the machine asked for, and the word to an encoder
 * that it must end in time, whether its hoster is there or not.
 */
export type TransferInput<Done> =
  | { readonly kind: 'start' }
  | { readonly kind: 'frame'; readonly frame: Uint8Array }
  | { readonly kind: 'done'; readonly done: Done }
  | { readonly kind: 'tick' }
  | { readonly kind: 'hurry' }

/**
 * Why a frame tells nothing. malformed: no message; unexpected: a message that only the other role sends, or one that breaks the order;
 * stale: of an earlier run; signature: a checkpoint that the encoder has not signed.
 */
export type TransferDrop = 'malformed' | 'unexpected' | 'stale' | 'signature'

/** What comes out. A session carries the outputs of one step in their order. */
export type TransferOutput<Work, Exit> =
  | { readonly kind: 'send'; readonly message: TransferMessage }
  /** Do this in the background, then call back with `done`. */
  | { readonly kind: 'work'; readonly work: Work }
  /** Call back with `tick`; takes the place of the tick before it. */
  | { readonly kind: 'tick'; readonly ms: number }
  | { readonly kind: 'dropped'; readonly reason: TransferDrop }
  /** Comes once. The machine still answers the other side. */
  | { readonly kind: 'exit'; readonly exit: Exit }

/** One side of a transfer, without I/O: the same inputs give the same outputs. */
export interface TransferMachine<Work, Done, Exit> {
  step(input: TransferInput<Done>): readonly TransferOutput<Work, Exit>[]
}
