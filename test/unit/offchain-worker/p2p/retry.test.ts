/** Trying again: when, how often, and until when. */
import { expect, it } from 'vitest'
import { AssayError } from '#types/errors.ts'
import { retried } from '#worker/p2p/retry.ts'
import { manualClock } from '../../../helpers/node.ts'

/** Tries that fail until a number of them, and the times at which they began. */
function tries(failures: number, { random = 0.5, withinMs = 10_000, code = 'BUSY', attemptMs = 0 } = {}) {
  const clock = manualClock()
  const began: number[] = []
  const left: number[] = []
  const wait = (ms: number): Promise<void> => new Promise((resolve) => void clock.setTimer(ms, resolve))
  const result = retried(
    async (leftMs) => {
      began.push(clock.now())
      left.push(leftMs)
      if (attemptMs > 0) await wait(Math.min(attemptMs, leftMs))
      if (began.length <= failures) throw new AssayError(code, `try ${began.length}`)
      return 'done'
    },
    {
      clock,
      random: () => random,
      withinMs,
      isPassing: (error) => error instanceof AssayError && error.code === 'BUSY',
    },
  )
  result.catch(() => undefined)
  return { clock, began, left, result }
}

it('pauses longer from try to try, up to four seconds, and tells each try how much time is left', async () => {
  const { clock, began, left, result } = tries(6, { withinMs: 60_000 })
  await clock.advance(60_000)
  expect(await result).toBe('done')
  expect(began).toEqual([0, 250, 750, 1_750, 3_750, 7_750, 11_750])
  expect(left).toEqual(began.map((at) => 60_000 - at))
})

it('spreads the tries of those that failed together', async () => {
  const [early, late] = [tries(2, { random: 0 }), tries(2, { random: 0.9 })]
  await early.clock.advance(2_000)
  await late.clock.advance(2_000)
  expect(early.began).toEqual([0, 125, 375])
  expect(late.began).toEqual([0, 350, 1_050])
})

it('ends with the last error when there is no time for another try', async () => {
  const { clock, began, result } = tries(Infinity, { withinMs: 1_000, attemptMs: 100 })
  await clock.advance(1_000)
  await expect(result).rejects.toThrow('try 3')
  expect(began).toEqual([0, 350, 950])
})

it('does not try again after an error that does not pass', async () => {
  const { clock, began, result } = tries(Infinity, { code: 'WRONG' })
  await clock.advance(10_000)
  await expect(result).rejects.toThrow('try 1')
  expect(began).toEqual([0])
})
