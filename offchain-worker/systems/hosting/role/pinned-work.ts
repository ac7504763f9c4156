/**
 * A hoster's work on one copy: from its first block to its end.
 *
 * Owns: opening the copy under the terms that the chain lists, answering challenges, and dropping it. Does not own: a segment in the
 * making (receiving.ts).
 */
import { encodeCall, read } from '#chain/api/descriptors.ts'
import { toHex } from '#types/bytes.ts'
import { AssayError, messageOf } from '#types/errors.ts'
import type { StorageAnswer } from '#types/domain/hosting/copy/challenge.ts'
import type { HostingParameters } from '#types/domain/hosting/market-parameters.ts'
import type { BlockRange } from '../copies/block-terms.ts'
import type { CopySegments } from '../copies/copy-layout.ts'
import type { PinnedCopies, PinnedCopy } from '../copy-ports.ts'
import { feedHeads } from './chain-items.ts'
import { answerStorage, leaveCopy } from './copy-items.ts'
import { isProvider, segmentStart, type CopyRecord, type CopyWork } from './copy-records.ts'
import { forgetHead, loadHead, saveHead } from './pinning-notes.ts'
import { Receiving, type ReceivingDeps } from './receiving.ts'

/** A hoster reads its copies again at this pace, to find spoiled blocks before a challenge does. */
const CHECK_BYTES_PER_SECOND = 2 ** 20
/** It begins so often in the blocks that lie between two challenges on average. The chain asks after half of them at the earliest. */
const CHECKS_PER_CHALLENGE = 4

/** What serves the feeds of copies that are whole. */
export interface FeedHost {
  /** Serves these blocks of a feed from now on, which a copy has. */
  serve(feed: Uint8Array, copy: bigint, range: BlockRange): Promise<void>
  /** The copy is over: the feed is not served any more, unless something else needs it. */
  release(feed: Uint8Array, copy: bigint): Promise<void>
}

/** @see PinnedWork */
export interface PinnedWorkDeps extends ReceivingDeps {
  readonly copies: PinnedCopies
  readonly host: FeedHost
  /** The disk does not take a copy. */
  readonly onFull: () => void
}

/** @see PinnedWork */
export interface PinnedWorkOptions {
  readonly account: Uint8Array
  readonly id: bigint
  /** Whether the operator wants to give the copy to others. */
  readonly isLeaving: boolean
}

/** A copy that is open under some terms. */
interface Open {
  readonly pinned: PinnedCopy
  readonly generation: number
  terms: string
  receiving: Receiving | undefined
}

/** The segments that the chain lists; `undefined` while nobody makes what is missing. */
function segmentsOf(record: CopyRecord): CopySegments | undefined {
  const { copy, contract } = record
  const from = segmentStart(record)
  if (from >= contract.to) return { closed: copy.segments }
  const isMade = copy.state === 'Encoding' || copy.state === 'Confirming'
  return isMade && copy.modulus ? { closed: copy.segments, present: { from, modulus: copy.modulus } } : undefined
}

const termsOf = ({ copy }: CopyRecord): string =>
  `${copy.generation}/${copy.segments.length}/${copy.modulus ? toHex(copy.modulus) : ''}`

/** See the module's header. */
export class PinnedWork implements CopyWork {
  readonly #options: PinnedWorkOptions
  readonly #deps: PinnedWorkDeps
  #open: Open | undefined
  #feed: Uint8Array | undefined
  #answer: { readonly until: number; readonly answer: StorageAnswer } | undefined
  #isServing = false
  #isChecking = false
  /** The block from which on the next check is due. */
  #checksAt = 0
  /** The disk does not take it: others get the copy while its encoder still has the time. */
  #isFull = false
  /** One piece of work after the other. */
  #working: Promise<void> | undefined
  #over: string | undefined

  constructor(options: PinnedWorkOptions, deps: PinnedWorkDeps) {
    this.#options = options
    this.#deps = { ...deps, onFailed: (error) => this.#noteFailure(error) }
  }

  get over(): string | undefined {
    return this.#over
  }

  async update(record: CopyRecord | undefined, parameters: HostingParameters, now: number): Promise<void> {
    if (this.#working) return
    if (!record || !isProvider(record.copy, 'hoster', this.#options.account))
      return this.#letGo(record ? 'the copy goes on without us' : 'the copy is over')
    this.#feed = record.contract.feed
    if (this.#options.isLeaving || this.#isFull) this.#leave(record)
    const segments = segmentsOf(record)
    if (!segments) return this.#open?.receiving?.close()
    const terms = termsOf(record)
    if (this.#open?.terms !== terms) return this.#inBackground(() => this.#turnTo(record, segments, terms))
    if (this.#open.receiving && segments.present) return this.#open.receiving.update(record, parameters, now)
    if (!this.#isServing) return this.#inBackground(() => this.#serve(record))
    this.#check(parameters, now)
    if (this.#open.pinned.next !== undefined) this.#leave(record)
    this.#prove(record, now)
  }

  close(): void {
    this.#over ??= 'stopped'
    this.#open?.receiving?.close()
  }

  /** Resolves when nothing of it is open any more. */
  async closed(): Promise<void> {
    await this.#working
    await this.#open?.pinned.close()
  }

  async #turnTo(record: CopyRecord, segments: CopySegments, terms: string): Promise<void> {
    const { generation } = record.copy
    await this.#openUnder(record, segments)
    const open = this.#open
    if (!open) return
    open.receiving?.close()
    await open.receiving?.forget()
    open.receiving = undefined
    if (segments.present) {
      const name = { copy: record.id, generation, from: segments.present.from }
      open.receiving = await Receiving.open(name, open.pinned, this.#deps)
    }
    open.terms = terms
  }

  async #openUnder(record: CopyRecord, segments: CopySegments): Promise<void> {
    const { chain, copies, journal } = this.#deps
    const { id, copy, contract } = record
    const { generation } = copy
    if (this.#open?.generation === generation) return this.#open.pinned.setSegments(segments)
    await this.#stop()
    const head = (await loadHead(journal, id)) ?? (await read(chain, feedHeads, contract.feed))
    if (!head) return
    await saveHead(journal, id, head)
    const { from, to } = contract
    const identity = { genesis: chain.genesisHash, copy: id, generation }
    const pinned = await copies.open({ head, identity, range: { from, to }, segments })
    this.#open = { pinned, generation, terms: '', receiving: undefined }
  }

  async #serve({ id, contract: { feed, from, to } }: CopyRecord): Promise<void> {
    await this.#deps.host.serve(feed, id, { from, to })
    this.#isServing = true
  }

  /** Answers the challenge that the copy is under, if it is. */
  #prove({ id, copy: { challenge, generation } }: CopyRecord, now: number): void {
    if (!challenge || now >= challenge.until) return
    const { until, beacon, draws } = challenge
    if (this.#answer?.until !== until)
      return this.#inBackground(async () => {
        const answer = await this.#open!.pinned.answer({ beacon, copy: id, generation }, draws)
        this.#answer = { until, answer }
        this.#deps.report({ kind: 'challenged', copy: String(id), draws })
        this.#submit(id, generation)
      })
    this.#submit(id, generation)
  }

  #submit(copy: bigint, generation: number): void {
    const { until, answer } = this.#answer!
    this.#deps.duties.ensure(`hosting.answerStorage/${copy}/${generation}/${until}`, () =>
      encodeCall(answerStorage, { copy, generation, answer }),
    )
  }

  /** Reads all blocks once, and then again. */
  #check({ challengeInterval }: HostingParameters, now: number): void {
    const open = this.#open
    if (this.#isChecking || !open || now < this.#checksAt) return
    this.#isChecking = true
    this.#checksAt = now + Math.ceil(challengeInterval / CHECKS_PER_CHALLENGE)
    const copy = String(this.#options.id)
    open.pinned
      .check({ bytesPerSecond: CHECK_BYTES_PER_SECOND })
      .then((dropped) => {
        if (dropped.length === 0) return
        this.#deps.log.warn(
          { copy, blocks: dropped.length },
          'the disk has spoiled blocks of a copy: it goes to others',
        )
        this.#deps.report({ kind: 'blocks-spoiled', copy, blocks: dropped.length })
      })
      .catch((error: unknown) => this.#warn(error))
      .finally(() => (this.#isChecking = false))
  }

  /**
   * Has the chain give the copy to others, because the operator wants that, or because a block is spoiled: the key that encoded it is gone
   * since the copy was whole, so nobody can bring it again. Until another hoster has the copy, this one serves and proves what it has.
   */
  #leave({ id, copy: { generation, isLeaving } }: CopyRecord): void {
    if (isLeaving) return
    this.#deps.duties.ensure(`hosting.leaveCopy/${id}/${generation}`, () =>
      encodeCall(leaveCopy, { copy: id, generation }),
    )
  }

  /** What cannot be deleted is deleted at the next start: the other copies must not suffer from it. */
  async #letGo(why: string): Promise<void> {
    try {
      await this.#forget(why)
    } catch (error) {
      this.#warn(error)
      this.#over = why
    }
  }

  #noteFailure(error: unknown): void {
    if (this.#isFull || !(error instanceof AssayError) || error.code !== 'COPY_UNWRITTEN') return
    this.#isFull = true
    this.#deps.report({ kind: 'disk-full', copy: String(this.#options.id) })
    this.#deps.onFull()
  }

  async #forget(why: string): Promise<void> {
    this.#open?.receiving?.close()
    if (this.#feed && this.#isServing) await this.#deps.host.release(this.#feed, this.#options.id)
    this.#isServing = false
    await this.#open?.pinned.remove()
    await this.#stop()
    await forgetHead(this.#deps.journal, this.#options.id)
    this.#over = why
  }

  async #stop(): Promise<void> {
    const open = this.#open
    this.#open = undefined
    open?.receiving?.close()
    await open?.receiving?.forget()
    await open?.pinned.close()
  }

  /** What fails is tried again with the next block. */
  #inBackground(work: () => Promise<void>): void {
    this.#working = work()
      .catch((error: unknown) => {
        this.#noteFailure(error)
        this.#warn(error)
      })
      .finally(() => (this.#working = undefined))
  }

  #warn(error: unknown): void {
    if (this.#over !== undefined) return
    const [copy, why] = [String(this.#options.id), messageOf(error)]
    this.#deps.log.warn({ copy, error: why }, 'the work on a copy has failed; it is tried again with the next block')
  }
}
