/**
 * What an attestor says to the chain of its part in a round.
 *
 * Owns: how a session's exit becomes an outcome or evidence, submitting these, and opening a commitment in a report. Does not
 * own: when it is said (attestor-duty.ts) or that it is kept first (attestor-notes.ts).
 */
import { encodeCall } from '#chain/api/descriptors.ts'
import { toHex } from '#types/bytes.ts'
import {
  accusedBy,
  hideMagic,
  opensNumber,
  sessionId,
  type Evidence,
  type Session,
} from '#types/domain/coinflip/coinflip.ts'
import { auditKeyMessage } from '#types/domain/attestation/report.ts'
import type { RoundRecord } from '#types/domain/attestation/round.ts'
import type { CoinflipExit } from '#worker/systems/coinflip/protocol/coinflip.ts'
import type { Attempt, AttemptNotes } from './notes.ts'
import { submitCoinflipOutcome, submitEvidence } from './chain-items.ts'
import type { NoiseIdentity } from '#worker/kernel/ports.ts'
import type { Duties } from '#worker/kernel/duties.ts'

/** The round went on, or the liar was convicted, before our word was counted. */
const MOOT = ['WrongPhase', 'WrongAttempt', 'AlreadyConvicted']

/** How a session ended, as it is kept and as it goes to the chain. */
export function flipNotes(exit: CoinflipExit): Pick<AttemptNotes, 'flip' | 'magic' | 'lies'> {
  switch (exit.kind) {
    case 'success': {
      const outcome = {
        tag: 'Agreed',
        value: { transcript: exit.transcript, hiddenMagic: hideMagic(exit.magic) },
      } as const
      return { flip: { tag: 'Outcome', value: outcome }, magic: exit.magic, lies: exit.lies }
    }
    case 'offline': {
      const outcome = { tag: 'Offline', value: { absent: exit.absent, phase: exit.phase } } as const
      return { flip: { tag: 'Outcome', value: outcome }, magic: undefined, lies: exit.lies }
    }
    default:
      return { flip: { tag: 'Evidence', value: exit.evidence }, magic: exit.magic, lies: exit.lies }
  }
}

/** What an attempt's session proved, which counts until the round closes. */
export const evidenceIn = ({ notes: { flip, lies } }: Attempt): readonly Evidence[] =>
  flip?.tag === 'Evidence' ? [flip.value, ...lies] : lies

/**
 * Submits what the chain is to know by now of how our sessions of a round ended, the present one and those given up, unless it is on its
 * way or settled. What opens a number waits for END, unless the number was given up: until then it would tell the hoster who audits
 * when, even where we have none, since whoever made it out has one. Evidence goes first: where a majority misses somebody, the next
 * attempt leaves out who was convicted by then too.
 * @param now `undefined` where the record is an older one.
 */
export function ensureFlips(
  duties: Duties,
  round: number,
  record: RoundRecord,
  attempts: readonly Attempt[],
  now: number | undefined,
): void {
  const isOver = now !== undefined && now > record.endsAt
  for (const each of attempts) {
    const { attempt } = each
    const mayOpen = isOver || attempt < record.attempt
    for (const evidence of evidenceIn(each)) {
      if (!mayOpen && opensNumber(evidence)) continue
      const duty = `attestation.evidence/${round}/${attempt}/${toHex(accusedBy(evidence))}`
      duties.ensure(duty, () => encodeCall(submitEvidence, { round, attempt, evidence }), MOOT)
    }
  }
  const { attempt, agreement } = record
  const flip = attempts.find((each) => each.attempt === attempt)?.notes.flip
  if (flip?.tag !== 'Outcome' || agreement) return
  const args = { round, attempt, outcome: flip.value }
  duties.ensure(`attestation.outcome/${round}/${attempt}`, () => encodeCall(submitCoinflipOutcome, args), MOOT)
}

/** What shows that the report is by the member at `rank` that committed, and that it audited under keys that it hid. */
export function openingOf(
  session: Session,
  rank: number,
  options: {
    readonly magic: Uint8Array
    readonly value: Uint8Array
    readonly auditKeys: readonly NoiseIdentity[]
    /** Visits that were made, under the first so many keys. */
    readonly visits: number
  },
) {
  const { magic, value, auditKeys, visits } = options
  const message = auditKeyMessage(sessionId(session), session.members[rank]!)
  return {
    magic,
    value,
    auditKeys: auditKeys.map(({ publicKey }) => publicKey),
    auditSignatures: auditKeys.slice(0, visits).map((key) => key.sign(message)),
  }
}
