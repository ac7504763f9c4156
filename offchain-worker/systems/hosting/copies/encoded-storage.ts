/**
 * The layer between a Hypercore and its storage: blocks are encoded below it, and plain above it.
 *
 * Owns: changing every way by which Hypercore reads or writes a block. Does not own: the encoding.
 *
 * Hypercore hashes, proves and sends what it reads here, so a peer sees plain blocks under the feed's own key. Tree, bitfield and
 * user data pass unchanged. Hypercore has no hook for this, so the methods of its storage object are replaced. The test of this
 * module lists all of them, and fails where a release of Hypercore has others.
 * Source: hypercore-storage index.js and lib/tx.js.
 */
import { Readable } from 'node:stream'
import type { BlockStorage, StreamedBlock } from 'hypercore'

/** Whether the disk has other bytes than were written, or cannot read them. RocksDB has a checksum with all that it writes. */
export const isSpoiled = (error: unknown): boolean =>
  error instanceof Error && ((error as NodeJS.ErrnoException).code === 'EIO' || /mismatch|corrupt/i.test(error.message))

/** Reads the stored bytes of a block; null where there are none. */
export type ReadStored = () => Promise<Buffer | null>

/** Between plain and encoded blocks. */
export interface BlockTranslation {
  /** A plain block; null where nothing is stored that decodes. Must not throw because of the bytes: that would cost the peer its connection. */
  plain(index: number, read: ReadStored): Promise<Buffer | null>
  /** The bytes to store for a plain block. @throws AssayError where nobody has brought them */
  encoded(index: number, plain: Uint8Array): Uint8Array
}

/** The stored bytes of a block. */
export type RawBlocks = (index: number) => Promise<Buffer | null>

async function* plainStream(
  stored: AsyncIterable<StreamedBlock>,
  translation: BlockTranslation,
): AsyncGenerator<StreamedBlock> {
  for await (const { index, value } of stored) {
    const plain = await translation.plain(index, async () => value)
    if (plain !== null) yield { index, value: plain }
  }
}

/**
 * Puts the layer on a storage, and on each that comes from it later.
 * @returns the way below the layer, to the stored bytes
 */
export function translateBlocks(storage: BlockStorage, translation: BlockTranslation): RawBlocks {
  const below = {
    read: storage.read.bind(storage),
    write: storage.write.bind(storage),
    createBlockStream: storage.createBlockStream.bind(storage),
    snapshot: storage.snapshot.bind(storage),
    atomize: storage.atomize.bind(storage),
    createSession: storage.createSession.bind(storage),
    resumeSession: storage.resumeSession.bind(storage),
  }
  const raw: RawBlocks = (index) => {
    const reader = below.read()
    const block = reader.getBlock(index)
    reader.tryFlush()
    return block
  }
  const translated = <S extends BlockStorage | null>(other: S): S => {
    if (other !== null) translateBlocks(other, translation)
    return other
  }
  storage.read = (fork) => {
    const reader = below.read(fork)
    // It reads by a batch of its own: many blocks may wait for their decoding, and none should be in memory before its turn.
    reader.getBlock = (index) => translation.plain(index, () => raw(index))
    return reader
  }
  storage.write = () => {
    const writer = below.write()
    const put = writer.putBlock.bind(writer)
    writer.putBlock = (index, plain) => put(index, translation.encoded(index, plain))
    return writer
  }
  storage.createBlockStream = (options) => Readable.from(plainStream(below.createBlockStream(options), translation))
  storage.snapshot = () => translated(below.snapshot())
  storage.atomize = (atom) => translated(below.atomize(atom))
  storage.createSession = async (name, head) => translated(await below.createSession(name, head))
  storage.resumeSession = async (name) => translated(await below.resumeSession(name))
  return raw
}
