/**
 * The encoder: makes the copies that the chain assigns to it, each under a key of its own, and brings them to their hosters.
 *
 * Owns: which copies are ours, and forgetting those that are not any more. Does not own: the work on a segment (encoding.ts).
 */
import type { FinalizedBlock } from '#chain/api/chain-port.ts'
import { read } from '#chain/api/descriptors.ts'
import { messageOf } from '#types/errors.ts'
import type { HostingParameters } from '#types/domain/hosting/market-parameters.ts'
import { createAssignments, type Assignments } from '#worker/kernel/assignments.ts'
import { createDuties, type Duties } from '#worker/kernel/duties.ts'
import type { Role } from '#worker/kernel/role.ts'
import type { EncoderDeps } from '../copy-ports.ts'
import { copies } from './copy-items.ts'
import { createCopyKind, isProvider, segmentStart, type CopyRecord, type CopyWork } from './copy-records.ts'
import { Encoding, type EncodingDeps } from './encoding.ts'
import { OfferKeeper } from './offer.ts'

/** @see createEncoder */
export interface EncoderOptions {
  readonly account: Uint8Array
  /** Plain bytes that it encodes in a block's time. The chain gives it so much time for a copy. */
  readonly bytesPerBlock: number
}

/** The work on one copy, segment by segment. */
class EncodingWork implements CopyWork {
  readonly #account: Uint8Array
  readonly #id: bigint
  readonly #deps: EncodingDeps
  #present: Encoding | undefined
  /** What is being left. */
  #leaving: Promise<void> | undefined
  #over: string | undefined

  constructor(account: Uint8Array, id: bigint, deps: EncodingDeps) {
    this.#account = account
    this.#id = id
    this.#deps = deps
  }

  get over(): string | undefined {
    return this.#over
  }

  async update(record: CopyRecord | undefined, parameters: HostingParameters, now: number): Promise<void> {
    if (this.#leaving) return
    if (!record || !isProvider(record.copy, 'encoder', this.#account)) {
      const why = record ? 'the copy goes on without us' : 'the copy is over'
      return this.#leave(() => this.#forget(why))
    }
    if (this.#present && !this.#present.isOf(record)) return this.#leave(async () => {})
    const { copy } = record
    const name = { copy: this.#id, generation: copy.generation, from: segmentStart(record) }
    this.#present ??= new Encoding(name, this.#deps)
    if (copy.state === 'Assigned') this.#present.accept(parameters.leastModulusBytes)
    // The hoster may need us until it has confirmed.
    const isLate = now > copy.encodesUntil - parameters.encodeWindow / 2
    if (copy.state === 'Encoding' || copy.state === 'Confirming') this.#present.encode(record, isLate)
  }

  close(): void {
    this.#over ??= 'stopped'
    void this.#present?.close()
  }

  /** Resolves when nothing of it is open any more. */
  async closed(): Promise<void> {
    await this.#leaving
    await this.#present?.close()
  }

  /** Closes what is open, which may take a while. */
  #leave(then: () => Promise<void>): void {
    const present = this.#present
    this.#present = undefined
    this.#leaving = (async () => {
      try {
        await present?.close()
        await present?.forget()
        await then()
      } catch (error) {
        this.#deps.log.warn(
          { copy: String(this.#id), error: messageOf(error) },
          'what a copy has left could not be deleted',
        )
      } finally {
        this.#leaving = undefined
      }
    })()
  }

  /** Nobody needs the key any more, and a key that is left over can only do harm. */
  async #forget(why: string): Promise<void> {
    await this.#deps.keys.forget(this.#id)
    await this.#deps.sources.forget(this.#id)
    this.#over = why
  }
}

class Encoder implements Role {
  readonly #account: Uint8Array
  readonly #deps: EncodingDeps
  readonly #duties: Duties
  readonly #offer: OfferKeeper
  readonly #assignments: Assignments
  readonly #works = new Set<EncodingWork>()
  #isTidy = false

  constructor({ account, bytesPerBlock }: EncoderOptions, deps: EncoderDeps) {
    this.#account = account
    this.#duties = createDuties(deps)
    this.#deps = { ...deps, duties: this.#duties }
    this.#offer = new OfferKeeper(account, { encodingBytesPerBlock: bytesPerBlock }, this.#deps)
    const kind = createCopyKind(
      {
        account,
        part: 'encoder',
        isBegun: async (copy, record) =>
          (await deps.keys.find({ copy, generation: record.copy.generation, from: segmentStart(record) })) !==
          undefined,
        begin: (id) => {
          const work = new EncodingWork(account, id, this.#deps)
          this.#works.add(work)
          return work
        },
      },
      deps.chain,
    )
    this.#assignments = createAssignments(account, kind, deps)
  }

  async start(): Promise<void> {}

  async onBlock(block: FinalizedBlock): Promise<void> {
    if (!this.#isTidy) await this.#tidy()
    await this.#offer.onBlock(block.number)
    await this.#assignments.onBlock(block)
    for (const work of this.#works) if (work.over !== undefined) this.#works.delete(work)
  }

  async drain(): Promise<void> {
    await this.#assignments.drain()
    await this.#duties.idle()
  }

  async close(): Promise<void> {
    this.#assignments.close()
    await Promise.all([...this.#works].map((work) => work.closed()))
  }

  /** Deletes the keys of copies that ended or went to others while no process ran. */
  async #tidy(): Promise<void> {
    const { chain, keys, sources } = this.#deps
    const kept = new Set((await keys.list()).map(({ copy }) => copy))
    for (const id of kept) {
      const copy = await read(chain, copies, id)
      if (copy && isProvider(copy, 'encoder', this.#account)) continue
      await keys.forget(id)
      await sources.forget(id)
    }
    this.#isTidy = true
  }
}

/** The role of an encoder. */
export const createEncoder = (options: EncoderOptions, deps: EncoderDeps): Role => new Encoder(options, deps)
