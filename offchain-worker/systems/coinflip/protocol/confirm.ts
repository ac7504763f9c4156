/**
 * CONFIRM of one member: it proves to some others that it knows the number, and gets the same proof from others.
 *
 * Owns: which members have pinged and ponged which, and judging their messages. Does not own: the right words, and the order of
 * pings, which the domain's magic has.
 *
 * After REVEAL every member knows which member pings which. So a member need not wait until its time is over: it is done when all
 * its pings are answered and all due pings have come. Silence costs time and nothing else. Nobody waits for a member that was
 * caught lying.
 */
import { equalBytes } from '#types/bytes.ts'
import {
  checkSignedConfirmation,
  confirmationWord,
  magic,
  pingOrder,
  pingTargets,
  transcriptRoot,
  type Commitment,
  type ConfirmationKindName,
  type Evidence,
  type SignedConfirmation,
} from '#types/domain/coinflip/coinflip.ts'
import type { Finding, Ledger } from './ledger.ts'
import type { DropReason, Seat } from './messages.ts'
import type { Outbox } from './outbox.ts'

/** The number of a member, and all commitments, which prove that nobody chose it. */
export interface Agreement {
  readonly magic: Uint8Array
  readonly transcript: readonly Commitment[]
  readonly transcriptRoot: Uint8Array
}

/** One member's pings and pongs. Members are named by rank. */
export class Confirm {
  readonly #seat: Seat
  readonly #ledger: Ledger
  readonly #outbox: Outbox
  readonly #pings: number
  #agreement: Agreement | undefined
  /** Members whose pong we await, and members whose ping we await. */
  readonly #awaitedPongs = new Set<number>()
  readonly #awaitedPings = new Set<number>()
  #targets: ReadonlySet<number> = new Set()
  /** Pings that came before we had the number, one of each member. */
  readonly #held = new Map<number, SignedConfirmation>()

  constructor(seat: Seat, ledger: Ledger, outbox: Outbox, pings: number) {
    this.#seat = seat
    this.#ledger = ledger
    this.#outbox = outbox
    this.#pings = pings
  }

  /** The agreement; `undefined` before all numbers are known. */
  get agreement(): Agreement | undefined {
    return this.#agreement
  }

  /** Whether all awaited pings and pongs have come. */
  get complete(): boolean {
    return (
      this.#agreement !== undefined &&
      this.#owing(this.#awaitedPongs).length === 0 &&
      this.#owing(this.#awaitedPings).length === 0
    )
  }

  /** MAGIC, and the pings. All numbers are known and open their commitments. Returns the lies that earlier pings prove. */
  begin(): readonly Evidence[] {
    const { sid, session } = this.#seat
    const values = this.#ledger.values()
    const transcript = this.#ledger.row().map(({ body }) => body)
    const number = magic(sid, values, session.magicRule)
    this.#agreement = { magic: number, transcript, transcriptRoot: transcriptRoot(sid, transcript) }
    const own = this.#ledger.rankOf(this.#seat.self)!
    const order = pingOrder(sid, values.length, number)
    this.#targets = new Set(pingTargets(order, own, this.#pings))
    for (const rank of this.#targets) {
      this.#awaitedPongs.add(rank)
      this.#say('Ping', rank)
    }
    for (const rank of pingTargets(order, own, this.#pings, -1)) this.#awaitedPings.add(rank)
    const lies: Evidence[] = []
    for (const [rank, signed] of this.#held) {
      const finding = this.hear(rank, signed)
      if (typeof finding === 'object') lies.push(finding)
      else if (finding !== 'new' && finding !== 'known')
        this.#outbox.put({ kind: 'dropped', from: signed.author, reason: finding })
    }
    return lies
  }

  /** Takes a ping or pong from its author. Checks its signature only where it will be evidence. */
  hear(rank: number, signed: SignedConfirmation): Finding<Evidence> | DropReason {
    const agreement = this.#agreement
    if (signed.kind === 'Ping' && !agreement) return this.#hold(rank, signed)
    if (!agreement || (signed.kind === 'Pong' && !this.#targets.has(rank))) return 'out-of-phase'
    // A word of another transcript cannot be judged. It convicts nobody, and counts as silence.
    if (!equalBytes(signed.body.transcriptRoot, agreement.transcriptRoot)) return 'wrong-transcript'
    if (!this.#isRight(signed, agreement)) return this.#isSigned(signed) ? this.#evidence(signed) : 'bad-signature'
    if (signed.kind === 'Pong') return this.#awaitedPongs.delete(rank) ? 'new' : 'known'
    this.#awaitedPings.delete(rank)
    this.#say('Pong', rank)
    return 'new'
  }

  /** Pings members again that have not answered, and greets those that have not pinged; these then send their messages again. */
  askAgain(): void {
    for (const rank of this.#owing(this.#awaitedPongs)) this.#say('Ping', rank)
    for (const rank of this.#owing(this.#awaitedPings)) {
      if (!this.#awaitedPongs.has(rank)) this.#outbox.sendTo(this.#memberAt(rank), { tag: 'Hello', value: undefined })
    }
  }

  /** Pings a member again that lacks a message of ours, if we ping that member. */
  repeat(rank: number): void {
    if (this.#targets.has(rank)) this.#say('Ping', rank)
  }

  /** The members among them for which we still wait. We do not wait for a member that was caught lying. */
  #owing(ranks: ReadonlySet<number>): number[] {
    return [...ranks].filter((rank) => this.#ledger.of(rank).lie === undefined)
  }

  #hold(rank: number, signed: SignedConfirmation): 'new' | 'known' {
    if (this.#held.has(rank)) return 'known'
    this.#held.set(rank, signed)
    return 'new'
  }

  #isRight({ kind, author: from, receiver: to, body }: SignedConfirmation, agreement: Agreement): boolean {
    return equalBytes(body.word, confirmationWord(kind, this.#seat.sid, { from, to }, agreement.magic))
  }

  #isSigned(signed: SignedConfirmation): boolean {
    const { sid, session, reading } = this.#seat
    return checkSignedConfirmation(sid, session.round, signed, reading.isSigned)
  }

  #evidence(confirmation: SignedConfirmation): Evidence {
    const values = this.#ledger.values()
    const openings = this.#ledger
      .row()
      .map(({ body }, rank) => ({ value: values[rank]!, auditKeyHash: body.auditKeyHash }))
    return { tag: 'BadPing', value: { confirmation, openings } }
  }

  #say(kind: ConfirmationKindName, rank: number): void {
    const { magic: number, transcriptRoot: root } = this.#agreement!
    const to = this.#memberAt(rank)
    const word = confirmationWord(kind, this.#seat.sid, { from: this.#seat.self, to }, number)
    this.#outbox.sendTo(to, { tag: kind, value: { transcriptRoot: root, word } })
  }

  #memberAt(rank: number): Uint8Array {
    return this.#seat.session.members[rank]!
  }
}
