/**
 * Amounts of the token: u128 under the names that FRAME gives the type of an amount.
 *
 * Owns: these names. Explorers show them beside a field. Does not own: the integers (primitives.ts).
 */
import type { Codec } from './codec.ts'
import { compactU128 } from './compound.ts'
import { u128 } from './primitives.ts'

/** The same type under an alias of Rust, which only the fields of that type have in metadata. */
const aliased = <T>(of: Codec<T>, typeName: string): Codec<T> => ({ ...of, type: { ...of.type, typeName } })

/** An amount of a pallet that gets the token from another one. */
export const balanceOf = aliased(u128, 'BalanceOf')
/** An amount of pallet Balances itself, and of records in its terms. */
export const balance = aliased(u128, 'Balance')
/** {@link balance} as `Compact<Balance>`. */
export const compactBalance = aliased(compactU128, 'Balance')
