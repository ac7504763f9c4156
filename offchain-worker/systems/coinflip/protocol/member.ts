/**
 * The inside of the coinflip's state machine: its phases, and the messages of each.
 *
 * Owns: JOIN -> COMMIT -> ECHO -> GATE -> REVEAL -> MAGIC -> CONFIRM of one member. Does not own: the reaction to each message (the
 * handlers).
 */
import { equalBytes } from '#types/bytes.ts'
import {
  commitTo,
  DEFAULT_PINGS,
  type CoinflipMessage,
  type CoinflipPhaseName,
  type Evidence,
  type WaitingPhaseName,
} from '#types/domain/coinflip/coinflip.ts'
import { Confirm } from './confirm.ts'
import { Handlers } from './handlers.ts'
import { Inbox } from './inbox.ts'
import { Ledger, type Known } from './ledger.ts'
import { takeSeat, type DropReason, type Seat } from './messages.ts'
import { Outbox } from './outbox.ts'
import { Relays } from './relays.ts'
import type {
  Coinflip,
  CoinflipFact,
  CoinflipInput,
  CoinflipNote,
  CoinflipOptions,
  CoinflipOutput,
  Held,
  Stage,
} from './terms.ts'

/** The fact that each phase awaits from every member. */
const WAITS_FOR: Readonly<Record<WaitingPhaseName, (known: Known) => unknown>> = {
  Join: ({ hello, commitment }) => hello || commitment,
  Commit: ({ commitment }) => commitment,
  Echo: ({ echo }) => echo,
  Reveal: ({ reveal }) => reveal,
}
/** In place of the signature of a number that the arbiter told: the number opens its commitment, which proves it. */
const UNSIGNED = new Uint8Array(64)

/** A member of a session. Its own key is one of the session's; createCoinflip checks that. */
export class Member implements Coinflip {
  readonly #options: CoinflipOptions
  readonly #seat: Seat
  readonly #rank: number
  readonly #ledger: Ledger
  readonly #inbox: Inbox
  readonly #handlers: Handlers
  readonly #outbox: Outbox
  readonly #confirm: Confirm
  readonly #relays: Relays
  readonly #stage: Stage = { phase: 'Join', gate: 'closed', asked: false }
  #started = false

  constructor(options: CoinflipOptions) {
    const { session, self, sign, reading, pings = DEFAULT_PINGS } = options
    this.#options = options
    const seat = takeSeat(session, self, sign, reading)
    const stage = this.#stage
    const ledger = new Ledger(seat)
    const outbox = new Outbox(seat)
    const confirm = new Confirm(seat, ledger, outbox, pings)
    const relays = new Relays(seat, ledger, outbox, stage)
    const reveal = (to: Uint8Array): void => void this.#reveal(to)
    this.#seat = seat
    this.#ledger = ledger
    this.#rank = ledger.rankOf(self)!
    this.#inbox = new Inbox(seat, ledger)
    this.#outbox = outbox
    this.#confirm = confirm
    this.#relays = relays
    this.#handlers = new Handlers({ seat, ledger, outbox, confirm, relays, stage, reveal })
  }

  get phase(): CoinflipPhaseName | 'Done' {
    return this.#stage.phase
  }

  get held(): Held {
    const { members } = this.#options.session
    const entries = members.map((_, rank) => this.#ledger.of(rank))
    return {
      words: entries.map(({ commitment }) => commitment),
      values: entries.map(({ reveal, opens }) => (opens ? reveal?.value : undefined)),
      lies: this.#ledger.lies(),
    }
  }

  step(input: CoinflipInput): readonly CoinflipOutput[] {
    switch (input.kind) {
      case 'start':
        this.#start()
        break
      case 'message':
        this.#receive(input.from, input.frame)
        break
      case 'timeout':
        this.#timeout(input.phase)
        break
      case 'fact':
        this.#learn(input.fact)
        break
      case 'kept':
        this.#passGate()
        break
      default:
        this.#tick()
    }
    return this.#outbox.take()
  }

  /** A row that an earlier process kept is taken first: against it, another commitment of the same author is a lie. */
  #start(): void {
    if (this.#started) return
    this.#started = true
    for (const signed of this.#options.row ?? []) this.#ledger.noteCommitment(signed)
    this.#ledger.noteHello(this.#rank)
    // Not kept: a greeting in the answer to a greeting would be answered in turn, and so on.
    this.#outbox.broadcast({ tag: 'Hello', value: undefined })
    this.#commit()
    this.#setTimer('Join')
    this.#outbox.put({ kind: 'tick', ms: this.#options.timeouts.resendMs })
    this.#advance()
  }

  #receive(from: Uint8Array, frame: Uint8Array): void {
    const opened = this.#inbox.open(from, frame, this.phase === 'Done')
    const handled = opened.kind === 'dropped' ? opened.reason : this.#handlers.handle(opened.rank, opened.message)
    const isKnown = typeof handled === 'object' && !handled.map((lie) => this.#noteLie(lie)).includes('new')
    if (isKnown) this.#drop(from, 'duplicate')
    else if (typeof handled === 'string' && handled !== 'new') this.#drop(from, handled)
    else this.#advance()
  }

  #learn(fact: CoinflipFact): void {
    if (fact.kind === 'leaving') return this.#relays.leave()
    if (fact.kind === 'listed') this.#adopt(fact.row)
    else if (fact.kind === 'opened') this.#open(fact.values)
    else for (const lie of this.#ledger.compare(fact.words)) this.#noteLie(lie)
    this.#advance()
  }

  #drop(from: Uint8Array, reason: DropReason): void {
    this.#outbox.put({ kind: 'dropped', from, reason })
  }

  /** Goes through every phase whose condition holds. */
  #advance(): void {
    if (!this.#started || this.phase === 'Done') return
    if (this.phase === 'Join' && this.#hasAll('Join')) this.#enter('Commit')
    if (this.phase === 'Commit' && this.#hasAll('Commit')) {
      this.#enter('Echo')
      const row = this.#ledger.row()
      const { signature } = this.#outbox.say({ tag: 'Echo', value: row })
      this.#ledger.noteEcho({ author: this.#seat.self, row, signature }, true)
    }
    if (this.phase === 'Echo' && this.#hasAll('Echo')) this.#keep()
    if (this.phase === 'Reveal') this.#confirmWhenDue()
    if (this.phase === 'Confirm' && this.#confirm.complete) this.#succeed()
    this.#relays.answerAll()
  }

  /**
   * Commits at once, without waiting: a commitment reveals nothing of its number, which was fixed before the session. So COMMIT
   * costs no round trip, and a member that greets all others but one cannot hold that one back.
   */
  #commit(): void {
    const { value, auditKeyHash } = this.#options
    const body = { commitment: commitTo(this.#seat.sid, this.#seat.self, value), auditKeyHash }
    const { signature } = this.#outbox.say({ tag: 'Commit', value: body })
    const finding = this.#ledger.noteCommitment({ author: this.#seat.self, body, signature })
    if (typeof finding === 'object') this.#noteLie(finding)
  }

  /** GATE: all rows have come, and they agree, or the arbiter has listed all commitments. The row is kept before x is told. */
  #keep(): void {
    if (this.#stage.gate !== 'closed') return
    this.#stage.gate = 'keeping'
    this.#outbox.put({ kind: 'keep', note: this.#ledger.row() })
  }

  #passGate(): void {
    if (this.#stage.gate !== 'keeping') return
    this.#stage.gate = 'passed'
    this.#enter('Reveal')
    const { members } = this.#options.session
    const { self } = this.#seat
    const { value } = this.#options
    for (const receiver of members) {
      if (equalBytes(receiver, self)) continue
      const { signature } = this.#reveal(receiver)
      this.#ledger.noteReveal({ author: self, receiver, value, signature }, true)
    }
    this.#advance()
  }

  /** The arbiter's list is the row of everybody. A commitment in it that differs from ours convicts its author. */
  #adopt(row: CoinflipNote): void {
    const isOpen = this.phase !== 'Confirm' && this.phase !== 'Done'
    const lies = isOpen ? this.#ledger.adopt(row) : this.#ledger.compare(row)
    for (const lie of lies) this.#noteLie(lie)
    if (isOpen) this.#keep()
  }

  #open(values: readonly (Uint8Array | undefined)[]): void {
    const { members } = this.#options.session
    for (const [rank, value] of values.entries()) {
      const reveal = { author: members[rank]!, receiver: this.#seat.self, value: value!, signature: UNSIGNED }
      if (value && this.#ledger.isOpening(reveal)) this.#ledger.noteReveal(reveal, true)
    }
  }

  /** MAGIC: a number that does not open its commitment is evidence, and its author still owes the right one. */
  #confirmWhenDue(): void {
    for (const lie of this.#ledger.takeBadReveals()) this.#noteLie(lie)
    if (!this.#hasAll('Reveal')) return
    this.#enter('Confirm')
    for (const lie of this.#confirm.begin()) this.#noteLie(lie)
  }

  #succeed(): void {
    const { magic, transcript, transcriptRoot } = this.#confirm.agreement!
    this.#stage.phase = 'Done'
    this.#outbox.put({ kind: 'exit', exit: { magic, value: this.#options.value, transcript, transcriptRoot } })
  }

  #hasAll(phase: WaitingPhaseName): boolean {
    return this.#ledger.hasAll(WAITS_FOR[phase])
  }

  /** Members whose part of the present phase is missing. */
  #missing(): Uint8Array[] {
    return this.phase === 'Done' || this.phase === 'Confirm' ? [] : this.#ledger.lacking(WAITS_FOR[this.phase])
  }

  #timeout(phase: CoinflipPhaseName): void {
    if (this.phase !== phase) return
    // Silence in CONFIRM fails nobody, because the number is known and no lie spoils it.
    if (phase === 'Confirm') return this.#succeed()
    this.#stage.asked = true
    this.#relays.ask('all')
  }

  /** A member that is done still answers, so its askers get their budgets again. */
  #tick(): void {
    if (!this.#started) return
    this.#relays.refill()
    for (const to of this.#missing())
      if (!equalBytes(to, this.#seat.self)) this.#outbox.sendTo(to, { tag: 'Hello', value: undefined })
    if (this.phase === 'Confirm') this.#confirm.askAgain()
    // The question may be lost too, so ask again.
    else if (this.phase !== 'Done' && this.#stage.asked) this.#relays.ask('some')
    this.#outbox.put({ kind: 'tick', ms: this.#options.timeouts.resendMs })
  }

  #enter(phase: CoinflipPhaseName): void {
    this.#stage.phase = phase
    this.#stage.asked = false
    this.#setTimer(phase)
  }

  /** Notes a lie, and tells it to all others, once. The session goes on. */
  #noteLie(lie: Evidence): 'new' | 'known' {
    const finding = this.#ledger.noteLie(lie)
    if (finding === 'new') this.#outbox.expose(lie)
    return finding
  }

  #setTimer(phase: CoinflipPhaseName): void {
    const { askMs, confirmMs } = this.#options.timeouts
    this.#outbox.put({ kind: 'timer', phase, ms: phase === 'Confirm' ? confirmMs : askMs })
  }

  #reveal(to: Uint8Array): CoinflipMessage {
    return this.#outbox.sendTo(to, { tag: 'Reveal', value: this.#options.value })
  }
}
