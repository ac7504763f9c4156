/**
 * A signature and its scheme.
 *
 * Owns: the codec. Does not own: verification.
 * Source: sp-runtime lib.rs (MultiSignature).
 */
import type { ValueOf } from './codec.ts'
import { variant } from './compound.ts'
import { fixedBytes } from './primitives.ts'

/** `MultiSignature`. Ecdsa signatures are r, s and the recovery id, 65 bytes; the other two are 64 bytes. */
export const MultiSignature = variant(
  { Ed25519: fixedBytes(64), Sr25519: fixedBytes(64), Ecdsa: fixedBytes(65) },
  { path: ['sp_runtime', 'MultiSignature'] },
)
export type MultiSignature = ValueOf<typeof MultiSignature>
