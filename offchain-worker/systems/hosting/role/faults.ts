/**
 * The faults with which hosters and encoders can be started, for tests and scenarios.
 *
 * Owns: their names, in a module that loads nothing, because every command line reads it. Does not own: what each fault does
 * (copy-faults.ts).
 */

/**
/**
 * Values of `--fault` of a hoster. Its feed has holes. It has lost a share of a copy's leaves; has no more than their hashes; keeps the
 * plain blocks instead; or keeps nothing, and fetches the plain blocks from others when it is asked. It promises copies to readers and
 * serves none.
 */
export const HOSTER_FAULTS = ['lossy:SHARE', 'drops:SHARE', 'hash-only', 'plain', 'fetches', 'serves-nobody'] as const
/**
 * Of an encoder: it sends random bytes for a share of blocks; gives every hoster what it gave the first one; or makes all copies under
 * one key.
 */
export const ENCODER_FAULTS = ['junk:SHARE', 'same-copy', 'one-key'] as const
