/**
 * The root of a list, such as the extrinsics root in block headers.
 *
 * Owns: the key of an item. Source: sp-trie `LayoutV0/V1::ordered_trie_root`; sp-version
 * `extrinsics_root_state_version` (version 1 from `system_version` 2 on).
 */
import { encode } from '#types/scale/codec.ts'
import { compactU32 } from '#types/scale/compound.ts'
import type { StateVersion } from './node.ts'
import { Trie, type Change } from './trie.ts'

/** Root (32 bytes) of the trie that maps `Compact<u32>` of each index to the value there. */
export function orderedRoot(values: readonly Uint8Array[], stateVersion: StateVersion = 1): Uint8Array {
  const changes = values.map((value, index): Change => [encode(compactU32, index), value])
  return Trie.empty({ stateVersion }).apply(changes).root()
}
