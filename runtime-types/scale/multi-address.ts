/**
 * The addressee of a transaction: an account id, or one of the other forms that Substrate knows.
 *
 * Owns: the codec. Does not own: lookup; Assay resolves only `Id` to an account.
 * Source: sp-runtime multiaddress.rs. `AccountIndex` is `()`, as in runtimes without pallet-indices.
 */
import { AccountId } from './account.ts'
import type { Codec, ValueOf } from './codec.ts'
import { variant } from './compound.ts'
import { bytes, fixedBytes, unit } from './primitives.ts'

const compactUnit: Codec<undefined> = {
  ...unit,
  type: { path: [], shape: { kind: 'compact', element: () => unit.type } },
}

/** `MultiAddress<AccountId32, ()>`. */
export const MultiAddress = variant(
  { Id: AccountId, Index: compactUnit, Raw: bytes, Address32: fixedBytes(32), Address20: fixedBytes(20) },
  {
    path: ['sp_runtime', 'multiaddress', 'MultiAddress'],
    params: [
      { name: 'AccountId', type: () => AccountId.type },
      { name: 'AccountIndex', type: () => unit.type },
    ],
  },
)
export type MultiAddress = ValueOf<typeof MultiAddress>
