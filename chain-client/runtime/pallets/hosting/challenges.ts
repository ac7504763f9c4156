/**
 * Storage challenges of pallet Hosting: when each copy is asked, what a proof earns, and what a miss costs.
 *
 * Owns: the life of a copy that is whole. Does not own: drawing leaves and checking answers (copy/challenge.ts of the domain).
 *
 *   Live --asked--> Live --answered--> Live, or --silent--> Suspect --asked at once, answered--> Live, or --silent--> Vacant
 *
 * A miss costs the pay of its period, also where the second answer is good: a hoster that lacks some leaves would else have two tries.
 *
 * The leaves follow from the beacon of the block before, with that block's hash, so nobody can tell them sooner. The time of the next
 * challenge is drawn too: deadlines spread over the blocks, and no hoster of several copies has them all at the same time. It is counted
 * from the block that asked, and follows from that block's draw. A hoster is paid for each proof, and would else answer in the block that
 * brings the next challenge soonest.
 */
import { u32le, u64le } from '#types/bytes.ts'
import { drawBelow, subSeed } from '#types/domain/draw.ts'
import { KEPT_RESULTS, type Copy, type CopyStateName, type StorageChallenge } from '#types/domain/hosting/contract.ts'
import { ONE } from '#types/domain/reputation.ts'
import type { Contracts } from './contracts.ts'
import type { Copies } from './copies.ts'
import type { Failures } from './failures.ts'
import type { Measuring } from './measuring.ts'
import type { Pools } from './pools.ts'
import { periodCost, secondHalf, siteOf, type Site } from './sites.ts'
import type { HostingSelf } from './state.ts'

/** The rooms of the pallet that challenges need. */
interface Rooms {
  readonly pools: Pools
  readonly copies: Copies
  readonly contracts: Contracts
  readonly failures: Failures
  readonly measuring: Measuring
}

/** The functions by which calls and looks move a copy that is whole. */
export function createChallenges(self: HostingSelf, { pools, copies, contracts, failures, measuring }: Rooms) {
  const { storage, emit, uses, block, parentHash } = self

  const seedOf = (label: string, id: bigint, copy: Copy): Uint8Array => {
    const beacon = uses.randomness.at(block() - 1) ?? parentHash()
    return subSeed(label, beacon, parentHash(), u64le(id), u32le(copy.generation))
  }

  /** Half an interval to one and a half, in blocks. */
  const intervalFrom = (seed: Uint8Array): number => {
    const { challengeInterval } = storage.parameters.get()
    return Math.ceil(challengeInterval / 2) + Number(drawBelow(seed, 'blocks', 0, BigInt(challengeInterval)))
  }

  /** The block of the next challenge after this one. */
  const nextAfter = ({ beacon, until }: StorageChallenge): number => {
    const askedAt = until - storage.parameters.get().challengeWindow
    return Math.max(block() + 1, askedAt + intervalFrom(subSeed('assay/hosting/interval/2', beacon)))
  }

  const ask = (id: bigint, copy: Copy, state: CopyStateName): void => {
    const { challengeWindow, challengedLeaves } = storage.parameters.get()
    const beacon = seedOf('assay/hosting/leaves/1', id, copy)
    const challenge = { beacon, draws: challengedLeaves, until: block() + challengeWindow }
    copies.put(id, { ...copy, state, challenge, due: challenge.until + 1 })
    emit.StorageChallenged({ copy: id, generation: copy.generation, hoster: copy.hoster!.account, challenge })
  }

  const note = (id: bigint, passed: boolean): void =>
    storage.results.put(id, [...storage.results.get(id), { block: block(), passed }].slice(-KEPT_RESULTS))

  /** Pays what is due with the first proof: the second half of the encoders' pay. */
  const payEncoders = (site: Site): Copy => {
    let { copy } = site
    if (copy.owed === 0n) return copy
    for (const { encoder, leaves } of copy.segments)
      copy = pools.pay({ ...site, copy }, encoder, secondHalf(leaves, site.plan.terms.encoderPay), 'EncodingProven')
    uses.workers.rate(copy.segments.at(-1)!.encoder, 'Encoder', 'success')
    return { ...copy, owed: 0n }
  }

  const miss = (id: bigint, copy: Copy): void => {
    const { generation, state } = copy
    note(id, false)
    emit.StorageMissed({ copy: id, generation, hoster: copy.hoster!.account })
    if (state === 'Suspect') failures.anew(siteOf(self, id)!, 'StorageMissed', 'Hoster')
    else ask(id, { ...copy, misses: copy.misses + 1 }, 'Suspect')
  }

  return {
    /** A copy is whole: from here on it is challenged and paid. The one whose place it takes ends. */
    begin(site: Site): void {
      const { id, copy } = site
      const { generation, contract, hoster, replaces } = copy
      const due = block() + intervalFrom(seedOf('assay/hosting/interval/1', id, copy))
      const whole: Copy = { ...copy, state: 'Live', replaces: undefined, due }
      copies.put(id, contracts.funded({ ...site, copy: whole }))
      emit.CopyLive({ copy: id, generation, contract, hoster: hoster!.account })
      if (replaces !== undefined) contracts.endCopy(replaces)
      contracts.settle(contract)
    },
    /** A look at a copy: asks for leaves, or finds that the answer did not come. */
    turn(id: bigint, copy: Copy): void {
      if (copy.challenge) miss(id, copy)
      else ask(id, copy, copy.state)
    },
    /** A hoster has shown the leaves. It is paid by its reputation, unless it has just missed a challenge, and the copy is good until the next challenge. */
    pass(site: Site): void {
      const { id } = site
      const { account } = site.copy.hoster!
      const due = nextAfter(site.copy.challenge!)
      const full = periodCost(site)
      const paid = payEncoders(site)
      const isWithheld = measuring.isWithheld(site)
      if (isWithheld) emit.PayWithheld({ copy: id, generation: paid.generation, hoster: account })
      const isSuspect = site.copy.state === 'Suspect'
      const earned =
        isWithheld || isSuspect ? 0n : (full * BigInt(uses.workers.reputation(account, 'Hoster'))) / BigInt(ONE)
      const copy = pools.pay({ ...site, copy: paid }, account, earned, 'Storage')
      note(id, true)
      if (!isSuspect) uses.workers.rate(account, 'Hoster', 'success')
      emit.StorageProven({ copy: id, generation: copy.generation, hoster: account })
      const proven: Copy = { ...copy, state: 'Live', challenge: undefined, passes: copy.passes + 1 }
      const funded = contracts.funded({ ...site, copy: { ...proven, due } })
      copies.put(id, funded)
      measuring.order({ ...site, copy: funded })
      const { reencodeEvery } = site.plan.terms
      const isOld = reencodeEvery > 0 && funded.passes % reencodeEvery === 0
      if (isOld && !funded.isLeaving) contracts.replace({ id, copy: funded })
    },
  }
}

/** @see createChallenges */
export type Challenges = ReturnType<typeof createChallenges>
