/**
 * The bounds of `assay coinflip`.
 *
 * Owns: its bounds, in a module that loads nothing, because every command line reads it.
 */

/** Fewest and most members of a coinflip; the most are those of a session. */
export const FEWEST_PEERS = 3
export const MOST_PEERS = 64

/** Default for the longest time of an attempt. */
export const DEFAULT_WINDOW_MS = 60_000

/** Fewest members with which a coinflip among `count` goes on: max(3, ceil(N/2) + 1). */
export const fewestOf = (count: number): number => Math.max(FEWEST_PEERS, Math.ceil(count / 2) + 1)
