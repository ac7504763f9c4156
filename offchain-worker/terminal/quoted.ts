/**
 * Words in the form that a shell understands.
 *
 * Owns: quoting.
 */

/** The word unchanged if a shell needs no quotes for it, otherwise in single quotes. */
export const quoted = (text: string): string => (/^[\w./-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`)
