/**
 * The terms of a member of a coinflip: its options, what it learns and holds, and its end.
 *
 * Owns: these types, and the coinflip as an instance of every protocol's machine. Does not own: the machine itself.
 */
import type {
  CoinflipMessage,
  CoinflipPhaseName,
  Commitment,
  Evidence,
  Session,
  SignedCommitment,
} from '#types/domain/coinflip/coinflip.ts'
import type { Machine, MachineInput, MachineOutput } from '#worker/kernel/machine.ts'
import type { DropReason, Reading, Sign } from './messages.ts'

/**
 * When a member asks, in milliseconds. No time ends a session: members ask, send again and pass on until the chain, or another arbiter,
 * ends the attempt.
 */
export interface CoinflipTimeouts {
  /** Time in a phase after which a member asks all others for the missing parts. */
  readonly askMs: number
  /** Interval at which it asks some of them again. */
  readonly resendMs: number
  /** Silence in CONFIRM fails nobody: after this time the session has succeeded. */
  readonly confirmMs: number
}

/** The stage of a member in its session. */
export interface Stage {
  phase: CoinflipPhaseName | 'Done'
  /** `passed`: the member may tell its number. `keeping`: it may, once its row is kept. */
  gate: 'closed' | 'keeping' | 'passed'
  /** Whether the member has asked all others for the missing parts of this phase. */
  asked: boolean
}

/** @see createCoinflip */
export interface CoinflipOptions {
  readonly session: Session
  /** Own Noise key, one of the members. */
  readonly self: Uint8Array
  /** x: 32 random bytes, drawn once per session and kept secret until the gate. */
  readonly value: Uint8Array
  readonly auditKeyHash: Uint8Array
  readonly timeouts: CoinflipTimeouts
  readonly sign: Sign
  /** How frames are read. Default: as on the wire. */
  readonly reading?: Reading
  /** Members that each pings in CONFIRM, 1 to 4, default 4; the same at all members. */
  readonly pings?: number
  /** The row that an earlier process of this member kept. */
  readonly row?: CoinflipNote | undefined
}

/** All commitments in the order of the members. A member keeps them before it tells its number: they convict their authors of others. */
export type CoinflipNote = readonly SignedCommitment[]

/** What a member learns outside of the session. */
export type CoinflipFact =
  /** Commitments that the arbiter has listed so far. Their signatures are checked. */
  | { readonly kind: 'heard'; readonly words: readonly SignedCommitment[] }
  /** The arbiter has listed all commitments, and nobody objected. It is a gate. */
  | { readonly kind: 'listed'; readonly row: CoinflipNote }
  /** Numbers that the arbiter was given, by rank. */
  | { readonly kind: 'opened'; readonly values: readonly (Uint8Array | undefined)[] }
  /** The process is about to end. */
  | { readonly kind: 'leaving' }

/** What a member holds of the others, by rank, for the arbiter. */
export interface Held {
  readonly words: readonly (SignedCommitment | undefined)[]
  /** Numbers that open their commitments, our own among them. Before our gate ours is not among them. */
  readonly values: readonly (Uint8Array | undefined)[]
  /** One proven lie of each liar. */
  readonly lies: readonly Evidence[]
}

/** The end of a session for this member: the number, and the commitments, which prove that nobody chose it. */
export interface CoinflipExit {
  readonly magic: Uint8Array
  readonly value: Uint8Array
  readonly transcript: readonly Commitment[]
  readonly transcriptRoot: Uint8Array
}

export type CoinflipInput = MachineInput<CoinflipPhaseName, CoinflipFact>
export type CoinflipOutput = MachineOutput<CoinflipPhaseName, CoinflipMessage, DropReason, CoinflipExit, CoinflipNote>
/** A member of a session. */
export interface Coinflip extends Machine<
  CoinflipPhaseName,
  CoinflipMessage,
  DropReason,
  CoinflipExit,
  CoinflipFact,
  CoinflipNote
> {
  readonly held: Held
}
