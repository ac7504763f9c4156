/**
 * Judges how a session ended for its members: agreement, or the members that are left out of the next attempt.
 *
 * Owns: the chain's rules, for a session without a chain. Evidence is verified and convicts. Members that more than half of the
 * members name are absent. A number counts where every honest member has it, with liars among the members or without. Does not own:
 * the next attempt. Members are named by their Noise keys in hex.
 */
import { toHex } from '#types/bytes.ts'
import { convict, type Evidence, type Session } from '#types/domain/coinflip/coinflip.ts'
import type { MemberExit } from './channel.ts'

/** The known facts of an attempt so far. */
export interface Told {
  /** The exit of each member that told one. */
  readonly exits: ReadonlyMap<string, MemberExit>
  /** Members whose processes have ended. */
  readonly gone: ReadonlySet<string>
  /** Whether the time is over. Members without an exit are then left out. */
  readonly late: boolean
}

/** @see judge */
export type Verdict =
  /** Some member has not told its exit yet. */
  | { readonly kind: 'open' }
  /** All except the `liars` have exit 1, and the number stands. The liars are convicted, each of the lie named. */
  | {
      readonly kind: 'agreed'
      readonly magic: string
      readonly transcriptRoot: string
      readonly liars: readonly string[]
      readonly lies: readonly string[]
    }
  /** There is no number. Evidence convicts the dropped members, each of the lie named. */
  | { readonly kind: 'malicious'; readonly dropped: readonly string[]; readonly lies: readonly string[] }
  /**
   * Exit 2. A majority missed the dropped members, in the phase named most, or their processes are gone. Nobody is dropped where no
   * majority agrees.
   */
  | { readonly kind: 'offline'; readonly dropped: readonly string[]; readonly phase: string | undefined }
  /** Members without a conviction succeeded with different numbers: the protocol is broken. */
  | { readonly kind: 'disagreed'; readonly numbers: readonly string[] }

/** Judges the known facts. */
export function judge(session: Session, told: Told): Verdict {
  const members = session.members.map(toHex)
  const { exits, late } = told
  const guilty = convictions(session, exits, (exit) => (exit.kind === 'malicious' ? [exit.evidence] : []))
  const liars = convictions(session, exits, ({ lies }) => lies)
  const absent = majorityAbsent(members, exits)
  const untold = members.filter((key) => !exits.has(key))
  const awaited = untold.filter((key) => !told.gone.has(key) && !guilty.has(key) && !absent.keys.includes(key))
  if (awaited.length > 0 && !late) return { kind: 'open' }
  const missing = untold.filter((key) => told.gone.has(key) || awaited.includes(key))
  const agreed = guilty.size === 0 && absent.keys.length === 0 ? agreement(members, told, liars) : undefined
  if (agreed) return agreed
  const convicted = new Map([...liars, ...guilty])
  if (convicted.size > 0) {
    const dropped = [...new Set([...convicted.keys(), ...absent.keys, ...missing])]
    return { kind: 'malicious', dropped, lies: [...convicted.values()] }
  }
  return { kind: 'offline', dropped: [...new Set([...absent.keys, ...missing])], phase: absent.phase }
}

/**
 * The agreement: all honest members, and a majority, have one number. Or the disagreement, which must not happen: they have
 * several.
 */
function agreement(
  members: readonly string[],
  { exits, gone }: Told,
  liars: ReadonlyMap<string, string>,
): Verdict | undefined {
  const successes = [...exits].flatMap(([key, exit]) => (exit.kind === 'success' ? [{ key, exit }] : []))
  const truthful = successes.filter(({ key }) => !liars.has(key))
  const numbers = [...new Set(truthful.map(({ exit }) => numberOf(exit)))]
  if (numbers.length > 1) return { kind: 'disagreed', numbers }
  const [first] = truthful
  if (!first) return undefined
  const living = members.filter((key) => !liars.has(key) && (!gone.has(key) || exits.has(key)))
  const same = successes.filter(({ exit }) => numberOf(exit) === numbers[0])
  if (truthful.length !== living.length || !isMajority(same.length, members.length)) return undefined
  const { magic, transcriptRoot } = first.exit
  return { kind: 'agreed', magic, transcriptRoot, liars: [...liars.keys()], lies: [...liars.values()] }
}

const numberOf = ({ magic, transcriptRoot }: { readonly magic: string; readonly transcriptRoot: string }): string =>
  `${magic} ${transcriptRoot}`

const isMajority = (votes: number, of: number): boolean => votes * 2 > of

/** The convicted members, each with its lie, by the evidence `proven` in the exits. */
function convictions(
  session: Session,
  exits: Told['exits'],
  proven: (exit: MemberExit) => readonly Evidence[],
): ReadonlyMap<string, string> {
  const guilty = new Map<string, string>()
  for (const evidence of [...exits.values()].flatMap(proven)) {
    const offender = convict(session, evidence)
    if (offender) guilty.set(toHex(offender), evidence.tag)
  }
  return guilty
}

function majorityAbsent(
  members: readonly string[],
  exits: Told['exits'],
): { readonly keys: readonly string[]; readonly phase: string | undefined } {
  const reports = [...exits.values()].filter((exit) => exit.kind === 'offline')
  const keys = members.filter((key) =>
    isMajority(reports.filter(({ absent }) => absent.includes(key)).length, members.length),
  )
  const phases = reports.filter(({ absent }) => absent.some((key) => keys.includes(key))).map(({ phase }) => phase)
  const count = (phase: string): number => phases.filter((other) => other === phase).length
  return { keys, phase: phases.toSorted((a, b) => count(b) - count(a))[0] }
}
