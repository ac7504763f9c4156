/**
 * An arbiter without a chain: of one attempt, block by block, by the chain's rules.
 *
 * Owns: the calls that it takes, votes, and how the attempt ended. Does not own: when a block comes. Members are named by rank.
 */
import { equalBytes } from '#types/bytes.ts'
import {
  auditStart,
  checkMessageSignature,
  convict,
  demand,
  hideMagic,
  NO_ARBITRATION,
  putValues,
  putWords,
  spoil,
  startOfBlock,
  type AgreedFlip,
  type ArbiterParameters,
  type ArbitratedAttempt,
  type Arbitration,
  type Evidence,
  type IsSigned,
  type Session,
  type Turn,
} from '#types/domain/coinflip/coinflip.ts'
import type { Appeal } from '../protocol/appeals.ts'
import type { CoinflipExit } from '../protocol/terms.ts'

/** What a member says to the arbiter. */
export type Call =
  | Appeal
  | { readonly kind: 'evidence'; readonly evidence: Evidence }
  | { readonly kind: 'vote'; readonly exit: CoinflipExit }

/** How the attempt ended. */
export type AttemptEnd = { readonly block: number; readonly convicted: readonly number[] } & (
  | { readonly kind: 'agreed'; readonly agreement: AgreedFlip; readonly by: 'votes' | 'numbers' }
  | { readonly kind: 'restarted'; readonly absent: readonly number[]; readonly afterGate: boolean }
  | { readonly kind: 'over' }
)

/** An attempt opens in block 0. */
const OPENED_AT = 0

/** @see the module's header */
export class LocalArbiter {
  readonly #session: Session
  readonly #parameters: ArbiterParameters
  readonly #isSigned: IsSigned
  readonly #convicted = new Set<number>()
  readonly #votes = new Map<number, CoinflipExit>()
  #state: Arbitration = NO_ARBITRATION
  #block = OPENED_AT
  #agreement: AgreedFlip | undefined
  #agreedAt: number | undefined
  #auditFrom: number
  #magic: Uint8Array | undefined
  #end: AttemptEnd | undefined
  #isListed = false
  /** Calls that were taken, by kind. */
  readonly calls: Record<Call['kind'], number> = { demand: 0, words: 0, values: 0, evidence: 0, vote: 0 }

  constructor(session: Session, parameters: ArbiterParameters, isSigned: IsSigned = checkMessageSignature) {
    this.#session = session
    this.#parameters = parameters
    this.#isSigned = isSigned
    this.#auditFrom = OPENED_AT + parameters.coinflipWindow
  }

  /** How the attempt ended; `undefined` before. After an agreement, a member that was left out may still ask for the number. */
  get end(): AttemptEnd | undefined {
    return this.#end
  }

  /** Whether nothing can follow any more: also nobody can ask for an agreed number. */
  get isSettled(): boolean {
    if (this.#end?.kind !== 'agreed') return this.#end !== undefined
    return !this.#state.flip && (this.#magic !== undefined || this.#block > this.#auditFrom)
  }

  /** Whether a member waits for an answer. */
  get isAsked(): boolean {
    return this.#state.flip !== undefined
  }

  /** The number, where it was told to the arbiter. */
  get magic(): Uint8Array | undefined {
    return this.#magic
  }

  /** The block in which the members agreed. */
  get agreedAt(): number | undefined {
    return this.#agreedAt
  }

  /** Whether all commitments were listed, and nobody objected: then members may tell their numbers. */
  get isListed(): boolean {
    return this.#isListed
  }

  get convicted(): ReadonlySet<number> {
    return this.#convicted
  }

  /** The attempt as this block has it. */
  get attempt(): ArbitratedAttempt {
    return {
      session: this.#session,
      parameters: this.#parameters,
      state: this.#state,
      block: this.#block,
      congestion: 0,
      openedAt: OPENED_AT,
      agreement: this.#agreement,
      isPublic: this.#magic !== undefined,
      auditFrom: this.#auditFrom,
    }
  }

  /** Begins the next block. */
  next(): void {
    this.#block += 1
    this.#turn(startOfBlock(this.attempt))
  }

  /** Ends the attempt without a member that can no more answer, as the end of its process proves. */
  dismiss(absent: readonly number[]): void {
    if (!this.#end) this.#finish({ kind: 'restarted', absent, afterGate: false })
  }

  /** Takes a member's call in this block, where it counts. A convict still owes its word and its number. */
  take(rank: number, call: Call): void {
    if (this.#end && this.#end.kind !== 'agreed') return
    if (this.#convicted.has(rank) && (call.kind === 'demand' || call.kind === 'vote')) return
    if (call.kind === 'evidence' ? this.#takeEvidence(call.evidence) : this.#takeWord(rank, call))
      this.calls[call.kind] += 1
  }

  #turn(turn: Turn): void {
    switch (turn.kind) {
      case 'nothing':
        return
      case 'restart':
        return this.#finish({ kind: 'restarted', absent: turn.absent, afterGate: turn.afterGate })
      case 'over':
        return this.#finish({ kind: 'over' })
      case 'agreed':
        this.#magic = turn.magic
        return this.#agree(turn.agreement, 'numbers')
      default:
        this.#state = turn.state
        if (turn.kind === 'public') this.#magic = turn.magic
        if (turn.kind === 'reveal') this.#isListed = true
    }
  }

  #finish(
    how:
      | { readonly kind: 'restarted'; readonly absent: readonly number[]; readonly afterGate: boolean }
      | { readonly kind: 'over' },
  ): void {
    this.#end = { ...how, block: this.#block, convicted: [...this.#convicted] }
  }

  #agree(agreement: AgreedFlip, by: 'votes' | 'numbers'): void {
    this.#agreement = agreement
    this.#agreedAt = this.#block
    this.#auditFrom = auditStart(this.#auditFrom, this.#block, this.#parameters)
    this.#state = NO_ARBITRATION
    this.#end = { kind: 'agreed', agreement, by, block: this.#block, convicted: [...this.#convicted] }
  }

  #takeWord(rank: number, call: Exclude<Call, { kind: 'evidence' }>): boolean {
    if (call.kind === 'vote') return this.#takeVote(rank, call.exit)
    const sender = { account: this.#session.members[rank]!, rank }
    const found = this.#finding(sender, call)
    if (!found.ok) return false
    this.#state = found.state
    if ('auditFrom' in found) this.#auditFrom = found.auditFrom
    return true
  }

  #finding(sender: Parameters<typeof demand>[1], call: Appeal): ReturnType<typeof demand | typeof putWords> {
    if (call.kind === 'demand') return demand(this.attempt, sender, call.words, this.#isSigned)
    if (call.kind === 'words') return putWords(this.attempt, sender, call.words, this.#isSigned)
    return putValues(this.attempt, sender, call.values)
  }

  #takeEvidence(evidence: Evidence): boolean {
    const offender = convict(this.#session, evidence, this.#isSigned)
    if (!offender) return false
    const rank = this.#session.members.findIndex((key) => equalBytes(key, offender))
    const isNew = !this.#convicted.has(rank)
    this.#convicted.add(rank)
    this.#state = spoil(this.attempt, evidence)
    if (this.#end) this.#end = { ...this.#end, convicted: [...this.#convicted] }
    return isNew
  }

  #takeVote(rank: number, exit: CoinflipExit): boolean {
    if (this.#agreement) return false
    this.#votes.set(rank, exit)
    const same = [...this.#votes].filter(
      ([voter, other]) =>
        !this.#convicted.has(voter) &&
        equalBytes(other.magic, exit.magic) &&
        equalBytes(other.transcriptRoot, exit.transcriptRoot),
    )
    if (2 * same.length > this.#session.members.length)
      this.#agree({ transcript: exit.transcript, hiddenMagic: hideMagic(exit.magic) }, 'votes')
    return true
  }
}
