/**
 * What `assay coinflip` can be asked for.
 *
 * Owns: its bounds, in a module that loads nothing, since every command line reads it. Does not own: what they are for (attempts.ts).
 */

/** Members of a coinflip; the most are those of a session. */
export const FEWEST_PEERS = 3
export const MOST_PEERS = 64

/** How long an attempt may take where the command line does not say. */
export const DEFAULT_WINDOW_MS = 60_000

/** Fewest members with which a coinflip among `count` goes on: max(3, ceil(N/2) + 1). */
export const fewestOf = (count: number): number => Math.max(FEWEST_PEERS, Math.ceil(count / 2) + 1)
