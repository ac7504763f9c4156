/**
 * The arbiter of a simulated coinflip: a chain of one attempt, on the session's virtual time.
 *
 * Owns: its blocks, the delays of views and calls, votes, and the end of the attempt. Does not own: the arbiter's rules, which the domain
 * has. Members are named by rank.
 */
import { equalBytes } from '#types/bytes.ts'
import {
  accusedBy,
  convict,
  demand,
  hideMagic,
  NO_ARBITRATION,
  putValues,
  putWords,
  spoil,
  startOfBlock,
  auditStart,
  type AgreedFlip,
  type ArbiterParameters,
  type ArbitratedAttempt,
  type Evidence,
  type IsSigned,
  type Session,
  type Turn,
} from '#types/domain/coinflip/coinflip.ts'
import type { Random } from '#worker/simulation/random.ts'
import { appealOf, factsOf, type Appeal } from '../protocol/appeals.ts'
import type { CoinflipExit, CoinflipFact, Held } from '../protocol/terms.ts'
import type { Conduct } from './conduct.ts'

/** The pace of the arbiter, and how late members see it and it hears them. */
export interface ArbiterPace {
  readonly blockMs: number
  /** A view is at most this many blocks old (F), and a call is in a block at most this many blocks later (I), 1 or more. */
  readonly mostLag: number
  readonly mostInclusion: number
}

/** How the attempt ended. */
export type AttemptEnd = { readonly block: number; readonly convicted: readonly number[] } & (
  | { readonly kind: 'agreed'; readonly magic: Uint8Array | undefined; readonly by: 'votes' | 'numbers' }
  | { readonly kind: 'restarted'; readonly absent: readonly number[]; readonly afterGate: boolean }
  | { readonly kind: 'over' }
)

/** A member's process, as the arbiter's observer needs it. */
export interface ArbitratedMember {
  readonly held: Held
  readonly exit: CoinflipExit | undefined
}

/** @see SimulatedArbiter */
export interface SimulatedArbiterOptions {
  readonly session: Session
  readonly parameters: ArbiterParameters
  readonly pace: ArbiterPace
  readonly random: Random
  readonly isSigned: IsSigned
  /** How a member speaks to the arbiter. */
  readonly conductOf: (rank: number) => Conduct
  /** A member's process; `undefined` while it has none. */
  readonly memberAt: (rank: number) => ArbitratedMember | undefined
  readonly tell: (rank: number, fact: CoinflipFact) => void
  /** Whether every member that is awaited has the number. */
  readonly haveAllEnded: () => boolean
  /** Runs it that many milliseconds later. */
  readonly after: (ms: number, run: () => void) => void
}

type Call =
  | Appeal
  | { readonly kind: 'evidence'; readonly evidence: Evidence }
  | { readonly kind: 'vote'; readonly exit: CoinflipExit }

/** A call on its way. */
interface Sent {
  readonly rank: number
  readonly call: Call
  readonly block: number
}

/** Round and attempt of a simulated session open in block 0. */
const OPENED_AT = 0

/** @see the module's header */
export class SimulatedArbiter {
  readonly #options: SimulatedArbiterOptions
  #state = NO_ARBITRATION
  #block = 0
  #agreement: AgreedFlip | undefined
  #agreedAt: number | undefined
  #auditFrom: number
  #magic: Uint8Array | undefined
  readonly #convicted = new Set<number>()
  readonly #votes = new Map<number, CoinflipExit>()
  #sent: Sent[] = []
  /** What each member has under way: the kind, and the block from which it says it again. */
  readonly #under: readonly Map<string, number>[]
  #end: AttemptEnd | undefined
  #isListed = false
  /** Calls that were taken, by kind. */
  readonly calls: Record<Call['kind'], number> = { demand: 0, words: 0, values: 0, evidence: 0, vote: 0 }

  constructor(options: SimulatedArbiterOptions) {
    this.#options = options
    this.#auditFrom = OPENED_AT + options.parameters.coinflipWindow
    this.#under = options.session.members.map(() => new Map())
    this.#next()
  }

  /** How the attempt ended, once it has, and nothing can follow. */
  get end(): AttemptEnd | undefined {
    return this.#isSettled() ? this.#end : undefined
  }

  get magic(): Uint8Array | undefined {
    return this.#magic
  }

  get block(): number {
    return this.#block
  }

  /** Whether all commitments were listed, and nobody objected: then members may tell their numbers. */
  get isListed(): boolean {
    return this.#isListed
  }

  #next(): void {
    this.#options.after(this.#options.pace.blockMs, () => {
      this.#begin()
      if (this.end === undefined) this.#next()
    })
  }

  /** After an agreement, a member that was left out may still ask for the number. */
  #isSettled(): boolean {
    if (!this.#end || this.#end.kind !== 'agreed') return this.#end !== undefined
    if (this.#state.flip) return false
    return this.#magic !== undefined || this.#block > this.#auditFrom || this.#options.haveAllEnded()
  }

  get #attempt(): ArbitratedAttempt {
    const { session, parameters } = this.#options
    return {
      session,
      parameters,
      state: this.#state,
      block: this.#block,
      openedAt: OPENED_AT,
      agreement: this.#agreement,
      isPublic: this.#magic !== undefined,
      auditFrom: this.#auditFrom,
    }
  }

  /** A block: what its number brings, the calls that are due, and what members see of it. */
  #begin(): void {
    this.#block += 1
    this.#turn(startOfBlock(this.#attempt))
    const due = this.#sent.filter(({ block }) => block <= this.#block)
    this.#sent = this.#sent.filter(({ block }) => block > this.#block)
    for (const { rank, call } of due) if (this.#end === undefined || this.#end.kind === 'agreed') this.#take(rank, call)
    if (this.#end && this.#end.kind !== 'agreed') return
    const seen = this.#attempt
    const { random, pace } = this.#options
    for (const rank of this.#options.session.members.keys())
      this.#options.after(random.below(pace.mostLag + 1) * pace.blockMs, () => this.#show(rank, seen))
  }

  #turn(turn: Turn): void {
    if (turn.kind === 'nothing') return
    if (turn.kind === 'restart') {
      const absent = turn.absent
      return this.#finish({ kind: 'restarted', absent, afterGate: turn.afterGate })
    }
    if (turn.kind === 'over') return this.#finish({ kind: 'over' })
    if (turn.kind === 'agreed') {
      this.#magic = turn.magic
      return this.#agree(turn.agreement, 'numbers')
    }
    this.#state = turn.state
    if (turn.kind === 'public') this.#magic = turn.magic
    if (turn.kind === 'reveal') this.#isListed = true
  }

  #finish(end: { kind: 'restarted'; absent: readonly number[]; afterGate: boolean } | { kind: 'over' }): void {
    this.#end = { ...end, block: this.#block, convicted: [...this.#convicted] }
  }

  #agree(agreement: AgreedFlip, by: 'votes' | 'numbers'): void {
    const { parameters } = this.#options
    this.#agreement = agreement
    this.#agreedAt = this.#block
    this.#auditFrom = auditStart(OPENED_AT, this.#block, parameters)
    this.#state = { ...this.#state, flip: undefined }
    this.#end = { kind: 'agreed', magic: this.#magic, by, block: this.#block, convicted: [...this.#convicted] }
  }

  #take(rank: number, call: Call): void {
    const { isSigned, session } = this.#options
    const attempt = this.#attempt
    const sender = { account: session.members[rank]!, rank }
    if (call.kind === 'evidence') this.#takeEvidence(call.evidence)
    else if (call.kind === 'vote') this.#takeVote(rank, call.exit)
    else if (this.#convicted.has(rank)) return
    else {
      const found =
        call.kind === 'demand'
          ? demand(attempt, sender, call.words, isSigned)
          : call.kind === 'words'
            ? putWords(attempt, sender, call.words, isSigned)
            : putValues(attempt, sender, call.values)
      if (!found.ok) return
      this.#state = found.state
      if ('auditFrom' in found) this.#auditFrom = found.auditFrom
    }
    this.calls[call.kind] += 1
  }

  #takeEvidence(evidence: Evidence): void {
    const { session, isSigned } = this.#options
    const offender = convict(session, evidence, isSigned)
    if (!offender) return
    this.#convicted.add(this.#rankOf(offender))
    this.#state = spoil(this.#attempt, evidence)
  }

  #takeVote(rank: number, exit: CoinflipExit): void {
    if (this.#agreement || this.#convicted.has(rank)) return
    this.#votes.set(rank, exit)
    const same = [...this.#votes].filter(
      ([voter, other]) =>
        !this.#convicted.has(voter) &&
        equalBytes(other.magic, exit.magic) &&
        equalBytes(other.transcriptRoot, exit.transcriptRoot),
    )
    if (2 * same.length <= this.#options.session.members.length) return
    this.#agree({ transcript: exit.transcript, hiddenMagic: hideMagic(exit.magic) }, 'votes')
  }

  /** A member sees a block: it learns, and says what is due. */
  #show(rank: number, seen: ArbitratedAttempt): void {
    const { memberAt, tell } = this.#options
    if (!memberAt(rank)) return
    for (const fact of factsOf(seen)) tell(rank, fact)
    const { held, exit } = memberAt(rank)!
    for (const evidence of held.lies) {
      const offender = this.#rankOf(accusedBy(evidence))
      if (!this.#convicted.has(offender)) this.#say(rank, `evidence ${offender}`, seen, { kind: 'evidence', evidence })
    }
    if (exit && !seen.agreement) this.#say(rank, 'vote', seen, { kind: 'vote', exit })
    const appeal = appealOf({
      attempt: seen,
      self: rank,
      held,
      hasNumber: exit !== undefined,
      agreedAt: seen.agreement ? this.#agreedAt : undefined,
    })
    const said = this.#options.conductOf(rank)(appeal, { attempt: seen, rank, held })
    if (said) this.#say(rank, said.kind, seen, said)
  }

  #rankOf(key: Uint8Array): number {
    return this.#options.session.members.findIndex((member) => equalBytes(member, key))
  }

  /** Says it again only after it should be in a block that the member has seen. */
  #say(rank: number, name: string, seen: ArbitratedAttempt, call: Call): void {
    const { pace, random } = this.#options
    const under = this.#under[rank]!
    if ((under.get(name) ?? 0) > seen.block) return
    under.set(name, this.#block + pace.mostInclusion + 1)
    this.#sent.push({ rank, call, block: this.#block + 1 + random.below(pace.mostInclusion) })
  }
}
