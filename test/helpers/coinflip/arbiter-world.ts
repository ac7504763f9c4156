/**
 * A random world around the arbiter of one attempt: honest members that see late and are heard late, and liars that do as they like.
 *
 * Owns: views, delays, the mesh as far as it decides who holds what, and the members' rules. Does not own: the rules of the arbiter.
 *
 * Honest members see a block up to F blocks late, are included up to I blocks after they speak, and are away for up to two blocks. The
 * mesh opens its gate in one block, or never. In a congested block only liars are heard. A member that sees another word on chain than on the mesh does not pass that gate.
 */
import {
  demandFrom,
  NO_ARBITRATION,
  type ArbiterParameters,
  type Arbitration,
  type Turn,
} from '#types/domain/coinflip/coinflip.ts'
import { ARBITER, ArbiterBench, STRANGER } from './arbiter.ts'

const OPENED = 100
const LAG = 2
const INCLUSION = 2
const AWAY = 2
/** The number of a word that a liar made after it had seen the others. */
const GROUND = new Uint8Array(32).fill(7)
/** An attempt that is under way for longer breaks its bound. */
const MOST_BLOCKS = 100

export interface WorldOptions {
  readonly members: number
  readonly liars: number
  readonly seed: number
  readonly parameters?: Partial<ArbiterParameters> | undefined
  /** Congested blocks in a row, from a random one on. Default: none. */
  readonly congested?: number
  /** Whether windows leave congested blocks out. Default: true. */
  readonly countsCongestion?: boolean
}

/** How an attempt ended. */
export interface WorldEnd {
  readonly kind: Turn['kind'] | 'voted' | 'endless'
  /** Blocks that it took. */
  readonly blocks: number
  /** Honest members that were charged. */
  readonly framed: readonly number[]
  readonly charged: number
  readonly convicted: number
  /** An honest member knew the number from the mesh, early enough to tell the arbiter. */
  readonly isHeld: boolean
  /** The arbiter found another number than the mesh. */
  readonly isSplit: boolean
  readonly hasDemand: boolean
}

/** A generator of numbers from 0 to below 1, by Tommy Ettinger's mulberry32. */
const numbersFrom = (seed: number) => (): number => {
  seed = (seed + 0x6d2b79f5) | 0
  let t = Math.imul(seed ^ (seed >>> 15), 1 | seed)
  t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
  return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32
}

/** @see the module's header */
class World {
  readonly #bench: ArbiterBench
  readonly #random: () => number
  readonly #honest: readonly number[]
  readonly #liars: readonly number[]
  readonly #views: Arbitration[] = []
  readonly #calls = new Map<number, { readonly isHonest: boolean; readonly act: () => void }[]>()
  readonly #congestedFrom: number
  readonly #congested: number
  readonly #countsCongestion: boolean
  readonly #convicted = new Set<number>()
  readonly #votes = new Set<number>()
  /** When each honest member holds the number of each other; `undefined` for never. */
  readonly #told: (number | undefined)[][]
  readonly #away: readonly number[]
  readonly #speaks = new Map<string, number>()
  /** How often liars speak, and whether they put another word on chain than on the mesh. */
  readonly #zeal: number
  readonly #isTwoFaced: boolean
  /** Block of the mesh's gate; later ones than the attempt's end mean never. */
  #gate: number
  #hasGate = false
  #hasDemand = false

  constructor({ members, liars, seed, parameters, congested = 0, countsCongestion = true }: WorldOptions) {
    this.#random = numbersFrom(seed)
    this.#congested = congested
    this.#countsCongestion = countsCongestion
    this.#congestedFrom = congested === 0 ? 0 : OPENED + this.#upTo(35)
    this.#bench = new ArbiterBench(members, OPENED, { ...ARBITER, ...parameters })
    const ranks = Array.from({ length: members }, (_, rank) => ({ rank, key: this.#random() }))
      .toSorted((a, b) => a.key - b.key)
      .map(({ rank }) => rank)
    this.#liars = ranks.slice(0, liars)
    this.#honest = ranks.slice(liars)
    this.#gate = this.#chance(0.7) ? OPENED + this.#upTo(this.#chance(0.5) ? 4 : 30) : OPENED + MOST_BLOCKS
    // One honest member at least is never away: the time to object has no room for all to be.
    this.#away = this.#honest.map((_, at) => (at === 0 ? -MOST_BLOCKS : OPENED + this.#upTo(45)))
    this.#zeal = this.#chance(0.5) ? 0.8 : 0.1
    this.#isTwoFaced = this.#chance(0.5)
    const isShy = this.#chance(0.5)
    const slowest = this.#chance(0.5) ? 1 : 8
    this.#told = this.#honest.map(() =>
      Array.from({ length: members }, (_, of) => {
        const withheld = this.#liars.includes(of) ? (isShy ? 1 : 0.05) : 0.05
        return this.#chance(withheld) ? undefined : this.#upTo(slowest)
      }),
    )
  }

  play(): WorldEnd {
    for (;;) {
      const turn = this.#bench.next()
      const { block } = this.#bench.attempt
      if (turn.kind !== 'nothing' && turn.kind !== 'reveal') return this.#end(turn)
      const isCongested = block >= this.#congestedFrom && block < this.#congestedFrom + this.#congested
      for (const { isHonest, act } of this.#calls.get(block) ?? [])
        if (isCongested && isHonest) this.#say(1, act)
        else act()
      if (isCongested && this.#countsCongestion) this.#bench.congest()
      if (this.#votes.size * 2 > this.#bench.values.length) return this.#end({ kind: 'voted' })
      if (block > OPENED + MOST_BLOCKS) return this.#end({ kind: 'endless' })
      this.#views[block] = this.#bench.attempt.state
      this.#openGate()
      for (const at of this.#honest.keys()) this.#live(at)
      this.#lie()
    }
  }

  #chance = (share: number): boolean => this.#random() < share
  #upTo = (most: number): number => Math.floor(this.#random() * (most + 1))
  get #now(): number {
    return this.#bench.attempt.block
  }

  #view(lag: number): Arbitration {
    return this.#views[Math.max(OPENED + 1, this.#now - lag)]!
  }

  /** A call that a block takes, in any order with the others. */
  #say(delay: number, act: () => void, isHonest = true): void {
    const calls = this.#calls.get(this.#now + delay) ?? []
    calls.splice(this.#upTo(calls.length), 0, { isHonest, act })
    this.#calls.set(this.#now + delay, calls)
  }

  /** Whether a list has another word of somebody than the mesh has; by whom. */
  #differing = ({ flip }: Arbitration): readonly number[] =>
    (flip?.listed ?? [])
      .filter(({ rank, body }) => String(body.commitment) !== String(this.#bench.transcript[rank]!.commitment))
      .map(({ rank }) => rank)

  #openGate(): void {
    if (this.#now !== this.#gate) return
    const seen = this.#honest.map(() => this.#view(this.#upTo(LAG)))
    const isOpen = seen.every((state) => state.flip?.stage !== 'Reveal' && this.#differing(state).length === 0)
    if (isOpen) this.#hasGate = true
    else this.#gate = OPENED + MOST_BLOCKS
  }

  /** Whether this honest member holds the number of another, by so many blocks ago. */
  #holds = (at: number, of: number, ago = 0): boolean => {
    const told = this.#told[at]![of]
    return this.#honest[at] === of || (this.#hasGate && told !== undefined && this.#now - ago >= this.#gate + told)
  }
  #knows = (at: number, ago = 0): boolean => this.#bench.values.every((_, of) => this.#holds(at, of, ago))

  /** Once for each thing that there is to say. */
  #once(what: string, act: () => void): void {
    if (this.#speaks.has(what)) return
    this.#speaks.set(what, this.#now)
    act()
  }

  #live(at: number): void {
    const rank = this.#honest[at]!
    if (this.#now >= this.#away[at]! && this.#now < this.#away[at]! + AWAY) return
    const { flip, spoiltAt } = this.#view(this.#upTo(LAG))
    const bench = this.#bench
    const me = bench.member(rank)
    const inTime = (): number => 1 + this.#upTo(INCLUSION - 1)
    const held = bench.values.map((_, of) => of).filter((of) => of === rank || this.#hasGate)
    if (this.#knows(at)) this.#once(`vote ${rank}`, () => this.#say(inTime(), () => this.#votes.add(rank)))
    const differing = this.#hasGate ? this.#differing({ ...NO_ARBITRATION, flip, spoiltAt }) : []
    for (const liar of differing)
      this.#once(`evidence ${rank} ${liar}`, () => this.#say(inTime(), () => this.#convict(liar)))
    if (!flip) return this.#demand(at, held)
    if (spoiltAt !== undefined || (flip.stage === 'Commit' && differing.length > 0)) return
    const values = held.filter((of) => this.#holds(at, of))
    const turn = this.#upTo(1)
    if (flip.stage === 'Commit')
      // What it holds only when the mesh has opened its gate goes on chain too.
      this.#once(`word ${rank} ${held.length}`, () =>
        this.#say(turn + inTime(), () => bench.putWords(me, bench.words(...held))),
      )
    else this.#once(`value ${rank}`, () => this.#say(inTime(), () => this.#putEach(me.rank!, values)))
    // What comes later from the mesh goes on chain too.
    if (flip.stage === 'Reveal' && this.#knows(at))
      this.#once(`values ${rank}`, () => this.#say(inTime(), () => this.#putEach(me.rank!, values)))
  }

  /** A number that opens another word than the mesh's is left out. */
  #putEach(sender: number, values: readonly number[]): void {
    for (const of of values) this.#bench.putValues(this.#bench.member(sender), this.#bench.opened(of))
  }

  #demand(at: number, held: readonly number[]): void {
    const rank = this.#honest[at]!
    const bench = this.#bench
    const { openedAt, parameters } = bench.attempt
    const from = this.#knows(at) ? openedAt + parameters.coinflipWindow - 2 : demandFrom(openedAt, parameters)
    if (this.#now < from + Math.min(rank, 2)) return
    this.#once(`demand ${rank}`, () =>
      this.#say(1 + this.#upTo(INCLUSION - 1), () =>
        this.#noteDemand(bench.demand(bench.member(rank), bench.words(...held))),
      ),
    )
  }

  #noteDemand(fault: unknown): void {
    if (fault === undefined) this.#hasDemand = true
  }

  #convict(liar: number): void {
    this.#convicted.add(liar)
    this.#bench.spoil()
  }

  /** Liars see each block at once and are in the next one, before or after the others. */
  #lie(): void {
    const bench = this.#bench
    for (const rank of this.#liars) {
      if (!this.#chance(this.#zeal)) continue
      const me = bench.member(rank)
      const others = this.#hasGate ? bench.words(...this.#honest) : []
      const word = this.#isTwoFaced ? bench.word(rank, GROUND) : bench.word(rank)
      const deeds = [
        () => this.#noteDemand(bench.demand(me, [word, ...others])),
        () => bench.putWords(me, [word]),
        () => bench.putWords(STRANGER, others),
        () => bench.putValues(me, bench.opened(rank)),
        () => bench.putValues(me, [{ rank, value: GROUND }]),
        () => (this.#hasGate ? this.#votes.add(rank) : undefined),
        () => (this.#chance(0.03) ? this.#convict(rank) : undefined),
      ]
      for (const deed of deeds) if (this.#chance(0.5)) this.#say(1, deed, false)
    }
  }

  #end(turn: Turn | { readonly kind: 'voted' | 'endless' }): WorldEnd {
    const absent = turn.kind === 'restart' ? turn.absent : []
    const agreed = turn.kind === 'agreed' ? turn.magic : undefined
    // Time to see the block, to speak and to be heard.
    const ago = LAG + INCLUSION + AWAY + 1 + this.#congested
    return {
      kind: turn.kind,
      blocks: this.#now - OPENED,
      framed: absent.filter((rank) => this.#honest.includes(rank)),
      charged: absent.length,
      convicted: this.#convicted.size,
      isHeld: this.#honest.some((_, at) => this.#knows(at, ago)),
      isSplit: agreed !== undefined && this.#hasGate && String(agreed) !== String(this.#bench.number),
      hasDemand: this.#hasDemand,
    }
  }
}

/** Plays one attempt to its end. */
export const playAttempt = (options: WorldOptions): WorldEnd => new World(options).play()
