/**
 * What a development chain can do that no other may.
 *
 * Owns: the interface of these powers, as rpc/ and test code see them. Does not own: how they are done (dev-node.ts), their JSON
 * names (rpc/dev.ts), nor ordinary building and finalizing (node-interface.ts).
 */
import type { Change, Trie } from '#chain/trie/trie.ts'
import type { Block } from './block.ts'
import type { ChainDump } from './dump-format.ts'
import type { Sealing } from './sealing.ts'

/** Names a snapshot of this process. */
export type SnapshotId = number

/** See the module's header. All of it is refused (`NODE_CLOSED`) on a closed node. */
export interface DevPowers {
  /**
   * Makes any stored block the head: best, and finalized too where it does not descend from the finalized one (a revert).
   * Blocks above it stay stored and may be the head again. @throws AssayError `UNKNOWN_BLOCK`.
   */
  setHead(hash: Uint8Array): Promise<void>
  /**
   * Changes the state after a stored block. Its header stays as it is, so its state root no longer says what is read there; its
   * children are built on the state as set.
   * @param at undefined for the block that is best when it is this change's turn.
   * @param changesOf makes the changes of the state that they are applied to: no other change comes between. What it throws is
   * passed on, and nothing changes. @returns the block's hash. @throws AssayError `UNKNOWN_BLOCK`.
   */
  setStorage(at: Uint8Array | undefined, changesOf: (state: Trie) => readonly Change[]): Promise<Uint8Array>
  /** Sets the clock: it goes on from there. The next block gets that time, or its parent's and a millisecond where that is later. */
  timeTravel(unixMs: number): Promise<void>
  /** Time of the next block only. @throws AssayError `TIME_GOES_BACK` where it is not after the best block's. */
  setNextTimestamp(unixMs: number): void
  /** How blocks are made from now on. */
  setSealing(sealing: Sealing): void
  /**
   * Remembers chain, pool, clock and impersonations. Costs no copying: the state is shared. Snapshots nest; they end with the
   * process.
   */
  snapshot(): Promise<SnapshotId>
  /**
   * Goes back to a snapshot, which stays usable, as do those taken before it; those taken after it are gone. False where there is
   * no such snapshot.
   */
  revert(id: SnapshotId): Promise<boolean>
  /** The best branch and all that is alive, with every state, as JSON. @throws AssayError `DUMP_TOO_LARGE`. */
  dumpState(): Promise<ChainDump>
  /**
   * Puts the chain where a dump's stands, for good: on disk where the chain is. Snapshots stay, and reverting to one undoes the load.
   * @param dump JSON that `dumpState` made. Nothing of it is believed, and nothing changes where it is refused.
   * @throws AssayError `DUMP_MALFORMED`, `DUMP_VERSION`, `DUMP_GENESIS`, `DUMP_RUNTIME` or `DUMP_BAD_BLOCK`.
   */
  loadState(dump: unknown): Promise<void>
  /** Whether transactions that claim this account need no valid signature. `'all'` is any account with the mock signature. */
  impersonate(account: Uint8Array | 'all', on: boolean): void
  /**
   * Replaces the last `depth` blocks of the best branch by as many new ones, each with the transactions given for it (by position,
   * oldest first); the replaced ones' transactions return to the pool unless included. @returns the new best block.
   * @throws AssayError `REORG_TOO_DEEP` where that would touch the finalized block.
   */
  reorg(depth: number, transactions?: readonly (readonly Uint8Array[])[]): Promise<Block>
}
