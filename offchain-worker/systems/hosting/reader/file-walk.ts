/**
 * The files in a feed, found by as few blocks as that takes.
 *
 * Owns: walking from header to header, and which blocks hold a range of a file's bytes. Does not own: the format of a header.
 *
 * A header says how many blocks its file has, so the walk reads one block for each file. Nothing in a feed is trusted: its author may have
 * written anything.
 */
import { AssayError, messageOf } from '#types/errors.ts'
import { decodeFileHeader, FEED_BLOCK_BYTES } from '../adapters/feed-files.ts'

/** Blocks under way at the same time: 2 MiB of a file. */
const PARALLEL_BLOCKS = 32

/** Gives a verified block. */
export type GetBlock = (index: number) => Promise<Uint8Array>

/** A file in a feed. */
export interface FeedFile {
  readonly path: string
  /** Bytes. */
  readonly size: number
  /** Of its content. */
  readonly firstBlock: number
  readonly blocks: number
  /** False where the feed ends before the file does: its author is not done with it. */
  readonly isWhole: boolean
}

/** A range of bytes, from 0; without `to` it goes to the end. */
export interface ByteRange {
  readonly from: number
  /** The last byte. */
  readonly to: number | undefined
}

/**
 * The files of a feed of `length` blocks, in its order.
 * @throws AssayError `NOT_FILES` where a header should be and is not, and those of `getBlock`
 */
export async function* walkFiles(length: number, getBlock: GetBlock): AsyncGenerator<FeedFile> {
  for (let at = 0; at < length;) {
    const header = headerIn(await getBlock(at), at)
    const end = at + 1 + header.blocks
    yield { ...header, firstBlock: at + 1, isWhole: end <= length }
    at = end
  }
}

function headerIn(block: Uint8Array, index: number) {
  try {
    return decodeFileHeader(block)
  } catch (error) {
    throw new AssayError(
      'NOT_FILES',
      `expected block ${index} to be the header of a file (${messageOf(error)}): read feeds that \`assay hosting publish\` has made`,
      { index },
      { cause: error },
    )
  }
}

/** The whole file of that path. @throws AssayError `NO_FILE`, `FILE_INCOMPLETE`, and those of walkFiles */
export async function findFile(path: string, length: number, getBlock: GetBlock): Promise<FeedFile> {
  let files = 0
  for await (const file of walkFiles(length, getBlock)) {
    files++
    if (file.path !== path) continue
    if (file.isWhole) return file
    throw new AssayError(
      'FILE_INCOMPLETE',
      `expected ${path} whole, got a feed that ends within it: try again when its author has appended the rest`,
    )
  }
  const got = `${files} others: leave the path out to list them`
  throw new AssayError('NO_FILE', `expected a file ${JSON.stringify(path)} in the feed, got ${got}`, { files })
}

/** The bytes of a file that a range asks for. @throws AssayError `BYTES_OUTSIDE` */
export function bytesOf({ path, size }: FeedFile, range: ByteRange | undefined): { from: number; size: number } {
  if (range === undefined) return { from: 0, size }
  const { from, to = size - 1 } = range
  if (to < size && from <= to) return { from, size: to - from + 1 }
  const asked = range.to === undefined ? `${from}-` : `${from}-${to}`
  throw new AssayError('BYTES_OUTSIDE', `--bytes: expected bytes of ${path}, which has ${size}, got ${asked}`, { size })
}

/**
 * These bytes of a file, in pieces in their order. Only the blocks that have them are asked for, some at the same time.
 * @throws AssayError `NOT_FILES` where a block has another length than the file's header says, and those of `getBlock`
 */
export async function* contentOf(
  file: FeedFile,
  bytes: { readonly from: number; readonly size: number },
  getBlock: GetBlock,
): AsyncGenerator<Uint8Array> {
  const { from, size } = bytes
  if (size === 0) return
  const end = from + size
  const [first, last] = [Math.floor(from / FEED_BLOCK_BYTES), Math.ceil(end / FEED_BLOCK_BYTES)]
  let place = first
  for await (const block of inOrder(file.firstBlock + first, file.firstBlock + last, getBlock)) {
    const begin = place * FEED_BLOCK_BYTES
    const expected = Math.min(FEED_BLOCK_BYTES, file.size - begin)
    if (block.length !== expected) {
      const index = file.firstBlock + place
      const message = `expected block ${index} to have ${expected} bytes of ${file.path}, got ${block.length}`
      throw new AssayError('NOT_FILES', message, { index })
    }
    yield block.subarray(Math.max(from - begin, 0), Math.min(end - begin, block.length))
    place++
  }
}

/** Blocks in their order; the next ones are under way while one is used. */
async function* inOrder(from: number, to: number, getBlock: GetBlock): AsyncGenerator<Uint8Array> {
  const pending: Promise<Uint8Array>[] = []
  for (let next = from; next < to || pending.length > 0;) {
    for (; next < to && pending.length < PARALLEL_BLOCKS; next++) {
      const block = getBlock(next)
      // The loop that awaits it gets a failure. By then it may have ended with another one.
      block.catch(() => undefined)
      pending.push(block)
    }
    yield await pending.shift()!
  }
}
