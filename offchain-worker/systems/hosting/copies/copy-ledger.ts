/**
 * The side file of a copy: for each block its leaves, and the top of the tree over them.
 *
 * Owns: the file. Does not own: finding out whether it is right (pinned-copy.ts).
 *
 * It saves hashing the whole copy for each challenge. It is a cache: everything in it follows from the encoded blocks, so each entry is
 * written without fsync, and made again where it is missing or torn.
 *
 * Format, integers little endian: a head of 44 bytes, `AsyLedg1` and SHA-256 of what the copy is of; then 44 bytes for each block:
 * start u64 (leaves before it in its segment), leaves u32 (0: not known), top 32 bytes.
 */
import { mkdir, open, rm } from 'node:fs/promises'
import type { FileHandle } from 'node:fs/promises'
import { dirname } from 'node:path'
import { concatBytes, equalBytes, utf8 } from '#types/bytes.ts'
import { sha256 } from '#types/crypto/sha256.ts'
import { AssayError, messageOf } from '#types/errors.ts'

const ENTRY_BYTES = 44
const MAGIC = utf8('AsyLedg1')
const LEAVES_AT = 8
const TOP_AT = 12
/** Most blocks of a copy, 64 GiB of full ones: their entries are in memory. */
export const MAX_COPY_BLOCKS: number = 2 ** 20
const FIRST_ROOM = 64

/** What is known of a block. */
export interface LedgerEntry {
  /** Leaves before it in its segment. */
  readonly start: bigint
  readonly leaves: number
  /** Of the tree over its leaves. */
  readonly top: Uint8Array
}

const headOf = (identity: Uint8Array): Uint8Array => {
  const name = concatBytes(MAGIC, sha256(identity))
  return concatBytes(name, new Uint8Array(ENTRY_BYTES - name.length))
}

/** The entries of a copy. openLedger makes it. */
export class CopyLedger {
  readonly #path: string
  readonly #file: FileHandle
  /** Room for some blocks more than are known. */
  #entries: Uint8Array

  constructor(path: string, file: FileHandle, entries: Uint8Array) {
    this.#path = path
    this.#file = file
    this.#entries = entries
  }

  /** @param place of the block in the copy */
  get(place: number): LedgerEntry | undefined {
    const at = place * ENTRY_BYTES
    if (at + ENTRY_BYTES > this.#entries.length) return undefined
    const view = new DataView(this.#entries.buffer, this.#entries.byteOffset + at, ENTRY_BYTES)
    const leaves = view.getUint32(LEAVES_AT, true)
    if (leaves === 0) return undefined
    return { start: view.getBigUint64(0, true), leaves, top: this.#entries.slice(at + TOP_AT, at + ENTRY_BYTES) }
  }

  /** @throws AssayError `COPY_UNWRITTEN` */
  async put(place: number, { start, leaves, top }: LedgerEntry): Promise<void> {
    const at = place * ENTRY_BYTES
    if (at + ENTRY_BYTES > this.#entries.length) this.#grow(place)
    const entry = this.#entries.subarray(at, at + ENTRY_BYTES)
    const view = new DataView(entry.buffer, entry.byteOffset, ENTRY_BYTES)
    view.setBigUint64(0, start, true)
    view.setUint32(LEAVES_AT, leaves, true)
    entry.set(top, TOP_AT)
    try {
      await this.#file.write(entry, 0, ENTRY_BYTES, ENTRY_BYTES + at)
    } catch (error) {
      throw this.#unwritten(error)
    }
  }

  /** Resolves when all entries survive a loss of power. @throws AssayError `COPY_UNWRITTEN` */
  async sync(): Promise<void> {
    try {
      await this.#file.sync()
    } catch (error) {
      throw this.#unwritten(error)
    }
  }

  async close(): Promise<void> {
    await this.#file.close()
  }

  /** Closes and deletes the file. */
  async remove(): Promise<void> {
    await this.#file.close()
    await rm(this.#path, { force: true })
  }

  #unwritten(cause: unknown): AssayError {
    const message = `the side file ${this.#path} of a copy cannot be written: ${messageOf(cause)}`
    return new AssayError('COPY_UNWRITTEN', message, { path: this.#path }, { cause })
  }

  #grow(place: number): void {
    const grown = new Uint8Array(Math.max(FIRST_ROOM, 2 * place + 2) * ENTRY_BYTES)
    grown.set(this.#entries)
    this.#entries = grown
  }
}

/**
 * Opens the side file of a copy, and makes it where there is none or that of another copy.
 * @param identity what the copy is of
 * @param blocks of the copy, at most MAX_COPY_BLOCKS
 */
export async function openLedger(path: string, identity: Uint8Array, blocks: number): Promise<CopyLedger> {
  await mkdir(dirname(path), { recursive: true })
  const head = headOf(identity)
  const file = await open(path, 'r+').catch(() => open(path, 'w+'))
  const most = ENTRY_BYTES * (1 + blocks)
  const { size } = await file.stat()
  const stored = new Uint8Array(Math.min(size, most))
  await file.read(stored, 0, stored.length, 0)
  if (stored.length >= ENTRY_BYTES && equalBytes(stored.subarray(0, ENTRY_BYTES), head)) {
    // A torn entry at the end is no entry.
    const whole = stored.length - (stored.length % ENTRY_BYTES)
    return new CopyLedger(path, file, stored.slice(ENTRY_BYTES, whole))
  }
  await file.truncate(0)
  await file.write(head, 0, ENTRY_BYTES, 0)
  return new CopyLedger(path, file, new Uint8Array())
}
