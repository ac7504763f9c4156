/**
 * A copy with its contract and plan, as the steps of pallet Hosting take it.
 *
 * Owns: finding the three, and what follows from them alone. Does not own: changing them.
 */
import type { Contract, Copy } from '#types/domain/hosting/contract.ts'
import { priceOf, type Plan } from '#types/domain/hosting/plan.ts'
import { mostLeaves, type SizedRange, type Span } from '#types/domain/hosting/sizes.ts'
import type { HostingSelf } from './state.ts'

/** @see the module's header */
export interface Site {
  readonly id: bigint
  readonly copy: Copy
  readonly contract: Contract
  readonly plan: Plan
}

/** The site of a copy; undefined where there is no such copy. */
export function siteOf({ storage }: Pick<HostingSelf, 'storage'>, id: bigint): Site | undefined {
  const copy = storage.copies.get(id)
  const contract = copy && storage.contracts.get(copy.contract)
  const plan = contract && storage.plans.get(contract.plan)
  return plan && { id, copy, contract, plan }
}

/** Whether a copy is served: its hoster has all of it, and counts. */
export const isServed = ({ state }: Copy): boolean => state === 'Live' || state === 'Suspect'

/** Whether providers are at work on a copy that is not served yet. */
export const isUnderWay = ({ state }: Copy): boolean =>
  state === 'Assigned' || state === 'Encoding' || state === 'Confirming'

/** The first block that the copy still lacks. */
export const nextBlock = ({ copy, contract }: Site): number => copy.segments.at(-1)?.to ?? contract.from

/** Leaves of all segments. */
export const leavesOf = ({ segments }: Copy): bigint => segments.reduce((sum, { leaves }) => sum + leaves, 0n)

/** The most that the encoders of a copy, and its first challenge, can cost. */
export function setupCost(
  contract: SizedRange & Span,
  { terms }: Pick<Plan, 'terms'>,
  leastModulusBytes: number,
): bigint {
  const leaves = mostLeaves(contract, contract, leastModulusBytes)
  return priceOf(leaves, terms.encoderPay) + priceOf(leaves, terms.hosterPay)
}

/** What a passed challenge costs at full reputation. */
export const periodCost = ({ copy, plan: { terms } }: Site): bigint => priceOf(leavesOf(copy), terms.hosterPay)

/** Of an encoder's pay for so many leaves: due when the copy is whole. */
export const firstHalf = (leaves: bigint, price: bigint): bigint => priceOf(leaves, price) / 2n

/** The rest: due when the copy has passed its first challenge. */
export const secondHalf = (leaves: bigint, price: bigint): bigint => priceOf(leaves, price) - firstHalf(leaves, price)
