/**
 * A coinflip's session: its name, its members in order, the commitment to a number, and the digest of all commitments.
 *
 * Owns: these rules, on which peers and chain must agree. Does not own: the resulting number.
 */
import { compareBytes, u32le, utf8 } from '../../bytes.ts'
import { blake2b256Of } from '../../crypto/hash.ts'
import { H256 } from '../../scale/account.ts'
import { struct } from '../../scale/compound.ts'
import { encode, type ValueOf } from '../../scale/codec.ts'
import { MagicRule, type MagicRuleName } from './magic.ts'

/** Most members of a session. */
export const MAX_MEMBERS = 64

/** The commitment of a member: y = H(sid | pk | x), and the hash of the secrets with which it will audit. */
export const Commitment = struct(
  { commitment: H256, auditKeyHash: H256 },
  { path: ['assay_primitives', 'coinflip', 'Commitment'] },
)
export type Commitment = ValueOf<typeof Commitment>

/** One try of a round's coinflip among given members. */
export interface Session {
  readonly genesisHash: Uint8Array
  readonly round: number
  /** Counts tries of the same round. Each has its own topic and messages. */
  readonly attempt: number
  /** Noise keys, ascending. */
  readonly members: readonly Uint8Array[]
  /** How the numbers become one. Default `Concat`. */
  readonly magicRule?: MagicRuleName
}

const SESSION_LABEL = utf8('assay/coinflip/session/1')

/** Noise keys in the order that every rule here uses. */
export const sortMembers = (keys: readonly Uint8Array[]): Uint8Array[] => keys.toSorted(compareBytes)

/** sid = H(genesis | round | attempt | magic rule | members): the session's name and topic. */
export const sessionId = ({ genesisHash, round, attempt, members, magicRule = 'Concat' }: Session): Uint8Array =>
  blake2b256Of(SESSION_LABEL, genesisHash, u32le(round), u32le(attempt), encode(MagicRule, magicRule), ...members)

/** y = H(sid | pk | x). It is bound to the identity, so that a copy opens for nobody else. */
export const commitTo = (session: Uint8Array, member: Uint8Array, value: Uint8Array): Uint8Array =>
  blake2b256Of(session, member, value)

/** Digest of all commitments of a session, in the order of its members: H(sid | the encoding of each). */
export const transcriptRoot = (session: Uint8Array, transcript: readonly Commitment[]): Uint8Array =>
  blake2b256Of(session, ...transcript.flatMap(({ commitment, auditKeyHash }) => [commitment, auditKeyHash]))
