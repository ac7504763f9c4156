/**
 * Names for the ways in which a member of a coinflip can be dishonest.
 *
 * Owns: the names, in a module that loads nothing, since every command line reads it. Does not own: what they stand for
 * (named-faults.ts).
 */

export const FAULT_NAMES = [
  'silent-at-join',
  'silent-at-commit',
  'silent-at-echo',
  'silent-at-reveal',
  'silent-at-confirm',
  'equivocate',
  'forged-echo',
  'forged-fraud',
  'copied-commitment',
  'bad-reveal',
  'selective-reveal',
  'bad-ping',
  'bad-pong',
  'strange-ping',
] as const
export type FaultName = (typeof FAULT_NAMES)[number]
