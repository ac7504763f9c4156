/**
 * The arbiter of a coinflip: a demand brings an attempt before it, and from then on silence is a fact instead of a word.
 *
 * Owns: the rules, as pure functions from an attempt and a call or a block to the next state and what follows. Does not own: the
 * effect of what follows (the Attestation pallet; in `assay coinflip`, the parent process).
 *
 *   demand -> COMMIT --all words listed, and nobody objected for O blocks--> REVEAL --all numbers told--> agreed
 *                |  a word missing after A blocks: absent before the gate       |  a number missing after A blocks: absent after it
 *                +-------------------------> restart without the absent <-------+
 *
 * An equivocation before REVEAL spoils the attempt: the windows stand still, nobody is absent, and after O blocks the attempt
 * begins again without the convicted. A complete list alone is no gate: a liar that knows all other numbers from the mesh could
 * list a word that it made last, and so choose the number. Every honest member holds the liar's first word, and the O blocks are
 * their time to show it.
 * A member that the others left out asks for an agreed number (stage NUMBER), once in an attempt. No answer is charged to nobody.
 */
import { equalBytes } from '../../bytes.ts'
import type { Evidence } from './messages.ts'
import { commitTo, sessionId } from './session.ts'
import { checkMessageSignature, checkSignedCommitment, type IsSigned } from './signatures.ts'
import { clockOf, demandFrom, demandUntil, numberDemandUntil, transcriptOf } from './arbiter-turns.ts'
import {
  VIEW_LAG_BLOCKS,
  type ArbiterFault,
  type ArbitratedAttempt,
  type Arbitration,
  type DemandFinding,
  type EntryFinding,
  type Flip,
  type ListedWord,
  type OpenedValue,
  type Refusal,
  type Sender,
} from './arbiter-types.ts'

/**
 * Rewards from the deposit, in the smallest unit. They are the fees of the calls: for a call, for each member of the session, for each
 * word or number that it brings, and for the call that brings the last one. Above the fees, a liar would gain by its own silence.
 */
const CALL_REWARD = 738_600_000n
const MEMBER_REWARD = 38_600_000n
const WORD_REWARD = 238_000_000n
const VALUE_REWARD = 5_000_000n
const LAST_REWARD = 312_000_000n
/**
 * What a demand costs its author, at least: by itself, for each member of the session, and for each of its words. A repayment above
 * the fee would reward demands.
 */
const DEMAND_FEE = 919_000_000n
const DEMAND_MEMBER_FEE = 12_800_000n
const DEMAND_WORD_FEE = 262_900_000n

const refuse = (fault: ArbiterFault): Refusal => ({ ok: false, fault })

/**
 * Brings an attempt before the arbiter. A demand names nobody. Before an agreement it lists `words`, the sender's own among them.
 * After an agreement it asks for the number, without words.
 */
export function demand(
  attempt: ArbitratedAttempt,
  { account, rank }: Sender,
  words: readonly ListedWord[],
  isSigned: IsSigned = checkMessageSignature,
): DemandFinding {
  if (rank === undefined) return refuse('NotMember')
  if (attempt.agreement) return demandNumber(attempt, account, words)
  const { state, block, openedAt, auditFrom, parameters } = attempt
  if (state.flip) return refuse('AlreadyDemanded')
  if (state.spoiltAt !== undefined) return refuse('Spoilt')
  if (block < demandFrom(openedAt, parameters)) return refuse('TooEarlyToDemand')
  if (block > demandUntil(openedAt, parameters)) return refuse('TooLateToDemand')
  if (!words.some((word) => word.rank === rank)) return refuse('NoOwnWord')
  const flip = openFlip(attempt, 'Commit', account)
  const listed = listWords(attempt, flip, words, isSigned)
  if (!listed) return refuse('BadWord')
  const spent = listed.spent + DEMAND_WORD_FEE * BigInt(listed.listed.length)
  return { ok: true, state: { ...state, flip: { ...listed, spent }, congestion: attempt.congestion }, auditFrom }
}

function demandNumber(attempt: ArbitratedAttempt, account: Uint8Array, words: readonly ListedWord[]): DemandFinding {
  const { state, block, auditFrom, isPublic } = attempt
  if (state.flip || state.numberAsked || isPublic) return refuse('AlreadyDemanded')
  if (block > numberDemandUntil(auditFrom)) return refuse('TooLateToDemand')
  if (words.length > 0) return refuse('BadWord')
  const flip = openFlip(attempt, 'Number', account)
  // All members learn the number by the block after `until`, and see it `VIEW_LAG_BLOCKS` later.
  const from = Math.max(auditFrom, flip.until + 1 + VIEW_LAG_BLOCKS)
  return { ok: true, state: { ...state, flip, numberAsked: true }, auditFrom: from }
}

const openFlip = (
  { session, block, parameters }: ArbitratedAttempt,
  stage: Flip['stage'],
  demander: Uint8Array,
): Flip => ({
  stage,
  since: block,
  until: block + parameters.answerWindow,
  lastListed: block,
  demander,
  held: parameters.demandDeposit,
  spent: DEMAND_FEE + DEMAND_MEMBER_FEE * BigInt(session.members.length),
  listed: [],
  opened: [],
})

/** Lists words of members. Those that are listed stay as they are. One bad new word spoils the call. */
export function putWords(
  attempt: ArbitratedAttempt,
  sender: Sender,
  words: readonly ListedWord[],
  isSigned: IsSigned = checkMessageSignature,
): EntryFinding {
  const { flip, spoiltAt } = attempt.state
  if (flip?.stage !== 'Commit') return refuse('WrongPhase')
  if (spoiltAt !== undefined) return refuse('Spoilt')
  if (clockOf(attempt) > flip.until) return refuse('WrongPhase')
  const changed = listWords(attempt, flip, words, isSigned)
  if (!changed) return refuse('BadWord')
  return entered(attempt, flip, changed, sender, { before: flip.listed, after: changed.listed, each: WORD_REWARD })
}

/** The flip with the new words in its list; `undefined` where one of them is not its member's. */
function listWords(
  attempt: ArbitratedAttempt,
  flip: Flip,
  words: readonly ListedWord[],
  isSigned: IsSigned,
): Flip | undefined {
  const { session } = attempt
  const { members, round } = session
  const sid = sessionId(session)
  const byRank = new Map(flip.listed.map((word) => [word.rank, word]))
  for (const word of words) {
    const author = members[word.rank]
    if (!author) return undefined
    if (byRank.has(word.rank)) continue
    if (!checkSignedCommitment(sid, round, { author, body: word.body, signature: word.signature }, isSigned))
      return undefined
    byRank.set(word.rank, word)
  }
  if (byRank.size === flip.listed.length) return flip
  return { ...flip, listed: ascending(byRank), lastListed: clockOf(attempt) }
}

/** Tells numbers of members. They need no signature: each opens its member's commitment, or spoils the call. */
export function putValues(attempt: ArbitratedAttempt, sender: Sender, values: readonly OpenedValue[]): EntryFinding {
  const { state, session } = attempt
  const { flip } = state
  if (!flip || flip.stage === 'Commit' || clockOf(attempt) > flip.until) return refuse('WrongPhase')
  const transcript = transcriptOf(attempt, flip)
  const sid = sessionId(session)
  const byRank = new Map(flip.opened.map((opened) => [opened.rank, opened]))
  for (const opened of values) {
    const { rank, value } = opened
    const committed = transcript[rank]
    if (!committed || !equalBytes(commitTo(sid, session.members[rank]!, value), committed.commitment))
      return refuse('BadValue')
    byRank.set(rank, byRank.get(rank) ?? opened)
  }
  const changed = { ...flip, opened: ascending(byRank) }
  return entered(attempt, flip, changed, sender, { before: flip.opened, after: changed.opened, each: VALUE_REWARD })
}

const ascending = <T extends { readonly rank: number }>(byRank: ReadonlyMap<number, T>): readonly T[] =>
  [...byRank.values()].toSorted((a, b) => a.rank - b.rank)

/** Entries of a flip before and after a call, and the reward of each new one. */
interface Entries {
  readonly before: readonly { readonly rank: number }[]
  readonly after: readonly { readonly rank: number }[]
  readonly each: bigint
}

const newRanks = (before: Entries['before'], after: Entries['after']): readonly number[] => {
  const known = new Set(before.map(({ rank }) => rank))
  return after.map(({ rank }) => rank).filter((rank) => !known.has(rank))
}

/**
 * New entries, with the sender's reward: for those of others, unless it pays the deposit itself. The deposit is all that there is to
 * earn. A call earns its fee where it brings all that were missing, and by the square of its part otherwise. So many small calls in
 * place of one cost the demander less than two, whoever makes them, and their sender the fees.
 */
function entered(
  { state, session }: ArbitratedAttempt,
  { held, spent, demander }: Flip,
  changed: Flip,
  { account, rank: own }: Sender,
  { before, after, each }: Entries,
): EntryFinding {
  const added = newRanks(before, after)
  if (added.length === 0) return refuse('NothingNew')
  const members = session.members.length
  const relayed = BigInt(equalBytes(account, demander) ? 0 : added.filter((rank) => rank !== own).length)
  const isOwnMissing = own !== undefined && !before.some(({ rank }) => rank === own)
  const missing = BigInt(members - before.length - (isOwnMissing ? 1 : 0))
  const perCall = CALL_REWARD + MEMBER_REWARD * BigInt(members) + (after.length === members ? LAST_REWARD : 0n)
  const earned = relayed === 0n ? 0n : (perCall * relayed ** 2n) / missing ** 2n + each * relayed
  const reward = earned < held ? earned : held
  const flip = { ...changed, held: held - reward, spent: spent + reward }
  return { ok: true, state: { ...state, flip }, added, reward }
}

/**
 * The state after evidence that convicts a member in this attempt. An equivocation spoils an attempt that has neither an agreement
 * nor a gate behind it. All other evidence, later evidence and a second equivocation change nothing.
 */
export function spoil(attempt: ArbitratedAttempt, evidence: Pick<Evidence, 'tag'>): Arbitration {
  const { state, agreement, congestion } = attempt
  const isOpen = !agreement && (!state.flip || state.flip.stage === 'Commit')
  const isSpoilt = evidence.tag === 'Equivocation' && isOpen && state.spoiltAt === undefined
  if (!isSpoilt) return state
  return { ...state, spoiltAt: clockOf(attempt), congestion: state.flip ? state.congestion : congestion }
}
