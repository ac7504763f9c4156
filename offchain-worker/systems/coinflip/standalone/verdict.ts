/**
 * What follows from how a session ended for each member: agreement, or who is left out of the next attempt.
 *
 * Owns: the rules that the chain applies where there is one, for a session without: evidence is verified and convicts, the
 * absent are those whom more than half of the members name, and a number counts where everybody has it, liars among them or not.
 * Does not own: waiting, or the next attempt (attempts.ts). Members are named by their Noise keys in hex.
 */
import { toHex } from '#types/bytes.ts'
import { convict, type Evidence, type Session } from '#types/domain/coinflip/coinflip.ts'
import type { MemberExit } from './channel.ts'

/** What is known of an attempt so far. */
export interface Told {
  /** How it ended for each member that told. */
  readonly exits: ReadonlyMap<string, MemberExit>
  /** Members whose processes have ended. */
  readonly gone: ReadonlySet<string>
  /** Whether the time is over: who has not told by then is left out. */
  readonly late: boolean
}

/** @see judge */
export type Verdict =
  /** Somebody has not told yet. */
  | { readonly kind: 'open' }
  /** Exit 1 at all that are not `liars`: those are convicted, each of the lie named, and the number stands. */
  | {
      readonly kind: 'agreed'
      readonly magic: string
      readonly transcriptRoot: string
      readonly liars: readonly string[]
      readonly lies: readonly string[]
    }
  /** There is no number, and evidence convicts them, each of the lie named. */
  | { readonly kind: 'malicious'; readonly dropped: readonly string[]; readonly lies: readonly string[] }
  /** Exit 2: a majority missed them, in the phase named most, or their processes are gone. May be nobody, where no majority agrees. */
  | { readonly kind: 'offline'; readonly dropped: readonly string[]; readonly phase: string | undefined }
  /** Members that nobody accuses succeeded with different numbers: the protocol is broken. */
  | { readonly kind: 'disagreed'; readonly numbers: readonly string[] }

/** What follows from what was told. */
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

/** Whether those who did not lie have one number, and a majority with them; or several, which must not be. */
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

/** Who is convicted, of which lie, by what is `proven` in the exits. */
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
