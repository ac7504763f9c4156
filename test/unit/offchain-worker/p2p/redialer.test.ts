import { describe, expect, it } from 'vitest'
import type { Clock } from '#types/clock.ts'
import { keyName } from '#worker/p2p/identity.ts'
import { Redialer } from '#worker/p2p/redialer.ts'

/** A clock that moves only when told, and fires what is due on the way. */
function manualClock(): Clock & { advance(ms: number): void; timers(): number } {
  let now = 0
  const timers = new Set<{ at: number; callback: () => void }>()
  const next = (until: number): { at: number; callback: () => void } | undefined =>
    [...timers].filter(({ at }) => at <= until).sort((a, b) => a.at - b.at)[0]
  return {
    now: () => now,
    setTimer: (ms, callback) => {
      const timer = { at: now + ms, callback }
      timers.add(timer)
      return () => timers.delete(timer)
    },
    advance: (ms) => {
      const end = now + ms
      for (let timer = next(end); timer !== undefined; timer = next(end)) {
        timers.delete(timer)
        now = timer.at
        timer.callback()
      }
      now = end
    },
    timers: () => timers.size,
  }
}

function setUp(): {
  clock: ReturnType<typeof manualClock>
  redialer: Redialer
  dials: number[]
  givenUp: number[]
  connected: Set<string>
} {
  const clock = manualClock()
  const dials: number[] = []
  const givenUp: number[] = []
  const connected = new Set<string>()
  const dialler = {
    isConnected: (name: string) => connected.has(name),
    dial: () => void dials.push(clock.now()),
    giveUp: () => void givenUp.push(clock.now()),
  }
  return { clock, redialer: new Redialer(dialler, clock), dials, givenUp, connected }
}

const KEY = new Uint8Array(32).fill(7)

describe('redialer', () => {
  it('dials at once and then with growing pauses, at most 8 s', () => {
    const { clock, redialer, dials } = setUp()
    redialer.want(KEY, 'at once')
    clock.advance(40_000)
    expect(dials).toEqual([0, 500, 1_500, 3_500, 7_500, 15_500, 23_500, 31_500, 39_500])
  })

  it('lets the other side go first', () => {
    const { clock, redialer, dials, connected } = setUp()
    redialer.want(KEY, 'after the other')
    clock.advance(400)
    connected.add(keyName(KEY))
    clock.advance(10_000)
    expect(dials).toEqual([])
    expect(clock.timers()).toBe(0)
  })

  it('starts again when a connection is lost, with short pauses', () => {
    const { clock, redialer, dials, connected } = setUp()
    redialer.want(KEY, 'at once')
    connected.add(keyName(KEY))
    clock.advance(60_000)
    connected.clear()
    redialer.lost(keyName(KEY))
    clock.advance(1_200)
    expect(dials).toEqual([0, 60_500, 61_000])
  })

  it('stops when all who asked have let go, each once', () => {
    const { clock, redialer, dials, givenUp } = setUp()
    const first = redialer.want(KEY, 'at once')
    const second = redialer.want(KEY, 'at once')
    first()
    first()
    clock.advance(600)
    expect([dials.length, givenUp.length, redialer.wants(keyName(KEY))]).toEqual([2, 0, true])
    second()
    clock.advance(60_000)
    expect([dials.length, givenUp.length, redialer.wants(keyName(KEY))]).toEqual([2, 1, false])
    expect(clock.timers()).toBe(0)
  })

  it('leaves no timer behind when stopped', () => {
    const { clock, redialer } = setUp()
    redialer.want(KEY, 'at once')
    redialer.stop()
    expect(clock.timers()).toBe(0)
  })
})
