/** Phases of the coinflip in proportion to the chain's pace. */
import { expect, test } from 'vitest'
import { u64le } from '#types/bytes.ts'
import type { ChainPort } from '#chain/api/chain-port.ts'
import { coinflipTime, timeoutsWithin } from '#worker/systems/coinflip/session/timing.ts'
import type { CoinflipTimeouts } from '#worker/systems/coinflip/protocol/terms.ts'

const longest = ({ joinMs, commitMs, echoMs, revealMs, confirmMs, relayMs }: CoinflipTimeouts): number =>
  joinMs + commitMs + echoMs + revealMs + confirmMs + 2 * relayMs

test.each([40_000, 60_000, 120_000])(
  'in a window of %i ms even the slowest session leaves time for its outcome',
  (windowMs) => {
    const timeouts = timeoutsWithin(windowMs)
    expect(longest(timeouts)).toBeLessThanOrEqual(windowMs * 0.71)
    expect(timeouts.echoMs).toBe(timeouts.revealMs)
  },
)

test('a short window shortens no phase below what a busy machine needs', () => {
  expect(timeoutsWithin(0)).toMatchObject({ joinMs: 5_000, commitMs: 3_000, confirmMs: 1_000, relayMs: 1_500 })
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
