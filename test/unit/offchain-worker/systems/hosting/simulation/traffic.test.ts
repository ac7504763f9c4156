/** Ordinary readers in a world of rounds, and a hoster that serves only suspected auditors. */
import { expect, test } from 'vitest'
import { GOOD_CONDITIONS } from '#worker/simulation/conditions.ts'
import type { RoundsResult } from '#worker/systems/attestation/simulation/terms.ts'
import { runRounds } from '#worker/systems/attestation/simulation/play.ts'
import { worldOf, type RoundArguments } from '#worker/systems/attestation/simulation/run.ts'

const play = (change: Partial<RoundArguments>): Promise<RoundsResult> => {
  const honest = { hosters: 1, hoster: 'honest', lost: 0, dishonest: 0, strategy: 'lazy', seed: '1', json: false }
  return runRounds(worldOf({ peers: 10, sessions: 3, ...honest, ...change }, GOOD_CONDITIONS))
}
const notServed = ({ audits }: RoundsResult): number => audits.filter(({ result }) => result !== 'served').length

test('an honest hoster serves all readers, and audits among them', async () => {
  const result = await play({ readers: 240 })
  expect(result.readers.sessions).toBeGreaterThan(40)
  expect(result.readers.refused).toBe(0)
  expect(notServed(result)).toBe(0)
  expect(result.breaches).toEqual([])
})

test('without readers nobody comes', async () => {
  expect((await play({})).readers).toEqual({ sessions: 0, refused: 0 })
})

test('a hoster that refuses readers refuses auditors', async () => {
  const result = await play({ hoster: 'suspicious', sessions: 6 })
  const { sessions, refused } = result.readers
  expect(refused).toBeGreaterThan(sessions / 10)
  expect(notServed(result)).toBeGreaterThan(3)
  expect(result.breaches).toEqual([])
})

test.each([
  [{ readers: -1 }, /--readers: expected 0 to 36000, got -1/],
  [{ hoster: 'lazy' }, /--hoster: expected one of honest, .*suspicious, .*, got lazy/],
])('%j is refused', (change, message) => {
  expect(() => play(change)).toThrow(message)
})
