/**
 * Whose turn it is to have a message signed.
 *
 * Owns: the order of a request's initiators and the turn of a block. Does not own: requests (committee.ts).
 * The order follows from the hash of a block that was there before the request, so a requester cannot choose the initiator but by
 * waiting for another block.
 */
import { u64le, u32le, utf8, concatBytes, toHex } from '../../bytes.ts'
import { blake2b256 } from '../../crypto/hash.ts'
import type { Committee, CommitteeMember, SigningRequest } from './committee.ts'

const CONTEXT = utf8('assay/committee/turn/1')

/** The members that hold a share, in the order in which they have a request signed. */
export function initiatorsOf(
  request: bigint,
  seed: Uint8Array,
  members: readonly CommitteeMember[],
): readonly CommitteeMember[] {
  const rank = ({ id }: CommitteeMember): string =>
    toHex(blake2b256(concatBytes(CONTEXT, u64le(request), seed, u32le(id))))
  return members
    .filter(({ isStale }) => !isStale)
    .map((member) => ({ member, rank: rank(member) }))
    .toSorted((a, b) => (a.rank < b.rank ? -1 : 1))
    .map(({ member }) => member)
}

/** A member's turn. */
export interface Turn {
  readonly initiator: CommitteeMember
  /** The last block of the turn. */
  readonly until: number
}

/**
 * The turn that a block is in. The first one begins in the block after the request; after the last member the first one has its turn
 * again. `undefined` where no member holds a share.
 */
export function turnOf(
  request: bigint,
  { seed, at, until }: Pick<SigningRequest, 'seed' | 'at' | 'until'>,
  { members }: Pick<Committee, 'members'>,
  block: number,
  initiatorTurn: number,
): Turn | undefined {
  const initiators = initiatorsOf(request, seed, members)
  const turn = Math.floor(Math.max(0, block - at - 1) / initiatorTurn)
  const initiator = initiators[turn % initiators.length]
  return initiator && { initiator, until: Math.min(until, at + (turn + 1) * initiatorTurn) }
}
