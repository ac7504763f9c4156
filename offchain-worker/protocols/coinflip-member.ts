/**
 * The inside of the coinflip's state machine: phases, what is said in each, and what is heard.
 *
 * Owns: JOIN -> COMMIT -> ECHO -> GATE -> REVEAL -> MAGIC of one member. Does not own: its inputs and outputs (coinflip.ts), which
 * frames are heard (coinflip-inbox.ts), what is known of whom (coinflip-ledger.ts), how things are said (coinflip-voice.ts) and passed on
 * (coinflip-relay.ts).
 */
import { equalBytes } from '#types/bytes.ts'
import {
  checkSignedEcho,
  checkSignedReveal,
  commitTo,
  convict,
  magic,
  transcriptRoot,
  type CoinflipMessage,
  type CoinflipPhaseName,
  type Evidence,
  type SignedEcho,
  type SignedReveal,
} from '#types/domain/coinflip.ts'
import { Inbox, MAX_RESYNCS } from './coinflip-inbox.ts'
import { Ledger, type Finding, type Known } from './coinflip-ledger.ts'
import { signMessage, takeSeat, type DropReason, type Seat } from './coinflip-messages.ts'
import { Relay } from './coinflip-relay.ts'
import { Voice } from './coinflip-voice.ts'
import type { Coinflip, CoinflipExit, CoinflipInput, CoinflipOptions, CoinflipOutput } from './coinflip.ts'

/** What each phase waits for from every member. */
const WAITS_FOR: Readonly<Record<CoinflipPhaseName, (known: Known) => unknown>> = {
  Join: ({ hello, commitment }) => hello || commitment,
  Commit: ({ commitment }) => commitment,
  Echo: ({ echo }) => echo,
  Reveal: ({ reveal }) => reveal,
}

type Outcome = DropReason | 'taken'

/** A member of a session. Its own key is one of the session's: createCoinflip has checked. */
export class Member implements Coinflip {
  readonly #options: CoinflipOptions
  readonly #seat: Seat
  readonly #rank: number
  readonly #ledger: Ledger
  readonly #inbox: Inbox
  readonly #resyncs: number[]
  readonly #voice: Voice
  readonly #relay: Relay
  #phase: CoinflipPhaseName | 'Done' = 'Join'
  #started = false
  #gatePassed = false
  #asked = false

  constructor(options: CoinflipOptions) {
    const { session, self, sign } = options
    this.#options = options
    this.#seat = takeSeat(session, self, sign)
    this.#ledger = new Ledger(this.#seat)
    this.#rank = this.#ledger.rankOf(self)!
    this.#inbox = new Inbox(this.#seat, this.#ledger)
    this.#voice = new Voice(this.#seat)
    this.#relay = new Relay(this.#seat, this.#ledger, this.#voice)
    this.#resyncs = session.members.map(() => 0)
  }

  get phase(): CoinflipPhaseName | 'Done' {
    return this.#phase
  }

  step(input: CoinflipInput): readonly CoinflipOutput[] {
    if (input.kind === 'start') this.#start()
    else if (input.kind === 'message') this.#receive(input.from, input.frame)
    else if (input.kind === 'timeout') this.#timeout(input.phase)
    else this.#tick()
    return this.#voice.take()
  }

  #start(): void {
    if (this.#started) return
    this.#started = true
    this.#ledger.noteHello(this.#rank)
    this.#voice.say({ tag: 'Hello', value: undefined })
    this.#setTimer('Join', this.#options.timeouts.joinMs)
    this.#voice.put({ kind: 'tick', ms: this.#options.timeouts.resendMs })
    this.#advance()
  }

  #receive(from: Uint8Array, frame: Uint8Array): void {
    const opened = this.#inbox.open(from, frame, this.#phase === 'Done')
    const outcome = opened.kind === 'dropped' ? opened.reason : this.#hear(opened.rank, opened.message)
    if (outcome === 'taken') this.#advance()
    else this.#voice.put({ kind: 'dropped', from, reason: outcome })
  }

  #hear(rank: number, { sender, receiver, payload, signature }: CoinflipMessage): Outcome {
    switch (payload.tag) {
      case 'Hello':
        return this.#hearHello(rank)
      case 'Commit':
        return this.#judge(this.#ledger.noteCommitment({ author: sender, body: payload.value, signature }))
      case 'Echo':
        return this.#hearEcho({ author: sender, row: payload.value, signature })
      case 'Reveal':
        return this.#hearReveal({ author: sender, receiver: receiver!, value: payload.value, signature })
      case 'AskReveal':
      case 'AskEcho':
        return this.#hearAsk(rank, payload.tag === 'AskReveal' ? 'Reveal' : 'Echo', payload.value)
      case 'RelayReveal':
        return this.#hearRelay('Reveal', payload.value.author, () => this.#hearReveal(payload.value))
      case 'RelayEcho':
        return this.#hearRelay('Echo', payload.value.author, () => this.#hearEcho(payload.value))
      default:
        return this.#hearFraud(payload.value)
    }
  }

  /** The first greeting is news; a second one means that its sender lacks something of ours. */
  #hearHello(rank: number): Outcome {
    if (!this.#ledger.of(rank).hello) {
      this.#ledger.noteHello(rank)
      return 'taken'
    }
    if (++this.#resyncs[rank]! > MAX_RESYNCS) return 'duplicate'
    const to = this.#options.session.members[rank]!
    this.#voice.repeat(to)
    if (this.#gatePassed) this.#reveal(to)
    return 'taken'
  }

  #hearEcho(signed: SignedEcho): Outcome {
    if (!checkSignedEcho(this.#seat.sid, this.#options.session.round, signed)) return 'bad-signature'
    if (!this.#ledger.isSoundRow(signed.row)) return 'malformed'
    const finding = this.#ledger.noteEcho(signed)
    if (finding === 'new') this.#relay.answer('Echo', signed.author, this.#gatePassed)
    return this.#judge(finding)
  }

  #hearReveal(signed: SignedReveal): Outcome {
    if (!checkSignedReveal(this.#seat.sid, this.#options.session.round, signed)) return 'bad-signature'
    const finding = this.#ledger.noteReveal(signed)
    if (finding === 'new') this.#relay.answer('Reveal', signed.author, this.#gatePassed)
    return this.#judge(finding)
  }

  #hearAsk(rank: number, what: 'Echo' | 'Reveal', about: Uint8Array): Outcome {
    const aboutRank = this.#ledger.rankOf(about)
    if (aboutRank === undefined) return 'malformed'
    this.#relay.ask(rank, what, aboutRank)
    this.#relay.answer(what, about, this.#gatePassed)
    return 'taken'
  }

  #hearRelay(what: CoinflipPhaseName, author: Uint8Array, take: () => Outcome): Outcome {
    if (this.#ledger.rankOf(author) === undefined) return 'malformed'
    return this.#asked && this.#phase === what ? take() : 'out-of-phase'
  }

  #hearFraud(evidence: Evidence): Outcome {
    return convict(this.#options.session, evidence) ? this.#judge(evidence) : 'bad-evidence'
  }

  #judge(finding: Finding): Outcome {
    if (finding === 'new') return 'taken'
    if (finding === 'known') return 'duplicate'
    this.#accuse(finding)
    return 'taken'
  }

  /** Goes through every phase whose condition holds. */
  #advance(): void {
    if (!this.#started || this.#phase === 'Done') return
    const { timeouts } = this.#options
    this.#commitWhenDue()
    if (this.#phase === 'Join' && this.#missing().length === 0) this.#enter('Commit', timeouts.commitMs)
    if (this.#phase === 'Commit' && this.#missing().length === 0) {
      this.#enter('Echo', timeouts.echoMs)
      const row = this.#ledger.row()
      const { signature } = this.#voice.say({ tag: 'Echo', value: row })
      this.#ledger.noteEcho({ author: this.#seat.self, row, signature })
    }
    if (this.#phase === 'Echo' && this.#missing().length === 0) this.#passGate()
    if (this.#phase === 'Reveal') this.#finish()
  }

  /**
   * Commits once all are there, or once somebody else did: a commitment says that its author saw all. So a member cannot be
   * held back by one who greets everybody but it.
   */
  #commitWhenDue(): void {
    if (this.#ledger.of(this.#rank).commitment) return
    const nobodyCommitted = this.#ledger.row().length === 0
    if (nobodyCommitted && this.#missing().length > 0) return
    const { value, auditKeyHash } = this.#options
    const body = { commitment: commitTo(this.#seat.sid, this.#seat.self, value), auditKeyHash }
    const { signature } = this.#voice.say({ tag: 'Commit', value: body })
    const finding = this.#ledger.noteCommitment({ author: this.#seat.self, body, signature })
    if (typeof finding !== 'string') this.#accuse(finding)
  }

  /** GATE: every row is there, and rows that disagree would have been evidence. Only from here on is x said. */
  #passGate(): void {
    this.#gatePassed = true
    this.#enter('Reveal', this.#options.timeouts.revealMs)
    const { members } = this.#options.session
    for (const to of members) if (!equalBytes(to, this.#seat.self)) this.#reveal(to)
    const { self } = this.#seat
    const { value } = this.#options
    const { signature } = signMessage(this.#seat, { tag: 'Reveal', value }, self)
    this.#ledger.noteReveal({ author: self, receiver: self, value, signature })
    for (const about of members) this.#relay.answer('Reveal', about, this.#gatePassed)
  }

  /** MAGIC: a number that does not open its commitment is evidence; with all of them the session is won. */
  #finish(): void {
    const lie = this.#ledger.findBadReveal()
    if (lie) return this.#accuse(lie)
    if (this.#missing().length > 0) return
    const { sid } = this.#seat
    const transcript = this.#ledger.row().map(({ body }) => body)
    this.#exit({
      kind: 'success',
      magic: magic(sid, this.#ledger.values()),
      value: this.#options.value,
      transcript,
      transcriptRoot: transcriptRoot(sid, transcript),
    })
  }

  /** Members who have not yet said what the present phase waits for. */
  #missing(): Uint8Array[] {
    return this.#phase === 'Done' ? [] : this.#ledger.lacking(WAITS_FOR[this.#phase])
  }

  #timeout(phase: CoinflipPhaseName): void {
    if (this.#phase !== phase) return
    const absent = this.#missing()
    if (this.#asked || phase === 'Join' || phase === 'Commit') return this.#exit({ kind: 'offline', absent, phase })
    this.#asked = true
    this.#setTimer(phase, this.#options.timeouts.relayMs)
    for (const value of absent) this.#voice.broadcast({ tag: phase === 'Echo' ? 'AskEcho' : 'AskReveal', value })
  }

  #tick(): void {
    if (!this.#started || this.#phase === 'Done') return
    for (const to of this.#missing())
      if (!equalBytes(to, this.#seat.self)) this.#voice.sendTo(to, { tag: 'Hello', value: undefined })
    this.#voice.put({ kind: 'tick', ms: this.#options.timeouts.resendMs })
  }

  #enter(phase: CoinflipPhaseName, ms: number): void {
    this.#phase = phase
    this.#asked = false
    this.#setTimer(phase, ms)
  }

  /** The evidence goes to all others, who need not wait for a member that has left the session over it. */
  #accuse(evidence: Evidence): void {
    if (this.#phase === 'Done') return
    const offender = evidence.tag === 'Equivocation' ? evidence.value.first.author : evidence.value.reveal.author
    this.#voice.broadcast({ tag: 'Fraud', value: evidence })
    this.#exit({ kind: 'malicious', offender, evidence })
  }

  #exit(exit: CoinflipExit): void {
    this.#phase = 'Done'
    this.#voice.put({ kind: 'exit', exit })
  }

  #setTimer(phase: CoinflipPhaseName, ms: number): void {
    this.#voice.put({ kind: 'timer', phase, ms })
  }

  #reveal(to: Uint8Array): void {
    this.#voice.sendTo(to, { tag: 'Reveal', value: this.#options.value })
  }
}
