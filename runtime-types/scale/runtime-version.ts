/**
 * The runtime's version and the APIs that it serves.
 *
 * Owns: the codec. Does not own: the version itself (the runtime).
 * Source: sp-version lib.rs. Newer versions of Substrate call `state_version` `system_version`; clients read both.
 */
import type { ValueOf } from './codec.ts'
import { struct, tuple, vec } from './compound.ts'
import { fixedBytes, str, u32, u8 } from './primitives.ts'

/** Pairs of API id (BLAKE2b-64 of its name) and version. scale-info shows the Rust type as a `Cow`. */
const apiList = vec(tuple(fixedBytes(8), u32))
const apis: typeof apiList = {
  ...apiList,
  type: {
    path: ['Cow'],
    params: [{ name: 'T', type: () => apiList.type }],
    shape: { kind: 'composite', fields: [{ type: () => apiList.type }] },
  },
}

/** `sp_version::RuntimeVersion`. */
export const RuntimeVersion = struct(
  {
    specName: str,
    implName: str,
    authoringVersion: u32,
    specVersion: u32,
    implVersion: u32,
    apis,
    transactionVersion: u32,
    stateVersion: u8,
  },
  { path: ['sp_version', 'RuntimeVersion'] },
)
export type RuntimeVersion = ValueOf<typeof RuntimeVersion>
