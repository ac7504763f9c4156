/**
 * The arbiter's bench of `assay coinflip`: the parent process decides an attempt of its members, by the chain's rules.
 *
 * Owns: the arbiter of one attempt, and the members' exits. Does not own: the processes.
 *
 * That the numbers agree and that lies are proven holds whoever lies. That a member was silent is the word of this computer.
 */
import { fromHex, toHex } from '#types/bytes.ts'
import { accusedBy, transcriptRoot, sessionId, type Session } from '#types/domain/coinflip/coinflip.ts'
import { LocalArbiter, type Call } from '../session/local-arbiter.ts'
import { PARAMETERS, type Attempt } from './attempts.ts'
import { blockNews, type BlockNews, type MemberExit, type MemberTimings } from './channel.ts'
import { verdictOn, type Verdict } from './verdict.ts'

/** Blocks after an agreement in which the other members may tell that they have the number. */
const LATE_BLOCKS = 4

/** @see the module's header. Members are named by their Noise keys in hex. */
export class Bench {
  readonly attempt: number
  readonly #session: Session
  readonly #keys: readonly string[]
  readonly #gone: ReadonlySet<string>
  readonly #arbiter: LocalArbiter
  readonly #exits = new Map<string, MemberExit>()
  readonly #timings: MemberTimings[] = []
  readonly #lies = new Map<number, string>()

  /** @param gone members whose processes have ended; it may grow */
  constructor(session: Session, keys: readonly string[], gone: ReadonlySet<string>) {
    this.attempt = session.attempt
    this.#session = session
    this.#keys = keys
    this.#gone = gone
    this.#arbiter = new LocalArbiter(session, PARAMETERS)
  }

  /** Begins the next block. A member whose process has ended will not answer, so nobody waits for it longer than a block. */
  next(): BlockNews {
    const absent = this.#goneRanks()
    this.#arbiter.next()
    if (absent.length > 0) this.#arbiter.dismiss(absent)
    return blockNews(this.#arbiter.attempt, this.#arbiter.agreedAt)
  }

  take(key: string, call: Call): void {
    const accused = call.kind === 'evidence' ? this.#keys.indexOf(toHex(accusedBy(call.evidence))) : undefined
    this.#arbiter.take(this.#keys.indexOf(key), call)
    if (call.kind !== 'evidence' || accused === undefined) return
    // Only evidence that convicts names the lie.
    if (this.#arbiter.convicted.has(accused) && !this.#lies.has(accused)) this.#lies.set(accused, call.evidence.tag)
  }

  /** A member has the number, and votes for it. */
  end(key: string, exit: MemberExit, timings: MemberTimings): void {
    this.#exits.set(key, exit)
    this.#timings.push(timings)
    for (const evidence of exit.lies) this.take(key, { kind: 'evidence', evidence })
    const { transcript } = exit
    const numbers = { magic: fromHex(exit.magic), transcriptRoot: fromHex(exit.transcriptRoot), transcript }
    this.take(key, { kind: 'vote', exit: { ...numbers, value: NO_VALUE } })
  }

  /** How the attempt ended, once all have told or had the time to. */
  verdict(): Verdict | undefined {
    const { end, attempt, agreedAt, magic } = this.#arbiter
    if (!end) return undefined
    const isLate = agreedAt !== undefined && attempt.block > agreedAt + LATE_BLOCKS
    const isAwaited = (key: string): boolean => !this.#exits.has(key) && !this.#gone.has(key)
    const mayFollow = end.kind === 'agreed' && !magic && !isLate && this.#keys.some(isAwaited)
    if (mayFollow) return undefined
    const root = end.kind === 'agreed' && transcriptRoot(sessionId(this.#session), end.agreement.transcript)
    const told = magic && root ? { magic, transcriptRoot: root } : undefined
    return verdictOn({ session: this.#session, end, exits: this.#exits, told, lies: this.#lies })
  }

  /** What members told. */
  told(): Pick<Attempt, 'exits' | 'timings'> {
    return { exits: this.#exits.size, timings: this.#timings }
  }

  #goneRanks(): readonly number[] {
    return this.#keys.flatMap((key, rank) => (this.#gone.has(key) ? [rank] : []))
  }
}

/** Members keep their own numbers to themselves. */
const NO_VALUE = new Uint8Array(0)
