/**
 * Why a round closes with its verdict, and what a round lacks that cannot begin.
 *
 * Owns: these reasons, and the count of what is missing. Does not own: the verdict itself (round.ts).
 */
import { struct } from '../../scale/compound.ts'
import type { ValueOf } from '../../scale/codec.ts'
import { enumeration } from '../../scale/enumeration.ts'
import { bool, u32 } from '../../scale/primitives.ts'

export const ClosingReason = enumeration(
  [
    /** Two thirds of the credible attestors say the same. */
    'Quorum',
    /** Enough attestors reported, but neither side has two thirds. */
    'ReportsDisagree',
    /** Fewer than two thirds of the credible attestors reported. */
    'TooFewReports',
    /** The reports say "fail", but the feed's author signed two trees, so the hoster may be without fault. */
    'FeedEnded',
    /** Evidence left too few credible attestors for a verdict. */
    'TooFewCredible',
    /** Too few members were left to begin the coinflip again. */
    'TooFewMembers',
    /** The coinflip ended without an agreement, and no member brought it before the chain. */
    'NoAgreement',
    /** It waited long enough, and too few attestors could be drawn even then. */
    'TooFewAttestors',
    /** It waited long enough, and too many attestors were busy with other rounds even then. */
    'AttestorsBusy',
  ],
  { path: ['assay_primitives', 'round', 'ClosingReason'], docs: ['Why a round closed with its verdict.'] },
)
export type ClosingReasonName = ValueOf<typeof ClosingReason>

export const Shortage = struct(
  {
    /** Attestors of the round. */
    needed: u32,
    /** So many could be drawn now, at most `needed`. */
    eligible: u32,
    /** Too many attestors are busy with other rounds. The round waits for that, whoever is eligible. */
    areBusy: bool,
  },
  { path: ['assay_primitives', 'round', 'Shortage'], docs: ['What a round waits for that cannot begin.'] },
)
export type Shortage = ValueOf<typeof Shortage>

/** Whether both say the same. */
export const isSameShortage = (a: Shortage | undefined, b: Shortage): boolean =>
  a?.needed === b.needed && a.eligible === b.eligible && a.areBusy === b.areBusy

/** Why a round is closed that has waited long enough and still lacks this. */
export const reasonOfWait = (shortage: Shortage | undefined): ClosingReasonName =>
  shortage?.areBusy ? 'AttestorsBusy' : 'TooFewAttestors'
