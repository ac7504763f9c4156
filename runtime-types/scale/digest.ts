/**
 * The digest items that consensus engines write into headers.
 *
 * Owns: the codecs. Does not own: the meaning of an engine's bytes.
 * Source: sp-runtime generic/digest.rs.
 */
import { utf8 } from '../bytes.ts'
import type { Codec, ValueOf } from './codec.ts'
import { struct, tuple, variant, vec } from './compound.ts'
import { bytes, fixedBytes, unit } from './primitives.ts'

const consensusEngineId = fixedBytes(4)
const engineMessage = tuple(consensusEngineId, bytes)

/** Engine id of Aura: its slot is a PreRuntime item, its signature a Seal. */
export const AURA_ENGINE_ID: Uint8Array = utf8('aura')

/** `DigestItem`. The engines' items are pairs of engine id (4 bytes) and data. */
export const DigestItem = variant(
  {
    PreRuntime: engineMessage,
    Consensus: engineMessage,
    Seal: engineMessage,
    Other: bytes,
    RuntimeEnvironmentUpdated: unit,
  },
  {
    path: ['sp_runtime', 'generic', 'digest', 'DigestItem'],
    indices: { PreRuntime: 6, Consensus: 4, Seal: 5, Other: 0, RuntimeEnvironmentUpdated: 8 },
  },
)
export type DigestItem = ValueOf<typeof DigestItem>

/** `Digest`: the items in the order of their addition. */
export const Digest: Codec<{ readonly logs: readonly DigestItem[] }> = struct(
  { logs: vec(DigestItem) },
  { path: ['sp_runtime', 'generic', 'digest', 'Digest'] },
)
export type Digest = ValueOf<typeof Digest>
