/**
 * What a member has learnt of all members in a session: presence, commitments, echo rows, numbers, lies.
 *
 * Owns: the one place where a second commitment or a reveal that does not open turns into evidence, and what of it may be passed on. Does
 * not own: which signatures are checked when (inbox.ts). Members go by rank, their place in the session's order.
 */
import { equalBytes } from '#types/bytes.ts'
import {
  accusedBy,
  checkSignedCommitment,
  checkSignedEcho,
  commitTo,
  type Commitment,
  type Evidence,
  type SignedCommitment,
  type SignedEcho,
  type SignedReveal,
  type SpoilingLie,
} from '#types/domain/coinflip/coinflip.ts'
import type { Seat } from './messages.ts'

interface Entry {
  hello: boolean
  commitment: SignedCommitment | undefined
  echo: SignedEcho | undefined
  /** Whether the row's signature was checked; `forged` where there is no row that has a good one. */
  echoIs: 'unchecked' | 'proven' | 'forged'
  reveal: SignedReveal | undefined
  /** Whether the reveal is known to open the commitment. */
  opens: boolean
  /** The first lie that was noted: proven, and not what ends the session. */
  lie: Evidence | undefined
}

/** What is known of a member. */
export type Known = Readonly<Entry>

/** What a piece of news was: new, already known, or the proof of a lie. */
export type Finding<Lie extends Evidence = SpoilingLie> = 'new' | 'known' | Lie

const newEntry = (): Entry => ({
  hello: false,
  commitment: undefined,
  echo: undefined,
  echoIs: 'unchecked',
  reveal: undefined,
  opens: false,
  lie: undefined,
})

/** The start of a key as an integer: different keys rarely share it. */
const wordOf = (key: Uint8Array): number => (key[0]! << 16) | (key[1]! << 8) | key[2]!

const sameBody = (a: Commitment, b: Commitment): boolean =>
  a === b || (equalBytes(a.commitment, b.commitment) && equalBytes(a.auditKeyHash, b.auditKeyHash))

/** Everything known in a session, by rank. */
export class Ledger {
  readonly #seat: Seat
  /** By the start of the key. */
  readonly #ranks = new Map<number, number[]>()
  readonly #entries: readonly Entry[]
  /** All commitments, once they are known. */
  #row: readonly SignedCommitment[] | undefined
  /** Rows that were found sound, and noted: honest members' are the same. */
  #soundRow: readonly SignedCommitment[] | undefined
  #notedRow: readonly SignedCommitment[] | undefined

  constructor(seat: Seat) {
    this.#seat = seat
    const { members } = seat.session
    for (const [rank, key] of members.entries()) {
      const ranks = this.#ranks.get(wordOf(key))
      if (ranks) ranks.push(rank)
      else this.#ranks.set(wordOf(key), [rank])
    }
    this.#entries = members.map(newEntry)
  }

  /** The member's place, or `undefined` for a stranger. */
  rankOf(key: Uint8Array): number | undefined {
    const { members } = this.#seat.session
    const ranks = this.#ranks.get(wordOf(key))
    if (ranks === undefined) return undefined
    for (const rank of ranks) if (members[rank] === key || equalBytes(members[rank]!, key)) return rank
    return undefined
  }

  /** What is known of the member at a rank of this session. */
  of(rank: number): Known {
    return this.#entries[rank]!
  }

  /** The members of whom something is not known yet. */
  lacking(known: (entry: Known) => unknown): Uint8Array[] {
    return this.#seat.session.members.filter((_, rank) => !known(this.of(rank)))
  }

  /** Whether something is known of every member. */
  hasAll(known: (entry: Known) => unknown): boolean {
    for (const entry of this.#entries) if (!known(entry)) return false
    return true
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
    if (row === this.#soundRow) return true
    const { members } = this.#seat.session
    if (row.length !== members.length) return false
    if (row.some(({ author }, rank) => author !== members[rank] && !equalBytes(author, members[rank]!))) return false
    if (!row.every((signed, rank) => this.#isKnown(signed, rank) || this.#isSigned(signed))) return false
    this.#soundRow = row
    return true
  }

  /** Takes a sound row and every commitment in it. `isProven` where its signature was checked. Where it proves several lies, all are noted. */
  noteEcho(signed: SignedEcho, isProven: boolean): Finding {
    if (signed.row !== this.#notedRow) {
      const lies = signed.row
        .map((commitment) => this.noteCommitment(commitment))
        .filter((found) => typeof found === 'object')
      for (const lie of lies) this.noteLie(lie)
      if (lies[0]) return lies[0]
      this.#notedRow = signed.row
    }
    const entry = this.#entries[this.rankOf(signed.author)!]!
    const isNew = entry.echo === undefined
    if (isNew || (isProven && entry.echoIs !== 'proven')) {
      entry.echo = signed
      entry.echoIs = isProven ? 'proven' : 'unchecked'
    }
    return isNew ? 'new' : 'known'
  }

  /** Whether a row was taken of the member, even if it turned out not to have signed that one. */
  hasEchoed(rank: number): boolean {
    const { echo, echoIs } = this.of(rank)
    return echo !== undefined || echoIs === 'forged'
  }

  /** The member's row for others to believe, by its signature. A row that was taken without and has a bad one is forgotten. */
  provenEcho(rank: number): SignedEcho | undefined {
    const entry = this.#entries[rank]!
    if (entry.echo && entry.echoIs === 'unchecked') {
      const { sid, session, reading } = this.#seat
      const isProven = checkSignedEcho(sid, session.round, entry.echo, reading.isSigned)
      entry.echoIs = isProven ? 'proven' : 'forged'
      if (!isProven) entry.echo = undefined
    }
    return entry.echo
  }

  /** Members whose rows were taken, and that turn out not to have signed them. */
  echoForgers(): Uint8Array[] {
    return this.#seat.session.members.filter(
      (_, rank) => this.provenEcho(rank) === undefined && this.of(rank).echoIs === 'forged',
    )
  }

  /** Whether the value opens its author's commitment; `undefined` where that is not known yet. */
  isOpening({ author, value }: SignedReveal): boolean | undefined {
    const { commitment } = this.#entries[this.rankOf(author)!]!
    return commitment && equalBytes(commitTo(this.#seat.sid, author, value), commitment.body.commitment)
  }

  /** Takes a reveal that opens its commitment, or whose signature was checked: it is then weighed at the gate. */
  noteReveal(signed: SignedReveal, opens: boolean): Finding {
    const entry = this.#entries[this.rankOf(signed.author)!]!
    if (entry.reveal) return 'known'
    entry.reveal = signed
    entry.opens = opens
    return 'new'
  }

  /** Takes a proven lie that does not end the session; one of a member is enough. */
  noteLie(lie: Evidence): 'new' | 'known' {
    const entry = this.#entries[this.rankOf(accusedBy(lie))!]!
    if (entry.lie) return 'known'
    entry.lie = lie
    return 'new'
  }

  /** What is proven of each member that lied, in their order: what was noted, or else a held reveal that opens nothing. */
  lies(): readonly Evidence[] {
    return this.#entries.flatMap((entry) => entry.lie ?? this.#badReveal(entry) ?? [])
  }

  /** Evidence where a held reveal does not open its author's commitment. */
  findBadReveal(): SpoilingLie | undefined {
    for (const entry of this.#entries) {
      const lie = this.#badReveal(entry)
      if (lie) return lie
    }
    return undefined
  }

  /** All commitments in the order of the members. Complete from ECHO on. */
  row(): readonly SignedCommitment[] {
    if (this.#row) return this.#row
    const row = this.#entries.flatMap(({ commitment }) => (commitment ? [commitment] : []))
    if (row.length === this.#entries.length) this.#row = row
    return row
  }

  /** All numbers in the order of the members. Complete at the end of REVEAL. */
  values(): Uint8Array[] {
    return this.#entries.flatMap(({ reveal }) => (reveal ? [reveal.value] : []))
  }

  #badReveal(entry: Entry): SpoilingLie | undefined {
    const { commitment, reveal } = entry
    if (!commitment || !reveal || entry.opens) return undefined
    entry.opens = this.isOpening(reveal) === true
    return entry.opens ? undefined : { tag: 'BadReveal', value: { commitment, reveal } }
  }

  #isSigned(signed: SignedCommitment): boolean {
    const { sid, session, reading } = this.#seat
    return checkSignedCommitment(sid, session.round, signed, reading.isSigned)
  }

  #isKnown(signed: SignedCommitment, rank: number): boolean {
    const known = this.of(rank).commitment
    if (known === undefined || known === signed) return known === signed
    const sameSignature = known.signature === signed.signature || equalBytes(known.signature, signed.signature)
    return sameSignature && sameBody(known.body, signed.body)
  }
}
