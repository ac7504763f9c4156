/**
 * What follows from how a session ended for each member: agreement, or who is left out of the next attempt.
 *
 * Owns: the rules that the chain applies where there is one, for a session without: evidence is verified and convicts, the
 * absent are those whom more than half of the members name, and a number counts where everybody has it. Does not own: waiting,
 * or the next attempt (attempts.ts). Members are named by their Noise keys in hex.
 */
import { toHex } from '#types/bytes.ts'
import { convict, type Session } from '#types/domain/coinflip.ts'
import type { MemberExit } from './terms.ts'

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
  /** Exit 1 at all. */
  | { readonly kind: 'agreed'; readonly magic: string; readonly transcriptRoot: string }
  /** Exit 3: evidence convicts them, each of the lie named. */
  | { readonly kind: 'malicious'; readonly dropped: readonly string[]; readonly lies: readonly string[] }
  /** Exit 2: a majority missed them, in the phase named most, or their processes are gone. May be nobody, where no majority agrees. */
  | { readonly kind: 'offline'; readonly dropped: readonly string[]; readonly phase: string | undefined }
  /** Members that nobody accuses succeeded with different numbers: the protocol is broken. */
  | { readonly kind: 'disagreed'; readonly numbers: readonly string[] }

/** What follows from what was told. */
export function judge(session: Session, told: Told): Verdict {
  const members = session.members.map(toHex)
  const { exits, late } = told
  const guilty = convictions(session, exits)
  const absent = majorityAbsent(members, exits)
  const untold = members.filter((key) => !exits.has(key))
  const awaited = untold.filter((key) => !told.gone.has(key) && !guilty.has(key) && !absent.keys.includes(key))
  if (awaited.length > 0 && !late) return { kind: 'open' }
  const missing = untold.filter((key) => told.gone.has(key) || awaited.includes(key))
  if (guilty.size > 0) {
    return { kind: 'malicious', dropped: [...new Set([...guilty.keys(), ...missing])], lies: [...guilty.values()] }
  }
  const dropped = [...new Set([...absent.keys, ...missing])]
  if (absent.keys.length > 0) return { kind: 'offline', dropped, phase: absent.phase }
  const successes = [...exits.values()].filter((exit) => exit.kind === 'success')
  const numbers = [...new Set(successes.map(({ magic, transcriptRoot }) => `${magic} ${transcriptRoot}`))]
  if (numbers.length > 1) return { kind: 'disagreed', numbers }
  const [first] = successes
  const living = members.filter((key) => !told.gone.has(key) || exits.has(key))
  const isAgreed = first && successes.length === living.length && isMajority(successes.length, members.length)
  return isAgreed ? { ...first, kind: 'agreed' } : { kind: 'offline', dropped, phase: undefined }
}

const isMajority = (votes: number, of: number): boolean => votes * 2 > of

/** Who is convicted, of which lie. */
function convictions(session: Session, exits: Told['exits']): ReadonlyMap<string, string> {
  const guilty = new Map<string, string>()
  for (const exit of exits.values()) {
    const offender = exit.kind === 'malicious' ? convict(session, exit.evidence) : undefined
    if (exit.kind === 'malicious' && offender) guilty.set(toHex(offender), exit.evidence.tag)
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
