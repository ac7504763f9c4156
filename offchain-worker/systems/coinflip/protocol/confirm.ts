/**
 * CONFIRM of one member: it shows some others that it knows the number, and has others show it the same.
 *
 * Owns: which members have pinged and ponged which, and weighing their words. Does not own: what the right words are, and the order in
 * which members ping each other (magic.ts of the domain).
 *
 * Since everybody knows after REVEAL who pings whom, a member need not wait out its time: it is done when all its pings are
 * answered and all that are due to it have come. Silence costs time and nothing else, and a member that was caught lying is not waited for.
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

/** The number that a member arrived at, and all commitments that prove nobody chose it. */
export interface Agreement {
  readonly magic: Uint8Array
  readonly transcript: readonly Commitment[]
  readonly transcriptRoot: Uint8Array
}

/** One member's pings and pongs. Members go by rank. */
export class Confirm {
  readonly #seat: Seat
  readonly #ledger: Ledger
  readonly #outbox: Outbox
  readonly #pings: number
  #agreement: Agreement | undefined
  /** Whose pong we wait for, and whose ping. */
  readonly #awaitedPongs = new Set<number>()
  readonly #awaitedPings = new Set<number>()
  #targets: ReadonlySet<number> = new Set()
  /** Pings of members that were faster, one of each. */
  readonly #held = new Map<number, SignedConfirmation>()

  constructor(seat: Seat, ledger: Ledger, outbox: Outbox, pings: number) {
    this.#seat = seat
    this.#ledger = ledger
    this.#outbox = outbox
    this.#pings = pings
  }

  /** What was agreed on; `undefined` before all numbers are known. */
  get agreement(): Agreement | undefined {
    return this.#agreement
  }

  /** Whether nothing is awaited any more. */
  get complete(): boolean {
    return (
      this.#agreement !== undefined &&
      this.#owing(this.#awaitedPongs).length === 0 &&
      this.#owing(this.#awaitedPings).length === 0
    )
  }

  /** MAGIC, and the pings. All numbers are known and open their commitments. Returns the lies that pings prove which came before. */
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

  /** Takes a ping or pong that its author brought. Its signature is checked where it is to be evidence. */
  hear(rank: number, signed: SignedConfirmation): Finding<Evidence> | DropReason {
    const agreement = this.#agreement
    if (signed.kind === 'Ping' && !agreement) return this.#hold(rank, signed)
    if (!agreement || (signed.kind === 'Pong' && !this.#targets.has(rank))) return 'out-of-phase'
    // Of another transcript nothing can be said: its author convicts itself of nothing, and is as good as silent.
    if (!equalBytes(signed.body.transcriptRoot, agreement.transcriptRoot)) return 'wrong-transcript'
    if (!this.#isRight(signed, agreement)) return this.#isSigned(signed) ? this.#evidence(signed) : 'bad-signature'
    if (signed.kind === 'Pong') return this.#awaitedPongs.delete(rank) ? 'new' : 'known'
    this.#awaitedPings.delete(rank)
    this.#say('Pong', rank)
    return 'new'
  }

  /** Pings members again that have not answered, and greets those that have not pinged: they then say again all they have for us. */
  askAgain(): void {
    for (const rank of this.#owing(this.#awaitedPongs)) this.#say('Ping', rank)
    for (const rank of this.#owing(this.#awaitedPings)) {
      if (!this.#awaitedPongs.has(rank)) this.#outbox.sendTo(this.#memberAt(rank), { tag: 'Hello', value: undefined })
    }
  }

  /** Pings a member again that lacks something of ours, if it is one that we ping. */
  repeat(rank: number): void {
    if (this.#targets.has(rank)) this.#say('Ping', rank)
  }

  /** Those of them whose word is still worth waiting for: a member that was caught lying has said enough. */
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
