/** The chain's times are fitted to the machine at the start and while a devnet runs, and a machine that is too slow is told. */
import { expect, test } from 'vitest'
import { PaceKeeper, type PaceOptions } from '#worker/devnet/pace-keeper.ts'
import type { Fitted } from '#worker/devnet/scenario.ts'

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))

/** A keeper on a clock that the test moves. `fit` answers with `state.fitted`, a string in it being words. */
function made(options: Partial<PaceOptions> = {}) {
  const state: { sample: number; blockMs: number; block: number; fitted: Fitted | undefined } = {
    sample: 1,
    blockMs: 500,
    block: 0,
    fitted: { words: 'longer' },
  }
  const told: string[] = []
  const fits: number[] = []
  let now = 0
  const timers = new Map<() => void, number>()
  const clock = {
    now: () => now,
    setTimer(ms: number, callback: () => void) {
      timers.set(callback, now + ms)
      return () => void timers.delete(callback)
    },
  }
  const keeper = new PaceKeeper(
    { blockTimeMs: 500, ...options },
    {
      clock,
      sample: () => state.sample,
      async fit(slowness) {
        fits.push(slowness)
        return state.fitted
      },
      latest: () => Math.floor(state.block),
      tell: (_name, { sentence }) => told.push(sentence),
    },
  )
  const pass = async (ms: number): Promise<void> => {
    for (const end = now + ms; ;) {
      const [next, at] = [...timers].toSorted(([, a], [, b]) => a - b)[0] ?? [undefined, Infinity]
      if (!next || at > end) {
        now = end
        return
      }
      timers.delete(next)
      state.block += (at - now) / state.blockMs
      now = at
      next()
      await turn()
    }
  }
  const begin = async (): Promise<void> => {
    const begun = keeper.begin()
    await pass(100)
    await begun
  }
  return { keeper, state, told, fits, timers, pass, begin }
}

test('on a quiet machine the chain is fitted once, and nothing is told', async () => {
  const { state, told, fits, begin, pass } = made()
  state.fitted = {}
  await begin()
  await pass(300_000)
  expect([fits, told]).toEqual([[1], []])
})

test('a busy machine is measured at the start, and told in one line', async () => {
  const { state, told, fits, begin } = made()
  state.sample = 12.34
  await begin()
  expect(fits).toEqual([4])
  expect(told).toEqual(['work takes 12.3 times as long as on a quiet machine: longer'])
})

test('times grow soon when the machine becomes busy, and shrink after a minute of quiet', async () => {
  const { state, fits, begin, pass } = made()
  await begin()
  state.sample = 30
  await pass(10_000)
  expect(fits).toEqual([1, 8])
  state.sample = 1
  await pass(50_000)
  expect(fits).toEqual([1, 8])
  await pass(10_000)
  expect(fits).toEqual([1, 8, 1])
})

test('a fit for which the time has not come is tried again', async () => {
  const { state, fits, begin, pass } = made()
  state.sample = 30
  await begin()
  state.sample = 1
  state.fitted = undefined
  await pass(64_000)
  expect(fits).toEqual([8, 1, 1, 1])
})

test('a chain that cannot be fitted at the start, because an earlier run left a round, is fitted later', async () => {
  const { state, fits, begin, pass } = made()
  state.fitted = undefined
  await begin()
  state.fitted = {}
  await pass(10_000)
  expect(fits).toEqual([1, 1])
})

test('times that the command line gives are set, and the machine is not looked at', async () => {
  const { told, fits, timers, begin, pass } = made({ slowness: 3 })
  await begin()
  await pass(60_000)
  expect([fits, told, timers.size]).toEqual([[3], ['as --windows says: longer'], 0])
})

test('a machine that is too slow for the chain’s limits is told once, with what to do', async () => {
  const { state, told, begin, pass } = made({ blockTimeMs: 20 })
  state.blockMs = 20
  state.sample = 5
  state.fitted = { blockTimeMs: 50 }
  await begin()
  state.sample = 20
  await pass(30_000)
  expect(told).toEqual([
    'this machine is too slow for --block-time 20: a round needs more blocks than the chain gives it. End other programs, or start with --block-time 50',
  ])
})

test('a machine on which no times suffice is told once, until that is over', async () => {
  const { state, told, begin, pass } = made()
  state.fitted = {}
  const tooSlow = expect.stringMatching(
    /^this machine is too slow for a devnet: work takes 70 times .* End other programs$/,
  )
  state.sample = 70
  await begin()
  await pass(20_000)
  expect(told).toEqual([tooSlow])
  state.sample = 1
  await pass(10_000)
  state.sample = 70
  await pass(10_000)
  expect(told).toEqual([tooSlow, tooSlow])
})

test('blocks that come too slowly are told once, until they come in time again', async () => {
  const { state, told, begin, pass } = made()
  state.fitted = {}
  await begin()
  await pass(40_000)
  expect(told).toEqual([])
  state.blockMs = 1_700
  await pass(60_000)
  expect(told).toEqual([
    expect.stringMatching(
      /^this machine is too slow for --block-time 500: a block comes every 1[67]\d\d ms\. End other programs, or start with --block-time 2000$/,
    ),
  ])
  state.blockMs = 500
  await pass(40_000)
  state.blockMs = 1_700
  await pass(40_000)
  expect(told).toHaveLength(2)
})

test('a chain that is set back is not taken for a slow one', async () => {
  const { state, told, begin, pass } = made()
  state.fitted = {}
  await begin()
  for (let i = 0; i < 10; i++) {
    await pass(5_000)
    state.block -= 9
  }
  expect(told).toEqual([])
})

test('a chain that is set back is fitted again: its times went back as well', async () => {
  const { state, fits, begin, pass } = made()
  await begin()
  state.sample = 30
  await pass(10_000)
  state.block -= 12
  state.fitted = undefined
  await pass(4_000)
  state.fitted = {}
  await pass(20_000)
  expect(fits).toEqual([1, 8, 8, 8, 8])
})

test('a keeper that has ended looks no more', async () => {
  const { keeper, fits, timers, begin, pass } = made()
  await begin()
  keeper.end()
  await pass(60_000)
  expect([fits, timers.size]).toEqual([[1], 0])
})
