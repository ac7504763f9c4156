/**
 * What a copy says of a block that a peer brought.
 *
 * Owns: the reasons to refuse it. Does not own: the checks (pinned-copy.ts).
 */
import type { BadEncoding } from '#types/domain/hosting/copy/block.ts'

/**
 * Why a block was refused: it is not the next one; its proof does not lead to the feed; the feed's tree does not reach that far yet; its
 * bytes are no encoding, or that of another block.
 */
export type BadTake = 'order' | 'proof' | 'nodes' | 'other' | BadEncoding

/** @see PinnedCopy.take */
export type Taken = { readonly kind: 'taken' } | { readonly kind: 'bad'; readonly why: BadTake }

/** The answer that refuses a block. */
export const bad = (why: BadTake): Taken => ({ kind: 'bad', why })
