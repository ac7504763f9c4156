/**
 * Which nonces of the account are taken by duties that are under way.
 *
 * Owns: the choice of the next nonce. Does not own: what the chain says the next one is (asked before every signing, so
 * that nothing is left to drift), nor the order of signing (one at a time, submit.ts).
 */
export interface Nonces {
  /** The lowest nonce from `chainNext` on that no duty holds. Now held. */
  take(chainNext: number): number
  /** Holds the nonce of a duty that was signed before. */
  hold(nonce: number): void
  /** Gives a nonce back: its duty is resolved. */
  release(nonce: number): void
}

export function createNonces(): Nonces {
  const held = new Set<number>()
  return {
    take(chainNext) {
      let nonce = chainNext
      while (held.has(nonce)) nonce++
      held.add(nonce)
      return nonce
    },
    hold: (nonce) => void held.add(nonce),
    release: (nonce) => void held.delete(nonce),
  }
}
