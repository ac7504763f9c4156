/**
 * A ceremony on chain: members join, dealers deal, wrong shares are disputed, and each member that stays proves its new share.
 *
 * Owns: the rules, as pure functions from a ceremony and a word or a block to the next ceremony or its end. Does not own: the committee
 * (the Committee pallet) and the members' secrets (the worker).
 *
 *   Join --all spoke, or time--> Deal --all dealt, or time--> Settle --all kept members confirmed--> switched
 *     too few members stay | too few dealings, or one withheld where strict | time, a late dispute, too few dealings --> aborted
 *
 * Blocks end phases, so no member is needed to end one. A conviction is arithmetic on chain data. Silence convicts nobody.
 */
import { equalBytes } from '../../bytes.ts'
import type {
  AbortReason,
  Ceremony,
  CeremonyEnd,
  CeremonyFault,
  CeremonyOffence,
  CeremonyStep,
  CeremonyTerms,
  CeremonyWindows,
  ConfirmWord,
  Dealing,
  DisputeWord,
  JoinWord,
} from './ceremony-types.ts'
import { checkDealing, checkRecipientKey, judgeShare, passageOf, type Recipient } from './dealing.ts'
import { checkShareProof, nextKey, qualHashOf, type Counted } from './next-key.ts'

/** What every rule is told beside the ceremony. */
export interface CeremonyFrame {
  readonly context: Uint8Array
  readonly windows: CeremonyWindows
  readonly block: number
}

const refused = (fault: CeremonyFault): CeremonyStep => ({ kind: 'refused', fault })
const memberOf = ({ terms }: Ceremony, id: number): CeremonyTerms['members'][number] | undefined =>
  terms.members.find((member) => member.id === id)
const joinOf = ({ joins }: Ceremony, id: number) => joins.find((join) => join.id === id)

/** A ceremony that begins in this block. */
export const openCeremony = (terms: CeremonyTerms, { windows, block }: CeremonyFrame): Ceremony => ({
  terms,
  phase: 'Join',
  since: block,
  until: block + windows.join,
  joins: [],
  dealings: [],
  renounced: [],
  guilty: [],
  disputes: [],
  next: [],
  confirmed: [],
})

/** Members that will hold a share: they receive, joined and did not renounce. Ascending by id. */
export function keptOf({ terms, joins, renounced }: Ceremony): Recipient[] {
  return terms.members.flatMap(({ id }) => {
    const key = joins.find((join) => join.id === id)?.key
    return key === undefined || renounced.includes(id) ? [] : [{ id, key }]
  })
}

/** Members to which dealers owe a share: those that joined, whatever they did later. */
export const recipientsOf = (ceremony: Ceremony): Recipient[] => keptOf({ ...ceremony, renounced: [] })

/** The dealings that count, ascending by dealer. */
export const countedOf = ({ dealings, guilty }: Ceremony): Counted[] =>
  dealings.filter(({ dealer }) => !guilty.includes(dealer)).toSorted((a, b) => a.dealer - b.dealer)

const dealersOf = ({ joins }: Ceremony): number[] =>
  joins.flatMap(({ id, commitment }) => (commitment === undefined ? [] : [id]))

/** Dealings without which there is no key. */
const leastDealings = ({ kind, qOld, qNew }: CeremonyTerms): number => (kind === 'Reshare' ? qOld : qNew)

/** Members without which the next epoch could not lose one. */
const leastKept = ({ qNew, spare }: CeremonyTerms): number => qNew + spare

function aborted(
  ceremony: Ceremony,
  reason: AbortReason,
  silent: readonly number[],
  offence?: CeremonyOffence,
): CeremonyStep {
  const end: CeremonyEnd = { kind: 'aborted', reason, proven: ceremony.guilty, silent }
  return { kind: 'ends', end, ...(offence && { offence }) }
}

const goesOn = (ceremony: Ceremony, offence?: CeremonyOffence): CeremonyStep => ({
  kind: 'goes on',
  ceremony,
  ...(offence && { offence }),
})

/** A member joins. */
export function join(ceremony: Ceremony, frame: CeremonyFrame, id: number, word: JoinWord): CeremonyStep {
  if (ceremony.phase !== 'Join') return refused('WrongPhase')
  const member = memberOf(ceremony, id)
  if (!member) return refused('NotMember')
  if (joinOf(ceremony, id)) return refused('AlreadyJoined')
  const { key, commitment } = word
  if ((key !== undefined) !== member.receives || (commitment !== undefined) !== member.deals)
    return refused('WrongLength')
  if (key) {
    if (ceremony.joins.some((other) => other.key && equalBytes(other.key, key.point))) return refused('KeyReused')
    const fault = checkRecipientKey(frame.context, id, key)
    if (fault) return refused(fault)
  }
  const joins = [...ceremony.joins, { id, key: key?.point, commitment }]
  return settleJoin({ ...ceremony, joins }, frame)
}

/** Ends Join where all members have joined or renounced. */
function settleJoin(ceremony: Ceremony, frame: CeremonyFrame): CeremonyStep {
  const isOpen = ceremony.terms.members.some(({ id }) => !joinOf(ceremony, id) && !ceremony.renounced.includes(id))
  return isOpen ? goesOn(ceremony) : openDeal(ceremony, frame)
}

function openDeal(ceremony: Ceremony, { windows, block }: CeremonyFrame): CeremonyStep {
  const { terms } = ceremony
  const silent = terms.members.flatMap(({ id }) => (joinOf(ceremony, id) ? [] : [id]))
  if (keptOf(ceremony).length < leastKept(terms)) return aborted(ceremony, 'TooFewMembers', silent)
  if (dealersOf(ceremony).length < leastDealings(terms)) return aborted(ceremony, 'TooFewDealings', silent)
  return goesOn({ ...ceremony, phase: 'Deal', since: block, until: block + windows.deal })
}

/** A dealer deals. */
export function deal(ceremony: Ceremony, frame: CeremonyFrame, dealer: number, dealing: Dealing): CeremonyStep {
  if (ceremony.phase !== 'Deal') return refused('WrongPhase')
  const member = memberOf(ceremony, dealer)
  if (!member?.deals) return refused('NotMember')
  const commitment = joinOf(ceremony, dealer)?.commitment
  if (commitment === undefined) return refused('NotJoined')
  if (ceremony.dealings.some((other) => other.dealer === dealer)) return refused('AlreadyDealt')
  const fault = checkDealing(
    {
      terms: ceremony.terms,
      context: frame.context,
      dealer,
      commitment,
      recipients: recipientsOf(ceremony).length,
      usedKeys: ceremony.dealings.map((other) => other.dealing.key),
    },
    dealing,
  )
  if (fault) return refused(fault)
  return settleDeal({ ...ceremony, dealings: [...ceremony.dealings, { dealer, dealing }] }, frame)
}

const withheldBy = (ceremony: Ceremony): number[] =>
  dealersOf(ceremony).filter((id) => !ceremony.dealings.some(({ dealer }) => dealer === id))

/** Ends Deal where all dealers that committed have dealt, or renounced. */
function settleDeal(ceremony: Ceremony, frame: CeremonyFrame): CeremonyStep {
  const isOpen = withheldBy(ceremony).some((id) => !ceremony.renounced.includes(id))
  return isOpen ? goesOn(ceremony) : openSettle(ceremony, frame)
}

function openSettle(ceremony: Ceremony, { windows, block }: CeremonyFrame): CeremonyStep {
  const silent = withheldBy(ceremony)
  if (ceremony.terms.strict && ceremony.terms.kind === 'Create' && silent.length > 0)
    return aborted(ceremony, 'Withheld', silent)
  if (ceremony.dealings.length < leastDealings(ceremony.terms)) return aborted(ceremony, 'TooFewDealings', silent)
  return goesOn({ ...ceremony, phase: 'Settle', since: block, until: block + windows.settle })
}

/** A recipient shows that a dealer sent it a wrong share. It loses by a complaint about a right one. */
export function dispute(ceremony: Ceremony, frame: CeremonyFrame, recipient: number, word: DisputeWord): CeremonyStep {
  if (ceremony.phase !== 'Settle') return refused('WrongPhase')
  const recipients = recipientsOf(ceremony)
  const at = recipients.findIndex(({ id }) => id === recipient)
  if (at < 0) return refused(memberOf(ceremony, recipient) ? 'NotJoined' : 'NotMember')
  const { dealer } = word
  const dealing = countedOf(ceremony).find((counted) => counted.dealer === dealer)?.dealing
  if (!dealing) return refused('NoDealing')
  if (ceremony.disputes.some((past) => past.dealer === dealer && past.recipient === recipient))
    return refused('AlreadyDisputed')
  const passage = passageOf(frame.context, dealer, dealing, recipients[at]!)
  const verdict = judgeShare(ceremony.terms, passage, dealing, dealing.sealed[at]!, word)
  if (verdict === 'BadProof') return refused('BadProof')
  const disputed = { ...ceremony, disputes: [...ceremony.disputes, { dealer, recipient }] }
  if (verdict === 'FalseComplaint') return goesOn(disputed, { kind: 'FalseComplaint', recipient })
  return convicted(disputed, frame, dealer)
}

/** Takes a dealing out. What members confirmed with it counts no more. */
function convicted(before: Ceremony, { windows, block }: CeremonyFrame, dealer: number): CeremonyStep {
  const offence: CeremonyOffence = { kind: 'BadShare', dealer }
  const ceremony = { ...before, guilty: [...before.guilty, dealer], next: [], confirmed: [] }
  if (block > ceremony.since + Math.floor(windows.settle / 2)) return aborted(ceremony, 'DisputedLate', [], offence)
  if (countedOf(ceremony).length < leastDealings(ceremony.terms))
    return aborted(ceremony, 'TooFewDealings', [], offence)
  return goesOn(ceremony, offence)
}

/** A member proves its share of the next epoch. The last one switches. */
export function confirm(before: Ceremony, { context }: CeremonyFrame, id: number, word: ConfirmWord): CeremonyStep {
  if (before.phase !== 'Settle') return refused('WrongPhase')
  if (!keptOf(before).some((kept) => kept.id === id)) return refused(memberOf(before, id) ? 'NotJoined' : 'NotMember')
  if (before.confirmed.includes(id)) return refused('AlreadyConfirmed')
  const counted = countedOf(before)
  const next = before.next.length > 0 ? before.next : nextKey(before.terms, counted)
  if (next === undefined) return aborted(before, 'Degenerate', [])
  const qualified = counted.map(({ dealer }) => dealer)
  if (!equalBytes(word.qualHash, qualHashOf(context, qualified, next))) return refused('StaleQual')
  if (!checkShareProof({ terms: before.terms, context, key: next, id }, word.proof)) return refused('BadPartial')
  return settleConfirm({ ...before, next, confirmed: [...before.confirmed, id] })
}

/** Switches where all kept members have confirmed. */
function settleConfirm(ceremony: Ceremony): CeremonyStep {
  const kept = keptOf(ceremony).map(({ id }) => id)
  if (kept.some((id) => !ceremony.confirmed.includes(id))) return goesOn(ceremony)
  const qualified = countedOf(ceremony).map(({ dealer }) => dealer)
  const withheld = dealersOf(ceremony).length - qualified.length
  return { kind: 'ends', end: { kind: 'switched', points: ceremony.next, kept, qualified, withheld } }
}

/** A member that lost the secrets of the ceremony leaves it without fault. What it dealt still counts. */
export function renounce(before: Ceremony, frame: CeremonyFrame, id: number): CeremonyStep {
  if (!memberOf(before, id)) return refused('NotMember')
  if (before.renounced.includes(id)) return refused('AlreadyRenounced')
  if (before.confirmed.includes(id)) return refused('AlreadyConfirmed')
  const ceremony = { ...before, renounced: [...before.renounced, id] }
  if (before.phase === 'Join') return settleJoin(ceremony, frame)
  if (keptOf(ceremony).length < leastKept(ceremony.terms)) return aborted(ceremony, 'TooFewMembers', [])
  return before.phase === 'Deal' ? settleDeal(ceremony, frame) : settleConfirm(ceremony)
}

/** What a block does to a ceremony: a phase whose time is over ends. */
export function passBlock(ceremony: Ceremony, frame: CeremonyFrame): CeremonyStep {
  if (frame.block <= ceremony.until) return goesOn(ceremony)
  if (ceremony.phase === 'Join') return openDeal(ceremony, frame)
  if (ceremony.phase === 'Deal') return openSettle(ceremony, frame)
  const silent = keptOf(ceremony).flatMap(({ id }) => (ceremony.confirmed.includes(id) ? [] : [id]))
  return aborted(ceremony, 'Unconfirmed', silent)
}
