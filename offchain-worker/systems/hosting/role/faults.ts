/**
 * The faults with which hosters and encoders can be started, for tests and scenarios.
 *
 * Owns: their names, in a module that loads nothing, because every command line reads it. Does not own: what each fault does
 * (copy-faults.ts).
 */

/**
 * Values of `--fault` of a hoster: its feed has holes; it has lost a share of a copy's leaves, or has no more than their hashes; it
 * promises copies to readers and serves none.
 */
export const HOSTER_FAULTS = ['lossy:SHARE', 'drops:SHARE', 'hash-only', 'serves-nobody'] as const
/** Of an encoder: it sends random bytes for a share of blocks, or gives every hoster what it gave the first one. */
export const ENCODER_FAULTS = ['junk:SHARE', 'same-copy'] as const
