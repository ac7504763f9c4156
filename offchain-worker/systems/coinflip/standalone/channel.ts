/**
 * The channel between `assay coinflip` and its member processes: the members, the session that is due, and its exits.
 *
 * Owns: the forms on this channel, bytes as hex, and reading them back. Does not own: messages between members.
 */
import { fromHex, toHex } from '#types/bytes.ts'
import { Evidence, type MagicRuleName, type Session, type CoinflipPhaseName } from '#types/domain/coinflip/coinflip.ts'
import { decode, encode } from '#types/scale/codec.ts'
import type { CoinflipExit, CoinflipTimeouts } from '../protocol/terms.ts'

/** The phases of a session, in order. */
export const PHASES = ['Join', 'Commit', 'Echo', 'Reveal', 'Confirm'] as const satisfies readonly CoinflipPhaseName[]

/** From the command to a member: connect to all of these, and stay connected. A larger meeting replaces the one before. */
export interface Meeting {
  readonly kind: 'meet'
  /** Names the meeting together with the number of invited members; the same bytes for all. */
  readonly context: string
  readonly members: readonly string[]
}

/** Kind of the line of a member that is connected to all others of a meeting of `size`. */
export const metKind = (size: number): string => `met-${size}`

/** From the command to a member: take your seat in this session, and leave the one before. */
export interface Assignment {
  readonly kind: 'session'
  readonly genesisHash: string
  readonly attempt: number
  readonly members: readonly string[]
  readonly magicRule: MagicRuleName
  readonly timeouts: CoinflipTimeouts
}

/** Times of a member, in milliseconds from its assignment. */
export interface MemberTimings {
  /** Time until it was connected to every other member; absent where it never was. */
  readonly mesh?: number
  /** Time in each phase that it entered. */
  readonly phases: Readonly<Partial<Record<CoinflipPhaseName, number>>>
  readonly total: number
}

/** A member's exit, as it tells the command; it keeps its own number to itself. `lies` did not end the session. */
export type MemberExit = { readonly lies: readonly Evidence[] } & (
  | { readonly kind: 'success'; readonly magic: string; readonly transcriptRoot: string }
  | { readonly kind: 'offline'; readonly absent: readonly string[]; readonly phase: string }
  | { readonly kind: 'malicious'; readonly evidence: Evidence }
)

/** The session in the form of the channel. */
export const assignmentOf = (session: Session, timeouts: CoinflipTimeouts): Assignment => ({
  kind: 'session',
  genesisHash: toHex(session.genesisHash),
  attempt: session.attempt,
  members: session.members.map(toHex),
  magicRule: session.magicRule ?? 'Concat',
  timeouts,
})

/** The session of an assignment. There is no chain, so there is only one round. */
export const sessionIn = ({ genesisHash, attempt, members, magicRule }: Assignment): Session => ({
  genesisHash: fromHex(genesisHash),
  round: 0,
  attempt,
  members: members.map(fromHex),
  magicRule,
})

/** Whether a message of the channel is the command's, because Node itself sends there too. */
export const isOrder = (message: unknown): message is Meeting | Assignment =>
  typeof message === 'object' &&
  message !== null &&
  'kind' in message &&
  (message.kind === 'session' || message.kind === 'meet')

/** An exit in the form that a member prints. */
export function exitNotice(exit: CoinflipExit): Readonly<Record<string, unknown>> {
  const hexOf = (lie: Evidence): string => toHex(encode(Evidence, lie))
  const lies = exit.lies.map(hexOf)
  switch (exit.kind) {
    case 'success':
      return { exit: exit.kind, magic: exit.magic, transcriptRoot: exit.transcriptRoot, lies }
    case 'offline':
      return { exit: exit.kind, absent: exit.absent.map(toHex), phase: exit.phase, lies }
    default:
      return { exit: exit.kind, offender: exit.offender, evidence: hexOf(exit.evidence), lies }
  }
}

/** Reads a printed exit; undefined where the line is no exit. */
export function exitIn(told: Readonly<Record<string, unknown>>): MemberExit | undefined {
  const { exit, magic, transcriptRoot, absent, phase, evidence } = told
  const lies = Array.isArray(told['lies']) ? told['lies'].flatMap((lie) => evidenceIn(String(lie)) ?? []) : []
  if (exit === 'success' && typeof magic === 'string' && typeof transcriptRoot === 'string')
    return { kind: exit, magic, transcriptRoot, lies }
  if (exit === 'offline' && Array.isArray(absent))
    return { kind: exit, absent: absent.map(String), phase: String(phase), lies }
  const proof = exit === 'malicious' && typeof evidence === 'string' ? evidenceIn(evidence) : undefined
  return proof && { kind: 'malicious', evidence: proof, lies }
}

function evidenceIn(hex: string): Evidence | undefined {
  try {
    return decode(Evidence, fromHex(hex))
  } catch {
    return undefined
  }
}
