/**
 * How each block of a pinned feed is encoded.
 *
 * Owns: finding it for a block. Does not own: where that is written down (pin-marker.ts).
 */
import { blockKey, copyKey } from '#types/domain/hosting/copy/keys.ts'
import type { Claim } from './pin-marker.ts'

/** Blocks from `from` to before `to`. */
export interface BlockRange {
  readonly from: number
  readonly to: number
}

/** How a block is decoded. */
export interface BlockTerms {
  readonly key: Uint8Array
  readonly modulus: Uint8Array
}

/** The terms of each block, by the marker. A copy's keys are derived once. */
export class Terms {
  readonly claims: readonly Claim[]
  readonly #segments: readonly (BlockRange & { readonly copyKey: Uint8Array; readonly modulus: Uint8Array })[]

  constructor(feed: Uint8Array, claims: readonly Claim[]) {
    this.claims = claims
    this.#segments = claims.flatMap(({ genesis, copy, generation, to, segments }) =>
      segments.map(({ from, modulus }, i) => {
        const key = copyKey({ genesis, feed, copy, generation, modulus })
        return { from, to: segments[i + 1]?.from ?? to, copyKey: key, modulus }
      }),
    )
  }

  at(index: number): BlockTerms | undefined {
    const found = this.#segments.find(({ from, to }) => index >= from && index < to)
    return found && { key: blockKey(found.copyKey, index), modulus: found.modulus }
  }
}
