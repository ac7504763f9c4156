/**
 * How a copy of pallet Hosting is made: from the draw of its providers to the last segment that both have told alike.
 *
 * Owns: these steps, their deadlines, and whom a failure blames. Does not own: the challenges of a copy that is whole.
 *
 *   Vacant -> Assigned -> Encoding -> Confirming -> Live; another encoder goes on where one falls silent
 */
import type { Copy, SegmentEnd } from '#types/domain/hosting/contract.ts'
import type { Segment } from '#types/domain/hosting/copy/segment.ts'
import { MAX_SEGMENTS } from '#types/domain/hosting/contract.ts'
import { sha256 } from '#types/crypto/sha256.ts'
import type { HostingParameters } from '#types/domain/hosting/market-parameters.ts'
import type { Challenges } from './challenges.ts'
import type { Contracts } from './contracts.ts'
import type { Copies } from './copies.ts'
import { createDraws } from './draws.ts'
import type { Failures } from './failures.ts'
import type { Parties } from './parties.ts'
import type { Pools } from './pools.ts'
import { firstHalf, nextBlock, secondHalf, setupCost, type Site } from './sites.ts'
import type { HostingSelf } from './state.ts'

/** The rooms of the pallet that encoding needs. */
interface Rooms {
  readonly pools: Pools
  readonly copies: Copies
  readonly contracts: Contracts
  readonly failures: Failures
  readonly challenges: Challenges
  readonly parties: Parties
}

/** The functions by which calls and looks move a copy that is not whole. */
export function createEncoding(self: HostingSelf, { pools, copies, contracts, failures, challenges, parties }: Rooms) {
  const { storage, emit, block } = self
  const providersFor = createDraws(self, parties)
  const parameters = (): HostingParameters => storage.parameters.get()

  /** The last block for what may take so many blocks, and the look after it. */
  const within = (blocks: number): number => block() + blocks + 1

  /** Engages providers for a vacant copy, where there are such and the money for them. */
  const assign = (site: Site): void => {
    const { id, copy, contract } = site
    const { queuePause, acceptWindow, leastModulusBytes } = parameters()
    const wait = (): void => copies.put(id, { ...copy, due: block() + queuePause })
    const cost = setupCost(contract, site.plan, leastModulusBytes)
    // With a hoster, the copy has the money for the encoder that goes on.
    if (!copy.hoster) {
      const isEnough = pools.available(contract.feed) >= cost
      contracts.noteMoney(copy.contract, isEnough)
      if (!isEnough) return wait()
    }
    const providers = providersFor(site)
    storage.barred.remove(id)
    if (!providers) return wait()
    const { hoster, encoder, encodeBlocks } = providers
    if (!copy.hoster) copies.engageHoster(site, hoster, 1)
    copies.engageEncoder(site, encoder)
    const paid = copy.hoster ? copy : pools.commit(contract.feed, copy, cost)
    copies.put(id, { ...paid, state: 'Assigned', hoster, encoder, encodeBlocks, due: within(acceptWindow) })
    const { generation } = copy
    const from = nextBlock(site)
    emit.CopyAssigned({ copy: id, generation, contract: copy.contract, feed: contract.feed, from, hoster, encoder })
    contracts.settle(copy.contract)
  }

  const segmentOf = (site: Site, { to, leaves, root }: SegmentEnd): Segment => {
    const { encoder, modulus } = site.copy
    return { from: nextBlock(site), to, encoder: encoder!.account, modulus: modulus!, leaves, root }
  }

  /** The copy with one more segment, on which encoder and hoster agree. */
  const appended = (site: Site, end: SegmentEnd): Copy => {
    const { id, copy } = site
    emit.SegmentMatched({ copy: id, generation: copy.generation, end })
    return { ...copy, segments: [...copy.segments, segmentOf(site, end)] }
  }

  /** Pays the encoders of a copy that is whole the first half, and begins to challenge it. */
  const finish = (site: Site): void => {
    const { encoderPay: price } = site.plan.terms
    for (const provider of [site.copy.hoster!, site.copy.encoder!]) storage.disputes.remove(provider.account)
    let copy: Copy = { ...copies.dismissEncoder(site), tries: 0 }
    for (const { encoder, leaves } of copy.segments)
      copy = pools.pay({ ...site, copy }, encoder, firstHalf(leaves, price), 'Encoding')
    const owed = copy.segments.reduce((sum, { leaves }) => sum + secondHalf(leaves, price), 0n)
    challenges.begin({ ...site, copy: { ...copy, owed: owed < copy.committed ? owed : copy.committed } })
  }

  return {
    assign,
    segmentOf,
    /** Takes an encoder's key. Its time begins. */
    accept(site: Site, modulus: Uint8Array): void {
      const { id, copy } = site
      const { encodeWindow, confirmWindow } = parameters()
      const until = block() + encodeWindow + copy.encodeBlocks
      storage.moduli.put(sha256(modulus), true)
      copies.put(id, { ...copy, state: 'Encoding', modulus, encodesUntil: until, due: until + confirmWindow + 1 })
      emit.CopyAccepted({ copy: id, generation: copy.generation, modulus, until })
    },
    /** Notes the end that an encoder has told. */
    commit({ id, copy }: Site, end: SegmentEnd): void {
      copies.put(id, { ...copy, state: 'Confirming', pending: end, due: within(parameters().confirmWindow) })
      emit.SegmentCommitted({ copy: id, generation: copy.generation, end })
    },
    /** Takes the end that the hoster has found. Where it is another one, nobody can tell whose fault that is. */
    confirm(site: Site, end: SegmentEnd): void {
      const { to, leaves, root } = site.copy.pending!
      const isSame = end.to === to && end.leaves === leaves && end.root.every((byte, i) => byte === root[i])
      if (!isSame) return failures.disputed(site)
      finish({ ...site, copy: appended(site, end) })
    },
    /** Closes a segment by what a late encoder had signed. Another one goes on where it ends. */
    close(site: Site, end: SegmentEnd): void {
      const next = { ...site, copy: appended(site, end) }
      if (end.to === site.contract.to) finish(next)
      else if (next.copy.segments.length < MAX_SEGMENTS) failures.replaceEncoder(next, 'NotEncoded')
      else failures.anew(next, 'NotEncoded', 'Encoder')
    },
    /** A look at a copy whose providers were too late. */
    expire(site: Site): void {
      const { state } = site.copy
      if (state === 'Confirming') failures.anew(site, 'NotConfirmed', 'Hoster')
      else failures.replaceEncoder(site, state === 'Assigned' ? 'NotAccepted' : 'NotEncoded')
    },
  }
}

/** @see createEncoding */
export type Encoding = ReturnType<typeof createEncoding>
