/**
 * What a member does next in a ceremony: a pure function of the finalized state and of what is on its disk.
 *
 * Owns: the order of a member's words and of what it writes before each. Does not own: disk and chain (the role).
 *
 * A worker that is killed anywhere and asks again gets the same answer: secrets follow from one seed, which is on disk before the first
 * word, and the new share is on disk before it is proven.
 */
import { equalBytes } from '#types/bytes.ts'
import { countedOf, keptOf, recipientsOf } from '#types/domain/threshold/ceremony.ts'
import type { Ceremony, ConfirmWord, Dealing, DisputeWord, JoinWord } from '#types/domain/threshold/ceremony-types.ts'
import {
  dealingOf,
  isOwed,
  joinWord,
  passageOf,
  type CeremonySecrets,
  type Recipient,
} from '#types/domain/threshold/dealing.ts'
import { isShareOf } from '#types/domain/threshold/feldman.ts'
import { curveOf, type CurvePoint } from '#types/domain/threshold/group.ts'
import { nextKey, nextShare, proveShare, qualHashOf, type Counted } from '#types/domain/threshold/next-key.ts'
import { openingOf, openShare } from '#types/domain/threshold/sealing.ts'
import { ceremonySecrets } from './ceremony-secrets.ts'

/** What a member has on disk. */
export interface CeremonyDisk {
  /** 32 random bytes for this very ceremony; `undefined` where there are none, or they were lost. */
  readonly seed: Uint8Array | undefined
  /** Its share of the standing key. */
  readonly standing: bigint | undefined
  /** Its share of the next epoch, once written. */
  readonly next: bigint | undefined
}

/** What a member does. After a write it asks again. */
export type CeremonyAct =
  | { readonly kind: 'wait' }
  /** Make a seed, and write it so that a power cut leaves it there. */
  | { readonly kind: 'write seed' }
  | { readonly kind: 'join'; readonly word: JoinWord }
  | { readonly kind: 'deal'; readonly dealing: Dealing }
  | { readonly kind: 'dispute'; readonly word: DisputeWord }
  /** Write the share of the next epoch so, read it back, and keep the old one until the switch is final. */
  | { readonly kind: 'write share'; readonly share: bigint }
  | { readonly kind: 'confirm'; readonly word: ConfirmWord }
  /** The secrets of this ceremony, or the standing share, are lost: the others go on without this member. */
  | { readonly kind: 'renounce' }

/** The ceremony as a member sees it. */
export interface CeremonySight {
  /** At the finalized block. */
  readonly ceremony: Ceremony
  readonly context: Uint8Array
  /** The last block in which disputes leave the ceremony alive, seen from the block that a call can reach. */
  readonly canDispute: boolean
  readonly id: number
}

const WAIT: CeremonyAct = { kind: 'wait' }

/** @see CeremonyAct */
export function nextAct(sight: CeremonySight, disk: CeremonyDisk): CeremonyAct {
  const { ceremony, context, id } = sight
  const own = ceremony.terms.members.find((member) => member.id === id)
  if (!own || ceremony.renounced.includes(id) || ceremony.confirmed.includes(id)) return WAIT
  const joined = ceremony.joins.find((join) => join.id === id)
  if (!joined && ceremony.phase !== 'Join') return WAIT
  // Without its standing share it cannot hand that on. The chain then counts it as a member without one, which receives only.
  if (ceremony.terms.kind === 'Reshare' && own.deals && disk.standing === undefined) return { kind: 'renounce' }
  if (disk.seed === undefined) return joined ? { kind: 'renounce' } : { kind: 'write seed' }
  const secrets = ceremonySecrets(disk.seed, ceremony.terms, context, disk.standing)
  const word = joinWord(ceremony.terms, context, own, secrets)
  if (!joined) return { kind: 'join', word }
  if (!isSame(joined.key, word.key?.point) || !isSame(joined.commitment, word.commitment)) return { kind: 'renounce' }
  if (ceremony.phase === 'Deal') return dealNext(sight, secrets)
  return ceremony.phase === 'Settle' && own.receives ? settleNext(sight, secrets, disk) : WAIT
}

const isSame = (a: Uint8Array | undefined, b: Uint8Array | undefined): boolean =>
  a === undefined || b === undefined ? a === b : equalBytes(a, b)

function dealNext({ ceremony, context, id }: CeremonySight, secrets: CeremonySecrets): CeremonyAct {
  const isDealer = ceremony.joins.find((join) => join.id === id)?.commitment !== undefined
  if (!isDealer || ceremony.dealings.some(({ dealer }) => dealer === id)) return WAIT
  return { kind: 'deal', dealing: dealingOf(ceremony.terms, context, id, recipientsOf(ceremony), secrets) }
}

/** A private share as it arrived. */
interface Received {
  readonly counted: Counted
  readonly share: bigint
  readonly isRight: boolean
}

function receivedBy({ ceremony, context, id }: CeremonySight, secrets: CeremonySecrets, own: Recipient): Received[] {
  const at = recipientsOf(ceremony).findIndex((recipient) => recipient.id === id)
  return countedOf(ceremony).map((counted) => {
    const { dealer, dealing } = counted
    const share = openShare(passageOf(context, dealer, dealing, own), secrets.recipientSecret, dealing.sealed[at]!)
    return { counted, share, isRight: isOwed(ceremony.terms, dealing, id, share) }
  })
}

function settleNext(sight: CeremonySight, secrets: CeremonySecrets, disk: CeremonyDisk): CeremonyAct {
  const { ceremony, context, id } = sight
  const own = keptOf(ceremony).find((kept) => kept.id === id)
  if (!own) return WAIT
  const received = receivedBy(sight, secrets, own)
  const wrong = received.find(({ isRight }) => !isRight)
  if (wrong) {
    const { dealer, dealing } = wrong.counted
    const passage = passageOf(context, dealer, dealing, own)
    return sight.canDispute
      ? { kind: 'dispute', word: { dealer, ...openingOf(passage, secrets.recipientSecret) } }
      : WAIT
  }
  const counted = received.map((each) => each.counted)
  const key = nextKey(ceremony.terms, counted)
  if (key === undefined) return WAIT
  const share = nextShare(
    ceremony.terms,
    counted,
    received.map((each) => each.share),
    disk.standing,
  )
  // Its standing share is lost, or is of another epoch.
  if (!isShareOf(curveOf(ceremony.terms.curve), decoded(ceremony, key), id, share)) return { kind: 'renounce' }
  if (disk.next !== share) return { kind: 'write share', share }
  const qualHash = qualHashOf(
    context,
    counted.map(({ dealer }) => dealer),
    key,
  )
  return { kind: 'confirm', word: { qualHash, proof: proveShare({ terms: ceremony.terms, context, key, id }, share) } }
}

const decoded = ({ terms }: Ceremony, key: readonly Uint8Array[]): CurvePoint[] =>
  key.map((point) => curveOf(terms.curve).parse(point))
