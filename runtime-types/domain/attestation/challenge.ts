/**
 * An attestor's challenge: the chunks that it asks for, and the jitter of its slot.
 *
 * Owns: the secrets of an audit, the commitment to them, and the draw that follows from them. Does not own: the time of a slot (the
 * round).
 *
 * Why a challenge is known to its auditor alone. The shared number is known to all members, and one of them may tell it to the hoster.
 * So the draw also takes the attestor's own audit keys and its salt, which nobody else knows before its report opens them. The attestor
 * cannot choose the draw either: it commits to keys and salt before any honest member tells its number. The salt also keeps the keys
 * hidden in the commitment. Without it, a hoster could hash the keys of its readers, in each order of four, and recognize an auditor.
 */
import { utf8 } from '../../bytes.ts'
import { blake2b256Of } from '../../crypto/hash.ts'
import { sample } from '../draw.ts'

/** The secrets of one audit. The attestor commits to them in the coinflip, and its report opens them. */
export interface AuditSecrets {
  /** K: the single-use keys of all visits that may happen, in their order. Always `MAX_VISITS` of them, 32 bytes each. */
  readonly auditKeys: readonly Uint8Array[]
  /** 32 bytes. */
  readonly salt: Uint8Array
}

const SALT_LABEL = utf8('assay/audit/salt/1')
const KEYS_LABEL = utf8('assay/audit/keys/1')
const CHALLENGE_LABEL = utf8('assay/audit/challenge/1')

/** salt = H(audit seed). The seed is 32 random bytes, new for each attempt. */
export const auditSalt = (auditSeed: Uint8Array): Uint8Array => blake2b256Of(SALT_LABEL, auditSeed)

/** The commitment of a member of the session to its secrets: H(sid | pk | K | salt). 32 bytes. */
export const hideAuditKeys = (session: Uint8Array, member: Uint8Array, { auditKeys, salt }: AuditSecrets): Uint8Array =>
  blake2b256Of(KEYS_LABEL, session, member, ...auditKeys, salt)

/** The seed of a member's challenge in a session that agreed on the number `magic`: H(sid | m | pk | K | salt). 32 bytes. */
export const challengeSeed = (
  session: Uint8Array,
  magic: Uint8Array,
  member: Uint8Array,
  { auditKeys, salt }: AuditSecrets,
): Uint8Array => blake2b256Of(CHALLENGE_LABEL, session, magic, member, ...auditKeys, salt)

/** The chunks that an attestor asks for, ascending. `seed` is that of its challenge. */
export const auditChunks = (seed: Uint8Array, challenges: number, feedLength: number): number[] =>
  sample(seed, 'chunk', challenges, feedLength)
