/**
 * Why a round waits and why it closed, in words.
 *
 * Owns: these words.
 */
import type { ClosingReasonName, Shortage } from '#types/domain/attestation/closing.ts'

/** Why a round closed with its verdict. */
export const REASONS: Readonly<Record<ClosingReasonName, string>> = {
  Quorum: 'two thirds of the attestors agree',
  ReportsDisagree: 'the reports disagree',
  TooFewReports: 'too few attestors reported',
  FeedEnded: 'the author of the feed signed two contradicting trees',
  TooFewCredible: 'evidence left too few credible attestors',
  TooFewMembers: 'too few members were left for another coinflip',
  NoAgreement: 'the coinflip came to no agreement',
  TooFewAttestors: 'too few attestors could be drawn in time',
  AttestorsBusy: 'too many attestors were busy for too long',
}

/** What a round that waits for attestors lacks, such as `4 of 5 eligible`. */
export const shortageText = ({ needed, eligible, areBusy }: Shortage): string =>
  areBusy ? 'too many are busy with other rounds' : `${eligible} of ${needed} eligible`
