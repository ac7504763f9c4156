/**
 * The clock of a coinflip's arbiter: its windows, and what begins with a block.
 *
 * Owns: all that follows from time alone. Does not own: calls (the arbiter).
 */
import { equalBytes } from '../../bytes.ts'
import { hideMagic, magic } from './magic.ts'
import { sessionId } from './session.ts'
import {
  VIEW_LAG_BLOCKS,
  type AgreedFlip,
  type ArbiterParameters,
  type ArbitratedAttempt,
  type Flip,
  type Turn,
} from './arbiter-types.ts'

/** The first block in which a demand is taken. Before, the members have time to agree by themselves. */
export const demandFrom = (openedAt: number, { coinflipWindow }: Pick<ArbiterParameters, 'coinflipWindow'>): number =>
  openedAt + Math.ceil((2 * coinflipWindow) / 3)

/** The last block in which a demand is taken, and in which an attempt without a demand may agree. */
export const demandUntil = (
  openedAt: number,
  { coinflipWindow, answerWindow }: Pick<ArbiterParameters, 'coinflipWindow' | 'answerWindow'>,
): number => openedAt + coinflipWindow + answerWindow

/**
 * The last block in which a member may ask for an agreed number. The others see the demand before the first audit, which it puts
 * off.
 */
export const numberDemandUntil = (auditFrom: number): number => auditFrom - VIEW_LAG_BLOCKS

/**
 * The block from which audits are held when members agree in block `agreedAt`: as planned, or later where a member that was left out
 * needs the time to ask for the number.
 */
export const auditStart = (
  planned: number,
  agreedAt: number,
  { objectionWindow }: Pick<ArbiterParameters, 'objectionWindow'>,
): number => Math.max(planned, agreedAt + objectionWindow + VIEW_LAG_BLOCKS)

/** Times the answer window by which congestion can put off the windows of an attempt. */
const MOST_STOPS = 3

/** The congested blocks that the windows of an attempt do not count. An attempt before an agreement or demand has none. */
const stopsOf = ({ state, agreement, congestion, parameters }: ArbitratedAttempt): number =>
  agreement || (!state.flip && state.spoiltAt === undefined)
    ? 0
    : Math.min(Math.max(0, congestion - state.congestion), MOST_STOPS * parameters.answerWindow)

/** The block at hand by the clock of the attempt's windows, which stands still in congested blocks. */
export const clockOf = (attempt: ArbitratedAttempt): number => attempt.block - stopsOf(attempt)

/** The commitments that numbers must open: those of the list, or those that were agreed on. */
export const transcriptOf = ({ agreement }: ArbitratedAttempt, { listed }: Flip): AgreedFlip['transcript'] =>
  agreement?.transcript ?? listed.map(({ body }) => body)

/** What begins with this block, before its calls. */
export function startOfBlock(attempt: ArbitratedAttempt): Turn {
  const { state, block, agreement, openedAt, parameters } = attempt
  const { flip, spoiltAt } = state
  if (spoiltAt !== undefined && !agreement) {
    const isOver = clockOf(attempt) > spoiltAt + parameters.objectionWindow
    return isOver ? { kind: 'restart', absent: [], afterGate: false } : { kind: 'nothing' }
  }
  if (flip?.stage === 'Commit') return turnCommit(attempt, flip)
  if (flip) return turnValues(attempt, flip)
  return !agreement && block > demandUntil(openedAt, parameters) ? { kind: 'over' } : { kind: 'nothing' }
}

function turnCommit(attempt: ArbitratedAttempt, flip: Flip): Turn {
  const { session, state, parameters } = attempt
  const now = clockOf(attempt)
  const absent = missing(session.members.length, flip.listed)
  if (absent.length > 0) return now > flip.until ? { kind: 'restart', absent, afterGate: false } : { kind: 'nothing' }
  if (now <= flip.lastListed + parameters.objectionWindow) return { kind: 'nothing' }
  const until = now + parameters.answerWindow - 1
  return { kind: 'reveal', state: { ...state, flip: { ...flip, stage: 'Reveal', since: now, until } } }
}

function turnValues(attempt: ArbitratedAttempt, flip: Flip): Turn {
  const { session, state, agreement } = attempt
  const absent = missing(session.members.length, flip.opened)
  const isOver = clockOf(attempt) > flip.until
  const closed = { ...state, flip: undefined }
  if (absent.length > 0) {
    if (!isOver) return { kind: 'nothing' }
    return agreement ? { kind: 'unanswered', state: closed } : { kind: 'restart', absent, afterGate: true }
  }
  const values = flip.opened.map(({ value }) => value)
  const number = magic(sessionId(session), values, session.magicRule)
  const hiddenMagic = hideMagic(number)
  if (!agreement)
    return { kind: 'agreed', magic: number, agreement: { transcript: transcriptOf(attempt, flip), hiddenMagic } }
  // A majority can agree on a number that its own commitments do not give. Then nothing answers the demand.
  return equalBytes(hiddenMagic, agreement.hiddenMagic)
    ? { kind: 'public', magic: number, state: closed }
    : { kind: 'unanswered', state: closed }
}

const missing = (members: number, entries: readonly { readonly rank: number }[]): readonly number[] => {
  const present = new Set(entries.map(({ rank }) => rank))
  return Array.from({ length: members }, (_, rank) => rank).filter((rank) => !present.has(rank))
}

/**
 * The first block after the one at hand whose start can change something, if no call and no congestion comes before; `undefined` where
 * only a call can.
 */
export function nextTurn(attempt: ArbitratedAttempt): number | undefined {
  const { session, state, agreement, openedAt, parameters } = attempt
  const { flip, spoiltAt } = state
  const members = session.members.length
  const stops = stopsOf(attempt)
  if (spoiltAt !== undefined && !agreement) return spoiltAt + parameters.objectionWindow + 1 + stops
  if (!flip) return agreement ? undefined : demandUntil(openedAt, parameters) + 1
  if (flip.stage !== 'Commit') return flip.opened.length === members ? attempt.block + 1 : flip.until + 1 + stops
  const last = flip.listed.length === members ? flip.lastListed + parameters.objectionWindow : flip.until
  return last + 1 + stops
}
