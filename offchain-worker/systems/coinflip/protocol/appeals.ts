/**
 * What a member says to the arbiter of its session, and what it learns there.
 *
 * Owns: when a member demands, lists and tells, by block. Does not own: the arbiter's rules, which the domain has.
 *
 * Members take turns, so that one call usually brings what all hold: the member at turn 0 goes first, and the others follow with their
 * own entry one block later, and with the rest two blocks later. So an entry of ours needs nobody's help, and costs a fee only where
 * the member at turn 0 is silent.
 */
import {
  demandFrom,
  demandUntil,
  numberDemandUntil,
  type ArbitratedAttempt,
  type Flip,
  type ListedWord,
  type OpenedValue,
} from '#types/domain/coinflip/coinflip.ts'
import type { CoinflipFact, Held } from './terms.ts'

/** A call to the arbiter. */
export type Appeal =
  | { readonly kind: 'demand'; readonly words: readonly ListedWord[] }
  | { readonly kind: 'words'; readonly words: readonly ListedWord[] }
  | { readonly kind: 'values'; readonly values: readonly OpenedValue[] }

/** @see appealOf */
export interface AppealOptions {
  /** The attempt as the last block that we know has it. */
  readonly attempt: ArbitratedAttempt
  /** Our rank. */
  readonly self: number
  readonly held: Held
  /** Whether we know the number. */
  readonly hasNumber: boolean
  /** Block in which the others agreed; `undefined` before. */
  readonly agreedAt: number | undefined
}

/** Members whose turn comes later wait at most this many blocks with a demand. */
const LATEST_TURN = 2
/** A member that has the number waits this many blocks before the window's end for the others' votes. */
const VOTES_LATE = 2
/** Blocks into a stage from which a member brings its own entry, and those of others, where it is not its turn. */
const OWN_AFTER = 1
const OTHERS_AFTER = 2

/** A member's turn: 0 is the first. Each attempt of each round begins with another member. */
export const turnOf = ({ round, attempt, members }: ArbitratedAttempt['session'], self: number): number => {
  const count = members.length
  return (((self - round - attempt) % count) + count) % count
}

/** What is due at the arbiter; `undefined` where nothing is. */
export function appealOf(options: AppealOptions): Appeal | undefined {
  const { flip, spoiltAt } = options.attempt.state
  if (!flip) return spoiltAt === undefined ? demandOf(options) : undefined
  if (flip.stage !== 'Commit') return valuesDue(options, flip)
  // The author of two words is convicted, and the attempt begins again: more words would change nothing.
  const isSpoilt = spoiltAt !== undefined || options.held.lies.some(({ tag }) => tag === 'Equivocation')
  return isSpoilt ? undefined : wordsDue(options, flip)
}

function demandOf({ attempt, self, held, hasNumber, agreedAt }: AppealOptions): Appeal | undefined {
  const { block, openedAt, parameters, agreement, isPublic, auditFrom, state } = attempt
  if (agreement) {
    // The others are asked on the mesh first.
    const isDue = !hasNumber && !isPublic && !state.numberAsked && block > (agreedAt ?? block)
    return isDue && block < numberDemandUntil(auditFrom) ? { kind: 'demand', words: [] } : undefined
  }
  const turn = Math.min(turnOf(attempt.session, self), LATEST_TURN)
  const from = hasNumber ? openedAt + parameters.coinflipWindow - VOTES_LATE : demandFrom(openedAt, parameters) + turn
  if (block < from || block >= demandUntil(openedAt, parameters) || !held.words[self]) return undefined
  return { kind: 'demand', words: wordsOf(held, () => true) }
}

function wordsDue(options: AppealOptions, flip: Flip): Appeal | undefined {
  const due = dueEntries(options, flip, flip.listed)
  const words = wordsOf(options.held, due)
  return words.length > 0 ? { kind: 'words', words } : undefined
}

function valuesDue(options: AppealOptions, flip: Flip): Appeal | undefined {
  const due = dueEntries(options, flip, flip.opened)
  const values = options.held.values.flatMap((value, rank) => (value && due(rank) ? [{ rank, value }] : []))
  return values.length > 0 ? { kind: 'values', values } : undefined
}

/** Which members' entries are missing and ours to bring now. */
function dueEntries(
  { attempt, self }: AppealOptions,
  { since }: Flip,
  entries: readonly { readonly rank: number }[],
): (rank: number) => boolean {
  const known = new Set(entries.map(({ rank }) => rank))
  const waited = attempt.block - since
  const isFirst = turnOf(attempt.session, self) === 0
  const bringsOwn = isFirst || waited >= OWN_AFTER
  const bringsOthers = isFirst || waited >= OTHERS_AFTER
  return (rank) => !known.has(rank) && (rank === self ? bringsOwn : bringsOthers)
}

const wordsOf = ({ words }: Held, isWanted: (rank: number) => boolean): readonly ListedWord[] =>
  words.flatMap((word, rank) => (word && isWanted(rank) ? [{ rank, body: word.body, signature: word.signature }] : []))

/** What the arbiter's state tells our member of the session. */
export function factsOf({ session, state, agreement }: ArbitratedAttempt): readonly CoinflipFact[] {
  const { flip } = state
  if (!flip) return []
  const row = flip.listed.map(({ rank, body, signature }) => ({ author: session.members[rank]!, body, signature }))
  const values = session.members.map((_, rank) => flip.opened.find((opened) => opened.rank === rank)?.value)
  const opened: CoinflipFact = { kind: 'opened', values }
  if (flip.stage === 'Commit') return [{ kind: 'heard', words: row }]
  if (flip.stage === 'Number' || agreement) return [opened]
  return [{ kind: 'listed', row }, opened]
}
