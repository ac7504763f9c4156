/**
 * Which of our extrinsics are in finalized blocks, and which can never get there.
 *
 * Owns: the search, which reads each block once for all of them. Does not own: the reaction to it.
 */
import { toHex } from '#types/bytes.ts'
import { blake2b256 } from '#types/crypto/hash.ts'
import { AssayError } from '#types/errors.ts'
import type { BlockRef, SubmitSource } from './chain-rpc.ts'
import { createLane } from './waiting.ts'
import type { Candidate } from './journal.ts'

export interface Place {
  readonly block: Uint8Array
  readonly number: number
  /** The extrinsic's index in the block. */
  readonly index: number
}

/** `dead`: no candidate is in the finalized chain, and none can ever be. `open`: one still can. */
type Fate = { readonly kind: 'found'; readonly place: Place } | { readonly kind: 'dead' } | { readonly kind: 'open' }

export interface Inclusion {
  /** Searches for an extrinsic from its birth on, until `forget`. */
  watch(candidate: Candidate): void
  forget(candidate: Candidate): void
  /** What the finalized chain, read up to its head, says about watched candidates. The candidates share a nonce. */
  fateOf(candidates: readonly Candidate[]): Promise<Fate>
}

const idOf = (wire: Uint8Array): string => toHex(blake2b256(wire))

interface Look {
  readonly head: BlockRef
  readonly nonce: number
}

export function createInclusion(rpc: SubmitSource): Inclusion {
  const watched = new Map<string, Place | undefined>()
  const lane = createLane()
  /** The search has read every block up to this one for all watched extrinsics. */
  let searched = 0
  let last: Look | undefined

  async function searchBlock(number: number): Promise<void> {
    const hash = await rpc.blockHash(number)
    if (!hash)
      throw new AssayError(
        'CHAIN_UNREACHABLE',
        `expected finalized block ${number}, got none: the node is changing chains`,
      )
    for (const [index, wire] of (await rpc.body(hash)).entries()) {
      const id = idOf(wire)
      if (watched.has(id)) watched.set(id, { block: hash, number, index })
    }
    // If a new watch has set the mark back meanwhile, the search reads this block once more.
    if (searched === number - 1) searched = number
  }

  /** Reads on to the finalized head. Takes the nonce from the state of the same block. */
  async function look(): Promise<Look> {
    const head = await rpc.finalizedHead()
    if (last && last.head.number === head.number && searched >= head.number) return last
    while (searched < head.number) await searchBlock(searched + 1)
    last = { head, nonce: await rpc.nonceAt(head.hash) }
    return last
  }

  return {
    watch({ wire, birth }) {
      if (watched.size === 0) searched = birth
      searched = Math.min(searched, birth)
      watched.set(idOf(wire), undefined)
    },
    forget: ({ wire }) => void watched.delete(idOf(wire)),
    async fateOf(candidates) {
      const { head, nonce } = await lane(look)
      for (const { wire } of candidates) {
        const place = watched.get(idOf(wire))
        if (place) return { kind: 'found', place }
      }
      const isDead = candidates.every((candidate) => head.number >= candidate.death || nonce > candidate.nonce)
      return { kind: isDead ? 'dead' : 'open' }
    },
  }
}
