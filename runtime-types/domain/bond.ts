/**
 * The bond of a worker: what its roles and its duties bind, and how long the chain keeps what it gives up.
 *
 * Owns: the encodings, and the amount that roles and capacity need. Does not own: reserving and charging it (pallet
 * Workers).
 * Amounts are in the smallest unit, times are block numbers.
 */
import { balanceOf } from '../scale/balance.ts'
import { struct } from '../scale/compound.ts'
import type { ValueOf } from '../scale/codec.ts'
import { u32 } from '../scale/primitives.ts'
import { optional } from './changes.ts'

const terms = {
  /** For each role of a worker. */
  roleBond: balanceOf,
  /** For each duty that a worker takes at the same time: the bond of one seat in a round. */
  capacityBond: balanceOf,
  /** Blocks for which the chain still can charge what a worker gave up. More than a round can last. */
  unbonding: u32,
}

export const BondTerms = struct(terms, {
  path: ['assay_primitives', 'BondTerms'],
  docs: ['What roles and duties bind, and for how long.'],
})
export type BondTerms = ValueOf<typeof BondTerms>

export const BondTermChanges = struct(optional(terms), {
  path: ['assay_primitives', 'BondTermChanges'],
  docs: ['A new value for each term that changes.'],
})

export const Bond = struct(
  {
    /** What the account's roles and capacity needed when it last registered or updated. Zero where it is no worker. */
    required: balanceOf,
    /** What answers for the worker's duties. Less than required after a charge. */
    held: balanceOf,
    /** What the account gave up and has not got back. */
    unbonding: balanceOf,
    /** The block that returns it. */
    until: u32,
  },
  { path: ['assay_primitives', 'Bond'], docs: ['The bond of a worker, all of it reserved on its account.'] },
)
export type Bond = ValueOf<typeof Bond>

export const NO_BOND: Bond = { required: 0n, held: 0n, unbonding: 0n, until: 0 }

const TOKEN = 10n ** 12n
/** Shares of a round's pay that a seat's bond is worth. A member that spoils a round costs the others less. */
const SHARES_PER_SEAT = 4n
/**
 * No round lasts as long, whatever its parameters: 64 members fail in 32 attempts, and each of these, and the one that ends the
 * round, takes less than 4,000 blocks.
 */
const LONGER_THAN_ANY_ROUND = 150_000

/** The runtime's default, for a share of 1 ASY. A chain spec may set others. */
export const DEFAULT_BOND_TERMS: BondTerms = {
  roleBond: TOKEN,
  capacityBond: SHARES_PER_SEAT * TOKEN,
  unbonding: LONGER_THAN_ANY_ROUND,
}

/** Above, the bond of a worker with all roles and the largest capacity could pass 128 bits. */
const MOST_BOND = 2n ** 64n
/** Above, a block number could pass 32 bits within the life of a chain. */
const MOST_UNBONDING = 10_000_000

/** The reason why terms are unusable, in words; `undefined` if they are fine. */
export function checkBondTerms({ roleBond, capacityBond, unbonding }: BondTerms): string | undefined {
  if (roleBond > MOST_BOND || capacityBond > MOST_BOND)
    return `roleBond and capacityBond: expected ${MOST_BOND} or less, got ${roleBond} and ${capacityBond}`
  return unbonding >= 1 && unbonding <= MOST_UNBONDING
    ? undefined
    : `unbonding: expected 1 to ${MOST_UNBONDING} blocks, got ${unbonding}`
}

/** The bond that so many roles and duties at the same time need. */
export const bondFor = (
  { roleBond, capacityBond }: Pick<BondTerms, 'roleBond' | 'capacityBond'>,
  roles: number,
  capacity: number,
): bigint => roleBond * BigInt(roles) + capacityBond * BigInt(capacity)

/** The bond of one seat in rounds that pay so much to so many attestors. */
export const seatBond = (attestorReward: bigint, attestors: number): bigint =>
  (SHARES_PER_SEAT * attestorReward) / BigInt(attestors)
