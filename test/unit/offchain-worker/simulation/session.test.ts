/** A session of any machine on virtual time: the same from the same seed, through crashes, losses and lying members. */
import { describe, expect, it } from 'vitest'
import { toHex } from '#types/bytes.ts'
import { GOOD_CONDITIONS, parseConditions } from '#worker/simulation/conditions.ts'
import { chanceFrom } from '#worker/simulation/random.ts'
import type { SessionObserver, SimulatedSessionOptions } from '#worker/simulation/session-terms.ts'
import { SimulatedSession } from '#worker/simulation/session.ts'
import {
  callFrame,
  QUIET_MS,
  rollCall,
  type Call,
  type RollCall,
  type RollCallExit,
} from '../../../helpers/roll-call.ts'

type Options = SimulatedSessionOptions<'Calling', Call, 'malformed' | 'duplicate', RollCallExit>

const MEMBERS = [1, 2, 3].map((fill) => new Uint8Array(32).fill(fill))
const QUICK = parseConditions({ latencyMs: { uniform: [1, 50] } })

const open = (seed: string, options: Partial<Options> = {}) =>
  new SimulatedSession({
    chance: chanceFrom(seed),
    conditions: QUICK,
    members: MEMBERS,
    createMember: (rank) => rollCall(MEMBERS, rank),
    frameOf: callFrame,
    longestMs: 10 * QUIET_MS,
    startSpreadMs: 500,
    ...options,
  })

const present = ({ exits }: ReturnType<typeof open>) => exits.map((exit) => exit?.present.toSorted((a, b) => a - b))
const ALL = [0, 1, 2]

describe('a session', () => {
  it('ends when all have: frames wait for those that start later', () => {
    const session = open('a').run()
    expect(present(session)).toEqual([ALL, ALL, ALL])
    expect(session.isOver).toBe(true)
    expect(session.lastExitMs).toBe(session.now)
    expect(session.now).toBeLessThan(550)
    expect(session.alive).toEqual(ALL)
  })

  it('is the same to the byte for the same seed, and another for another', () => {
    const rough = parseConditions({ loss: 0.2, duplication: 0.2, crashes: [{ share: 0.5, atMs: 200, downMs: 300 }] })
    const digest = (seed: string): string => toHex(open(seed, { conditions: rough }).run().digest())
    expect(digest('a')).toBe(digest('a'))
    expect(digest('b')).not.toBe(digest('a'))
  })

  it('has in its digest what the machine says an exit was', () => {
    const exitBytes = ({ present }: RollCallExit): Uint8Array => Uint8Array.from(present)
    expect(toHex(open('a', { exitBytes }).run().digest())).not.toBe(toHex(open('a').run().digest()))
  })

  it('counts frames and drops', () => {
    const session = open('a', { conditions: parseConditions({ latencyMs: 1, duplication: 1 }) }).run(() => false)
    expect(session.frames).toEqual({ sent: 6, delivered: 12, lost: 0, doubled: 6 })
    expect(session.dropped).toEqual({ duplicate: 6 })
  })

  it('waits only for those it is told to, and gives up at last', () => {
    const deaf = (rank: number): RollCall =>
      rank === 1 ? { phase: 'Calling', step: () => [] } : rollCall(MEMBERS, rank)
    const awaited = open('a', { createMember: deaf, isAwaited: (rank) => rank !== 1 }).run()
    expect(present(awaited)).toEqual([[0, 2], undefined, [0, 2]])
    const all = open('a', { createMember: deaf }).run()
    expect(all.isOver).toBe(false)
    expect(all.alive).toEqual(ALL)
    expect(all.exits[1]).toBeUndefined()
  })
})

describe('a process', () => {
  it('that crashed hears nothing until it is back; then it knows nothing, and is answered by those that are done', () => {
    const crashes = [{ peer: 1, atMs: 600, downMs: 2_000 }]
    const ends: string[] = []
    const observer: SessionObserver<Call, string, RollCallExit> = {
      ended: (rank, { present, inputs }, again) =>
        void (rank === 1 && ends.push(`${present.join()} by ${inputs.join()}, again: ${again}`)),
    }
    const conditions = parseConditions({ latencyMs: 10, crashes })
    const session = open('a', { conditions, startSpreadMs: 0, observers: [observer] })
    session.run(() => session.now >= 600)
    expect(session.phaseOf(1)).toBeUndefined()
    expect(session.alive).toEqual([0, 2])
    session.run(() => false)
    expect(session.phaseOf(1)).toBe('Done')
    expect(ends).toEqual([
      '1,0,2 by start,message,message, again: false',
      '1,0,2 by start,tick,message,message, again: false',
    ])
    // The first is what its role would have kept.
    expect(session.exits[1]!.inputs).toEqual(['start', 'message', 'message'])
  })

  it('that is away misses what is said meanwhile', () => {
    const crashes = [{ peer: 1, atMs: 5, downMs: 2_000 }]
    const session = open('a', { conditions: parseConditions({ latencyMs: 10, crashes }), startSpreadMs: 0 }).run()
    expect(present(session)).toEqual([ALL, ALL, ALL])
    expect(session.exits[1]!.inputs).toEqual(['start', 'tick', 'message', 'message'])
  })

  it('has no timers of the process before it', () => {
    const inputs: string[] = []
    const lasting: RollCall = { phase: 'Calling', step: ({ kind }) => (inputs.push(kind), []) }
    let isBack = false
    const createMember = (rank: number): RollCall => (rank === 1 && isBack ? lasting : rollCall(MEMBERS, rank))
    const conditions = parseConditions({ latencyMs: 10, loss: 1 })
    const session = open('a', { conditions, startSpreadMs: 0, createMember })
    session.run(() => session.now >= 600)
    session.crash(1)
    isBack = true
    session.start(1)
    session.run(() => false)
    expect(inputs).toEqual(['start'])
  })

  it('is killed and started once, however often it is asked', () => {
    const seen: string[] = []
    const observer: SessionObserver<Call, string, RollCallExit> = {
      crashed: (rank) => void seen.push(`crashed ${rank}`),
    }
    const made: number[] = []
    const createMember = (rank: number): RollCall => {
      made.push(rank)
      return rollCall(MEMBERS, rank)
    }
    const session = open('a', { createMember, observers: [observer], startSpreadMs: 0 })
    session.run(() => made.length === 3)
    session.start(0)
    session.crash(0)
    session.crash(0)
    expect([seen, made.length]).toEqual([['crashed 0'], 3])
  })
})

describe('an observer', () => {
  it('sees what is said, heard, dropped and ended', () => {
    const seen: string[] = []
    const observer: SessionObserver<Call, string, RollCallExit> = {
      sent: (from, to, call) => void seen.push(`${from} says ${call} to ${to}`),
      heard: (to, from, call) => void seen.push(`${to} hears ${call} of ${from}`),
      dropped: (rank, from, reason) => void seen.push(`${rank} drops ${reason} of ${from[0]}`),
      ended: (rank, { present }, again) => void seen.push(`${rank} ends with ${present.length}, again: ${again}`),
    }
    const session = open('a', { conditions: parseConditions({ latencyMs: 10 }), observers: [observer] })
    session.run(() => session.exits[0] !== undefined)
    session.feed(0, { kind: 'message', from: MEMBERS[1]!, frame: callFrame('here') })
    session.feed(0, { kind: 'timeout', phase: 'Calling' })
    expect(seen).toEqual(
      expect.arrayContaining([
        '0 says here to 1',
        '0 hears here of 1',
        '0 ends with 3, again: false',
        '0 drops duplicate of 2',
        '0 ends with 3, again: true',
      ]),
    )
  })
})

it('knows its members by their keys, also by copies of them', () => {
  const session = open('a', { conditions: GOOD_CONDITIONS })
  expect([MEMBERS[2]!, MEMBERS[2]!.slice(), new Uint8Array(32)].map((key) => session.rankOf(key))).toEqual([2, 2, -1])
})
