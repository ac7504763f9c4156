/**
 * Ambient types for the inside of a Hypercore.
 *
 * Owns: the types of what a pinned feed changes and calls there. They were read in the pinned sources (hypercore 11.37.1: lib/core.js,
 * lib/session-state.js, lib/bitfield.js; hypercore-storage: index.js, lib/tx.js). Does not own: types of its interface (hyper.d.ts).
 */
declare module 'hypercore' {
  /** A batch of reads, which begin with `tryFlush`. */
  export interface StorageReader {
    getBlock(index: number): Promise<Buffer | null>
    getBitfieldPage(page: number): Promise<Buffer | null>
    getUserData(key: string): Promise<Buffer | null>
    tryFlush(): void
  }

  /** A batch of writes: all of them, or none. */
  export interface StorageWriter {
    putBlock(index: number, value: Uint8Array): void
    deleteBlockRange(start: number, end: number): void
    putBitfieldPage(page: number, bits: Uint8Array): void
    putUserData(key: string, value: Uint8Array): void
    setHints(hints: { contiguousLength: number; remoteContiguousLength: number; recovering: number }): void
  }

  /** A block as a stream of blocks gives it. */
  export interface StreamedBlock {
    index: number
    value: Buffer
  }

  /** The storage of one core, of a snapshot of it, or of one of its named sessions. */
  export interface BlockStorage {
    /** The RocksDB below. `flush` resolves when all that was written is in files of their own, after fsync. */
    readonly db: { flush(): Promise<void> }
    read(fork?: number): StorageReader
    write(): StorageWriter
    createBlockStream(options?: object): AsyncIterable<StreamedBlock>
    snapshot(): BlockStorage
    atomize(atom: object): BlockStorage
    createSession(name: string, head: object | null): Promise<BlockStorage>
    resumeSession(name: string): Promise<BlockStorage | null>
  }

  /** A block with its siblings, or a longer tree. Parts that are not there are null. */
  export interface AppliedProof {
    fork: number
    block: { index: number; value: Buffer; nodes: TreeNode[] } | null
    hash: null
    seek: null
    upgrade: { start: number; length: number; nodes: TreeNode[]; additionalNodes: TreeNode[]; signature: Buffer } | null
    manifest: null
  }

  interface Core {
    readonly key: Buffer
    readonly storage: BlockStorage
    readonly state: {
      readonly storage: BlockStorage
      readonly length: number
      readonly fork: number
      readonly roots: readonly TreeNode[]
      readonly mutex: { lock(): Promise<void> }
      createWriteBatch(): StorageWriter
      flush(): Promise<boolean>
      _unlock(): void
    }
    readonly header: {
      readonly hints: { contiguousLength: number; remoteContiguousLength: number; recovering: number }
    }
    readonly bitfield: {
      get(index: number): boolean
      /** The first block from `position` on that is not held. */
      firstUnset(position: number): number
      /** The first block from `position` on that is held; -1 without any. */
      firstSet(position: number): number
    }
    readonly replicator: { onhave(start: number, length: number, isDropped: boolean): void }
    /** False where the core has changed meanwhile. Throws where the proof does not lead to the tree. */
    verify(proof: AppliedProof): Promise<boolean>
    updateContiguousLength(range: { start: number; length: number; drop: boolean }): void
    _setBitfieldRanges(start: number, end: number, isHeld: boolean): void
    flushHints(): Promise<void>
  }
}
