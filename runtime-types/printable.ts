/**
 * Characters that no text of others may have where people read it.
 *
 * Owns: the set. Does not own: the form in which a terminal shows a text that has some.
 */

/** Controls of a terminal, breaks of a line, and marks that turn the direction of the text after them. */
export const UNPRINTABLE = /[\p{Cc}\p{Zl}\p{Zp}\p{Bidi_Control}]/u
