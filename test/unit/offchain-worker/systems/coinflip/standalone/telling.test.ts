/** The output of a coinflip: times of its phases, the table, the line with the running step, and exits between processes. */
import { describe, expect, test } from 'vitest'
import type { Clock } from '#types/clock.ts'
import type { Evidence } from '#types/domain/coinflip/coinflip.ts'
import { createLiveLine } from '#worker/terminal/live-line.ts'
import { createStopwatch } from '#worker/systems/coinflip/standalone/stopwatch.ts'
import { attemptSentence, phaseTimes, resultLines } from '#worker/systems/coinflip/standalone/summary.ts'
import { assignmentOf, exitIn, exitNotice, isOrder, sessionIn } from '#worker/systems/coinflip/standalone/channel.ts'
import type { Attempt } from '#worker/systems/coinflip/standalone/attempts.ts'
import type { Coinflip, CoinflipOutput } from '#worker/systems/coinflip/protocol/terms.ts'
import { sessionIdentities } from '#worker/simulation/identities.ts'

/** A clock that stands still until it is moved. */
function handClock(): Clock & { move(ms: number): void } {
  let now = 1_000
  const timers = new Set<{ readonly at: number; readonly callback: () => void }>()
  return {
    now: () => now,
    setTimer(ms, callback) {
      const timer = { at: now + ms, callback }
      timers.add(timer)
      return () => timers.delete(timer)
    },
    move(ms) {
      now += ms
      for (const timer of timers) {
        if (timer.at > now) continue
        timers.delete(timer)
        timer.callback()
      }
    },
  }
}

const SUCCESS = {
  magic: new Uint8Array([1]),
  value: new Uint8Array([99]),
  transcript: [],
  transcriptRoot: new Uint8Array([2]),
}

describe('the stopwatch', () => {
  test('tells how long each phase took that was entered, up to the exit', () => {
    const clock = handClock()
    const script: CoinflipOutput[][] = [
      [{ kind: 'timer', phase: 'Join', ms: 1 }],
      [
        { kind: 'timer', phase: 'Commit', ms: 1 },
        { kind: 'timer', phase: 'Echo', ms: 1 },
      ],
      [{ kind: 'timer', phase: 'Echo', ms: 1 }],
      [{ kind: 'exit', exit: SUCCESS }],
    ]
    const held = { words: [], values: [], lies: [] }
    const machine: Coinflip = { phase: 'Join', held, step: () => script.shift()! }
    const phases: string[] = []
    const watch = createStopwatch({ others: 2, onPhase: (phase) => phases.push(phase) }, clock)
    const watched = watch.of(machine)
    for (const ms of [10, 20, 30, 40]) {
      watched.step({ kind: 'start' })
      clock.move(ms)
    }
    expect(phases).toEqual(['Join', 'Commit', 'Echo'])
    expect(watch.read()).toEqual({ phases: { Join: 10, Commit: 0, Echo: 50 }, total: 60 })
  })

  test('tells when all others had come, whoever left again', () => {
    const clock = handClock()
    const watch = createStopwatch({ others: 2, onPhase: () => undefined }, clock)
    const [first, second] = sessionIdentities(2).map(({ publicKey }) => publicKey)
    watch.onPeer(first!, 'up')
    watch.onPeer(first!, 'down')
    clock.move(5)
    watch.onPeer(first!, 'up')
    expect(watch.read().mesh).toBeUndefined()
    watch.onPeer(second!, 'up')
    clock.move(5)
    expect(watch.read().mesh).toBe(5)
  })
})

describe('the table', () => {
  const nameOf = (key: string): string => `member-${key}`
  const timings = [1, 5, 3].map((ms) => ({ phases: { Join: ms }, total: 2 * ms }))
  const attempt: Attempt = {
    attempt: 1,
    members: ['a', 'b', 'c', 'd'],
    exits: 3,
    verdict: {
      kind: 'dropped',
      dropped: ['d', 'c'],
      absent: ['c'],
      afterGate: true,
      liars: ['d'],
      lies: ['Equivocation'],
    },
    timings,
  }

  test('has the median and the slowest of each phase that was entered', () => {
    expect(phaseTimes(timings)).toEqual({ Join: { median: 3, slowest: 5 }, total: { median: 6, slowest: 10 } })
    expect(phaseTimes([])).toEqual({})
  })

  test('says the number where all agree, and why not where they do not', () => {
    const agreed = resultLines({ kind: 'agreed', magic: '0xaa', transcriptRoot: '0xbb', attempts: [attempt] }, nameOf)
    expect(agreed.slice(0, 3)).toEqual([
      'number           0xaa',
      'transcript root  0xbb',
      'agreed           in attempt 1, 3 of 4 members have the number',
    ])
    expect(agreed.at(-1)).toMatch(/^in all +6\.0 ms +10 ms$/)
    expect(resultLines({ kind: 'failed', why: 'too few', attempts: [] }, nameOf)).toEqual(['failed           too few'])
  })

  test('names who is left out, and why', () => {
    const sentence = (verdict: Attempt['verdict']): string => attemptSentence({ ...attempt, verdict }, nameOf)
    expect(sentence(attempt.verdict)).toBe(
      '3 of 4 members have the number; member-c absent after the gate; member-d convicted of Equivocation',
    )
    expect(sentence({ kind: 'over' })).toMatch(/; nobody asked for it$/)
  })

  test('says of liars that their number stands, and of which lies they are convicted', () => {
    const verdict = {
      kind: 'agreed',
      magic: '0xaa',
      transcriptRoot: '0xbb',
      liars: ['a', 'b'],
      lies: ['BadPing', 'FalseFraud'],
    } as const
    const exits = 4
    const [one, two] = ['member-a convicted of BadPing', 'member-b convicted of FalseFraud']
    expect(attemptSentence({ ...attempt, exits, verdict }, nameOf)).toBe(
      `4 of 4 members have the number; agreed; ${one}; ${two}`,
    )
    const lines = resultLines({ ...verdict, attempts: [{ ...attempt, exits, verdict }] }, nameOf)
    expect(lines.slice(3, 5)).toEqual([`lied             ${one}`, `lied             ${two}`])
  })
})

describe('the line of what is waited for', () => {
  const line = (isShown: boolean) => {
    const clock = handClock()
    const written: string[] = []
    return { clock, written, live: createLiveLine({ write: (text) => written.push(text), isShown }, clock) }
  }

  test('appears after two seconds, counts them, and is gone before the next step', () => {
    const { clock, written, live } = line(true)
    live.show('1 of 4 ready')
    clock.move(1_999)
    expect(written).toEqual([])
    live.show('2 of 4 ready')
    clock.move(1)
    clock.move(1_000)
    expect(written.map((text) => text.replace('\r\u001B[2K', '').trim())).toEqual([
      '2 of 4 ready, 2 s',
      '2 of 4 ready, 3 s',
    ])
    live.clear()
    expect(written.at(-1)).toBe('\r\u001B[2K')
    clock.move(10_000)
    expect(written).toHaveLength(3)
  })

  test('is never written where there is no terminal', () => {
    const { clock, written, live } = line(false)
    live.show('1 of 4 ready')
    clock.move(10_000)
    live.clear()
    expect(written).toEqual([])
  })
})

describe('between the processes', () => {
  const session = {
    genesisHash: new Uint8Array(32).fill(1),
    round: 0,
    attempt: 3,
    members: sessionIdentities(4).map(({ publicKey }) => publicKey),
    magicRule: 'Xor',
  } as const
  const timeouts = { askMs: 1, confirmMs: 2, resendMs: 3 }
  const overTheChannel = (value: unknown): unknown => JSON.parse(JSON.stringify(value))

  test('a session arrives as it was', () => {
    const arrived = overTheChannel(assignmentOf(session, timeouts))
    if (!isOrder(arrived) || arrived.kind !== 'session') throw new Error('expected an assignment')
    expect(sessionIn(arrived)).toEqual(session)
    expect(arrived.timeouts).toEqual(timeouts)
    for (const other of [undefined, 'session', { kind: 'else' }]) expect(isOrder(other)).toBe(false)
  })

  test('an exit is told without the member’s own number, and read back with the lies that the member holds', () => {
    const [one, two] = session.members as [Uint8Array, Uint8Array]
    const signed = (author: Uint8Array) => {
      const body = { commitment: author, auditKeyHash: author }
      return { author, body, signature: new Uint8Array(64) }
    }
    const lie: Evidence = { tag: 'Equivocation', value: { first: signed(one), second: signed(two) } }
    const told = exitNotice(SUCCESS, [lie])
    expect(told).not.toHaveProperty('value')
    const arrived = { ...told, magic: '0x01', transcriptRoot: '0x02' }
    expect(exitIn(overTheChannel(arrived) as Readonly<Record<string, unknown>>)).toEqual({
      magic: '0x01',
      transcriptRoot: '0x02',
      transcript: [],
      lies: [lie],
    })
  })

  test('what is no exit is not read', () => {
    const read = { magic: '0x01', transcriptRoot: '0x02', transcript: '0x00', lies: [] }
    expect(exitIn(read)).toBeDefined()
    for (const change of [{ magic: 1 }, { transcript: '0xff' }, { lies: ['0xff'] }, { lies: undefined }])
      expect(exitIn({ ...read, ...change })).toBeUndefined()
  })
})
