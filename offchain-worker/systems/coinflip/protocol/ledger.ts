/**
 * A member's knowledge of all members in a session: presence, commitments, echo rows, numbers, lies.
 *
 * Owns: the one place where a second commitment, or a reveal that does not open, turns into evidence, and which parts may be passed
 * on. Does not own: when signatures are checked (the inbox). Members are named by rank, their place in the session's order.
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
  /** Whether the row's signature was checked; `forged` where no row with a good one came. */
  echoIs: 'unchecked' | 'proven' | 'forged'
  reveal: SignedReveal | undefined
  /** Whether the reveal is known to open the commitment. */
  opens: boolean
  /** The noted lie, which is proven. */
  lie: Evidence | undefined
}

/** The known facts about a member. */
export type Known = Readonly<Entry>

/** The result for a fact: new, already known, or the proof of a lie. */
export type Finding<Lie extends Evidence = SpoilingLie> = 'new' | 'known' | Lie

const NO_LIES: readonly Evidence[] = []

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
  /** The commitments of a sound row. All honest members have the same row. */
  #soundRow: readonly SignedCommitment[] | undefined
  #notedRow: readonly SignedCommitment[] | undefined
  /** Whether a held reveal may open nothing. */
  #hasDoubtful = false

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

  /** The member's rank, or `undefined` for a stranger. */
  rankOf(key: Uint8Array): number | undefined {
    const { members } = this.#seat.session
    const ranks = this.#ranks.get(wordOf(key))
    if (ranks === undefined) return undefined
    for (const rank of ranks) if (members[rank] === key || equalBytes(members[rank]!, key)) return rank
    return undefined
  }

  /** The known facts about the member at a rank of this session. */
  of(rank: number): Known {
    return this.#entries[rank]!
  }

  /** The members for which `known` does not hold yet. */
  lacking(known: (entry: Known) => unknown): Uint8Array[] {
    return this.#seat.session.members.filter((_, rank) => !known(this.of(rank)))
  }

  /** Whether `known` holds for every member. */
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
   * Whether a row names each member once, in order, each commitment signed by its author. A bad row is the fault of its sender
   * alone.
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

  /** Takes a sound row and every commitment in it, or returns all lies that it proves. `isProven`: its signature was checked. */
  noteEcho(signed: SignedEcho, isProven: boolean): 'new' | 'known' | readonly SpoilingLie[] {
    if (signed.row !== this.#notedRow) {
      const lies = this.compare(signed.row)
      if (lies.length > 0) return lies
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

  /** Whether we accepted a row of the member, even if its signature turned out to be bad. */
  hasEchoed(rank: number): boolean {
    const { echo, echoIs } = this.of(rank)
    return echo !== undefined || echoIs === 'forged'
  }

  /** The member's row with a checked signature, for others. Forgets an accepted row whose signature is bad. */
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

  /** Whether the value opens its author's commitment; `undefined` where that is not known yet. */
  isOpening({ author, value }: SignedReveal): boolean | undefined {
    const { commitment } = this.#entries[this.rankOf(author)!]!
    return commitment && equalBytes(commitTo(this.#seat.sid, author, value), commitment.body.commitment)
  }

  /**
   * Takes a reveal that opens its commitment, or one with a checked signature, which is then judged at the gate. Where we have the
   * number, as from the arbiter, a reveal that opens nothing is a lie all the same.
   */
  noteReveal(signed: SignedReveal, opens: boolean): Finding<Evidence> {
    const entry = this.#entries[this.rankOf(signed.author)!]!
    const { commitment } = entry
    if (entry.reveal)
      return opens || !commitment ? 'known' : { tag: 'BadReveal', value: { commitment, reveal: signed } }
    entry.reveal = signed
    entry.opens = opens
    this.#hasDoubtful ||= !opens
    return 'new'
  }

  /**
   * Takes a proven lie. Keeps one for each member: the first, unless two commitments come later. Only these spoil an attempt, so a
   * member that convicts itself of less must not hide a commitment that it makes last.
   */
  noteLie(lie: Evidence): 'new' | 'known' {
    const entry = this.#entries[this.rankOf(accusedBy(lie))!]!
    const isWorse = lie.tag === 'Equivocation' && entry.lie?.tag !== 'Equivocation'
    if (entry.lie && !isWorse) return 'known'
    entry.lie = lie
    return 'new'
  }

  /** One proven lie of each liar, in the order of members: the noted one, otherwise a held reveal that opens nothing. */
  lies(): readonly Evidence[] {
    return this.#entries.flatMap((entry) => entry.lie ?? this.#badReveal(entry) ?? [])
  }

  /** Takes back every held reveal that opens nothing, and returns the proofs. Their authors still owe their numbers. */
  takeBadReveals(): readonly Evidence[] {
    if (!this.#hasDoubtful) return NO_LIES
    this.#hasDoubtful = false
    return this.#entries.flatMap((entry) => {
      const lie = this.#badReveal(entry)
      if (!lie) return []
      entry.reveal = undefined
      return [lie]
    })
  }

  /** The proofs against authors of which the row has another commitment than ours. */
  compare(row: readonly SignedCommitment[]): readonly SpoilingLie[] {
    return row.map((signed) => this.noteCommitment(signed)).filter((found) => typeof found === 'object')
  }

  /** Takes the listed commitments in place of those that we heard. Returns the proofs against authors of two. */
  adopt(row: readonly SignedCommitment[]): readonly SpoilingLie[] {
    const lies = this.compare(row)
    for (const [rank, signed] of row.entries()) {
      const entry = this.#entries[rank]!
      if (sameBody(entry.commitment!.body, signed.body)) continue
      entry.commitment = signed
      entry.opens = false
      this.#hasDoubtful = true
    }
    this.#row = undefined
    return lies
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

  #badReveal(entry: Entry): Evidence | undefined {
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
