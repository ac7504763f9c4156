/**
 * The channel between `assay coinflip` and its member processes: the members, the session that is due, and its exits.
 *
 * Owns: the forms on this channel, bytes as hex, and reading them back. Does not own: messages between members.
 */
import { fromHex, toHex } from '#types/bytes.ts'
import {
  Arbitration,
  Commitment,
  Evidence,
  ListedWord,
  MAX_MEMBERS,
  OpenedValue,
  type ArbitratedAttempt,
  type CoinflipPhaseName,
  type MagicRuleName,
  type Session,
} from '#types/domain/coinflip/coinflip.ts'
import { H256 } from '#types/scale/account.ts'
import { decode, encode } from '#types/scale/codec.ts'
import { option, struct, variant, vec } from '#types/scale/compound.ts'
import { bool, u128, u32 } from '#types/scale/primitives.ts'
import type { CoinflipExit, CoinflipTimeouts } from '../protocol/terms.ts'
import type { Call } from '../session/local-arbiter.ts'

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

/** From the command to a member: the attempt, as the arbiter's block has it. */
export interface BlockNews {
  readonly kind: 'block'
  readonly attempt: number
  readonly view: string
}

/** What the arbiter's block has of an attempt, beyond what the assignment told. */
const View = struct({
  block: u32,
  openedAt: u32,
  auditFrom: u32,
  state: Arbitration,
  agreement: option(struct({ transcript: vec(Commitment, MAX_MEMBERS), hiddenMagic: H256 })),
  agreedAt: option(u32),
  isPublic: bool,
  parameters: struct({ coinflipWindow: u32, answerWindow: u32, objectionWindow: u32, demandDeposit: u128 }),
})

/** The news of a block for the members. */
export const blockNews = (attempt: ArbitratedAttempt, agreedAt: number | undefined): BlockNews => ({
  kind: 'block',
  attempt: attempt.session.attempt,
  view: toHex(encode(View, { ...attempt, agreedAt })),
})

/** The attempt in the news of a block. */
export function attemptIn(
  { view }: BlockNews,
  session: Session,
): { readonly attempt: ArbitratedAttempt; readonly agreedAt: number | undefined } {
  const { agreedAt, ...attempt } = decode(View, fromHex(view))
  return { attempt: { ...attempt, congestion: 0, session }, agreedAt }
}

/** A call of a member to the arbiter, on this channel. A member's exit is its vote, and needs no call. */
const Said = variant({
  demand: vec(ListedWord, MAX_MEMBERS),
  words: vec(ListedWord, MAX_MEMBERS),
  values: vec(OpenedValue, MAX_MEMBERS),
  evidence: Evidence,
})

type Spoken = Exclude<Call, { readonly kind: 'vote' }>

/** A call in the form that a member prints. */
export function callNotice(call: Spoken): string {
  if (call.kind === 'evidence') return toHex(encode(Said, { tag: call.kind, value: call.evidence }))
  if (call.kind === 'values') return toHex(encode(Said, { tag: call.kind, value: call.values }))
  return toHex(encode(Said, { tag: call.kind, value: call.words }))
}

/** Reads a printed call; undefined where the text is none. */
export function callIn(hex: unknown): Spoken | undefined {
  try {
    const said = decode(Said, fromHex(String(hex)))
    if (said.tag === 'evidence') return { kind: said.tag, evidence: said.value }
    return said.tag === 'values' ? { kind: said.tag, values: said.value } : { kind: said.tag, words: said.value }
  } catch {
    return undefined
  }
}

/** A member's exit, as it tells the command; it keeps its own number to itself. */
export interface MemberExit {
  readonly magic: string
  readonly transcriptRoot: string
  readonly transcript: readonly Commitment[]
  readonly lies: readonly Evidence[]
}

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
export const isOrder = (message: unknown): message is Meeting | Assignment | BlockNews =>
  typeof message === 'object' &&
  message !== null &&
  'kind' in message &&
  (message.kind === 'session' || message.kind === 'meet' || message.kind === 'block')

const Transcript = vec(Commitment, MAX_MEMBERS)

/** An exit in the form that a member prints. */
export const exitNotice = (
  { magic, transcriptRoot, transcript }: CoinflipExit,
  lies: readonly Evidence[],
): Readonly<Record<string, unknown>> => ({
  magic,
  transcriptRoot,
  transcript: toHex(encode(Transcript, transcript)),
  lies: lies.map((lie) => toHex(encode(Evidence, lie))),
})

/** Reads a printed exit; undefined where the line is no exit. */
export function exitIn(told: Readonly<Record<string, unknown>>): MemberExit | undefined {
  const { magic, transcriptRoot } = told
  try {
    const transcript = decode(Transcript, fromHex(String(told['transcript'])))
    const lies = (told['lies'] as readonly string[]).map((lie) => decode(Evidence, fromHex(lie)))
    return typeof magic === 'string' && typeof transcriptRoot === 'string'
      ? { magic, transcriptRoot, transcript, lies }
      : undefined
  } catch {
    return undefined
  }
}
