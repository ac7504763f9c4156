/** What follows from the exits of an attempt: agreement, convictions, absence, and what is not enough for any of them. */
import { describe, expect, test } from 'vitest'
import { toHex } from '#types/bytes.ts'
import { commitTo, sessionId, type Evidence, type Session } from '#types/domain/coinflip.ts'
import type { MemberExit } from '#worker/coinflip/terms.ts'
import { judge, type Verdict } from '#worker/coinflip/verdict.ts'
import { signMessage, takeSeat } from '#worker/protocols/coinflip-messages.ts'
import { identities } from '../../../helpers/coinflip-net.ts'

const people = identities(5)
const session: Session = {
  genesisHash: new Uint8Array(32),
  round: 0,
  attempt: 0,
  members: people.map(({ publicKey }) => publicKey),
}
const keys = session.members.map(toHex)
const success: MemberExit = { kind: 'success', magic: '0x01', transcriptRoot: '0x02' }
const missing = (...ranks: readonly number[]): MemberExit => ({
  kind: 'offline',
  absent: ranks.map((rank) => keys[rank]!),
  phase: 'Reveal',
})

/** Two commitments of a member; the second one is signed by `signer`. */
function equivocation(rank: number, signer = rank): Evidence {
  const { publicKey: author } = people[rank]!
  const signed = (fill: number, by: number) => {
    const value = new Uint8Array(32).fill(fill)
    const body = { commitment: commitTo(sessionId(session), author, value), auditKeyHash: value }
    const seat = takeSeat(session, author, people[by]!.sign)
    return { author, body, signature: signMessage(seat, { tag: 'Commit', value: body }).signature }
  }
  return { tag: 'Equivocation', value: { first: signed(1, rank), second: signed(2, signer) } }
}
const malicious = (evidence: Evidence): MemberExit => ({ kind: 'malicious', evidence })

/** The verdict on exits by rank; `undefined` for who has not told. */
const verdictOn = (
  exits: readonly (MemberExit | undefined)[],
  { gone = [], late = false }: { readonly gone?: readonly number[]; readonly late?: boolean } = {},
): Verdict =>
  judge(session, {
    exits: new Map(exits.flatMap((exit, rank) => (exit ? [[keys[rank]!, exit] as const] : []))),
    gone: new Set(gone.map((rank) => keys[rank]!)),
    late,
  })

describe('an attempt', () => {
  test('is open until all have told', () => {
    expect(verdictOn([success, success, success, success, undefined])).toEqual({ kind: 'open' })
    expect(verdictOn([])).toEqual({ kind: 'open' })
  })

  test('is agreed where all have the same number', () => {
    expect(verdictOn([success, success, success, success, success])).toEqual({ ...success, kind: 'agreed' })
  })

  test('is agreed without a process that has ended, but not by a minority', () => {
    expect(verdictOn([success, success, success], { gone: [3, 4] })).toMatchObject({ kind: 'agreed' })
    const few = verdictOn([success, success], { gone: [2, 3, 4] })
    expect(few).toEqual({ kind: 'offline', dropped: [keys[2], keys[3], keys[4]], phase: undefined })
  })

  test('leaves out who has not told when the time is over', () => {
    const verdict = verdictOn([success, success, success, success, undefined], { late: true })
    expect(verdict).toEqual({ kind: 'offline', dropped: [keys[4]], phase: undefined })
  })

  test('is broken where numbers or transcripts differ', () => {
    for (const other of [
      { ...success, magic: '0x03' },
      { ...success, transcriptRoot: '0x03' },
    ])
      expect(verdictOn([success, success, success, success, other])).toMatchObject({ kind: 'disagreed' })
  })

  test('leaves out whom a majority misses, and does not wait for it', () => {
    const verdict = verdictOn([missing(4), missing(4), missing(4), missing(4), undefined])
    expect(verdict).toEqual({ kind: 'offline', dropped: [keys[4]], phase: 'Reveal' })
    expect(verdictOn([missing(4), missing(4), missing(4), success, success])).toMatchObject({ dropped: [keys[4]] })
  })

  test('leaves out nobody whom only a minority misses', () => {
    const verdict = verdictOn([missing(0), missing(0), success, success, success])
    expect(verdict).toEqual({ kind: 'offline', dropped: [], phase: undefined })
  })

  test('leaves out who is convicted on the word of one, and does not wait for it', () => {
    const verdict = verdictOn([malicious(equivocation(4)), missing(3), success, success, undefined])
    expect(verdict).toEqual({ kind: 'malicious', dropped: [keys[4]], lies: ['Equivocation'] })
  })

  test('convicts nobody on evidence that proves nothing', () => {
    const forged = malicious(equivocation(4, 3))
    expect(verdictOn([forged, forged, forged, success, success])).toEqual({
      kind: 'offline',
      dropped: [],
      phase: undefined,
    })
  })
})
