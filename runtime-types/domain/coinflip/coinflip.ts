/**
 * The coinflip's vocabulary in one place: sessions, messages, numbers, evidence, and how a session ends on chain.
 *
 * Owns: phases and outcomes. It re-exports the other files of its folder. Does not own: the effect of an outcome (the attestation
 * pallet).
 * Source: "Spontaneous random number consensus" (datdot); the order commit, echo, gate, reveal is Assay's.
 */
import { H256 } from '../../scale/account.ts'
import { struct, variant, vec } from '../../scale/compound.ts'
import type { ValueOf } from '../../scale/codec.ts'
import { Commitment, MAX_MEMBERS } from './session.ts'

export * from './arbiter.ts'
export * from './arbiter-turns.ts'
export * from './arbiter-types.ts'
export * from './evidence.ts'
export * from './magic.ts'
export * from './session.ts'
export * from './signatures.ts'
export * from './messages.ts'

/** Phases of a session in which a member can be missing, in order. */
export type WaitingPhaseName = 'Join' | 'Commit' | 'Echo' | 'Reveal'

/** Phases of a session, in order. Silence in `Confirm` is not reported. */
export type CoinflipPhaseName = WaitingPhaseName | 'Confirm'

/** A member's message to the chain at the end of a session. A lie goes as evidence instead; silence is for the arbiter. */
export const CoinflipOutcome = variant(
  {
    /** Exit 1: all commitments in the order of the members, and the hidden number. */
    Agreed: struct({ transcript: vec(Commitment, MAX_MEMBERS), hiddenMagic: H256 }),
  },
  { path: ['assay_primitives', 'coinflip', 'Outcome'] },
)
export type CoinflipOutcome = ValueOf<typeof CoinflipOutcome>
