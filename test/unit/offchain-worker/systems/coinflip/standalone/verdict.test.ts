/** The verdict on the exits of an attempt: agreement, convictions, absence, and exits that suffice for none of them. */
import { describe, expect, test } from 'vitest'
import { toHex } from '#types/bytes.ts'
import { commitTo, sessionId, type Evidence, type Session } from '#types/domain/coinflip/coinflip.ts'
import type { MemberExit } from '#worker/systems/coinflip/standalone/channel.ts'
import { judge, type Verdict } from '#worker/systems/coinflip/standalone/verdict.ts'
import { signMessage, takeSeat } from '#worker/systems/coinflip/protocol/messages.ts'
import { sessionIdentities } from '#worker/simulation/identities.ts'

const people = sessionIdentities(5)
const session: Session = {
  genesisHash: new Uint8Array(32),
  round: 0,
  attempt: 0,
  members: people.map(({ publicKey }) => publicKey),
}
const keys = session.members.map(toHex)
const number = { magic: '0x01', transcriptRoot: '0x02' }
const success: MemberExit = { kind: 'success', ...number, lies: [] }
const missing = (...ranks: readonly number[]): MemberExit => ({
  kind: 'offline',
  absent: ranks.map((rank) => keys[rank]!),
  phase: 'Reveal',
  lies: [],
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
/** A fraud proof of a member that proves nothing: another's commitment twice. `signer` signed it. */
function falseFraud(rank: number, signer = rank): Evidence {
  const { publicKey: author } = people[rank]!
  const { first } = (equivocation(0) as Extract<Evidence, { tag: 'Equivocation' }>).value
  const accusation = { tag: 'Equivocation', value: { first, second: first } } as const
  const seat = takeSeat(session, author, people[signer]!.sign)
  const { signature } = signMessage(seat, { tag: 'Fraud', value: accusation })
  return { tag: 'FalseFraud', value: { author, accusation, signature } }
}
const malicious = (evidence: Evidence): MemberExit => ({ kind: 'malicious', evidence, lies: [] })

/** The verdict on exits by rank; `undefined` for a member without an exit. */
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
    expect(verdictOn([success, success, success, success, success])).toEqual({
      ...number,
      kind: 'agreed',
      liars: [],
      lies: [],
    })
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

describe('a lie that leaves the number as it is', () => {
  const noting = (rank: number, exit: MemberExit = success): MemberExit => ({ ...exit, lies: [falseFraud(rank)] })

  test('convicts its author, and all are agreed', () => {
    expect(verdictOn([noting(4), noting(4), success, success, success])).toEqual({
      ...number,
      kind: 'agreed',
      liars: [keys[4]],
      lies: ['FalseFraud'],
    })
  })

  test('is waited for its author like any other; if it never tells, or tells another number, all others are agreed', () => {
    const others = [noting(4), success, success, success]
    expect(verdictOn([...others, undefined])).toEqual({ kind: 'open' })
    expect(verdictOn([...others, undefined], { late: true })).toMatchObject({ kind: 'agreed', liars: [keys[4]] })
    expect(verdictOn([...others, { ...success, magic: '0x03' }])).toMatchObject({ kind: 'agreed', ...number })
  })

  test('is no agreement where one that did not lie has no number', () => {
    expect(verdictOn([missing(1), noting(4), success, success, success])).toMatchObject({ kind: 'malicious' })
  })

  test('convicts nobody where it proves nothing', () => {
    const forged: MemberExit = { ...success, lies: [falseFraud(4, 3)] }
    expect(verdictOn([forged, success, success, success, success])).toMatchObject({ kind: 'agreed', liars: [] })
  })

  test('leaves its author out where there is no number', () => {
    const exits = [0, 1, 2, 3].map(() => noting(4, missing(4)))
    expect(verdictOn([...exits, success])).toEqual({ kind: 'malicious', dropped: [keys[4]], lies: ['FalseFraud'] })
  })

  test('saves nobody whom a majority misses', () => {
    const exits = [0, 1, 2].map(() => noting(4, missing(3)))
    const verdict = verdictOn([...exits, undefined, success])
    expect(verdict).toMatchObject({ kind: 'malicious', dropped: [keys[4], keys[3]] })
  })

  test.each([
    ['by another member', [malicious(equivocation(3)), noting(4)]],
    ['by the one that noted it', [noting(4, malicious(equivocation(3))), success]],
  ])('beside one that leaves no number, told %s, convicts too', (_, exits) => {
    const verdict = verdictOn([...exits, success, success, success])
    expect(verdict).toEqual({
      kind: 'malicious',
      dropped: [keys[4], keys[3]],
      lies: ['FalseFraud', 'Equivocation'],
    })
  })
})
