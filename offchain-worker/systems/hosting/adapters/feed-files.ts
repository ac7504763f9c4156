/**
 * A folder as a sequence of feed blocks: the same names and contents always give the same blocks.
 *
 * Owns: which files belong to it, their order, the block format. Does not own: the feed.
 *
 * Format. For each file, in the order of its path's UTF-8 bytes: one header block, then its content in blocks of 64
 * KiB, the last one shorter, none for an empty file. Header, integers little endian:
 *   "AsyF" | version u8 = 1 | path length u16 | path, UTF-8 with "/" | size u64 | content blocks u32
 * It includes regular files. It leaves out: names that begin with a dot (.git, .env: nobody should publish those by
 * accident), node_modules, names that are not UTF-8, symbolic links, sockets and devices. Times, owners and modes are not part of it.
 * A single file is a folder with nothing else in it.
 */
import { lstat, open, readdir, stat } from 'node:fs/promises'
import type { FileHandle } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { compareBytes, concatBytes, equalBytes, fromUtf8, utf8 } from '#types/bytes.ts'
import { AssayError, messageOf } from '#types/errors.ts'
import { sizeText } from '#worker/terminal/quantities.ts'

/**
 * Longest content block, in bytes. Replication is fastest at this size; smaller blocks cost up to ten times more per
 * byte.
 */
export const FEED_BLOCK_BYTES = 65_536
const MAGIC = utf8('AsyF')
const VERSION = 1
const HEADER_FIXED_BYTES = 4 + 1 + 2 + 8 + 4
const MAX_PATH_BYTES = 4_096

/** The content of a header block. */
export interface FileHeader {
  /** Relative to the folder, with "/". */
  readonly path: string
  /** Bytes of content. */
  readonly size: number
  /** Content blocks that follow. */
  readonly blocks: number
}

/** @see packFolder */
export interface FolderLimits {
  /** Content bytes of all files together. */
  readonly maxBytes: number
  readonly maxFiles: number
  /** Folders in one another. */
  readonly maxDepth: number
  /** Called with each file or folder that is left out because its name is not UTF-8; such bytes are shown as Latin-1. */
  readonly onSkipped?: (path: string) => void
  /** Called once, before the first block, with what all blocks together will have. */
  readonly onListed?: (total: FolderTotal) => void
}

/** What a folder becomes. */
export interface FolderTotal {
  readonly files: number
  /** Headers and content. */
  readonly blocks: number
  readonly bytes: number
}

/** The header block of a file. */
export function encodeFileHeader({ path, size, blocks }: FileHeader): Uint8Array {
  const name = utf8(path)
  const fixed = new DataView(new ArrayBuffer(3 + 12))
  fixed.setUint8(0, VERSION)
  fixed.setUint16(1, name.length, true)
  fixed.setBigUint64(3, BigInt(size), true)
  fixed.setUint32(11, blocks, true)
  const bytes = new Uint8Array(fixed.buffer)
  return concatBytes(MAGIC, bytes.subarray(0, 3), name, bytes.subarray(3))
}

/**
 * The header in a block.
 * @throws AssayError `BAD_FILE_HEADER` if the block is not a header
 */
export function decodeFileHeader(block: Uint8Array): FileHeader {
  const bad = (why: string): AssayError => new AssayError('BAD_FILE_HEADER', `expected a file header block, got ${why}`)
  if (block.length < HEADER_FIXED_BYTES) throw bad(`${block.length} bytes`)
  if (!equalBytes(block.subarray(0, 4), MAGIC) || block[4] !== VERSION) throw bad('another magic or version')
  const view = new DataView(block.buffer, block.byteOffset, block.byteLength)
  const pathBytes = view.getUint16(5, true)
  if (block.length !== HEADER_FIXED_BYTES + pathBytes) throw bad(`${block.length} bytes for a path of ${pathBytes}`)
  const size = Number(view.getBigUint64(7 + pathBytes, true))
  const blocks = view.getUint32(15 + pathBytes, true)
  if (blocks !== Math.ceil(size / FEED_BLOCK_BYTES)) throw bad(`${blocks} blocks for ${size} bytes`)
  try {
    return { path: fromUtf8(block.subarray(7, 7 + pathBytes)), size, blocks }
  } catch {
    throw bad('a path that is not UTF-8')
  }
}

interface ListedFile {
  readonly path: string
  readonly size: number
}

/** A file's name as text; undefined where it is not UTF-8, since a feed's paths are. */
function nameOf(bytes: Uint8Array): string | undefined {
  try {
    return fromUtf8(bytes)
  } catch {
    return undefined
  }
}

function totalOf(files: readonly ListedFile[]): FolderTotal {
  let [blocks, bytes] = [0, 0]
  for (const { path, size } of files) {
    blocks += 1 + Math.ceil(size / FEED_BLOCK_BYTES)
    bytes += HEADER_FIXED_BYTES + utf8(path).length + size
  }
  return { files: files.length, blocks, bytes }
}

/** The files of a folder's feed, in feed order. It checks all limits before the first block. */
async function listFiles(
  root: string,
  { maxBytes, maxFiles, maxDepth, onSkipped }: FolderLimits,
): Promise<ListedFile[]> {
  const files: ListedFile[] = []
  let total = 0
  const walk = async (folder: string, depth: number): Promise<void> => {
    for (const entry of await readdir(join(root, folder), { withFileTypes: true, encoding: 'buffer' })) {
      const name = nameOf(entry.name)
      if (name === undefined) onSkipped?.(join(root, folder, entry.name.toString('latin1')))
      if (name === undefined || name.startsWith('.') || name === 'node_modules') continue
      const path = folder === '' ? name : `${folder}/${name}`
      if (entry.isDirectory() && depth >= maxDepth) throw limitError(`${maxDepth} levels of folders`, root, 'max-depth')
      if (entry.isDirectory()) await walk(path, depth + 1)
      if (!entry.isFile()) continue
      const { size } = await lstat(join(root, path))
      total += size
      if (utf8(path).length > MAX_PATH_BYTES) throw limitError(`${MAX_PATH_BYTES} bytes in a path`, root)
      if (files.length >= maxFiles) throw limitError(`${maxFiles} files`, root, 'max-files')
      if (total > maxBytes) throw limitError(sizeText(maxBytes), root, 'max-size')
      files.push({ path, size })
    }
  }
  await walk('', 0)
  return files.sort((a, b) => compareBytes(utf8(a.path), utf8(b.path)))
}

const limitError = (limit: string, root: string, option?: string): AssayError =>
  new AssayError(
    'FOLDER_TOO_LARGE',
    `expected at most ${limit} in ${root}, got more: choose a smaller folder${option ? ` or a higher --${option}` : ''}`,
  )

const changed = (path: string, size: number): AssayError =>
  new AssayError('FILE_CHANGED', `expected ${size} bytes in ${path}, got another size: it changed while it was read`)

async function* packFile(file: FileHandle, { path, size }: ListedFile): AsyncGenerator<Uint8Array> {
  if ((await file.stat()).size !== size) throw changed(path, size)
  yield encodeFileHeader({ path, size, blocks: Math.ceil(size / FEED_BLOCK_BYTES) })
  for (let at = 0; at < size; at += FEED_BLOCK_BYTES) {
    const block = new Uint8Array(Math.min(FEED_BLOCK_BYTES, size - at))
    for (let filled = 0; filled < block.length;) {
      const { bytesRead } = await file.read(block, filled, block.length - filled, at + filled)
      if (bytesRead === 0) throw changed(path, size)
      filled += bytesRead
    }
    yield block
  }
  // Content that came after the header was written would be missing from the feed.
  if ((await file.stat()).size !== size) throw changed(path, size)
}

/** A file that is published alone. */
function singleFile(path: string, size: number, { maxBytes }: FolderLimits): ListedFile[] {
  if (size > maxBytes) throw limitError(sizeText(maxBytes), path, 'max-size')
  return [{ path: basename(path), size }]
}

/**
 * The blocks of a folder or of a file, one after the other. Only one at a time is in memory.
 * @throws AssayError `DATA_UNREADABLE`, `FOLDER_TOO_LARGE`, `FILE_CHANGED`
 */
export async function* packFolder(root: string, limits: FolderLimits): AsyncGenerator<Uint8Array> {
  try {
    const given = await stat(root)
    const folder = given.isFile() ? dirname(root) : root
    const files = given.isFile() ? singleFile(root, given.size, limits) : await listFiles(root, limits)
    limits.onListed?.(totalOf(files))
    for (const listed of files) {
      const file = await open(join(folder, listed.path), 'r')
      try {
        yield* packFile(file, listed)
      } finally {
        await file.close()
      }
    }
  } catch (error) {
    if (error instanceof AssayError) throw error
    throw new AssayError(
      'DATA_UNREADABLE',
      `the folder ${root} cannot be read: ${messageOf(error)}`,
      { root },
      { cause: error },
    )
  }
}
