/**
 * A block as the node keeps it and hands it out.
 *
 * Owns: the type.
 */
import type { Header } from '#types/scale/header.ts'

/** A block as stored: header with seal, extrinsics with their length prefixes. */
export interface Block {
  readonly hash: Uint8Array
  readonly header: Header
  readonly body: readonly Uint8Array[]
}
