/**
 * The coinflip's vocabulary in one place: sessions, messages, numbers, evidence, and how a session ends on chain.
 *
 * Owns: phases and outcomes; the rest it hands on from the other files of its folder. Does not own: what follows from an outcome (the
 * attestation pallet).
 * Source: "Spontaneous random number consensus" (datdot); the order commit, echo, gate, reveal is Assay's.
 */
import { H256 } from '../../scale/account.ts'
import { struct, variant, vec } from '../../scale/compound.ts'
import type { ValueOf } from '../../scale/codec.ts'
import { enumeration } from '../../scale/enumeration.ts'
import { Commitment, MAX_MEMBERS } from './session.ts'
import { NoiseKey } from '../worker.ts'

export * from './evidence.ts'
export * from './magic.ts'
export * from './session.ts'
export * from './signatures.ts'
export * from './messages.ts'

/** Phases of a session in which a member can be missed, in order. */
export const CoinflipPhase = enumeration(['Join', 'Commit', 'Echo', 'Reveal'], {
  path: ['assay_primitives', 'coinflip', 'Phase'],
})
export type WaitingPhaseName = ValueOf<typeof CoinflipPhase>

/** Phases of a session, in order. Nobody is reported for silence in `Confirm`. */
export type CoinflipPhaseName = WaitingPhaseName | 'Confirm'

/** What a member tells the chain at the end of a session. Exit 3 goes as evidence instead. */
export const CoinflipOutcome = variant(
  {
    /** Exit 1: all commitments in the order of the members, and the hidden number. */
    Agreed: struct({ transcript: vec(Commitment, MAX_MEMBERS), hiddenMagic: H256 }),
    /** Exit 2: the members that were missing, and in which phase. */
    Offline: struct({ absent: vec(NoiseKey, MAX_MEMBERS), phase: CoinflipPhase }),
  },
  { path: ['assay_primitives', 'coinflip', 'Outcome'] },
)
export type CoinflipOutcome = ValueOf<typeof CoinflipOutcome>
