/** What follows a stop on one connection: its pace, and what stays readable. */
import { describe, expect, it } from 'vitest'
import type { Clock } from '#types/clock.ts'
import { Aftermath } from '#chain/rpc/chain-head/aftermath.ts'
import { Pins } from '#chain/rpc/chain-head/pins.ts'

function setup() {
  let now = 5
  const clock: Clock = { now: () => now, setTimer: () => () => {} }
  const aftermath = new Aftermath(clock)
  const stop = (hash = 'a'): void => {
    const pins = new Pins()
    pins.addFinalized(hash)
    aftermath.stopped({ pins, finalized: 1 })
  }
  return { aftermath, stop, pass: (ms: number) => (now += ms) }
}

/** polkadot-api: a stop within a second of the last one counts on, and the third ends the connection. */
function counter() {
  let last = -Infinity
  let count = 0
  return (at: number): number => {
    count = at - last < 1_000 ? count + 1 : 1
    last = at
    return count
  }
}

describe('aftermath', () => {
  it.each([1, 40, 100, 500, 999, 1_000, 1_300])('never stops a client three times in a row, %i ms apart', (step) => {
    const { aftermath, stop, pass } = setup()
    const count = counter()
    let at = 5
    let due = 0
    let stops = 0
    for (let jump = 0; jump < 50; jump++) {
      if (at >= due) {
        stops++
        expect(count(at)).toBeLessThan(3)
        stop()
        due = at + aftermath.waitMs()
      }
      at += step
      pass(step)
    }
    expect(stops).toBeGreaterThan(1)
  })

  it('keeps the blocks of a stopped subscription readable for a while', () => {
    const { aftermath, stop, pass } = setup()
    expect(aftermath.isReadable('a')).toBe(false)
    stop()
    expect(aftermath.isReadable('a')).toBe(true)
    expect(aftermath.isReadable('b')).toBe(false)
    pass(10_001)
    expect(aftermath.isReadable('a')).toBe(false)
  })
})
