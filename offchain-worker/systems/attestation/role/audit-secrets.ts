/**
 * The secrets of an attestor's audit, as they follow from the seed in its notes.
 *
 * Owns: the single-use identities, and what of them and the salt is committed to, drawn from and opened. Does not own: the rules of the
 * commitment and the draw, which chain and workers share.
 */
import { utf8 } from '#types/bytes.ts'
import { blake2b256Of } from '#types/crypto/hash.ts'
import { sessionId } from '#types/domain/coinflip/coinflip.ts'
import { auditSalt, challengeSeed, type AuditSecrets } from '#types/domain/attestation/challenge.ts'
import { MAX_VISITS, sessionOf } from '#types/domain/attestation/report.ts'
import type { RoundRecord } from '#types/domain/attestation/round.ts'
import type { NoiseIdentity, RoleDeps } from '#worker/kernel/ports.ts'

type Identities = Pick<RoleDeps['network'], 'singleUse'>

const SEED_LABEL = utf8('assay/audit/visit/1')

/** The seeds of the visits' single-use identities, 32 bytes each. */
export const visitSeeds = (auditSeed: Uint8Array): readonly Uint8Array[] =>
  Array.from({ length: MAX_VISITS }, (_, visit) => blake2b256Of(SEED_LABEL, auditSeed, Uint8Array.of(visit)))

/** The single-use identities of an audit's visits. */
export const auditKeysOf = (auditSeed: Uint8Array, network: Identities): readonly NoiseIdentity[] =>
  visitSeeds(auditSeed).map((seed) => network.singleUse(seed))

/** The secrets to which we commit in the coinflip, and which our report opens. */
export const auditSecretsOf = (auditSeed: Uint8Array, network: Identities): AuditSecrets => ({
  auditKeys: auditKeysOf(auditSeed, network).map(({ publicKey }) => publicKey),
  salt: auditSalt(auditSeed),
})

/** @see ownChallenge */
export interface OwnChallengeOptions {
  readonly genesisHash: Uint8Array
  readonly round: number
  readonly record: Pick<RoundRecord, 'attempt' | 'members' | 'magicRule'>
  /** Our place among the members. */
  readonly rank: number
  /** The number on which the members agreed. */
  readonly magic: Uint8Array
  readonly auditSeed: Uint8Array
}

/** The seed of our challenge, 32 bytes. Nobody else can know it before our report. */
export function ownChallenge(
  { genesisHash, round, record, rank, magic, auditSeed }: OwnChallengeOptions,
  network: Identities,
): Uint8Array {
  const session = sessionOf(genesisHash, round, record)
  return challengeSeed(sessionId(session), magic, session.members[rank]!, auditSecretsOf(auditSeed, network))
}
