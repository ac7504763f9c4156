/**
 * The terms of a member of a coinflip: its options and its exits.
 *
 * Owns: the options, timeouts and exits, and the coinflip as an instance of every protocol's machine. Does not own: the machine
 * itself.
 */
import type {
  CoinflipMessage,
  CoinflipPhaseName,
  Commitment,
  Evidence,
  Session,
  SpoilingLie,
  WaitingPhaseName,
} from '#types/domain/coinflip/coinflip.ts'
import type { Machine, MachineInput, MachineOutput } from '#worker/kernel/machine.ts'
import type { DropReason, Reading, Sign } from './messages.ts'

/** How long each phase may last, counted from entering it, in milliseconds. ECHO and REVEAL should be equal. */
export interface CoinflipTimeouts {
  readonly joinMs: number
  readonly commitMs: number
  readonly echoMs: number
  readonly revealMs: number
  /** Silence in CONFIRM fails nobody: after this time the session has succeeded. */
  readonly confirmMs: number
  /** Extra time in ECHO and REVEAL, in which others pass on missing parts. */
  readonly relayMs: number
  /** Interval at which a member asks again for missing parts. For networks that lose frames. */
  readonly resendMs: number
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
}

/** How a session ended for this member. `lies`: one proven lie of each other liar, usually none. */
export type CoinflipExit =
  /** 1: the number, and the commitments, which prove that nobody chose it. */
  | {
      readonly kind: 'success'
      readonly magic: Uint8Array
      readonly value: Uint8Array
      readonly transcript: readonly Commitment[]
      readonly transcriptRoot: Uint8Array
      readonly lies: readonly Evidence[]
    }
  /** 2: the missing members, and the phase in which they were missing. */
  | {
      readonly kind: 'offline'
      readonly absent: readonly Uint8Array[]
      readonly phase: WaitingPhaseName
      readonly lies: readonly Evidence[]
    }
  /**
   * 3: the member whose lie left the session without a number, and the proof for anybody. It has the number where it was known,
   * because others may still agree on it. `lies` are those of other members.
   */
  | {
      readonly kind: 'malicious'
      readonly offender: Uint8Array
      readonly evidence: SpoilingLie
      readonly magic?: Uint8Array
      readonly lies: readonly Evidence[]
    }

export type CoinflipInput = MachineInput<CoinflipPhaseName>
export type CoinflipOutput = MachineOutput<CoinflipPhaseName, CoinflipMessage, DropReason, CoinflipExit>
/** A member of a session. */
export type Coinflip = Machine<CoinflipPhaseName, CoinflipMessage, DropReason, CoinflipExit>
