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

  it.each(['a branch that leads nowhere', 'blocks far above the finalized one'])(
    'reads each block once: %s',
    (where) => {
      const { aftermath } = setup()
      const pins = new Pins()
      for (let number = 400; number < 1_400; number++) pins.addFinalized(`left ${number}`)
      aftermath.stopped({ pins, finalized: 1_399 })
      let reads = 0
      const first = where.startsWith('a branch') ? 'elsewhere' : 'final 6'
      const blockOf = (hash: string) => {
        const number = Number(hash.split(' ')[1])
        reads++
        if (!hash.startsWith('left')) return undefined
        return { hash, number, parentHash: number === 7 ? first : `left ${number - 1}` }
      }
      const block = (number: number) => ({ hash: `final ${number}`, parentHash: `final ${number - 1}`, number })
      const head = { finalized: [block(5), block(6)], unfinalized: [], best: block(6) }
      expect(aftermath.view(head, blockOf)).toMatchObject({ later: [block(6)], left: [] })
      expect(reads).toBeLessThan(1_500)
    },
  )

  it('tells the blocks that the chain left, parents first, each once', () => {
    const { aftermath } = setup()
    const pins = new Pins()
    for (const number of [8, 9, 7, 10]) pins.addFinalized(`left ${number}`)
    aftermath.stopped({ pins, finalized: 10 })
    const block = (number: number) => ({ hash: `final ${number}`, parentHash: `final ${number - 1}`, number })
    const left = (number: number) => ({
      hash: `left ${number}`,
      parentHash: number === 7 ? 'final 6' : `left ${number - 1}`,
      number,
    })
    const head = { finalized: [block(5), block(6)], unfinalized: [], best: block(6) }
    const told = aftermath.view(head, (hash) => left(Number(hash.split(' ')[1])))
    expect(told.left).toEqual([7, 8, 9, 10].map(left))
  })
})
