/**
 * Plain blocks of encoded ones: each is decoded once for all who ask at the same time, and kept for a while.
 *
 * Owns: the cache, and how many blocks are read and decoded at the same time. Does not own: what follows for a block that is bad.
 */
import { createTurnstile, type Turnstile } from '#worker/kernel/turnstile.ts'
import type { Decoded } from './codec-work.ts'
import { isSpoiled, type ReadStored } from './encoded-storage.ts'

/** The default of the cache. */
export const DEFAULT_CACHE_BYTES: number = 32 * 2 ** 20

/** How stored bytes become plain ones. */
export interface PlainBlocksDeps {
  /** Blocks read and decoded at the same time. All others wait unread. */
  readonly width: number
  /** Plain bytes that the cache keeps at most. */
  readonly cacheBytes: number
  /** undefined where no copy has this block. */
  readonly decode: (index: number, encoded: Uint8Array) => Promise<Decoded | undefined>
  /** The stored bytes decode to nothing. null: there are none, or the disk has spoiled them. */
  readonly onBad: (index: number, encoded: Buffer | null) => void
}

const bufferOf = ({ buffer, byteOffset, length }: Uint8Array): Buffer => Buffer.from(buffer, byteOffset, length)

/** See the module's header. */
export class PlainBlocks {
  readonly #deps: PlainBlocksDeps
  /** The block that was asked for last is at the end. */
  readonly #kept = new Map<number, Buffer>()
  readonly #underway = new Map<number, Promise<Buffer | null>>()
  readonly #inTurn: Turnstile
  #bytes = 0
  /** How often blocks were forgotten: what was read before is not kept after. */
  #forgotten = 0

  constructor(deps: PlainBlocksDeps) {
    this.#deps = deps
    this.#inTurn = createTurnstile(deps.width)
  }

  /** A plain block; null where none is stored, or what is stored does not decode. */
  get(index: number, read: ReadStored): Promise<Buffer | null> {
    const kept = this.#kept.get(index)
    if (kept) {
      this.#kept.delete(index)
      this.#kept.set(index, kept)
      return Promise.resolve(kept)
    }
    const underway = this.#underway.get(index)
    if (underway) return underway
    const work = this.#inTurn(() => this.#decoded(index, read)).finally(() => {
      if (this.#underway.get(index) === work) this.#underway.delete(index)
    })
    this.#underway.set(index, work)
    return work
  }

  /** Keeps nothing of these blocks, also not of those that are under way. */
  forget(from: number, to: number): void {
    this.#forgotten++
    for (const index of this.#kept.keys()) if (index >= from && index < to) this.#remove(index)
    for (const index of this.#underway.keys()) if (index >= from && index < to) this.#underway.delete(index)
  }

  async #decoded(index: number, read: ReadStored): Promise<Buffer | null> {
    const { decode, onBad } = this.#deps
    const before = this.#forgotten
    const encoded = await read().catch((error: unknown) => {
      if (!isSpoiled(error)) throw error
      return null
    })
    if (encoded === null) {
      onBad(index, null)
      return null
    }
    const decoded = await decode(index, encoded)
    if (decoded === undefined) return null
    if ('bad' in decoded) {
      onBad(index, encoded)
      return null
    }
    const plain = bufferOf(decoded.plain)
    if (this.#forgotten === before) this.#keep(index, plain)
    return plain
  }

  #keep(index: number, plain: Buffer): void {
    const size = plain.buffer.byteLength
    if (size > this.#deps.cacheBytes) return
    this.#kept.set(index, plain)
    this.#bytes += size
    for (const oldest of this.#kept.keys()) {
      if (this.#bytes <= this.#deps.cacheBytes) return
      this.#remove(oldest)
    }
  }

  #remove(index: number): void {
    this.#bytes -= this.#kept.get(index)?.buffer.byteLength ?? 0
    this.#kept.delete(index)
  }
}
