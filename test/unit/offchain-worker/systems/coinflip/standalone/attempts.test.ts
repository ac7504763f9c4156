/** From the first attempt to a number or a failure: the members of the next attempt, its begin, and giving up. */
import { describe, expect, test } from 'vitest'
import { toHex } from '#types/bytes.ts'
import { sessionId, type Session } from '#types/domain/coinflip/coinflip.ts'
import { flipCoin, longest, type Attempt, type FlipResult } from '#worker/systems/coinflip/standalone/attempts.ts'
import { DEFAULT_WINDOW_MS, fewestOf } from '#worker/systems/coinflip/standalone/limits.ts'
import type { CoinflipTimeouts } from '#worker/systems/coinflip/protocol/terms.ts'
import { sessionIdentities } from '#worker/simulation/identities.ts'

type Ended = Attempt['verdict']
const agreed: Ended = { kind: 'agreed', magic: '0x01', transcriptRoot: '0x02', liars: [], lies: [] }
const offline = (...dropped: readonly string[]): Ended => ({ kind: 'offline', dropped, phase: 'Join' })
const malicious = (...dropped: readonly string[]): Ended => ({ kind: 'malicious', dropped, lies: ['BadReveal'] })

interface Played {
  readonly result: FlipResult
  readonly sessions: readonly Session[]
  readonly timeouts: readonly CoinflipTimeouts[]
  readonly waits: readonly number[]
}

/** Plays a script of verdicts; each may depend on the members of the session. */
async function played(
  count: number,
  script: readonly ((members: readonly string[]) => Ended)[],
  windowMs = DEFAULT_WINDOW_MS,
): Promise<Played> {
  const sessions: Session[] = []
  const timeouts: CoinflipTimeouts[] = []
  const waits: number[] = []
  const members = sessionIdentities(count).map(({ publicKey }) => publicKey)
  const context = new Uint8Array(32).fill(7)
  const result = await flipCoin(
    { context, members: members.toReversed(), magicRule: 'XorHash', windowMs },
    {
      wait: async (ms) => void waits.push(ms),
      onRetry: () => undefined,
      play: async (session, given) => {
        sessions.push(session)
        timeouts.push(given)
        const names: readonly string[] = session.members.map(toHex)
        const verdict = script[session.attempt]!(names)
        return {
          attempt: session.attempt,
          members: names,
          verdict,
          exits: { success: 0, offline: 0, malicious: 0 },
          timings: [],
        }
      },
    },
  )
  return { result, sessions, timeouts, waits }
}

describe('a coinflip without a chain', () => {
  test('ends with the first agreement', async () => {
    const { result, sessions, waits } = await played(4, [() => agreed])
    expect(result).toMatchObject({ kind: 'agreed', magic: '0x01', transcriptRoot: '0x02', attempts: [{ attempt: 0 }] })
    expect(sessions[0]!.members).toEqual(sessionIdentities(4).map(({ publicKey }) => publicKey))
    expect(sessions[0]!.magicRule).toBe('XorHash')
    expect(waits).toEqual([])
  })

  test('goes on at once, on another topic, without who was convicted', async () => {
    const { result, sessions, waits } = await played(6, [
      ([first]) => malicious(first!),
      ([first]) => malicious(first!),
      () => agreed,
    ])
    expect(result.kind).toBe('agreed')
    expect(sessions.map(({ members }) => members.length)).toEqual([6, 5, 4])
    expect(new Set(sessions.map((session) => toHex(sessionId(session)))).size).toBe(3)
    expect(waits).toEqual([0, 0])
  })

  test('waits longer after each attempt in which members were offline, and gives up after the third wait', async () => {
    const { result, sessions, waits } = await played(5, [
      () => offline(),
      () => offline(),
      () => offline(),
      () => offline(),
    ])
    expect(result).toMatchObject({ kind: 'failed', why: 'members were offline in 4 attempts' })
    expect(sessions).toHaveLength(4)
    expect(waits).toEqual([5_000, 10_000, 20_000])
  })

  test('scales its waits with the window', async () => {
    const { waits } = await played(5, [([first]) => offline(first!), () => agreed], DEFAULT_WINDOW_MS / 10)
    expect(waits).toEqual([500])
  })

  test('fails where too few are left', async () => {
    const { result } = await played(5, [([first, second]) => malicious(first!, second!)])
    expect(result).toMatchObject({ kind: 'failed', why: '3 of 5 members are left, fewer than 4' })
    expect([3, 4, 5, 10, 64].map(fewestOf)).toEqual([3, 3, 4, 6, 33])
  })

  test('fails where honest members have different numbers', async () => {
    const { result } = await played(5, [() => ({ kind: 'disagreed', numbers: ['0x01', '0x02'] })])
    expect(result).toMatchObject({ kind: 'failed', why: 'honest members got 2 different numbers' })
  })

  test('gives many processes longer phases, and knows the longest that a session lasts', async () => {
    const few = (await played(5, [() => agreed])).timeouts[0]!
    const many = (await played(64, [() => agreed])).timeouts[0]!
    expect(many).toMatchObject({ joinMs: 80_640, commitMs: 80_640, echoMs: 80_640, revealMs: 80_640 })
    expect(many.confirmMs).toBe(few.confirmMs)
    const { joinMs, commitMs, echoMs, revealMs, confirmMs, relayMs } = few
    expect(longest(few)).toBe(joinMs + commitMs + echoMs + revealMs + confirmMs + 2 * relayMs)
  })
})
