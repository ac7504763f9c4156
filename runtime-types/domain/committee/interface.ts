/**
 * The interface of pallet Committee: the fields of its calls and events, for pallet and workers alike.
 *
 * Owns: these lists. Does not own: the effects of the calls (the Committee pallet).
 */
import { AccountId } from '../../scale/account.ts'
import { enumeration } from '../../scale/enumeration.ts'
import { vec } from '../../scale/compound.ts'
import { bool, u16, u32, u64 } from '../../scale/primitives.ts'
import {
  AbortReason,
  CeremonyKind,
  CeremonyPhase,
  ConfirmWord,
  Dealing,
  DisputeWord,
  JoinWord,
} from '../threshold/ceremony-types.ts'
import { BlsSignature, MemberAccounts, Message, MOST_MEMBERS, OffenceKind } from './committee.ts'
import { CommitteeParameterChanges } from './parameters.ts'

/** The ceremony of which a call or event speaks: a word for another attempt is refused. */
const ceremonyNamed = { committee: u32, ceremony: u32 } as const

/** Arguments of each call, in order. */
export const committeeCalls = {
  create: { members: MemberAccounts, q: u16, spare: u16, strict: bool },
  join: { ...ceremonyNamed, word: JoinWord },
  deal: { ...ceremonyNamed, dealing: Dealing },
  dispute: { ...ceremonyNamed, word: DisputeWord },
  /** `makesKey` where no member has confirmed since the last conviction: the chain then computes the next key, which takes a block's time. */
  confirm: { ...ceremonyNamed, word: ConfirmWord, makesKey: bool },
  renounce: { ...ceremonyNamed },
  refresh: { committee: u32 },
  /** `members` are all members of the next epoch. One that stays keeps its id. */
  reshare: { committee: u32, members: MemberAccounts, q: u16, spare: u16 },
  requestSignature: { committee: u32, message: Message },
  submitSignature: { request: u64, signature: BlsSignature },
  disband: { committee: u32 },
  setParameters: { changes: CommitteeParameterChanges },
} as const

/** What a member said in a ceremony. */
export const CeremonyWord = enumeration(['Join', 'Deal', 'Dispute', 'Confirm', 'Renounce'], {
  path: ['assay_primitives', 'committee', 'CeremonyWord'],
})

const Ids = vec(u16, 2 * MOST_MEMBERS)

/** Fields of each event, in order. */
export const committeeEvents = {
  Created: { committee: u32, owner: AccountId, q: u16, spare: u16 },
  CeremonyOpened: { ...ceremonyNamed, kind: CeremonyKind },
  PhaseBegan: { ...ceremonyNamed, phase: CeremonyPhase, until: u32 },
  WordTaken: { ...ceremonyNamed, member: u16, word: CeremonyWord },
  OffenceProven: { ...ceremonyNamed, member: u16, account: AccountId, kind: OffenceKind },
  /** `withheld` dealers committed and did not count: each of them chose between two keys. */
  Switched: { ...ceremonyNamed, epoch: u32, kept: Ids, qualified: Ids, withheld: u16 },
  /** `proven` are convicted by evidence. `silent` did not speak, which proves nothing. */
  Aborted: { ...ceremonyNamed, reason: AbortReason, proven: Ids, silent: Ids },
  SignatureRequested: { request: u64, committee: u32, epoch: u32, requester: AccountId, until: u32 },
  SignatureMade: { request: u64, committee: u32, epoch: u32, signature: BlsSignature, initiator: AccountId },
  /** The requester has its fee again. */
  RequestEnded: { request: u64, committee: u32 },
  Disbanded: { committee: u32 },
  ParametersChanged: { changes: CommitteeParameterChanges },
} as const
