/** A round as small as it can be: four attestors, twenty blocks, and nothing to pay. */
import { DEFAULT_PARAMETERS, type AttestationParameters } from '#types/domain/attestation/round.ts'

export const LIMITS: AttestationParameters = {
  ...DEFAULT_PARAMETERS,
  attestors: 4,
  roundLength: 20,
  coinflipWindow: 4,
  reportWindow: 5,
  challenges: 3,
  slotTolerance: 2,
  maxRedraws: 0,
  maxWait: 10,
  hosterReward: 0n,
  attestorReward: 0n,
  accusationDeposit: 0n,
  answerWindow: 3,
  objectionWindow: 1,
  demandDeposit: 0n,
}
