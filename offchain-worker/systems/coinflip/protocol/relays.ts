/**
 * Passing on: a member asks others for the parts of third members that it lacks, and answers the same question of others.
 *
 * Owns: asking in turn, and the budget of answers to each asker. Does not own: judging a part that was passed on (the handlers).
 *
 * A question is small and its answer may be large. So each asker gets a budget of bytes between two ticks, and the rest of its answer
 * waits for the next one: a flood of questions costs no more than a patient asker.
 */
import { MAX_MEMBERS, type CoinflipPayload, type Parts } from '#types/domain/coinflip/coinflip.ts'
import type { Ledger } from './ledger.ts'
import type { Seat } from './messages.ts'
import type { Outbox } from './outbox.ts'
import type { Stage } from './terms.ts'

/** Kinds of parts. */
export type PartKind = keyof Parts

/** The first question goes to all; later ones go to this many, in turn. */
const ASKED_AT_ONCE = 3
/** A part of one member with its signature and envelope. */
const PART_BYTES = 400
/** A commitment in a row. */
const WORD_BYTES = 160
const rowBytes = (members: number): number => WORD_BYTES * members + PART_BYTES
/** Bytes of answers to one asker between two ticks: one row and one other part, so that every part fits. */
const answerBytes = (members: number): number => rowBytes(members) + PART_BYTES
const KINDS: readonly PartKind[] = ['words', 'rows', 'values']
/** What a member asks for in each phase. Parts of later phases come by themselves, and a question for them would bring each many times. */
const ASKED_IN: Readonly<Partial<Record<Stage['phase'], PartKind>>> = {
  Join: 'words',
  Commit: 'words',
  Echo: 'rows',
  Reveal: 'values',
}

/** What an asker still waits for, and how much of its budget is left. */
interface Asker {
  readonly waits: Record<PartKind, bigint>
  budget: number
}

const BITS: readonly bigint[] = Array.from({ length: MAX_MEMBERS }, (_, rank) => 1n << BigInt(rank))
const bit = (rank: number): bigint => BITS[rank]!

/** @see the module's header */
export class Relays {
  readonly #seat: Seat
  readonly #ledger: Ledger
  readonly #outbox: Outbox
  readonly #stage: Readonly<Stage>
  /** All ranks in a circle, from our own on. */
  readonly #circle: readonly number[]
  readonly #askers = new Map<number, Asker>()
  readonly #left = new Set<number>()
  #turn = 0

  constructor(seat: Seat, ledger: Ledger, outbox: Outbox, stage: Readonly<Stage>) {
    this.#seat = seat
    this.#ledger = ledger
    this.#outbox = outbox
    this.#stage = stage
    const self = ledger.rankOf(seat.self)!
    this.#circle = seat.session.members.map((_, at, { length }) => (self + at) % length)
  }

  /** Asks all others for the parts that we lack, or those whose turn it is. */
  ask(whom: 'all' | 'some'): void {
    const asked = ASKED_IN[this.#stage.phase]
    const lacking = this.#parts((kind, rank) => kind === asked && !this.#holds(kind, rank))
    if (KINDS.every((kind) => lacking[kind] === 0n)) return
    for (const rank of whom === 'all' ? this.#others() : this.#inTurn())
      this.#outbox.sendTo(this.#keyOf(rank), { tag: 'Ask', value: lacking })
  }

  /** A member asks for parts; it replaces its question before. */
  onAsk(rank: number, { words, rows, values }: Parts): void {
    const budget = this.#askers.get(rank)?.budget ?? answerBytes(this.#count)
    this.#askers.set(rank, { waits: { words, rows, values }, budget })
    this.#answer(rank)
  }

  /** A member leaves. We ask those that stay. */
  onLeave(rank: number): void {
    this.#left.add(rank)
  }

  /** Answers the members that wait, after we learnt something. */
  answerAll(): void {
    for (const rank of this.#askers.keys()) this.#answer(rank)
  }

  /** A tick has passed: every asker has its whole budget again. */
  refill(): void {
    for (const [rank, asker] of this.#askers) {
      asker.budget = answerBytes(this.#count)
      this.#answer(rank)
    }
  }

  /** Tells all others that we leave, and what we hold. */
  leave(): void {
    this.#outbox.broadcast({ tag: 'Leave', value: this.#parts((kind, rank) => this.#holds(kind, rank)) })
  }

  /** Begins at our own rank, so that different members answer with different parts first. */
  #answer(rank: number): void {
    const asker = this.#askers.get(rank)!
    const { waits } = asker
    for (const kind of KINDS) {
      if (waits[kind] === 0n) continue
      for (const about of this.#circle) {
        if ((waits[kind] & bit(about)) === 0n) continue
        const bytes = kind === 'rows' ? rowBytes(this.#count) : PART_BYTES
        if (asker.budget < bytes) return
        const answer = this.#partOf(kind, about)
        if (!answer) continue
        asker.budget -= bytes
        waits[kind] &= ~bit(about)
        this.#outbox.sendTo(this.#keyOf(rank), answer)
      }
    }
  }

  /** The part with its author's signature, where we have it and may pass it on. Numbers are passed on only after our own gate. */
  #partOf(kind: PartKind, rank: number): CoinflipPayload | undefined {
    const { commitment, reveal } = this.#ledger.of(rank)
    if (kind === 'words') return commitment && { tag: 'RelayCommit', value: commitment }
    if (kind === 'values')
      return reveal && this.#stage.gate === 'passed' ? { tag: 'RelayReveal', value: reveal } : undefined
    const echo = this.#ledger.provenEcho(rank)
    return echo && { tag: 'RelayEcho', value: echo }
  }

  #holds(kind: PartKind, rank: number): boolean {
    const { commitment, echo, reveal } = this.#ledger.of(rank)
    return { words: commitment, rows: echo, values: reveal }[kind] !== undefined
  }

  #parts(has: (kind: PartKind, rank: number) => boolean): Parts {
    const bits = (kind: PartKind): bigint => {
      let sum = 0n
      for (let rank = 0; rank < this.#count; rank++) if (has(kind, rank)) sum |= bit(rank)
      return sum
    }
    return { words: bits('words'), rows: bits('rows'), values: bits('values') }
  }

  get #count(): number {
    return this.#seat.session.members.length
  }

  #others(): readonly number[] {
    return this.#circle.slice(1)
  }

  /** The next few that have not left; those that left only where nobody else is there. */
  #inTurn(): readonly number[] {
    const others = this.#others()
    const here = others.filter((rank) => !this.#left.has(rank))
    const asked = here.length > 0 ? here : others
    const first = this.#turn
    this.#turn += ASKED_AT_ONCE
    return Array.from({ length: Math.min(ASKED_AT_ONCE, asked.length) }, (_, at) => asked[(first + at) % asked.length]!)
  }

  #keyOf(rank: number): Uint8Array {
    return this.#seat.session.members[rank]!
  }
}
