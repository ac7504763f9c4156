/**
 * Coinflips over the real pallet, by random schedules and with liars: no honest member that is there is charged, the number is one, and
 * each liar that costs a restart loses more than any honest member. Each block and call has the same effect as without a chain.
 */
import { expect, test } from 'vitest'
import { runCoinflipSeries } from '#worker/systems/coinflip/simulation/series.ts'
import { createPalletArbiter } from '../helpers/attestation/pallet-arbiter.ts'
import { randomSchedule } from '../helpers/coinflip/schedules.ts'

const SESSIONS = 60

test.each([3, 4, 5, 7])('%i members, fewer than half of which lie', (peers) => {
  const series = {
    peers: [peers, peers],
    dishonest: [1, Math.ceil(peers / 2) - 1],
    strategy: 'mixed',
    conditions: randomSchedule,
    createArbiter: createPalletArbiter,
  } as const
  // Another part of the series each day, which the failure names.
  const seed = `on chain ${new Date().toISOString().slice(0, 10)}`
  const { sessions, broken, endings } = runCoinflipSeries({ ...series, seed, first: 0, sessions: SESSIONS })
  expect({ seed, broken }).toEqual({ seed, broken: [] })
  expect(sessions).toBe(SESSIONS)
  expect(Object.keys(endings).length).toBeGreaterThan(1)
})
