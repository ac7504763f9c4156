/** With any network and any line-up, simulated coinflips keep their invariants, and the seed determines the run. */
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { runCoinflipSeries } from '#worker/systems/coinflip/simulation/series.ts'
import { parseConditions } from '#worker/simulation/conditions.ts'

const share = (most: number) => fc.double({ min: 0, max: most, noNaN: true })

const conditions = fc.record({
  latencyMs: fc.oneof(
    fc.record({ uniform: fc.tuple(fc.nat(50), fc.integer({ min: 50, max: 400 })) }),
    fc.record({ exponential: fc.tuple(fc.nat(30), fc.integer({ min: 1, max: 150 })) }),
  ),
  loss: fc.oneof(fc.constant(0), share(0.1)),
  duplication: share(0.2),
  reordering: fc.record({ share: share(0.3), extraMs: fc.nat(500) }),
  clock: fc.record({ drift: fc.constant({ uniform: [-0.05, 0.05] }) }),
})

test('no invariant breaks, and the same seed gives the same transcript', () => {
  fc.assert(
    fc.property(conditions, fc.string(), (network, seed) => {
      const options = {
        seed,
        peers: [3, 6],
        dishonest: [0, 5],
        strategy: 'mixed',
        conditions: parseConditions(network),
        first: 0,
        sessions: 1,
      } as const
      const tally = runCoinflipSeries(options)
      expect(tally.broken).toEqual([])
      expect(runCoinflipSeries(options).transcript).toBe(tally.transcript)
    }),
    { numRuns: 25 },
  )
})
