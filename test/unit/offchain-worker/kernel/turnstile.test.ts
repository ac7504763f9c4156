/** A turnstile: how many pass, in which order, and that an error gives the place back. */
import { expect, test } from 'vitest'
import { createTurnstile } from '#worker/kernel/turnstile.ts'

test('lets as many pass as it has places, in the order of the calls', async () => {
  const turnstile = createTurnstile(2)
  const begun: number[] = []
  const ends: (() => void)[] = []
  const passes = [0, 1, 2, 3].map((n) =>
    turnstile(async () => {
      begun.push(n)
      await new Promise<void>((resolve) => (ends[n] = resolve))
      return n
    }),
  )
  expect(begun).toEqual([0, 1])
  ends[1]!()
  await expect(passes[1]).resolves.toBe(1)
  await expect.poll(() => begun).toEqual([0, 1, 2])
  ends[0]!()
  await expect.poll(() => begun).toEqual([0, 1, 2, 3])
  for (const end of ends) end()
  expect(await Promise.all(passes)).toEqual([0, 1, 2, 3])
})

test('a pass that throws gives its place to the next', async () => {
  const turnstile = createTurnstile(1)
  const failing = turnstile(() => Promise.reject(new Error('no')))
  const next = turnstile(async () => 'in')
  await expect(failing).rejects.toThrow('no')
  expect(await next).toBe('in')
})
