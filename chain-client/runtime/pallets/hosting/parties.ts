/**
 * The parties of a contract in pallet Hosting: accounts that have a part in it, or money in what comes of it.
 *
 * Owns: finding them. Does not own: the draws that leave them out (draws.ts, and rounds of pallet Attestation).
 */
import { toHex } from '#types/bytes.ts'
import { MAX_APART } from '#types/domain/attestation/order.ts'
import type { Copy } from '#types/domain/hosting/contract.ts'
import type { Site } from './sites.ts'
import type { HostingSelf } from './state.ts'

/** Its providers, and the encoders of its segments. */
const partiesOfCopy = ({ hoster, encoder, segments }: Copy): readonly (Uint8Array | undefined)[] => [
  hoster?.account,
  encoder?.account,
  ...segments.map((segment) => segment.encoder),
]

const isKnown = (account: Uint8Array | undefined): account is Uint8Array => account !== undefined

/** The functions that find parties. */
export function createParties({ storage, uses }: Pick<HostingSelf, 'storage' | 'uses'>) {
  const ofOthers = ({ id, contract }: Site): readonly Uint8Array[] =>
    contract.copies
      .filter((other) => other !== id)
      .flatMap((other) => partiesOfCopy(storage.copies.get(other)!))
      .filter(isKnown)

  /** Workers of the same owners, as far as the chain knows. */
  const heirsOf = (accounts: readonly (Uint8Array | undefined)[]): readonly Uint8Array[] =>
    accounts.filter(isKnown).map(uses.workers.heirOf).filter(isKnown)

  /** Those with a part in what a round measures, the nearest first. An account may come several times. */
  function* concerned(site: Site): Generator<Uint8Array, void, void> {
    yield site.plan.owner
    yield* heirsOf([site.plan.owner])
    yield* partiesOfCopy(site.copy).filter(isKnown)
    yield* ofOthers(site)
    for (const [, account] of storage.hosted.keys(site.contract.feed)) yield account
  }

  return {
    /** Accounts that must have no other part in a copy: its publisher, owner and providers, and all parties of the other copies. */
    ofDraw(site: Site): readonly Uint8Array[] {
      const { hoster, encoder } = site.copy
      const own = [uses.feeds.publisherOf(site.contract.feed), site.plan.owner, hoster?.account, encoder?.account]
      return [...own.filter(isKnown), ...heirsOf(own), ...ofOthers(site)]
    },
    /**
     * Accounts that must not attest in a round on the hoster of a copy, each once: the plan's owner, the parties of the contract, and
     * hosters of other copies of the feed, as many as there is room for.
     */
    apart(site: Site): readonly Uint8Array[] {
      const found = new Map<string, Uint8Array>()
      for (const account of concerned(site)) {
        found.set(toHex(account), account)
        if (found.size === MAX_APART) break
      }
      return [...found.values()]
    },
  }
}

/** @see createParties */
export type Parties = ReturnType<typeof createParties>
