/**
 * The limits of a folder that a hoster publishes.
 *
 * Owns: their defaults, in a module that loads nothing, because every command line reads it.
 */

/** What a hoster publishes unless its options say otherwise; the size as on the command line. */
export const DEFAULT_FOLDER_LIMITS = { size: '256MiB', files: 20_000, depth: 64 } as const
/** What an option may say: paths of that depth, and lists of that length, still fit into memory. */
export const MOST_FILES = 1_000_000
export const MOST_DEPTH = 1_000
