/**
 * Words as a shell takes them.
 *
 * Owns: quoting. Does not own: the commands that are told (tell-coinflip.ts, tell-round.ts).
 */

/** The word as it is where a shell leaves it alone, otherwise in single quotes. */
export const quoted = (text: string): string => (/^[\w./-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`)
