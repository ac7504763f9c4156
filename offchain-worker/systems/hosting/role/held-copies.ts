/**
 * Which copies a hoster has begun to hold, with the feed's head under which it began: the registered one may have grown since.
 *
 * Owns: this list in the journal, so that what ended while no process ran is found and deleted.
 */
import { FeedHead } from '#types/domain/hosting/feed.ts'
import { decode, encode } from '#types/scale/codec.ts'
import { struct, vec } from '#types/scale/compound.ts'
import { u64 } from '#types/scale/primitives.ts'
import type { Journal } from '#worker/kernel/ports.ts'

const KEY = 'pinning/copies'
/** More than a disk has room for. */
const MAX_COPIES = 65_536
const Held = vec(struct({ copy: u64, head: FeedHead }), MAX_COPIES)

/** See the module's header. */
export class HeldCopies {
  readonly #journal: Journal
  readonly #heads: Map<bigint, FeedHead>
  /** One write after the other, or an older list would replace a newer one. */
  #writing: Promise<void> = Promise.resolve()

  private constructor(journal: Journal, heads: Map<bigint, FeedHead>) {
    this.#journal = journal
    this.#heads = heads
  }

  /** The list of an earlier process. */
  static async load(journal: Journal): Promise<HeldCopies> {
    const kept = await journal.get(KEY)
    const entries = kept ? decode(Held, kept) : []
    return new HeldCopies(journal, new Map(entries.map(({ copy, head }) => [copy, head])))
  }

  headOf(copy: bigint): FeedHead | undefined {
    return this.#heads.get(copy)
  }

  get all(): readonly (readonly [copy: bigint, head: FeedHead])[] {
    return [...this.#heads]
  }

  /** Resolves once a killed process would find it again. */
  async add(copy: bigint, head: FeedHead): Promise<void> {
    if (this.#heads.has(copy)) return
    this.#heads.set(copy, head)
    await this.#write()
  }

  async remove(copy: bigint): Promise<void> {
    if (this.#heads.delete(copy)) await this.#write()
  }

  #write(): Promise<void> {
    const written = this.#writing.then(() => {
      const entries = this.all.map(([copy, head]) => ({ copy, head }))
      return this.#journal.put(KEY, encode(Held, entries))
    })
    this.#writing = written.catch(() => undefined)
    return written
  }
}
