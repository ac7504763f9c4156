/** Events of finalized blocks: the onlooker keeps them and waits for them, and each wait ends. */
import { expect, test } from 'vitest'
import { encode } from '#types/scale/codec.ts'
import { struct } from '#types/scale/compound.ts'
import { u32 } from '#types/scale/primitives.ts'
import { eventOf } from '#chain/api/descriptors.ts'
import { Onlooker } from '#worker/devnet/onlooker.ts'
import { eventCalled, fakeClient } from './fakes.ts'

const happened = eventOf('Stage', 'Happened', { what: u32 })
const event = (what: number) => eventCalled('Stage', 'Happened', encode(struct(happened.fields), { what }))

/** An onlooker and its chain; timers fire when `late` is called. */
function made() {
  const chain = fakeClient()
  const end = new AbortController()
  const told: number[] = []
  const timers = new Set<() => void>()
  const clock = {
    now: () => 0,
    setTimer: (_ms: number, callback: () => void) => {
      timers.add(callback)
      return () => timers.delete(callback)
    },
  }
  const seen = new Onlooker(chain, {
    clock,
    signal: end.signal,
    onBlock: async ({ number }) => {
      expect(seen.latest).toBeLessThan(number)
      told.push(number)
    },
  })
  seen.done.catch(() => undefined)
  const late = (): void => {
    for (const fire of timers) fire()
  }
  return { chain, end, told, timers, late, seen }
}

test('events are kept with their block, which was told before', async () => {
  const { chain, told, seen } = made()
  await chain.block(1, [event(5), eventCalled('Stage', 'Else'), event(6)])
  await chain.block(2, [event(7)])
  expect(told).toEqual([1, 2])
  expect(seen.latest).toBe(2)
  expect(seen.all(happened).map(({ what, block }) => [what, block.number])).toEqual([
    [5, 1],
    [6, 1],
    [7, 2],
  ])
})

test('a wait gets what was seen already, or what comes', async () => {
  const { chain, timers, seen } = made()
  await chain.block(1, [event(5)])
  expect(await seen.event(happened, () => true, 1)).toMatchObject({ what: 5 })
  const later = seen.event(happened, ({ what }) => what > 5, 1)
  await chain.block(2, [event(6), event(7)])
  expect(await later).toMatchObject({ what: 6, block: { number: 2 } })
  expect(timers.size).toBe(0)
})

test('a wait ends with its deadline, and tells what was seen last', async () => {
  const { chain, late, seen } = made()
  await chain.block(3, [event(5)])
  const wait = seen.event(happened, ({ what }) => what > 5, 9)
  late()
  const why = 'expected Happened within 9 ms, got none up to block 3, last 3:Stage.Happened'
  await expect(wait).rejects.toMatchObject({ code: 'EVENT_OVERDUE', message: why })
})

test('an abort ends every wait with its reason, those that come after it too', async () => {
  const { end, timers, seen } = made()
  const waits: Promise<unknown>[] = [seen.until('this', () => undefined, 1), seen.until('that', () => undefined, 1)]
  end.abort(new Error('a process died'))
  waits.push(seen.until('more', () => 1, 1))
  for (const wait of waits) await expect(wait).rejects.toThrow('a process died')
  expect(timers.size).toBe(0)
})

test('a probe that throws ends its own wait, not the following', async () => {
  const { chain, seen } = made()
  const wait = seen.until('this', () => (seen.latest > 0 ? JSON.parse('{') : undefined), 1)
  const other = seen.until('that', () => seen.latest || undefined, 1)
  await chain.block(1)
  await expect(wait).rejects.toThrow(SyntaxError)
  expect(await other).toBe(1)
})
