/**
 * Draws of pallet Hosting: which hoster keeps a copy, and which encoder makes it.
 *
 * Owns: who may be drawn for a copy. Does not own: the draw by reputation itself (pallet Workers).
 *
 * A hoster that also encodes a copy of the same blocks, or is one with the one who pays, could be paid for bytes that it can make anew.
 * So nobody has two parts in one contract, and neither the feed's publisher nor the plan's owner has any. The seed is the beacon of a
 * block after the request, with the hash of the block before the draw, so nobody could foresee it when it asked.
 */
import { equalBytes, u32le, u64le } from '#types/bytes.ts'
import { drawBelow, subSeed } from '#types/domain/draw.ts'
import type { Provider } from '#types/domain/hosting/contract.ts'
import { mostEncodedBytes } from '#types/domain/hosting/sizes.ts'
import { ONE } from '#types/domain/reputation.ts'
import type { RoleName } from '#types/domain/worker.ts'
import type { Parties } from './parties.ts'
import { nextBlock, type Site } from './sites.ts'
import type { HostingSelf } from './state.ts'

/** Candidates of one draw that may turn out unfit. */
export const MOST_CANDIDATES = 8
/** An encoder so slow that it takes longer than this is not drawn. */
const MOST_ENCODING_BLOCKS = 10_000

/** What a draw has found. */
interface Providers {
  readonly hoster: Provider
  readonly encoder: Provider
  /** That the encoder's offer gives it. */
  readonly encodeBlocks: number
}

/** The function that draws providers. */
export function createDraws({ storage, uses, block, parentHash }: HostingSelf, parties: Parties) {
  const seedOf = ({ id, copy }: Site): Uint8Array => {
    const beacon = uses.randomness.at(block() - 1) ?? parentHash()
    return subSeed('assay/hosting/draw/1', beacon, parentHash(), u64le(id), u32le(copy.generation))
  }

  const isMeasuredFit = ({ plan }: Site, account: Uint8Array, seed: Uint8Array, at: number): boolean => {
    const { highestLatencyP95Us: latency, leastThroughputBytesPerSecond: throughput } = plan.terms.targets
    if (latency === undefined && throughput === undefined) return true
    const measured = uses.attestation.performanceOf(account)
    if (!measured) {
      const share = BigInt(storage.parameters.get().vettingSharePpm)
      return drawBelow(seed, 'vetting', at, BigInt(ONE)) < share
    }
    const { speed } = measured
    if (!speed) return false
    return speed.latencyP95Us <= (latency ?? Infinity) && speed.throughputBytesPerSecond >= (throughput ?? 0n)
  }

  /**
   * Whether an account keeps a copy, of any plan, with blocks of this one: a hoster has one file for each feed, with each block once. The
   * copies of an account are no more than its capacity.
   */
  const keepsSame = ({ id, contract: { feed, from, to } }: Site, account: Uint8Array): boolean => {
    if (storage.hosted.get(feed, account) === 0) return false
    return [...storage.copiesOf.keys(account)].some(([, other]) => {
      const { hoster, contract } = storage.copies.get(other)!
      const kept = storage.contracts.get(contract)!
      const isKept = hoster !== undefined && equalBytes(hoster.account, account) && equalBytes(kept.feed, feed)
      return isKept && other !== id && kept.from < to && from < kept.to
    })
  }

  const canHost = (site: Site, account: Uint8Array, seed: Uint8Array, at: number): boolean => {
    const { contract, plan } = site
    const { storageBytes, usedBytes } = storage.offers.get(account)
    const hasRoom = usedBytes + mostEncodedBytes(contract, contract) <= storageBytes
    const { leastReputationPpm } = plan.terms.targets
    return (
      hasRoom &&
      !keepsSame(site, account) &&
      uses.workers.reputation(account, 'Hoster') >= leastReputationPpm &&
      isMeasuredFit(site, account, seed, at)
    )
  }

  /** Blocks that a provider takes to encode what the copy lacks; more than the most where it does not offer to. */
  const encodingBlocks = (site: Site, account: Uint8Array): number => {
    const { encodingBytesPerBlock: rate } = storage.offers.get(account)
    const bytes = mostEncodedBytes(site.contract, { from: nextBlock(site), to: site.contract.to })
    return rate < storage.parameters.get().leastEncodingBytesPerBlock ? Infinity : Math.ceil(Number(bytes) / rate)
  }

  const canEncode = (site: Site, account: Uint8Array): boolean => {
    const { feed } = site.contract
    const isHoster = uses.feeds.promised(feed, account) || storage.hosted.get(feed, account) > 0
    return !isHoster && encodingBlocks(site, account) <= MOST_ENCODING_BLOCKS
  }

  /** The first fit one of a few that are drawn one after the other; undefined where there is none. */
  const draw = (
    role: RoleName,
    seed: Uint8Array,
    without: readonly Uint8Array[],
    isFit: (account: Uint8Array, at: number) => boolean,
  ): Provider | undefined => {
    const barred = [...without]
    for (let at = 0; at < MOST_CANDIDATES; at++) {
      const [found] = uses.workers.draw({ role, seed, label: `${role} ${at}`, count: 1, without: barred }) ?? []
      if (!found || isFit(found.account, at)) return found
      barred.push(found.account)
    }
    return undefined
  }

  /** The providers of a copy: its hoster, where it has one, or a drawn one, and a drawn encoder. Undefined where one is missing. */
  return (site: Site): Providers | undefined => {
    const seed = seedOf(site)
    const without = [...parties.ofDraw(site), ...storage.barred.get(site.id)]
    const canBeHoster = (account: Uint8Array, at: number): boolean => canHost(site, account, seed, at)
    const hoster = site.copy.hoster ?? draw('Hoster', seed, without, canBeHoster)
    if (!hoster) return undefined
    const encoder = draw('Encoder', seed, [...without, hoster.account], (account) => canEncode(site, account))
    return encoder && { hoster, encoder, encodeBlocks: encodingBlocks(site, encoder.account) }
  }
}
