/**
 * The bond of a worker, seen from the worker: whether its account can pay it.
 *
 * Owns: the comparison, and the words for an account that has too little. Does not own: submitting calls (membership).
 */
import { read } from '#chain/api/descriptors.ts'
import { toSs58 } from '#types/crypto/ss58.ts'
import { formatAmount } from '#types/domain/amount.ts'
import { bondFor, DEFAULT_BOND_TERMS, NO_BOND, type Bond } from '#types/domain/bond.ts'
import type { RoleName } from '#types/domain/worker.ts'
import { AssayError } from '#types/errors.ts'
import { accounts, bonds, bondTerms } from './chain-items.ts'
import type { RoleDeps } from './ports.ts'

type Chain = RoleDeps['chain']

/** The bond that the chain has of an account. */
export const bondOf = async (chain: Chain, account: Uint8Array): Promise<Bond> =>
  (await read(chain, bonds, account)) ?? NO_BOND

/** What a worker registers for. */
interface Wanted {
  readonly roles: readonly RoleName[]
  readonly capacity: number
  /** The bond, where the chain has set it already; by default what the present terms say. */
  readonly bond?: bigint
}

/**
 * Checks that an account can pay the bond of its roles and capacity. What it has bonded already counts.
 * @throws AssayError `BOND_NOT_COVERED`
 */
export async function assertCanBond(
  chain: Chain,
  account: Uint8Array,
  { roles, capacity, bond }: Wanted,
): Promise<void> {
  const terms = (await read(chain, bondTerms)) ?? DEFAULT_BOND_TERMS
  const { held, unbonding } = await bondOf(chain, account)
  const free = (await read(chain, accounts, account))?.data.free ?? 0n
  const bonded = held + unbonding
  const required = bond ?? bondFor(terms, roles.length, capacity)
  if (required <= bonded || required - bonded < free) return
  const each = `${formatAmount(terms.roleBond)} for a role and ${formatAmount(terms.capacityBond)} for each duty at a time`
  throw new AssayError(
    'BOND_NOT_COVERED',
    `expected ${formatAmount(required - bonded)} and fees to bond as ${roles.join(', ')} with capacity ${capacity} ` +
      `(${each}), got ${formatAmount(free)}: send tokens to ${toSs58(account)}, or start with a smaller --capacity`,
  )
}
