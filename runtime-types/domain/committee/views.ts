/**
 * Answers of pallet Committee to questions of members, requesters and the dashboard.
 *
 * Owns: their encodings. Times are block numbers, amounts in the smallest unit.
 */
import { AccountId } from '../../scale/account.ts'
import type { ValueOf } from '../../scale/codec.ts'
import { option, struct, vec } from '../../scale/compound.ts'
import { enumeration } from '../../scale/enumeration.ts'
import { u16, u32, u64 } from '../../scale/primitives.ts'
import { CeremonyKind, CeremonyPhase } from '../threshold/ceremony-types.ts'
import { Committee, MOST_MEMBERS, SigningRequest } from './committee.ts'

const path = (name: string): readonly string[] => ['assay_primitives', 'committee', name]
const Ids = vec(u16, 2 * MOST_MEMBERS)

export const CeremonyStatus = struct(
  {
    kind: CeremonyKind,
    phase: CeremonyPhase,
    /** Block in which the phase began. */
    since: u32,
    /** The last block in which the phase takes words. */
    deadline: u32,
    joined: Ids,
    dealt: Ids,
    confirmed: Ids,
    /** Members that must confirm before the key switches. */
    kept: Ids,
    guilty: Ids,
  },
  { path: path('CeremonyStatus'), docs: ['A ceremony under way. Members by their ids.'] },
)

export const CommitteeStatus = struct(
  { record: Committee, ceremony: option(CeremonyStatus) },
  { path: path('CommitteeStatus'), docs: ['A committee, and its ceremony under way.'] },
)
export type CommitteeStatus = ValueOf<typeof CommitteeStatus>

export const OpenRequest = struct(
  {
    request: u64,
    record: SigningRequest,
    /** The member whose turn it is in the next block; none where no member holds a share. */
    initiator: option(AccountId),
    /** The last block of its turn. */
    turnEnds: u32,
  },
  { path: path('OpenRequest'), docs: ['A request to which there is no signature yet.'] },
)
export type OpenRequest = ValueOf<typeof OpenRequest>

/** What an account must do: in the ceremony of a committee, or for a request. */
export const CommitteeNeedKind = enumeration(['Join', 'Deal', 'Confirm', 'Initiate'], { path: path('NeedKind') })

export const CommitteeNeed = struct(
  {
    kind: CommitteeNeedKind,
    /** Number of the committee, or of the request. */
    subject: u64,
    /** The last block for it. */
    deadline: u32,
  },
  { path: path('Need'), docs: ['What an account must do.'] },
)
export type CommitteeNeed = ValueOf<typeof CommitteeNeed>
