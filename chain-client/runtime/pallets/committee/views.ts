/**
 * The view functions of pallet Committee: committees with their ceremonies, requests, and what an account must do.
 *
 * Owns: these answers. They scan what they are asked about; no block does.
 */
import { equalBytes } from '#types/bytes.ts'
import { Offences, SigningResult } from '#types/domain/committee/committee.ts'
import { turnOf } from '#types/domain/committee/turns.ts'
import {
  CommitteeNeed,
  CommitteeStatus,
  OpenRequest,
  type CommitteeNeed as Need,
} from '#types/domain/committee/views.ts'
import { keptOf } from '#types/domain/threshold/ceremony.ts'
import type { Ceremony } from '#types/domain/threshold/ceremony-types.ts'
import { AccountId } from '#types/scale/account.ts'
import { option, vec } from '#types/scale/compound.ts'
import { u32, u64 } from '#types/scale/primitives.ts'
import { view } from '../../frame/pallet.ts'
import type { CommitteeSelf } from './state.ts'

const keptIds = (ceremony: Ceremony): number[] => keptOf(ceremony).map(({ id }) => id)

/** What a ceremony waits for from a member. */
function needIn(ceremony: Ceremony, id: number): Need['kind'] | undefined {
  if (ceremony.renounced.includes(id)) return undefined
  const join = ceremony.joins.find((each) => each.id === id)
  if (ceremony.phase === 'Join') return join ? undefined : 'Join'
  if (ceremony.phase === 'Deal')
    return join?.commitment && !ceremony.dealings.some(({ dealer }) => dealer === id) ? 'Deal' : undefined
  return keptIds(ceremony).includes(id) && !ceremony.confirmed.includes(id) ? 'Confirm' : undefined
}

/** The pallet's view functions. */
export function createViews({ storage, block }: CommitteeSelf) {
  const status = (id: number): CommitteeStatus | undefined => {
    const record = storage.committees.get(id)
    if (!record) return undefined
    const open = storage.ceremonies.get(id)
    const ceremony = open && {
      kind: open.terms.kind,
      phase: open.phase,
      since: open.since,
      deadline: open.until,
      joined: open.joins.map((join) => join.id),
      dealt: open.dealings.map(({ dealer }) => dealer),
      confirmed: open.confirmed,
      kept: keptIds(open),
      guilty: open.guilty,
    }
    return { record, ceremony }
  }

  const requests = (committee: number): OpenRequest[] =>
    storage.requestsOf.get(committee).map((request) => {
      const record = storage.requests.get(request)!
      const { initiatorTurn } = storage.parameters.get()
      const turn = turnOf(request, record, storage.committees.get(committee)!, block(), initiatorTurn)
      return { request, record, initiator: turn?.initiator.account, turnEnds: turn?.until ?? record.until }
    })

  const needsIn = (committee: number, account: Uint8Array): Need[] => {
    const ceremony = storage.ceremonies.get(committee)
    const member = ceremony?.terms.members.find((each) => equalBytes(each.account, account))
    const kind = ceremony && member && needIn(ceremony, member.id)
    const words: Need[] = kind ? [{ kind, subject: BigInt(committee), deadline: ceremony.until }] : []
    const turns = requests(committee).flatMap(({ request: subject, initiator, turnEnds: deadline }): Need[] =>
      initiator && equalBytes(initiator, account) ? [{ kind: 'Initiate', subject, deadline }] : [],
    )
    return [...words, ...turns]
  }

  return {
    committee: view(
      'A committee, and its ceremony under way; none where it is disbanded.',
      { committee: u32 },
      option(CommitteeStatus),
      ({ committee }) => status(committee),
    ),
    requests: view(
      'The open requests of a committee, and whose turn each is in the next block.',
      { committee: u32 },
      vec(OpenRequest),
      ({ committee }) => requests(committee),
    ),
    result: view(
      'The signature that a request got, for some time.',
      { request: u64 },
      option(SigningResult),
      ({ request }) => storage.results.get(request),
    ),
    offences: view(
      'The proven lies of an account in the ceremonies of a committee.',
      { committee: u32, account: AccountId },
      Offences,
      ({ committee, account }) => storage.offences.get(committee, account),
    ),
    needs: view(
      'What an account must do, the most urgent first.',
      { account: AccountId },
      vec(CommitteeNeed),
      ({ account }) =>
        [...storage.committeesOf.keys(account)]
          .flatMap(([, committee]) => needsIn(committee, account))
          .toSorted((a, b) => a.deadline - b.deadline),
    ),
  }
}
