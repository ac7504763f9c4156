/**
 * What a role is to the worker that runs it.
 *
 * Owns: the interface. Does not own: any role.
 */
import type { FinalizedBlock } from '#chain/api/chain-port.ts'
import type { RoleDeps } from './ports.ts'

/** A role: told of every finalized block, it does its duties in the background. */
export interface Role {
  /** Once, before the first block. */
  start(): Promise<void>
  /** One block at a time. Does not wait for what takes longer than a few reads of the chain. */
  onBlock(block: FinalizedBlock): Promise<void>
  /** Takes no new duty from now on; resolves when none is left, which may take a round. */
  drain(): Promise<void>
  /** Stops everything at once. What is unfinished is in the journal, and goes on when the worker starts again. */
  close(): Promise<void>
}

/** Makes the role of an account, once chain, network and journal are there. */
export type MakeRole = (account: Uint8Array, deps: RoleDeps) => Role
