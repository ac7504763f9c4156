/**
 * The ceremonies of committees under way: opened, taken on by words and by blocks, and ended.
 *
 * Owns: their storage and agenda, the switch of a committee to its next key, and the record of offences. Does not own: the rules
 * (threshold/ceremony.ts of the domain).
 */
import { equalBytes } from '#types/bytes.ts'
import type { Committee } from '#types/domain/committee/committee.ts'
import type { committeeEvents } from '#types/domain/committee/interface.ts'
import { openCeremony, passBlock, type CeremonyFrame } from '#types/domain/threshold/ceremony.ts'
import type {
  Ceremony,
  CeremonyEnd,
  CeremonyFault,
  CeremonyOffence,
  CeremonyStep,
  CeremonyTerms,
} from '#types/domain/threshold/ceremony-types.ts'
import { contextOf } from '#types/domain/threshold/dealing.ts'
import type { ValueOf } from '#types/scale/codec.ts'
import type { Room } from '../../frame/meter.ts'
import { openAgenda } from '../../frame/agenda.ts'
import type { CommitteeSelf } from './state.ts'
import { afterSwitch, nextTerms, type NextGroup } from './terms.ts'

/** Blocks to the next look at a ceremony whose look failed by a bug. */
const PAUSE = 10

type WordName = ValueOf<(typeof committeeEvents)['WordTaken']['word']>

/** A member's word in a ceremony. */
export interface Speech {
  readonly member: number
  readonly word: WordName
}

/** The functions by which calls and hooks change ceremonies. */
export function createCeremonies({ storage, emit, uses, block }: CommitteeSelf) {
  const due = openAgenda(storage.ceremoniesDue)
  const nameOf = ({ terms }: Ceremony) => ({ committee: terms.committee, ceremony: terms.ceremony })

  /** What the rules are told beside the ceremony. A phase under way keeps the length that it began with. */
  const frameOf = ({ terms, phase, since, until }: Ceremony): CeremonyFrame => {
    const { joinWindow, dealWindow, settleWindow } = storage.parameters.get()
    const settle = phase === 'Settle' ? until - since : settleWindow
    const windows = { join: joinWindow, deal: dealWindow, settle }
    return { context: contextOf(uses.system.blockHash(0)!, terms), windows, block: block() }
  }

  const keep = (before: Ceremony | undefined, ceremony: Ceremony): void => {
    const { committee } = ceremony.terms
    storage.ceremonies.put(committee, ceremony)
    if (before?.phase === ceremony.phase) return
    if (before) due.remove(before.until + 1, committee)
    due.insert(ceremony.until + 1, committee)
    emit.PhaseBegan({ ...nameOf(ceremony), phase: ceremony.phase, until: ceremony.until })
  }

  const drop = (ceremony: Ceremony): void => {
    storage.ceremonies.remove(ceremony.terms.committee)
    due.remove(ceremony.until + 1, ceremony.terms.committee)
  }

  /** Keeps the list of each account's committees. */
  const relist = (committee: number, before: readonly Uint8Array[], after: readonly Uint8Array[]): void => {
    const isIn = (list: readonly Uint8Array[], account: Uint8Array) => list.some((other) => equalBytes(other, account))
    for (const account of before) if (!isIn(after, account)) storage.committeesOf.remove(account, committee)
    for (const account of after) if (!isIn(before, account)) storage.committeesOf.put(account, committee, true)
  }
  const accountsOf = (members: readonly { readonly account: Uint8Array }[]) => members.map(({ account }) => account)
  const involved = ({ members }: Committee, terms?: CeremonyTerms) =>
    accountsOf([...members, ...(terms?.members ?? [])])

  const record = (ceremony: Ceremony, offence: CeremonyOffence): void => {
    const { kind } = offence
    const member = offence.kind === 'BadShare' ? offence.dealer : offence.recipient
    const { committee, ceremony: latest, members } = ceremony.terms
    const { account } = members.find(({ id }) => id === member)!
    const { wrongShares, falseComplaints } = storage.offences.get(committee, account)
    const after =
      kind === 'BadShare'
        ? { wrongShares: wrongShares + 1, falseComplaints, latest }
        : { wrongShares, falseComplaints: falseComplaints + 1, latest }
    storage.offences.put(committee, account, after)
    emit.OffenceProven({ ...nameOf(ceremony), member, account, kind })
  }

  const afterEnd = (committee: Committee, { terms }: Ceremony, end: CeremonyEnd): Committee => {
    if (end.kind === 'switched') return afterSwitch(committee, terms, end)
    const silent = end.reason === 'Unconfirmed' ? end.silent : []
    // Those of another group than the committee are not remembered: its owner names them again, or leaves them out.
    const unconfirmed = committee.members.filter(({ id }) => silent.includes(id))
    return { ...committee, unconfirmed: accountsOf(unconfirmed) }
  }

  const finish = (ceremony: Ceremony, end: CeremonyEnd): void => {
    const { terms } = ceremony
    const before = storage.committees.get(terms.committee)!
    const after = afterEnd(before, ceremony, end)
    storage.committees.put(terms.committee, after)
    relist(terms.committee, involved(before, terms), involved(after))
    if (end.kind === 'switched') {
      const { kept, qualified, withheld } = end
      emit.Switched({ ...nameOf(ceremony), epoch: after.epoch, kept, qualified, withheld })
    } else emit.Aborted({ ...nameOf(ceremony), reason: end.reason, proven: end.proven, silent: end.silent })
  }

  /** Takes what the rules say. @returns why the word was refused; nothing has changed then */
  const take = (before: Ceremony, step: CeremonyStep, speech?: Speech): CeremonyFault | undefined => {
    if (step.kind === 'refused') return step.fault
    if (speech) emit.WordTaken({ ...nameOf(before), ...speech })
    if (step.offence) record(before, step.offence)
    if (step.kind === 'goes on') keep(before, step.ceremony)
    else {
      drop(before)
      finish(before, step.end)
    }
    return undefined
  }

  const pass = (id: number): void => {
    const ceremony = storage.ceremonies.get(id)
    if (!ceremony) return
    take(ceremony, passBlock(ceremony, frameOf(ceremony)))
  }

  return {
    frameOf,
    take,
    /** Opens the next ceremony of a committee that has none under way, and keeps the committee. */
    open(id: number, committee: Committee, next?: NextGroup): void {
      const terms = nextTerms(id, committee, next)
      storage.committees.put(id, { ...committee, ceremony: terms.ceremony })
      relist(id, committee.ceremony === 0 ? [] : involved(committee), involved(committee, terms))
      const { joinWindow: join, dealWindow: deal, settleWindow: settle } = storage.parameters.get()
      emit.CeremonyOpened({ committee: id, ceremony: terms.ceremony, kind: terms.kind })
      const context = contextOf(uses.system.blockHash(0)!, terms)
      keep(undefined, openCeremony(terms, { context, windows: { join, deal, settle }, block: block() }))
    },
    /** Forgets the ceremony of a committee, and its members. */
    close(id: number, committee: Committee): void {
      const ceremony = storage.ceremonies.get(id)
      if (ceremony) drop(ceremony)
      relist(id, involved(committee, ceremony?.terms), [])
    },
    /** Ends phases whose time is over while there is room. Each by itself: a bug in one must not stop the others. */
    passDue(room: Room): void {
      for (const id of due.take(block(), room)) {
        const failure = uses.dispatcher.contained(`Committee ${id}`, () => pass(id))
        if (failure) due.insert(block() + PAUSE, id)
      }
    },
  }
}
