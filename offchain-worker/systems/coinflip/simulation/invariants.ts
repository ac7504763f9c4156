/**
 * The invariants of every coinflip, watched from outside: the watch sees every message and every exit, and believes no member.
 *
 * Owns: the invariants, and which member could see which lie. Does not own: the members' reaction (the protocol).
 */
import { equalBytes } from '#types/bytes.ts'
import {
  accusedBy,
  checkSignedFraud,
  commitTo,
  confirmationWord,
  convict,
  type CoinflipMessage,
  sessionId,
  spoilsNumber,
  type Accusation,
  type Commitment,
  type Evidence,
  type IsSigned,
  type Session,
  type SignedCommitment,
} from '#types/domain/coinflip/coinflip.ts'
import type { CoinflipExit } from '../protocol/terms.ts'

/** A broken invariant. */
export interface Breach {
  readonly kind:
    | 'honest-convicted'
    | 'false-evidence'
    | 'numbers-differ'
    | 'exits-differ'
    | 'lie-unpunished'
    | 'early-reveal'
    | 'second-commitment'
    | 'second-exit'
    | 'never-ended'
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
  /** Members with a lie that spoils the number, and the lie. This member must then end in exit 3. */
  readonly spoilers: Map<number, string>
  /** Members with other lies, and the lie. */
  readonly liars: Map<number, string>
}

const newMember = (): Member => ({
  rows: new Set(),
  commitments: new Map(),
  badReveals: new Set(),
  confirmations: [],
  pinged: new Set(),
  spoilers: new Map(),
  liars: new Map(),
})

const sameCommitment = (a: Commitment, b: Commitment): boolean =>
  equalBytes(a.commitment, b.commitment) && equalBytes(a.auditKeyHash, b.auditKeyHash)

/** See the module's header. Members are named by rank. */
export class CoinflipWatch {
  readonly #session: Session
  readonly #sid: Uint8Array
  readonly #isHonest: (rank: number) => boolean
  readonly #isSigned: IsSigned
  readonly #members: Member[]
  readonly #committed: (Commitment | undefined)[] = []
  readonly #exits: (CoinflipExit | undefined)[] = []
  readonly #breaches: Breach[] = []

  constructor(session: Session, isHonest: (rank: number) => boolean, isSigned: IsSigned) {
    this.#session = session
    this.#sid = sessionId(session)
    this.#isHonest = isHonest
    this.#isSigned = isSigned
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
    if (member.rows.size < others)
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
    if (again) this.#tell('second-exit', rank, exit.kind)
    if (this.#exits[rank] === undefined) {
      this.#exits[rank] = exit
      // After an exit, messages convict nobody, not even in a restarted process.
      const lie = this.#unpunished(rank, exit)
      if (lie) this.#tell('lie-unpunished', rank, `${exit.kind} in spite of ${lie}`)
    }
    if (exit.kind === 'malicious') this.#check(rank, exit.evidence, exit.offender)
    for (const lie of exit.lies) this.#check(rank, lie, accusedBy(lie))
  }

  /** Checks the evidence of a member's exit against another. */
  #check(rank: number, evidence: Evidence, accused: Uint8Array): void {
    const convicted = convict(this.#session, evidence, this.#isSigned)
    if (!convicted || !equalBytes(convicted, accused))
      this.#tell('false-evidence', rank, `${evidence.tag} that proves nothing`)
    const offender = this.#rankOf(accused)
    if (this.#isHonest(offender)) this.#tell('honest-convicted', rank, `convicts ${offender} of ${evidence.tag}`)
  }

  /** All breaches. @param alive honest members whose process ran to the end. */
  breaches(alive: readonly number[]): readonly Breach[] {
    const breaches = [...this.#breaches]
    const add = (kind: Breach['kind'], rank: number, detail: string) => void breaches.push({ kind, rank, detail })
    let first: CoinflipExit | undefined
    let number: { readonly rank: number; readonly magic: Uint8Array } | undefined
    for (const rank of alive) {
      const exit = this.#exits[rank]
      if (!exit) add('never-ended', rank, 'no exit in all its time')
      else if (exit.kind === 'success') {
        number ??= { rank, magic: exit.magic }
        if (!equalBytes(number.magic, exit.magic)) add('numbers-differ', rank, `another number than ${number.rank}`)
      }
      // After several lies, honest members may convict different liars; only the kinds of exits must agree.
      if (exit && first && first.kind !== exit.kind)
        add('exits-differ', rank, `${exit.kind}, where another honest member ended in ${first.kind}`)
      first ??= exit
    }
    return breaches
  }

  /** A lie that was proven to this member, and that its exit leaves out, or that should have led to another exit. */
  #unpunished(rank: number, exit: CoinflipExit): string | undefined {
    const { spoilers, liars, badReveals, confirmations, pinged } = this.#members[rank]!
    const evidence = exit.kind === 'malicious' ? [exit.evidence, ...exit.lies] : exit.lies
    const told = new Set(evidence.map((lie) => this.#rankOf(accusedBy(lie))))
    for (const [liar, lie] of spoilers) if (exit.kind !== 'malicious' || !told.has(liar)) return lie
    // Before the gate, a member notes a number that opens nothing, and goes on.
    const pastGate = exit.kind === 'success' || (exit.kind === 'offline' && exit.phase === 'Reveal')
    for (const liar of badReveals) if (pastGate || !told.has(liar)) return `a bad reveal by ${liar}`
    for (const [liar, lie] of liars) if (!told.has(liar)) return lie
    if (exit.kind !== 'success') return undefined
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
    if (!first) member.commitments.set(author, second)
    else if (!sameCommitment(first.body, second.body)) {
      const evidence = { tag: 'Equivocation', value: { first, second } } as const
      if (convict(this.#session, evidence, this.#isSigned)) member.spoilers.set(author, `two commitments of ${author}`)
    }
  }

  /** Notes the liar of a fraud proof: the accused member, or the proof's author where it proves nothing. */
  #noteFraud(member: Member, author: number, accusation: Accusation): void {
    const liar = convict(this.#session, accusation, this.#isSigned)
    const lie = `a fraud proof by ${author}`
    if (liar && spoilsNumber(accusation)) member.spoilers.set(this.#rankOf(liar), lie)
    else member.liars.set(liar ? this.#rankOf(liar) : author, lie)
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
