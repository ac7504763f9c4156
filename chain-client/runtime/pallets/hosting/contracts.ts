/**
 * The contracts of pallet Hosting: what they are made of, their states, and the money that their copies commit.
 *
 * Owns: making and ending contracts; the state that follows from the copies. Does not own: which contracts a plan needs (the plans).
 *
 *   Queued -> Setup -> Active <-> Repairing -> Ended; or Cancelled, Starved, Lost
 */
import { RETENTION_BLOCKS } from '#types/domain/attestation/order.ts'
import type { Contract, ContractStateName, Copy } from '#types/domain/hosting/contract.ts'
import type { SizedRange, Span } from '#types/domain/hosting/sizes.ts'
import type { Plan } from '#types/domain/hosting/plan.ts'
import { openAgenda } from '../../frame/agenda.ts'
import type { Room } from '../../frame/meter.ts'
import type { Copies } from './copies.ts'
import type { Pools } from './pools.ts'
import { isServed, isUnderWay, periodCost, siteOf, type Site } from './sites.ts'
import type { HostingSelf } from './state.ts'

/** Whether a contract has never had a whole copy. */
const isPreparing = ({ state }: Contract): boolean => state === 'Queued' || state === 'Setup'

/** The functions by which steps and plans change contracts. */
export function createContracts(self: HostingSelf, pools: Pools, copies: Copies) {
  const { storage, emit, block } = self
  const pruned = openAgenda(storage.contractsPruned)

  const contractOf = (id: number): Contract => storage.contracts.get(id)!
  const copiesIn = (contract: Contract): readonly Copy[] => contract.copies.map((id) => storage.copies.get(id)!)

  const put = (id: number, contract: Contract): void => {
    const before = storage.contracts.get(id)
    storage.contracts.put(id, contract)
    if (before?.state !== contract.state)
      emit.ContractChanged({ contract: id, feed: contract.feed, state: contract.state })
  }

  /** Makes a contract for some blocks, with the copies that its plan wants. */
  const make = (planId: number, { terms }: Plan, range: SizedRange & Span): void => {
    const id = storage.nextContract.get()
    storage.nextContract.put(id + 1)
    storage.contractsOf.put(planId, id, true)
    put(id, {
      plan: planId,
      feed: terms.feed,
      ...range,
      state: 'Queued',
      copies: Array.from({ length: terms.copies }, () => copies.make(id)),
      openedAt: block(),
      starvingSince: 0,
    })
  }

  /** Finds the state that follows from the copies. @param isBroken whether a copy that was served has just failed */
  const settle = (id: number, isBroken = false): void => {
    const contract = contractOf(id)
    const all = copiesIn(contract)
    const served = all.filter(isServed).length
    const wanted = storage.plans.get(contract.plan)!.terms.copies
    let { state } = contract
    if (isPreparing(contract)) state = served > 0 ? 'Active' : all.some(isUnderWay) ? 'Setup' : 'Queued'
    else if (isBroken) state = 'Repairing'
    else if (served >= wanted) state = 'Active'
    if (state !== contract.state) put(id, { ...contract, state })
  }

  /** Ends a contract: all its money is free again, and its providers have done their duty. */
  const end = (id: number, state: 'Ended' | 'Starved' | 'Lost'): void => {
    const contract = contractOf(id)
    for (const copy of contract.copies) copies.end(siteOf(self, copy)!)
    storage.contractsOf.remove(contract.plan, id)
    storage.plans.mutate(contract.plan, (plan) => plan && { ...plan, contracts: plan.contracts - 1 })
    const last: ContractStateName = state === 'Ended' && isPreparing(contract) ? 'Cancelled' : state
    put(id, { ...contract, state: last, copies: [] })
    pruned.insert(block() + RETENTION_BLOCKS, id)
  }

  /** Notes whether the pool has enough for a copy of the contract. It starves while none of its copies gets all that it needs. */
  const noteMoney = (id: number, isEnough: boolean): void => {
    const contract = contractOf(id)
    const isStarving = contract.starvingSince > 0
    if (isEnough !== isStarving) return
    storage.contracts.put(id, { ...contract, starvingSince: isEnough ? 0 : block() })
  }

  return {
    make,
    settle,
    end,
    noteMoney,
    /** Ends one copy of a contract, which another has replaced. */
    endCopy(id: bigint): void {
      const site = siteOf(self, id)
      if (!site) return
      copies.end(site)
      const contract = contractOf(site.copy.contract)
      storage.contracts.put(site.copy.contract, { ...contract, copies: contract.copies.filter((copy) => copy !== id) })
    },
    /** Has another copy take the place of one that is served, and that ends as soon as the other one is whole. */
    replace({ id, copy }: Pick<Site, 'id' | 'copy'>): void {
      copies.put(id, { ...copy, isLeaving: true })
      const contract = contractOf(copy.contract)
      const made = copies.make(copy.contract, id)
      storage.contracts.put(copy.contract, { ...contract, copies: [...contract.copies, made] })
    },
    /** Whether no copy is served, and none but this one is under way. */
    isLost: ({ copy, id }: Site): boolean => {
      const contract = contractOf(copy.contract)
      const others = contract.copies.filter((other) => other !== id).map((other) => storage.copies.get(other)!)
      return contract.state === 'Repairing' && !others.some((other) => isServed(other) || isUnderWay(other))
    },
    /**
     * The copy with the money for its next challenge. Where the pool is too short for that, it commits an equal part for each copy of the
     * contract, so that their hosters get less.
     */
    funded(site: Site): Copy {
      const { copy, contract } = site
      const period = periodCost(site)
      const free = pools.available(contract.feed) + copy.committed - copy.owed
      const isEnough = free >= period
      noteMoney(copy.contract, isEnough)
      const part = isEnough ? period : free / BigInt(contract.copies.length)
      return pools.commit(contract.feed, copy, copy.owed + part)
    },
    /** Removes records of contracts that ended long ago, while there is room. */
    pruneDue(room: Room): void {
      for (const id of pruned.take(block(), room)) storage.contracts.remove(id)
    },
  }
}

/** @see createContracts */
export type Contracts = ReturnType<typeof createContracts>
