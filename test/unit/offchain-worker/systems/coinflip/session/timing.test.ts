/** Times of the coinflip in proportion to the chain's pace. */
import { expect, test } from 'vitest'
import { u64le } from '#types/bytes.ts'
import type { ChainPort } from '#chain/api/chain-port.ts'
import { coinflipTime, timeoutsWithin } from '#worker/systems/coinflip/session/timing.ts'
import type { CoinflipTimeouts } from '#worker/systems/coinflip/protocol/terms.ts'

/** A member asks all in three phases, asks some again in each, and waits in CONFIRM. */
const longest = ({ askMs, resendMs, confirmMs }: CoinflipTimeouts): number => 3 * (askMs + resendMs) + confirmMs

test.each([40_000, 60_000, 120_000])(
  'in a window of %i ms members ask in every phase, twice, before the first demand',
  (windowMs) => expect(longest(timeoutsWithin(windowMs))).toBeLessThanOrEqual(windowMs * (2 / 3)),
)

test('a short window shortens no time below what a busy machine needs', () => {
  expect(timeoutsWithin(0)).toEqual({ askMs: 2_000, resendMs: 1_500, confirmMs: 1_000 })
})

test('a long window makes nobody wait longer for an answer', () => {
  expect(timeoutsWithin(600_000)).toEqual({ askMs: 6_000, resendMs: 6_000, confirmMs: 4_000 })
})

/** A chain that remembers the time of each block: `pace` ms apart. */
const chainOf = (pace: bigint): Pick<ChainPort, 'storage'> => ({
  storage: async (_, item, keys, at) => {
    if (item === 'BlockHash') return Uint8Array.of(...keys[0]!, ...new Uint8Array(28))
    const number = at ? new DataView(at.buffer).getUint32(0, true) : 100
    return u64le(1_000_000n + BigInt(number) * pace)
  },
})

test('the pace is the chain’s own: eight blocks by its timestamps', async () => {
  const chain = chainOf(3_000n) as ChainPort
  expect(await coinflipTime(chain, 100, 10)).toEqual(timeoutsWithin(30_000))
})

test('a chain too young, or whose clock stands still, is taken for the usual one', async () => {
  expect(await coinflipTime(chainOf(3_000n) as ChainPort, 5, 10)).toEqual(timeoutsWithin(60_000))
  expect(await coinflipTime(chainOf(0n) as ChainPort, 100, 10)).toEqual(timeoutsWithin(60_000))
})
