/** From the first attempt to a number or a failure: the members of the next attempt, its begin, and giving up. */
import { describe, expect, test } from 'vitest'
import { toHex } from '#types/bytes.ts'
import { sessionId, type Session } from '#types/domain/coinflip/coinflip.ts'
import { flipCoin, type Attempt, type FlipResult, type Pace } from '#worker/systems/coinflip/standalone/attempts.ts'
import { DEFAULT_WINDOW_MS, fewestOf } from '#worker/systems/coinflip/standalone/limits.ts'
import { sessionIdentities } from '#worker/simulation/identities.ts'

type Ended = Attempt['verdict']
const agreed: Ended = { kind: 'agreed', magic: '0x01', transcriptRoot: '0x02', liars: [], lies: [] }
const absent = (...dropped: readonly string[]): Ended => ({
  kind: 'dropped',
  dropped,
  absent: dropped,
  afterGate: false,
  liars: [],
  lies: [],
})
const convicted = (...dropped: readonly string[]): Ended => ({
  kind: 'dropped',
  dropped,
  absent: [],
  afterGate: false,
  liars: dropped,
  lies: dropped.map(() => 'Equivocation'),
})

interface Played {
  readonly result: FlipResult
  readonly sessions: readonly Session[]
  readonly paces: readonly Pace[]
}

/** Plays a script of verdicts; each may depend on the members of the session. */
async function played(
  count: number,
  script: readonly ((members: readonly string[]) => Ended)[],
  windowMs = DEFAULT_WINDOW_MS,
): Promise<Played> {
  const sessions: Session[] = []
  const paces: Pace[] = []
  const members = sessionIdentities(count).map(({ publicKey }) => publicKey)
  const context = new Uint8Array(32).fill(7)
  const result = await flipCoin(
    { context, members: members.toReversed(), magicRule: 'XorHash', windowMs },
    {
      onRetry: () => undefined,
      play: async (session, given) => {
        sessions.push(session)
        paces.push(given)
        const names: readonly string[] = session.members.map(toHex)
        const verdict = script[session.attempt]!(names)
        return {
          attempt: session.attempt,
          members: names,
          verdict,
          exits: 0,
          timings: [],
        }
      },
    },
  )
  return { result, sessions, paces }
}

describe('a coinflip without a chain', () => {
  test('ends with the first agreement', async () => {
    const { result, sessions } = await played(4, [() => agreed])
    expect(result).toMatchObject({ kind: 'agreed', magic: '0x01', transcriptRoot: '0x02', attempts: [{ attempt: 0 }] })
    expect(sessions[0]!.members).toEqual(sessionIdentities(4).map(({ publicKey }) => publicKey))
    expect(sessions[0]!.magicRule).toBe('XorHash')
  })

  test('goes on at once, on another topic, without members that were convicted or absent', async () => {
    const { result, sessions } = await played(6, [
      ([first]) => convicted(first!),
      ([first]) => absent(first!),
      () => agreed,
    ])
    expect(result.kind).toBe('agreed')
    expect(sessions.map(({ members }) => members.length)).toEqual([6, 5, 4])
    expect(new Set(sessions.map((session) => toHex(sessionId(session)))).size).toBe(3)
  })

  test('fails where too few are left', async () => {
    const { result } = await played(5, [([first, second]) => convicted(first!, second!)])
    expect(result).toMatchObject({ kind: 'failed', why: '3 of 5 members are left, fewer than 4' })
    expect([3, 4, 5, 10, 64].map(fewestOf)).toEqual([3, 3, 4, 6, 33])
  })

  test('fails where no number came and nobody asked for one', async () => {
    const { result } = await played(5, [() => ({ kind: 'over' })])
    expect(result).toMatchObject({ kind: 'failed', why: 'no number came, and no member asked for one' })
  })

  test('fits the blocks of an attempt into the window, and gives many processes more time', async () => {
    const few = (await played(5, [() => agreed], 490_000)).paces[0]!
    const many = (await played(64, [() => agreed])).paces[0]!
    expect(few.blockMs).toBe(490_000 / 49)
    expect(many.blockMs).toBe(8_064)
    expect(many.timeouts).toMatchObject({ askMs: 80_640, resendMs: 80_640 })
  })
})
