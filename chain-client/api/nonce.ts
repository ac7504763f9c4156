/**
 * Which nonces of the account belong to duties under way.
 *
 * Owns: the choice of the next nonce. Each choice starts from the chain's own answer, so it cannot drift. Does not own:
 * the order of signing (one duty at a time).
 */
export interface Nonces {
  /** Takes and holds the lowest nonce from `chainNext` on that no duty holds. */
  take(chainNext: number): number
  /** Holds the nonce of a duty that an earlier run signed. */
  hold(nonce: number): void
  /** Frees a nonce, because its duty is resolved. */
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
