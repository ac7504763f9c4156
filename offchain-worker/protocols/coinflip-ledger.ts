/**
 * What a member has learnt of all members in a session: who is there, who committed to what, who echoed, who revealed.
 *
 * Owns: the one place where a second commitment or a reveal that does not open turns into evidence. Does not own: phases,
 * sending or signatures of envelopes (coinflip.ts). Members go by rank, their place in the session's order.
 */
import { equalBytes, toHex } from '#types/bytes.ts'
import {
  checkSignedCommitment,
  commitTo,
  type Commitment,
  type Evidence,
  type SignedCommitment,
  type SignedEcho,
  type SignedReveal,
} from '#types/domain/coinflip.ts'
import type { Seat } from './coinflip-messages.ts'

interface Entry {
  hello: boolean
  commitment: SignedCommitment | undefined
  echo: SignedEcho | undefined
  reveal: SignedReveal | undefined
}

/** What is known of a member. */
export type Known = Readonly<Entry>

/** What a piece of news was: new, already known, or the proof of a lie. */
export type Finding = 'new' | 'known' | Evidence

const sameBody = (a: Commitment, b: Commitment): boolean =>
  a === b || (equalBytes(a.commitment, b.commitment) && equalBytes(a.auditKeyHash, b.auditKeyHash))

/** Everything known in a session, by rank. */
export class Ledger {
  readonly #seat: Seat
  readonly #ranks: ReadonlyMap<string, number>
  /** The session's own arrays, found without spelling them out. */
  readonly #ranksOfArrays: ReadonlyMap<Uint8Array, number>
  readonly #entries: readonly Entry[]

  constructor(seat: Seat) {
    this.#seat = seat
    const { members } = seat.session
    this.#ranks = new Map(members.map((key, rank) => [toHex(key), rank]))
    this.#ranksOfArrays = new Map(members.map((key, rank) => [key, rank]))
    this.#entries = members.map(() => ({ hello: false, commitment: undefined, echo: undefined, reveal: undefined }))
  }

  /** The member's place, or `undefined` for a stranger. */
  rankOf(key: Uint8Array): number | undefined {
    return this.#ranksOfArrays.get(key) ?? this.#ranks.get(toHex(key))
  }

  /** What is known of the member at a rank of this session. */
  of(rank: number): Known {
    return this.#entries[rank]!
  }

  /** The members of whom something is not known yet. */
  lacking(known: (entry: Known) => unknown): Uint8Array[] {
    return this.#seat.session.members.filter((_, rank) => !known(this.of(rank)))
  }

  noteHello(rank: number): void {
    this.#entries[rank]!.hello = true
  }

  /** Takes a commitment whose signature was checked. */
  noteCommitment(signed: SignedCommitment): Finding {
    const entry = this.#entries[this.rankOf(signed.author)!]!
    if (!entry.commitment) {
      entry.commitment = signed
      return 'new'
    }
    if (sameBody(entry.commitment.body, signed.body)) return 'known'
    return { tag: 'Equivocation', value: { first: entry.commitment, second: signed } }
  }

  /**
   * Whether a row names each member once, in order, each commitment signed by its author. A row that does not is nobody's
   * fault but its sender's.
   */
  isSoundRow(row: readonly SignedCommitment[]): boolean {
    const { sid, session, reading } = this.#seat
    if (row.length !== session.members.length) return false
    if (row.some((signed, rank) => !equalBytes(signed.author, session.members[rank]!))) return false
    return row.every(
      (signed, rank) =>
        this.#isKnown(signed, rank) || checkSignedCommitment(sid, session.round, signed, reading.isSigned),
    )
  }

  /** Takes a sound row whose signature was checked, and every commitment in it. */
  noteEcho(signed: SignedEcho): Finding {
    for (const commitment of signed.row) {
      const finding = this.noteCommitment(commitment)
      if (typeof finding !== 'string') return finding
    }
    const entry = this.#entries[this.rankOf(signed.author)!]!
    if (entry.echo) return 'known'
    entry.echo = signed
    return 'new'
  }

  /** Takes a reveal whose signature was checked. Whether it opens its commitment is asked at the gate. */
  noteReveal(signed: SignedReveal): Finding {
    const entry = this.#entries[this.rankOf(signed.author)!]!
    if (entry.reveal) return 'known'
    entry.reveal = signed
    return 'new'
  }

  /** Evidence where a held reveal does not open its author's commitment. */
  findBadReveal(): Evidence | undefined {
    for (const { commitment, reveal } of this.#entries) {
      if (!commitment || !reveal) continue
      const opened = commitTo(this.#seat.sid, reveal.author, reveal.value)
      if (!equalBytes(opened, commitment.body.commitment)) return { tag: 'BadReveal', value: { commitment, reveal } }
    }
    return undefined
  }

  /** All commitments in the order of the members. Complete from ECHO on. */
  row(): SignedCommitment[] {
    return this.#entries.flatMap(({ commitment }) => (commitment ? [commitment] : []))
  }

  /** All numbers in the order of the members. Complete at the end of REVEAL. */
  values(): Uint8Array[] {
    return this.#entries.flatMap(({ reveal }) => (reveal ? [reveal.value] : []))
  }

  #isKnown(signed: SignedCommitment, rank: number): boolean {
    const known = this.of(rank).commitment
    return known !== undefined && equalBytes(known.signature, signed.signature) && sameBody(known.body, signed.body)
  }
}
