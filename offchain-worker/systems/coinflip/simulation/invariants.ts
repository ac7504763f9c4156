/**
 * The invariants of every coinflip, watched from outside: the watch sees every message and every exit, and believes no member.
 *
 * Owns: the invariants, and which member could see which lie. Does not own: the members' reaction (the protocol).
 */
import { equalBytes } from '#types/bytes.ts'
import {
  accusedBy,
  checkSignedCommitment,
  checkSignedFraud,
  commitTo,
  confirmationWord,
  convict,
  hideMagic,
  type CoinflipMessage,
  sessionId,
  type Accusation,
  type Commitment,
  type Evidence,
  type IsSigned,
  type Session,
  type SignedCommitment,
} from '#types/domain/coinflip/coinflip.ts'
import type { CoinflipExit, Held } from '../protocol/terms.ts'
import type { AttemptEnd } from '../session/local-arbiter.ts'

/** A broken invariant. */
export interface Breach {
  readonly kind:
    | 'honest-convicted'
    | 'false-evidence'
    | 'numbers-differ'
    | 'honest-charged'
    | 'lie-unpunished'
    | 'early-reveal'
    | 'second-commitment'
    | 'second-exit'
    | 'never-ended'
    | 'unfair-loss'
  /** The honest member that it concerns, by rank. */
  readonly rank: number
  readonly detail: string
}

/** The messages that an honest member got since its process started. */
interface Member {
  /** Members whose rows it has. */
  readonly rows: Set<number>
  readonly commitments: Map<number, SignedCommitment>
  readonly badReveals: Set<number>
  readonly confirmations: { readonly from: number; readonly message: CoinflipMessage }[]
  readonly pinged: Set<number>
  /** Members with a proven lie, and the lie. */
  readonly liars: Map<number, string>
  /** Of this process, which can judge a ping only then. */
  exit: CoinflipExit | undefined
}

const newMember = (): Member => ({
  rows: new Set(),
  commitments: new Map(),
  badReveals: new Set(),
  confirmations: [],
  pinged: new Set(),
  liars: new Map(),
  exit: undefined,
})

const sameCommitment = (a: Commitment, b: Commitment): boolean =>
  equalBytes(a.commitment, b.commitment) && equalBytes(a.auditKeyHash, b.auditKeyHash)

/** See the module's header. Members are named by rank. */
export class CoinflipWatch {
  readonly #session: Session
  readonly #sid: Uint8Array
  readonly #isHonest: (rank: number) => boolean
  readonly #isSigned: IsSigned
  readonly #isListed: () => boolean
  readonly #members: Member[]
  readonly #committed: (Commitment | undefined)[] = []
  readonly #exits: (CoinflipExit | undefined)[] = []
  readonly #breaches: Breach[] = []

  /** @param isListed whether the arbiter has opened its gate */
  constructor(
    session: Session,
    isHonest: (rank: number) => boolean,
    isSigned: IsSigned,
    isListed: () => boolean = () => false,
  ) {
    this.#session = session
    this.#sid = sessionId(session)
    this.#isHonest = isHonest
    this.#isSigned = isSigned
    this.#isListed = isListed
    this.#members = session.members.map(newMember)
  }

  /** A member is about to send this. */
  sent(from: number, to: number, { payload }: CoinflipMessage): void {
    if (!this.#isHonest(from)) return
    const member = this.#members[from]!
    if (payload.tag === 'Ping') member.pinged.add(to)
    if (payload.tag === 'Commit') {
      const before = this.#committed[from]
      if (before && !sameCommitment(before, payload.value)) this.#tell('second-commitment', from, 'two commitments')
      this.#committed[from] = payload.value
    }
    if (payload.tag !== 'Reveal' && payload.tag !== 'RelayReveal') return
    const others = this.#session.members.length - 1
    if (member.rows.size < others && !this.#isListed())
      this.#tell('early-reveal', from, `a number was said after ${member.rows.size} of ${others} echo rows`)
  }

  /** A frame arrives at a member that has not reached its exit. */
  heard(to: number, from: number, message: CoinflipMessage): void {
    if (!this.#isHonest(to)) return
    const member = this.#members[to]!
    const { payload } = message
    switch (payload.tag) {
      case 'Echo':
        if (this.#noteRow(member, payload.value)) member.rows.add(from)
        break
      case 'RelayEcho':
        member.rows.add(this.#rankOf(payload.value.author))
        break
      case 'Commit':
        this.#noteCommitment(member, from, {
          author: message.sender,
          body: payload.value,
          signature: message.signature,
        })
        break
      case 'Reveal':
        if (!this.#isHonest(from)) this.#noteReveal(member, from, payload.value)
        break
      case 'Ping':
      case 'Pong':
        if (!this.#isHonest(from)) member.confirmations.push({ from, message })
        break
      case 'Fraud':
        this.#noteFraud(member, from, payload.value)
        break
      case 'RelayFraud':
        // A proof without its author's signature counts for nobody.
        if (checkSignedFraud(this.#sid, this.#session.round, payload.value, this.#isSigned))
          this.#noteFraud(member, this.#rankOf(payload.value.author), payload.value.accusation)
        break
      default:
    }
  }

  /** A member's process is gone, with all its memory. */
  crashed(rank: number): void {
    this.#members[rank] = newMember()
  }

  /** @param again whether this process had reached an exit before. */
  ended(rank: number, exit: CoinflipExit, again: boolean): void {
    if (!this.#isHonest(rank)) return
    if (again) this.#tell('second-exit', rank, 'a process ended twice')
    this.#exits[rank] ??= exit
    this.#members[rank]!.exit = exit
  }

  /** Checks evidence that a member holds against another. */
  #check(rank: number, evidence: Evidence, accused: Uint8Array): void {
    const convicted = convict(this.#session, evidence, this.#isSigned)
    if (!convicted || !equalBytes(convicted, accused))
      this.#tell('false-evidence', rank, `${evidence.tag} that proves nothing`)
    const offender = this.#rankOf(accused)
    if (this.#isHonest(offender)) this.#tell('honest-convicted', rank, `convicts ${offender} of ${evidence.tag}`)
  }

  /**
   * All breaches.
   * @param alive honest members whose process ran to the end, with what they hold
   * @param end how the attempt ended; `undefined` where it did not
   * @param isLive whether an honest member was never away for longer than a window allows
   */
  breaches(
    alive: ReadonlyMap<number, Held>,
    end: AttemptEnd | undefined,
    isLive: (rank: number) => boolean = () => true,
  ): readonly Breach[] {
    for (const [rank, { lies }] of alive) {
      for (const lie of lies) this.#check(rank, lie, accusedBy(lie))
      const lie = this.#untold(rank, lies)
      if (lie) this.#tell('lie-unpunished', rank, `it does not hold ${lie}`)
    }
    if (!end) for (const rank of alive.keys()) this.#tell('never-ended', rank, 'the attempt has no end')
    const charged = end?.kind === 'restarted' ? [...end.absent, ...end.convicted] : (end?.convicted ?? [])
    for (const rank of charged)
      if (this.#isHonest(rank) && isLive(rank))
        this.#tell('honest-charged', rank, `${end?.kind} in block ${end?.block}`)
    const numbers = [...this.#exits.entries()].flatMap(([rank, exit]) => (exit ? [{ rank, magic: exit.magic }] : []))
    const settled = end?.kind === 'agreed' ? end.agreement.hiddenMagic : undefined
    const first = settled ?? (numbers[0] && hideMagic(numbers[0].magic))
    for (const { rank, magic } of numbers)
      if (first && !equalBytes(hideMagic(magic), first))
        this.#tell('numbers-differ', rank, 'another number than the others')
    return [...this.#breaches]
  }

  /** A lie that was proven to this member, and that it does not hold. */
  #untold(rank: number, lies: readonly Evidence[]): string | undefined {
    const { liars, badReveals, confirmations, pinged, exit } = this.#members[rank]!
    const told = new Set(lies.map((lie) => this.#rankOf(accusedBy(lie))))
    for (const liar of badReveals) if (!told.has(liar)) return `a bad reveal by ${liar}`
    for (const [liar, lie] of liars) if (!told.has(liar)) return lie
    if (!exit) return undefined
    const wrong = confirmations.find(({ from, message: { payload, sender, receiver } }) => {
      if (told.has(from) || (payload.tag !== 'Ping' && payload.tag !== 'Pong')) return false
      if (payload.tag === 'Pong' && !pinged.has(from)) return false
      if (!equalBytes(payload.value.transcriptRoot, exit.transcriptRoot)) return false
      const right = confirmationWord(payload.tag, this.#sid, { from: sender, to: receiver! }, exit.magic)
      return !equalBytes(right, payload.value.word)
    })
    return wrong && `a bad ${wrong.message.payload.tag} by ${wrong.from}`
  }

  /** Takes a row. Returns whether it is one of this session. */
  #noteRow(member: Member, row: readonly SignedCommitment[]): boolean {
    if (row.length !== this.#session.members.length) return false
    for (const [author, signed] of row.entries()) this.#noteCommitment(member, author, signed)
    return true
  }

  #noteCommitment(member: Member, author: number, second: SignedCommitment): void {
    if (this.#isHonest(author)) return
    const first = member.commitments.get(author)
    // A forged row has words of others that they never said: no member takes these.
    if (!first && checkSignedCommitment(this.#sid, this.#session.round, second, this.#isSigned))
      member.commitments.set(author, second)
    if (first && !sameCommitment(first.body, second.body)) {
      const evidence = { tag: 'Equivocation', value: { first, second } } as const
      if (convict(this.#session, evidence, this.#isSigned)) member.liars.set(author, `two commitments of ${author}`)
    }
  }

  /** Notes the liar of a fraud proof: the accused member, or the proof's author where it proves nothing. */
  #noteFraud(member: Member, author: number, accusation: Accusation): void {
    const liar = convict(this.#session, accusation, this.#isSigned)
    const lie = `a fraud proof by ${author}`
    member.liars.set(liar ? this.#rankOf(liar) : author, lie)
  }

  #rankOf(key: Uint8Array): number {
    return this.#session.members.findIndex((member) => equalBytes(member, key))
  }

  #noteReveal(member: Member, author: number, value: Uint8Array): void {
    const known = member.commitments.get(author)
    const opened = commitTo(this.#sid, this.#session.members[author]!, value)
    if (known && !equalBytes(known.body.commitment, opened)) member.badReveals.add(author)
  }

  #tell(kind: Breach['kind'], rank: number, detail: string): void {
    this.#breaches.push({ kind, rank, detail })
  }
}
