/**
 * A coinflip's session: its name, its members in order, what commits to a number, and the digest of all commitments.
 *
 * Owns: these rules, which peers and chain must agree on. Does not own: the number that comes out (magic.ts).
 */
import { compareBytes, u32le, utf8 } from '../../bytes.ts'
import { blake2b256Of } from '../../crypto/hash.ts'
import { H256 } from '../../scale/account.ts'
import { struct } from '../../scale/compound.ts'
import { encode, type ValueOf } from '../../scale/codec.ts'
import { MagicRule, type MagicRuleName } from './magic.ts'

/** Most members of a session. */
export const MAX_MEMBERS = 64

/** What a member binds itself to: y = H(sid | pk | x), and the hash of the single-use keys it will audit with. */
export const Commitment = struct(
  { commitment: H256, auditKeyHash: H256 },
  { path: ['assay_primitives', 'coinflip', 'Commitment'] },
)
export type Commitment = ValueOf<typeof Commitment>

/** One try of a round's coinflip among given members. */
export interface Session {
  readonly genesisHash: Uint8Array
  readonly round: number
  /** Counts tries of the same round: each has a topic and messages of its own. */
  readonly attempt: number
  /** Noise keys, ascending. */
  readonly members: readonly Uint8Array[]
  /** How the numbers become one; `Concat` where it is not said. */
  readonly magicRule?: MagicRuleName
}

const SESSION_LABEL = utf8('assay/coinflip/session/1')

/** Noise keys in the order every rule here uses. */
export const sortMembers = (keys: readonly Uint8Array[]): Uint8Array[] => keys.toSorted(compareBytes)

/** sid = H(genesis | round | attempt | magic rule | members): the session's name and topic. */
export const sessionId = ({ genesisHash, round, attempt, members, magicRule = 'Concat' }: Session): Uint8Array =>
  blake2b256Of(SESSION_LABEL, genesisHash, u32le(round), u32le(attempt), encode(MagicRule, magicRule), ...members)

/** y = H(sid | pk | x). Bound to the identity, so that a copied commitment opens for nobody else. */
export const commitTo = (session: Uint8Array, member: Uint8Array, value: Uint8Array): Uint8Array =>
  blake2b256Of(session, member, value)

/** Digest of all commitments of a session, in the order of its members: H(sid | each of them as it is encoded). */
export const transcriptRoot = (session: Uint8Array, transcript: readonly Commitment[]): Uint8Array =>
  blake2b256Of(session, ...transcript.flatMap(({ commitment, auditKeyHash }) => [commitment, auditKeyHash]))
