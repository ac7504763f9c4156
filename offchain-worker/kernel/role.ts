/**
 * What a role is to the worker that runs it.
 *
 * Owns: the interface. Does not own: the worker's life around it.
 */
import type { FinalizedBlock } from '#chain/api/chain-port.ts'
import type { RoleDeps } from './ports.ts'

/** A role is told of every finalized block, and does its work in the background. */
export interface Role {
  /** Once, before the first block. */
  start(): Promise<void>
  /** The worker hands over one block at a time. A role does not wait here for what takes longer than a few reads of chain and journal. */
  onBlock(block: FinalizedBlock): Promise<void>
  /** Takes no new work from now on; resolves when none is left, which may take a whole round. */
  drain(): Promise<void>
  /** Stops everything at once. Unfinished work is in the journal, and goes on when the worker starts again. */
  close(): Promise<void>
}

/** Makes the role of an account, once chain, network and journal are there. */
export type MakeRole = (account: Uint8Array, deps: RoleDeps) => Role
