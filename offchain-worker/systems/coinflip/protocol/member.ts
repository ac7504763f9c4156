/**
 * The inside of the coinflip's state machine: its phases, and the messages of each.
 *
 * Owns: JOIN -> COMMIT -> ECHO -> GATE -> REVEAL -> MAGIC -> CONFIRM of one member. Does not own: the reaction to each message (the
 * handlers).
 */
import { equalBytes } from '#types/bytes.ts'
import {
  accusedBy,
  commitTo,
  DEFAULT_PINGS,
  spoilsNumber,
  type CoinflipMessage,
  type CoinflipPhaseName,
  type Evidence,
  type SpoilingLie,
  type WaitingPhaseName,
} from '#types/domain/coinflip/coinflip.ts'
import { Confirm } from './confirm.ts'
import { Handlers, type Stage } from './handlers.ts'
import { Inbox } from './inbox.ts'
import { Ledger, type Known } from './ledger.ts'
import { takeSeat, type DropReason, type Seat } from './messages.ts'
import { Outbox } from './outbox.ts'
import type { Coinflip, CoinflipExit, CoinflipInput, CoinflipOptions, CoinflipOutput } from './terms.ts'

/** The fact that each phase awaits from every member. */
const WAITS_FOR: Readonly<Record<WaitingPhaseName, (known: Known) => unknown>> = {
  Join: ({ hello, commitment }) => hello || commitment,
  Commit: ({ commitment }) => commitment,
  Echo: ({ echo }) => echo,
  Reveal: ({ reveal }) => reveal,
}

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
  readonly #stage: Stage = { phase: 'Join', gatePassed: false, asked: false }
  #started = false

  constructor(options: CoinflipOptions) {
    const { session, self, sign, reading, pings = DEFAULT_PINGS } = options
    this.#options = options
    const seat = takeSeat(session, self, sign, reading)
    const ledger = new Ledger(seat)
    const outbox = new Outbox(seat)
    const confirm = new Confirm(seat, ledger, outbox, pings)
    const reveal = (to: Uint8Array): void => void this.#reveal(to)
    this.#seat = seat
    this.#ledger = ledger
    this.#rank = ledger.rankOf(self)!
    this.#inbox = new Inbox(seat, ledger)
    this.#outbox = outbox
    this.#confirm = confirm
    this.#handlers = new Handlers({ seat, ledger, outbox, confirm, stage: this.#stage, reveal })
  }

  get phase(): CoinflipPhaseName | 'Done' {
    return this.#stage.phase
  }

  step(input: CoinflipInput): readonly CoinflipOutput[] {
    if (input.kind === 'start') this.#start()
    else if (input.kind === 'message') this.#receive(input.from, input.frame)
    else if (input.kind === 'timeout') this.#timeout(input.phase)
    else this.#tick()
    return this.#outbox.take()
  }

  #start(): void {
    if (this.#started) return
    this.#started = true
    this.#ledger.noteHello(this.#rank)
    this.#outbox.say({ tag: 'Hello', value: undefined })
    this.#commit()
    this.#setTimer('Join', this.#options.timeouts.joinMs)
    this.#outbox.put({ kind: 'tick', ms: this.#options.timeouts.resendMs })
    this.#advance()
  }

  #receive(from: Uint8Array, frame: Uint8Array): void {
    const opened = this.#inbox.open(from, frame, this.phase === 'Done')
    const handled = opened.kind === 'dropped' ? opened.reason : this.#handlers.handle(opened.rank, opened.message)
    if (handled === 'new') this.#advance()
    else if (typeof handled === 'string') this.#drop(from, handled)
    else if (this.phase === 'Done') this.#drop(from, 'out-of-phase')
    else if (spoilsNumber(handled)) this.#accuse(handled)
    else if (this.#noteLie(handled) === 'known') this.#drop(from, 'duplicate')
    else this.#advance()
  }

  #drop(from: Uint8Array, reason: DropReason): void {
    this.#outbox.put({ kind: 'dropped', from, reason })
  }

  /** Goes through every phase whose condition holds. */
  #advance(): void {
    if (!this.#started || this.phase === 'Done') return
    const { timeouts } = this.#options
    if (this.phase === 'Join' && this.#hasAll('Join')) this.#enter('Commit', timeouts.commitMs)
    if (this.phase === 'Commit' && this.#hasAll('Commit')) {
      this.#enter('Echo', timeouts.echoMs)
      const row = this.#ledger.row()
      const { signature } = this.#outbox.say({ tag: 'Echo', value: row })
      this.#ledger.noteEcho({ author: this.#seat.self, row, signature }, true)
    }
    if (this.phase === 'Echo' && this.#hasAll('Echo')) this.#passGate()
    if (this.phase === 'Reveal') this.#confirmWhenDue()
    if (this.phase === 'Confirm' && this.#confirm.complete) this.#succeed()
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
    if (typeof finding !== 'string') this.#accuse(finding)
  }

  /** GATE: all rows have come, and they agree; a disagreement would be evidence. Only after this the member sends x. */
  #passGate(): void {
    this.#stage.gatePassed = true
    this.#enter('Reveal', this.#options.timeouts.revealMs)
    const { members } = this.#options.session
    const { self } = this.#seat
    const { value } = this.#options
    for (const receiver of members) {
      if (equalBytes(receiver, self)) continue
      const { signature } = this.#reveal(receiver)
      this.#ledger.noteReveal({ author: self, receiver, value, signature }, true)
    }
    for (const rank of members.keys()) this.#handlers.answer('Reveal', rank)
  }

  /** MAGIC: a number that does not open its commitment is evidence. When all numbers open theirs, CONFIRM begins. */
  #confirmWhenDue(): void {
    const lie = this.#ledger.findBadReveal()
    if (lie) return this.#accuse(lie)
    if (!this.#hasAll('Reveal')) return
    this.#enter('Confirm', this.#options.timeouts.confirmMs)
    for (const lie of this.#confirm.begin()) this.#noteLie(lie)
  }

  #succeed(): void {
    const { magic, transcript, transcriptRoot } = this.#confirm.agreement!
    const lies = this.#ledger.lies()
    this.#exit({ kind: 'success', magic, value: this.#options.value, transcript, transcriptRoot, lies })
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
    const absent = this.#missing()
    if (this.#stage.asked || phase === 'Join' || phase === 'Commit') return this.#giveUp(absent, phase)
    this.#stage.asked = true
    this.#setTimer(phase, this.#options.timeouts.relayMs)
    this.#askOthers()
  }

  /**
   * Names the missing members. A member that is missing in REVEAL may have been stopped at its gate, because a third member gave it
   * no signed row. Such a row let us through, on the link's word. Then we name the row's author, in the phase in which the stopped
   * member names it too.
   */
  #giveUp(absent: readonly Uint8Array[], phase: WaitingPhaseName): void {
    const forgers = phase === 'Reveal' ? this.#ledger.echoForgers() : []
    const missed = forgers.length > 0 ? ({ absent: forgers, phase: 'Echo' } as const) : { absent, phase }
    this.#exit({ kind: 'offline', ...missed, lies: this.#ledger.lies() })
  }

  /** Asks all others for the missing parts. */
  #askOthers(): void {
    const tag = this.phase === 'Echo' ? 'AskEcho' : 'AskReveal'
    for (const value of this.#missing()) this.#outbox.broadcast({ tag, value })
  }

  #tick(): void {
    if (!this.#started || this.phase === 'Done') return
    for (const to of this.#missing())
      if (!equalBytes(to, this.#seat.self)) this.#outbox.sendTo(to, { tag: 'Hello', value: undefined })
    if (this.phase === 'Confirm') this.#confirm.askAgain()
    // The question may be lost too, so ask again.
    else if (this.#stage.asked) this.#askOthers()
    this.#outbox.put({ kind: 'tick', ms: this.#options.timeouts.resendMs })
  }

  #enter(phase: CoinflipPhaseName, ms: number): void {
    this.#stage.phase = phase
    this.#stage.asked = false
    this.#setTimer(phase, ms)
  }

  /** Notes a lie that does not spoil the number. Tells it to all others, once, and the session goes on. */
  #noteLie(lie: Evidence): 'new' | 'known' {
    const finding = this.#ledger.noteLie(lie)
    if (finding === 'new') this.#outbox.expose(lie)
    return finding
  }

  /** Ends the session, as there will be no number. Tells the others why, so that they do not wait for a member that has left. */
  #accuse(evidence: SpoilingLie): void {
    this.#outbox.expose(evidence)
    const { agreement } = this.#confirm
    const known = agreement && { magic: agreement.magic }
    const offender = accusedBy(evidence)
    const lies = this.#ledger.lies().filter((lie) => !equalBytes(accusedBy(lie), offender))
    this.#exit({ kind: 'malicious', offender, evidence, ...known, lies })
  }

  #exit(exit: CoinflipExit): void {
    this.#stage.phase = 'Done'
    this.#outbox.put({ kind: 'exit', exit })
  }

  #setTimer(phase: CoinflipPhaseName, ms: number): void {
    this.#outbox.put({ kind: 'timer', phase, ms })
  }

  #reveal(to: Uint8Array): CoinflipMessage {
    return this.#outbox.sendTo(to, { tag: 'Reveal', value: this.#options.value })
  }
}
