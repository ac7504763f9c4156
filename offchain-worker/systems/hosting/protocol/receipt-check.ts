/**
 * Whether receipts are good, and are those that an auditor requested.
 *
 * Owns: the faults of a receipt by name, the checks, and keeping the good receipts of a visit. Does not own: the
 * receipt's form.
 */
import { equalBytes } from '#types/bytes.ts'
import { checkReceiptSignature, servedWith, SignedReceipt, type Receipt } from '#types/domain/hosting/receipt.ts'
import { AssayError } from '#types/errors.ts'
import { decode } from '#types/scale/codec.ts'

/** Why a receipt does not count. A visit counts them by these names. */
type ReceiptFault =
  | 'undecodable'
  | 'other-feed'
  | 'other-peer'
  | 'other-nonce'
  | 'bad-signature'
  | 'no-recent-block'
  | 'chunk-missing'
  | 'chunk-not-asked'
  | 'chunk-repeated'
  | 'wrong-leaves'
  | 'wrong-bytes'
  | 'no-possession'
  | 'too-many'

/** How often each fault occurred. Faults that never occurred are left out. */
export type ReceiptFaults = Readonly<Partial<Record<ReceiptFault, number>>>

/** A good receipt must fit these values. */
export interface ReceiptTerms {
  readonly genesisHash: Uint8Array
  /** Key of the feed. */
  readonly feed: Uint8Array
  /** The hoster's registered Noise key. */
  readonly hosterKey: Uint8Array
  /** The receipt must name this peer. */
  readonly peer: Uint8Array
  readonly nonce: Uint8Array
  /** Whether an honest hoster could just have signed with this block. */
  readonly isRecentBlock: (number: number, hash: Uint8Array) => boolean
  readonly wasAsked: (index: number) => boolean
  /** A chunk's bytes, if it arrived. */
  readonly received: (index: number) => Uint8Array | undefined
}

/** A good receipt, or the fault of a bad one. */
type ReceiptFinding =
  | { readonly ok: true; readonly signed: SignedReceipt }
  | { readonly ok: false; readonly fault: ReceiptFault; readonly why: string }

type Bad = Extract<ReceiptFinding, { readonly ok: false }>

const bad = (fault: ReceiptFault, why: string): Bad => ({ ok: false, fault, why })

/** All checks of one receipt by itself, cheap ones first. */
function checkReceipt(terms: ReceiptTerms, encoded: Uint8Array): ReceiptFinding {
  let signed: SignedReceipt
  try {
    signed = decode(SignedReceipt, encoded)
  } catch (error) {
    return bad('undecodable', error instanceof AssayError ? error.message : 'it is not a receipt')
  }
  const { receipt } = signed
  if (!equalBytes(receipt.feed, terms.feed)) return bad('other-feed', 'it is for another feed')
  if (!equalBytes(receipt.peer, terms.peer)) return bad('other-peer', 'it is made out to another peer')
  if (!equalBytes(receipt.nonce, terms.nonce)) return bad('other-nonce', 'it answers another nonce')
  if (!terms.isRecentBlock(receipt.blockNumber, receipt.blockHash))
    return bad('no-recent-block', `block ${receipt.blockNumber} is not a recent one`)
  if (!checkReceiptSignature(terms.genesisHash, signed, terms.hosterKey))
    return bad('bad-signature', 'the hoster did not sign it')
  return checkChunks(terms, receipt) ?? { ok: true, signed }
}

/** The auditor must have requested the chunks, and the hoster must have had their bytes when it signed. */
function checkChunks(terms: ReceiptTerms, { chunks, leaves, nonce, possession, bytes }: Receipt): Bad | undefined {
  const stranger = chunks.find((index) => !terms.wasAsked(index))
  if (stranger !== undefined) return bad('chunk-not-asked', `it names chunk ${stranger}, which was not asked for`)
  const unsorted = chunks.find((index, place) => place > 0 && index <= chunks[place - 1]!)
  if (unsorted !== undefined) return bad('chunk-repeated', `it names chunk ${unsorted} again, or out of order`)
  const came = chunks.flatMap((index) => {
    const block = terms.received(index)
    return block ? [{ index, bytes: block }] : []
  })
  const right = servedWith(nonce, came)
  // If a chunk is still on its way or comes too late, we do not have its bytes and cannot check digests and sum.
  const isWhole = came.length === chunks.length
  if (isWhole ? bytes !== right.bytes : bytes < right.bytes)
    return bad('wrong-bytes', `it is for ${bytes} bytes, and its chunks have ${right.bytes}`)
  if (!isWhole) return undefined
  if (!equalBytes(right.leaves, leaves))
    return bad('wrong-leaves', 'its leaf hashes are not those of the received chunks')
  return equalBytes(right.possession, possession)
    ? undefined
    : bad('no-possession', 'its digest is not that of the chunks: the hoster did not have them')
}

/** The receipts of one visit. */
export class ReceiptBook {
  readonly #terms: ReceiptTerms
  readonly #most: number
  #good: SignedReceipt[] = []
  readonly #named = new Set<number>()
  readonly #faults: Partial<Record<ReceiptFault, number>> = {}

  /** @param most receipts to keep */
  constructor(terms: ReceiptTerms, most: number) {
    this.#terms = terms
    this.#most = most
  }

  /** Good receipts that name chunks, in the order of arrival. */
  get good(): readonly SignedReceipt[] {
    return this.#good
  }

  get faults(): ReceiptFaults {
    return this.#faults
  }

  /** Whether a good receipt names that chunk. */
  names(index: number): boolean {
    return this.#named.has(index)
  }

  /** Keeps a good receipt, counts a bad one. Returns the fault. */
  judge(encoded: Uint8Array): string | undefined {
    if (this.#good.length >= this.#most)
      return this.#count('too-many', `expected ${this.#most} receipts or fewer, got more`)
    const finding = checkReceipt(this.#terms, encoded)
    if (!finding.ok) return this.#count(finding.fault, finding.why)
    const { chunks } = finding.signed.receipt
    const again = chunks.find((index) => this.#named.has(index))
    if (again !== undefined) return this.#count('chunk-repeated', `it names chunk ${again} again`)
    // A receipt without chunks says nothing, and would take the place of one with chunks.
    if (chunks.length > 0) this.#good.push(finding.signed)
    for (const index of chunks) this.#named.add(index)
    return undefined
  }

  /**
   * Judges the good receipts again after the last chunk has arrived. Returns the fault of the first that then does not
   * count.
   */
  review(): string | undefined {
    const faults: string[] = []
    this.#good = this.#good.filter(({ receipt }) => {
      const fault = checkChunks(this.#terms, receipt)
      if (!fault) return true
      for (const index of receipt.chunks) this.#named.delete(index)
      faults.push(this.#count(fault.fault, fault.why))
      return false
    })
    return faults[0]
  }

  /** The fault, if the good receipts together leave out one of these chunks. */
  missing(received: Iterable<number>): string | undefined {
    for (const index of received)
      if (!this.#named.has(index)) return this.#count('chunk-missing', `no receipt names chunk ${index}`)
    return undefined
  }

  #count(fault: ReceiptFault, why: string): string {
    this.#faults[fault] = (this.#faults[fault] ?? 0) + 1
    return why
  }
}
