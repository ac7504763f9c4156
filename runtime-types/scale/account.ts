/**
 * Accounts: their id, the hash type of the same size, and the account record of System.
 *
 * Owns: the codecs. Does not own: SS58 text.
 * Source: sp-core crypto.rs, primitive-types, pallet-balances types.rs, frame-system lib.rs (AccountInfo).
 */
import { balance } from './balance.ts'
import { named, struct } from './compound.ts'
import type { Codec, ValueOf } from './codec.ts'
import { fixedBytes, u128, u32 } from './primitives.ts'

/** Bytes of an account id, and of a hash. */
export const ACCOUNT_ID_BYTES = 32

/** `AccountId32`: the public key, for ecdsa the BLAKE2b-256 of the compressed public key. */
export const AccountId: Codec<Uint8Array> = named(fixedBytes(ACCOUNT_ID_BYTES), ['sp_core', 'crypto', 'AccountId32'])

/** A hash of 32 bytes. */
export const H256: Codec<Uint8Array> = named(fixedBytes(32), ['primitive_types', 'H256'])

/** The bit in the `flags` of {@link AccountData} for an account under the new logic of holds: Substrate's default. */
export const NEW_LOGIC_FLAG = 1n << 127n

/** Balances of one account, in the smallest unit of the token. `reserved` is not part of `free`; `frozen` is. */
export const AccountData = struct(
  {
    free: balance,
    reserved: balance,
    frozen: balance,
    flags: named(u128, ['pallet_balances', 'types', 'ExtraFlags']),
  },
  { path: ['pallet_balances', 'types', 'AccountData'], params: [{ name: 'Balance', type: () => balance.type }] },
)
export type AccountData = ValueOf<typeof AccountData>

/** System's record of an account: its next nonce, its reference counts and its balances. */
export const AccountInfo = struct(
  { nonce: u32, consumers: u32, providers: u32, sufficients: u32, data: AccountData },
  {
    path: ['frame_system', 'AccountInfo'],
    params: [
      { name: 'Nonce', type: () => u32.type },
      { name: 'AccountData', type: () => AccountData.type },
    ],
  },
)
export type AccountInfo = ValueOf<typeof AccountInfo>
