/**
 * The arbiter of a simulated coinflip, on the session's virtual time.
 *
 * Owns: its blocks, and the delays of views and calls. Does not own: what it takes and decides (the local arbiter). Members are named by
 * rank.
 */
import { equalBytes } from '#types/bytes.ts'
import { accusedBy, type ArbitratedAttempt, type Session } from '#types/domain/coinflip/coinflip.ts'
import type { Random } from '#worker/simulation/random.ts'
import { appealOf, factsOf } from '../protocol/appeals.ts'
import type { CoinflipExit, CoinflipFact, Held } from '../protocol/terms.ts'
import type { AttemptEnd, Call, LocalArbiter } from '../session/local-arbiter.ts'
import type { Conduct } from './conduct.ts'

/** The pace of the arbiter, and how late members see it and it hears them. */
export interface ArbiterPace {
  readonly blockMs: number
  /** A view is at most this many blocks old (F), and a call is in a block at most this many blocks later (I), 1 or more. */
  readonly mostLag: number
  readonly mostInclusion: number
}

/** A member's process, as the arbiter's observer needs it. */
export interface ArbitratedMember {
  readonly held: Held
  readonly exit: CoinflipExit | undefined
}

/** @see SimulatedArbiter */
export interface SimulatedArbiterOptions {
  readonly session: Session
  /** The attempt. */
  readonly arbiter: LocalArbiter
  readonly pace: ArbiterPace
  readonly random: Random
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

/** A call on its way. */
interface Sent {
  readonly rank: number
  readonly call: Call
  readonly block: number
}

/** @see the module's header */
export class SimulatedArbiter {
  readonly #options: SimulatedArbiterOptions
  readonly #arbiter: LocalArbiter
  #sent: Sent[] = []
  /** What each member has under way: its name, and the block from which the member says it again. */
  readonly #under: readonly Map<string, number>[]

  constructor(options: SimulatedArbiterOptions) {
    const { session, arbiter } = options
    this.#options = options
    this.#arbiter = arbiter
    this.#under = session.members.map(() => new Map())
    this.#next()
  }

  /** How the attempt ended, once nothing can follow. */
  get end(): AttemptEnd | undefined {
    const { end, isSettled, isAsked } = this.#arbiter
    return isSettled || (end && !isAsked && this.#options.haveAllEnded()) ? end : undefined
  }

  get calls(): LocalArbiter['calls'] {
    return this.#arbiter.calls
  }

  get isListed(): boolean {
    return this.#arbiter.isListed
  }

  #next(): void {
    this.#options.after(this.#options.pace.blockMs, () => {
      this.#begin()
      if (this.end === undefined) this.#next()
    })
  }

  /** A block: what its number brings, the calls that are due, and what members see of it. */
  #begin(): void {
    const arbiter = this.#arbiter
    arbiter.next()
    const seen = arbiter.attempt
    const due = this.#sent.filter(({ block }) => block <= seen.block)
    this.#sent = this.#sent.filter(({ block }) => block > seen.block)
    for (const { rank, call } of due) arbiter.take(rank, call)
    if (arbiter.end && arbiter.end.kind !== 'agreed') return
    const after = arbiter.attempt
    const { random, pace, session } = this.#options
    for (const rank of session.members.keys())
      this.#options.after(random.below(pace.mostLag + 1) * pace.blockMs, () => this.#show(rank, after))
  }

  /** A member sees a block: it learns, and says what is due. */
  #show(rank: number, seen: ArbitratedAttempt): void {
    const { memberAt, tell, conductOf } = this.#options
    if (!memberAt(rank)) return
    for (const fact of factsOf(seen)) tell(rank, fact)
    const { held, exit } = memberAt(rank)!
    const { convicted, agreedAt } = this.#arbiter
    for (const evidence of held.lies) {
      const offender = this.#rankOf(accusedBy(evidence))
      // A liar does not turn itself in.
      if (offender === rank) continue
      const isSpoilt = seen.state.spoiltAt !== undefined
      const spoils = evidence.tag === 'Equivocation' && !isSpoilt && !seen.agreement
      if (spoils || !convicted.has(offender))
        this.#say(rank, `${evidence.tag} of ${offender}`, seen, { kind: 'evidence', evidence })
    }
    if (exit && !seen.agreement) this.#say(rank, 'vote', seen, { kind: 'vote', exit })
    const appeal = appealOf({
      attempt: seen,
      self: rank,
      held,
      hasNumber: exit !== undefined,
      agreedAt: seen.agreement && agreedAt,
    })
    const said = conductOf(rank)(appeal, { attempt: seen, rank, held })
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
    const { block } = this.#arbiter.attempt
    under.set(name, block + pace.mostInclusion + 1)
    this.#sent.push({ rank, call, block: block + 1 + random.below(pace.mostInclusion) })
  }
}
