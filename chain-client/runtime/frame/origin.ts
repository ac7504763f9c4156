/**
 * The origin of a call: on whose behalf it runs.
 *
 * Owns: the raw origin and the checks with which calls begin. Does not own: signatures.
 * Source: frame-system lib.rs (RawOrigin, ensure_signed, ensure_root, ensure_none); frame-support lookup.
 */
import type { MultiAddress } from '#types/scale/multi-address.ts'
import { badOrigin, cannotLookup } from './errors.ts'

/** A signed account (32 bytes), the chain itself (root), or nobody (an inherent). */
export type Origin = { readonly signed: Uint8Array } | 'root' | 'none'

/** The signer. @throws DispatchFailure BadOrigin */
export function ensureSigned(origin: Origin): Uint8Array {
  if (typeof origin === 'string') throw badOrigin()
  return origin.signed
}

/** @throws DispatchFailure BadOrigin unless the origin is root. */
export function ensureRoot(origin: Origin): void {
  if (origin !== 'root') throw badOrigin()
}

/** @throws DispatchFailure BadOrigin unless the call is an inherent. */
export function ensureNone(origin: Origin): void {
  if (origin !== 'none') throw badOrigin()
}

/** The account that an address names: `Id` only, as with AccountIdLookup. @throws DispatchFailure CannotLookup */
export function lookup(address: MultiAddress): Uint8Array {
  if (address.tag !== 'Id') throw cannotLookup()
  return address.value
}
