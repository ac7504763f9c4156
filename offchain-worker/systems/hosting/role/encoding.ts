/**
 * An encoder's work on one segment of a copy: its key, its transfer to the hoster, its end.
 *
 * Owns: what is due at each step, and what a killed process finds again. Does not own: which copies are ours (encoder.ts).
 */
import { encodeCall } from '#chain/api/descriptors.ts'
import { equalBytes } from '#types/bytes.ts'
import { messageOf } from '#types/errors.ts'
import type { SegmentEnd } from '#types/domain/hosting/contract.ts'
import { blockKey, copyKey, type CopyIdentity } from '#types/domain/hosting/copy/keys.ts'
import { decode, encode } from '#types/scale/codec.ts'
import type { Duties } from '#worker/kernel/duties.ts'
import type { EncoderDeps, EncoderKey, FeedSource, SegmentName } from '../copy-ports.ts'
import { SegmentNotes } from '../transfer/segment-tree.ts'
import { createSender, type SenderDone, type SenderExit, type SenderWork } from '../transfer/sender.ts'
import { runTransfer, type Transfer } from '../transfer/session.ts'
import { acceptCopy, commitSegment } from './copy-items.ts'
import { segmentStart, type CopyRecord } from './copy-records.ts'

const BITS_PER_BYTE = 8

/** @see Encoding */
export type EncodingDeps = EncoderDeps & { readonly duties: Duties }

/** The name of a segment in journals and duties. */
const nameOf = ({ copy, generation, from }: SegmentName): string => `${copy}/${generation}/${from}`
const notesKey = (name: SegmentName): string => `encoding/${nameOf(name)}`

/** See the module's header. */
export class Encoding {
  readonly name: SegmentName
  readonly #deps: EncodingDeps
  #key: EncoderKey | undefined
  #end: SegmentEnd | undefined
  #transfer: Transfer | undefined
  #source: FeedSource | undefined
  /** Sources that are being closed, and work in the background. */
  readonly #ending = new Set<Promise<void>>()
  #isBusy = false
  #isClosed = false

  constructor(name: SegmentName, deps: EncodingDeps) {
    this.name = name
    this.#deps = deps
  }

  /** Whether this is the work on the segment that the copy is at. */
  isOf(record: CopyRecord): boolean {
    return this.name.generation === record.copy.generation && this.name.from === segmentStart(record)
  }

  /** Makes the key, and puts it on chain. */
  accept(leafBytes: number): void {
    const key = this.#key
    if (!key) return this.#inBackground(() => this.#makeKey(leafBytes))
    const { copy, generation } = this.name
    const { modulus } = key
    this.#deps.duties.ensure(`hosting.acceptCopy/${nameOf(this.name)}`, () =>
      encodeCall(acceptCopy, { copy, generation, modulus }),
    )
  }

  /** Encodes, transfers, and tells the end. @param isLate whether it must end, with its hoster or without */
  encode(record: CopyRecord, isLate: boolean): void {
    if (this.#end && record.copy.state === 'Encoding') return this.#commit(this.#end)
    if (!this.#transfer) return this.#inBackground(() => this.#begin(record))
    if (isLate) this.#transfer.hurry()
  }

  /** Stops at once; resolves when nothing of it is open any more. What is on the disk stays. */
  async close(): Promise<void> {
    this.#isClosed = true
    this.#stop()
    await Promise.all(this.#ending)
  }

  /** Deletes what the journal has of it. */
  async forget(): Promise<void> {
    await this.#deps.journal.delete(notesKey(this.name))
  }

  #commit(end: SegmentEnd): void {
    const { copy, generation } = this.name
    this.#deps.duties.ensure(`hosting.commitSegment/${nameOf(this.name)}`, () =>
      encodeCall(commitSegment, { copy, generation, end }),
    )
  }

  async #makeKey(leafBytes: number): Promise<void> {
    this.#key = await this.#deps.keys.make(this.name, leafBytes * BITS_PER_BYTE)
    if (this.#isClosed) return
    this.#deps.report({ kind: 'key-made', copy: String(this.name.copy) })
    this.accept(leafBytes)
  }

  async #begin(record: CopyRecord): Promise<void> {
    const { keys, sources, journal, log } = this.#deps
    const { copy, contract } = record
    const key = (this.#key ??= await keys.find(this.name))
    if (!key || !copy.modulus || !equalBytes(key.modulus, copy.modulus)) {
      log.warn({ copy: String(record.id) }, 'the key of a copy is gone: its encoder cannot go on')
      this.#isClosed = true
      return
    }
    const kept = await journal.get(notesKey(this.name))
    const notes = kept && decode(SegmentNotes, kept)
    const source = await sources.open(record.id, { key: contract.feed, ...contract.tree })
    if (this.#isClosed) return source.close()
    this.#source = source
    this.#run(record, key, source, notes)
  }

  #run(record: CopyRecord, key: EncoderKey, source: FeedSource, notes: SegmentNotes | undefined): void {
    const { chain, network } = this.#deps
    const { copy, contract } = record
    const { from } = this.name
    const { generation, hoster } = copy
    if (!hoster) return
    const { modulus } = key
    const identity = { genesis: chain.genesisHash, feed: contract.feed, copy: record.id, generation, modulus }
    const sign = (message: Uint8Array): Uint8Array => network.identity.sign(message)
    this.#transfer = runTransfer<SenderWork, SenderDone, SenderExit>(
      {
        machine: createSender({ identity, from, to: contract.to, notes, sign }),
        name: { ...this.name, genesis: chain.genesisHash },
        peer: hoster.noiseKey,
        feedBytes: contract.tree.roots.reduce((sum, { bytes }) => sum + bytes, 0n),
        leafBytes: modulus.length,
        work: (work) => {
          if (work.kind === 'note') return this.#note(work.notes, contract.to)
          return work.kind === 'make' ? this.#make(work, identity, key, source) : this.#join(work, source)
        },
        onExit: (exit) => this.#exit(exit),
        // The next block begins anew, where the chain still waits for us.
        onFailed: () => this.#stop(),
      },
      this.#deps,
    )
  }

  async #make(
    { index, length }: Extract<SenderWork, { kind: 'make' }>,
    identity: CopyIdentity,
    { secret }: EncoderKey,
    source: FeedSource,
  ): Promise<SenderDone> {
    const { plain, proof } = await source.read(index, length)
    const key = blockKey(copyKey(identity), index)
    const made = await this.#deps.codec.encode(plain, key, identity.modulus.length, secret)
    return { length, proof, ...made }
  }

  async #join({ known, length }: Extract<SenderWork, { kind: 'join' }>, source: FeedSource): Promise<SenderDone> {
    return { known, length, nodes: await source.joining(known, length) }
  }

  async #note(notes: SegmentNotes, to: number): Promise<undefined> {
    const { journal, report } = this.#deps
    await journal.put(notesKey(this.name), encode(SegmentNotes, notes))
    report({
      kind: 'encoding',
      copy: String(this.name.copy),
      blocks: notes.to - this.name.from,
      of: to - this.name.from,
    })
    return undefined
  }

  #exit(exit: SenderExit): void {
    const copy = String(this.name.copy)
    if (exit.kind === 'refused') {
      const { index, why } = exit
      this.#deps.log.warn({ copy, index, why }, 'the hoster refuses what it was sent: the copy goes on without it')
      return this.#deps.report({ kind: 'block-refused', copy, index, why })
    }
    this.#end = exit.end
    const blocks = exit.end.to - this.name.from
    this.#deps.report({ kind: 'encoded', copy, blocks, of: blocks })
    this.#commit(exit.end)
  }

  #stop(): void {
    this.#transfer?.close()
    this.#transfer = undefined
    const source = this.#source
    this.#source = undefined
    if (!source) return
    const ending = source.close().catch((error: unknown) => this.#warn(error))
    this.#ending.add(ending)
    void ending.then(() => this.#ending.delete(ending))
  }

  /** One piece of work at a time. One that failed is tried again with the next block. */
  #inBackground(work: () => Promise<void>): void {
    if (this.#isBusy || this.#isClosed) return
    this.#isBusy = true
    const done = work()
      .catch((error: unknown) => this.#warn(error))
      .finally(() => {
        this.#isBusy = false
        this.#ending.delete(done)
      })
    this.#ending.add(done)
  }

  #warn(error: unknown): void {
    const fields = { copy: String(this.name.copy), error: messageOf(error) }
    if (!this.#isClosed) this.#deps.log.warn(fields, 'the work on a copy has stopped; it goes on with the next block')
  }
}
