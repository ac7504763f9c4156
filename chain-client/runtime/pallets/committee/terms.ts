/**
 * What the next ceremony of a committee is about, and the committee after it.
 *
 * Owns: who deals and who receives in each kind of ceremony, and the ids of members. Does not own: the ceremony under way
 * (ceremonies.ts).
 */
import { equalBytes } from '#types/bytes.ts'
import type { Committee, CommitteeMember } from '#types/domain/committee/committee.ts'
import type {
  CeremonyEnd,
  CeremonyKind,
  CeremonyMember,
  CeremonyTerms,
} from '#types/domain/threshold/ceremony-types.ts'

/** The curve of all committees' keys. */
const CURVE = 'Bls12381'

type Numbered = Pick<CommitteeMember, 'id' | 'account'>

/** The membership that a resharing leads to. */
export interface NextGroup {
  /** Ascending by id. */
  readonly members: readonly Numbered[]
  readonly q: number
  readonly spare: number
}

const byId = (a: Numbered, b: Numbered): number => a.id - b.id

/** Accounts with their ids: a member keeps its own, another account gets a new one. */
export function numbered(
  { members, nextId }: Pick<Committee, 'members' | 'nextId'>,
  accounts: readonly Uint8Array[],
): { readonly members: readonly Numbered[]; readonly nextId: number } {
  let next = nextId
  const named = accounts.map((account) => {
    const id = members.find((member) => equalBytes(member.account, account))?.id ?? next++
    return { id, account }
  })
  return { members: named.toSorted(byId), nextId: next }
}

/** Members that hold a share of the standing key: q and spare together, or more, since no ceremony leaves fewer. */
export const holdersOf = ({ members }: Pick<Committee, 'members'>): readonly CommitteeMember[] =>
  members.filter(({ isStale }) => !isStale)

/** All of a group that has no key: each deals, and gets a share. All that hold a share: likewise. */
const bothWays = (members: readonly Numbered[]): CeremonyMember[] =>
  members.map(({ id, account }) => ({ id, account, deals: true, receives: true }))

/** Those that hold a share deal; those of the next group receive. */
function handingOn(committee: Committee, next: NextGroup): CeremonyMember[] {
  const ids = (members: readonly Numbered[]): Set<number> => new Set(members.map(({ id }) => id))
  const [dealers, receivers] = [ids(holdersOf(committee)), ids(next.members)]
  const all = new Map([...committee.members, ...next.members].map(({ id, account }) => [id, account]))
  return [...all]
    .map(([id, account]) => ({ id, account, deals: dealers.has(id), receives: receivers.has(id) }))
    .filter(({ deals, receives }) => deals || receives)
    .toSorted(byId)
}

/**
 * Members that ended the ceremony before by not confirming get no share in this one, as far as enough others remain: the same member
 * would end it again. They deal, where they hold a share.
 */
function withoutUnconfirmed(
  members: readonly CeremonyMember[],
  { unconfirmed, q, spare }: Committee,
): readonly CeremonyMember[] {
  let left = members.length - (q + spare)
  return members.map((member) => {
    const isExcused = unconfirmed.some((account) => equalBytes(account, member.account)) && left > 0
    if (isExcused) left--
    return isExcused ? { ...member, receives: false } : member
  })
}

/** The terms of a committee's next ceremony. It has a key, unless the kind is Create. With `next` it is a resharing. */
export function nextTerms(id: number, committee: Committee, next?: NextGroup): CeremonyTerms {
  const isFirst = committee.key.length === 0
  const kind: CeremonyKind = next ? 'Reshare' : isFirst ? 'Create' : 'Refresh'
  // In a resharing the owner names the members that receive, and can leave one out itself.
  const members = next
    ? handingOn(committee, next)
    : withoutUnconfirmed(bothWays(isFirst ? committee.members : holdersOf(committee)), committee)
  return {
    committee: id,
    ceremony: committee.ceremony + 1,
    curve: CURVE,
    kind,
    epoch: committee.epoch,
    qOld: isFirst ? 0 : committee.q,
    qNew: next?.q ?? committee.q,
    spare: next?.spare ?? committee.spare,
    strict: committee.strict,
    members,
    standing: committee.key,
  }
}

/** The committee after a ceremony that made a key. */
export function afterSwitch(
  committee: Committee,
  { kind, qNew, spare, members }: CeremonyTerms,
  { points, kept }: Extract<CeremonyEnd, { readonly kind: 'switched' }>,
): Committee {
  const group: readonly Numbered[] = kind === 'Reshare' ? members.filter(({ receives }) => receives) : committee.members
  return {
    ...committee,
    q: qNew,
    spare,
    members: group.map(({ id, account }) => ({ id, account, isStale: !kept.includes(id) })),
    epoch: committee.epoch + 1,
    key: points,
    unconfirmed: [],
  }
}
