/**
 * What `assay coinflip` can be asked for.
 *
 * Owns: its bounds and the names of faults, in a module that loads nothing, since every command line reads it. Does not own: what
 * the faults do (faults.ts) or what the bounds are for (attempts.ts).
 */

/** Members of a coinflip; the most are those of a session. */
export const FEWEST_PEERS = 3
export const MOST_PEERS = 64

/** How long an attempt may take where the command line does not say. */
export const DEFAULT_WINDOW_MS = 60_000

/** Fewest members with which a coinflip among `count` goes on: max(3, ceil(N/2) + 1). */
export const fewestOf = (count: number): number => Math.max(FEWEST_PEERS, Math.ceil(count / 2) + 1)

/** Names of the faults that a member can be started with. */
export const MEMBER_FAULTS = [
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
export type MemberFault = (typeof MEMBER_FAULTS)[number]
