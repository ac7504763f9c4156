/**
 * What a hoster knows of the blocks of its copy: their places in the trees, and the roots over them.
 *
 * Owns: keeping that right, with the side file as a cache. Does not own: the file (copy-ledger.ts).
 */
import { equalBytes } from '#types/bytes.ts'
import type { StoredBlock } from '#types/domain/hosting/copy/challenge.ts'
import type { Segment } from '#types/domain/hosting/copy/segment.ts'
import { blockNode, segmentRoot, TreeTop } from '#types/domain/hosting/copy/tree.ts'
import type { CopyLedger, LedgerEntry } from './copy-ledger.ts'
import type { CopyPart } from './copy-layout.ts'

/** A segment as far as it goes: what an encoder's checkpoint says too. */
export type SegmentSoFar = Pick<Segment, 'from' | 'to' | 'leaves' | 'root'>

/** Hashes the leaves of a stored block; undefined where the block is not held. */
export type HashStored = (index: number, leafBytes: number) => Promise<Pick<LedgerEntry, 'leaves' | 'top'> | undefined>

/** See the module's header. */
export class CopyIndex {
  /** First block of the copy. */
  readonly #from: number
  readonly #ledger: CopyLedger
  readonly #hash: HashStored
  /** The top over the first blocks of one segment, which grows with it. */
  #growing: { readonly from: number; to: number; leaves: bigint; readonly top: TreeTop } | undefined

  constructor(from: number, ledger: CopyLedger, hash: HashStored) {
    this.#from = from
    this.#ledger = ledger
    this.#hash = hash
  }

  /** A block that is known. */
  at(index: number): StoredBlock | undefined {
    const entry = this.#ledger.get(index - this.#from)
    return entry && { index, ...entry }
  }

  /** Blocks that are known, all of them; undefined where one is not. */
  blocks(from: number, to: number): StoredBlock[] | undefined {
    const blocks: StoredBlock[] = []
    for (let index = from; index < to; index++) {
      const block = this.at(index)
      if (!block) return undefined
      blocks.push(block)
    }
    return blocks
  }

  /** Notes a block behind those that are known. */
  async add(index: number, { from }: CopyPart, block: Pick<LedgerEntry, 'leaves' | 'top'>): Promise<void> {
    const last = index > from ? this.at(index - 1) : undefined
    const start = last ? last.start + BigInt(last.leaves) : 0n
    await this.#ledger.put(index - this.#from, { start, ...block })
  }

  /** Knows nothing of these blocks. */
  async forget(from: number, to: number): Promise<void> {
    const none = { start: 0n, leaves: 0, top: new Uint8Array(32) }
    for (let index = from; index < to; index++) if (this.at(index)) await this.#ledger.put(index - this.#from, none)
    this.#growing = undefined
  }

  /** Makes what is missing or does not fit from the stored blocks. A closed segment whose root differs is hashed as a whole. */
  async mend(part: CopyPart): Promise<void> {
    await this.#walk(part, part.from, false)
    const { closed } = part
    const known = closed && this.rootAt(part, part.to)
    if (!known || (known.leaves === closed.leaves && equalBytes(known.root, closed.root))) return
    this.#growing = undefined
    await this.#walk(part, part.from, true)
  }

  /** Goes on behind a block that was missing. */
  async mendBehind(index: number, part: CopyPart): Promise<void> {
    if (index + 1 < part.to && !this.at(index + 1)) await this.#walk(part, index + 1, false)
  }

  /** The segment up to a block, over what is known; undefined where that is not all, or nothing. */
  rootAt({ from }: CopyPart, to: number): SegmentSoFar | undefined {
    if (to <= from) return undefined
    const kept = this.#growing
    const isLonger = kept?.from === from && kept.to > to
    const grown = kept?.from === from && !isLonger ? kept : { from, to: from, leaves: 0n, top: new TreeTop() }
    if (!isLonger) this.#growing = grown
    for (; grown.to < to; grown.to++) {
      const block = this.at(grown.to)
      if (!block) return undefined
      grown.top.add(blockNode(block, block.top))
      grown.leaves += BigInt(block.leaves)
    }
    const span = { from, to, leaves: grown.leaves }
    return { ...span, root: segmentRoot(span, grown.top.node!) }
  }

  /** Up to the first block that is neither known nor stored: what is behind it has no place yet. */
  async #walk(part: CopyPart, first: number, isAnew: boolean): Promise<void> {
    const last = first > part.from ? this.at(first - 1) : undefined
    let start = last ? last.start + BigInt(last.leaves) : 0n
    for (let index = first; index < part.to; index++) {
      const known = this.at(index)
      let entry: Pick<LedgerEntry, 'leaves' | 'top'> | undefined = known?.start === start && !isAnew ? known : undefined
      if (!entry) {
        entry = (await this.#hash(index, part.modulus.length)) ?? (known?.start === start ? known : undefined)
        if (!entry) return
        await this.#ledger.put(index - this.#from, { start, leaves: entry.leaves, top: entry.top })
        this.#growing = undefined
      }
      start += BigInt(entry.leaves)
    }
  }
}
