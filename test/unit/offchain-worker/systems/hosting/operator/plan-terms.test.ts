/** From a command line to the terms of a plan. */
import { expect, test } from 'vitest'
import { planTerms, type PlanChoices } from '#worker/systems/hosting/operator/plan-terms.ts'

const FEED = new Uint8Array(32).fill(7)
const CHOICES: PlanChoices = {
  copies: 2,
  price: '0.1',
  encoderPrice: '0.25',
  blocks: 1_000,
  range: '0-',
  performanceEvery: 0,
  reencodeEvery: 0,
  leastReputation: 0,
  highestLatency: undefined,
  leastThroughput: undefined,
}

test('a plan begins now, and covers the feed as it grows', () => {
  expect(planTerms(FEED, 500, CHOICES)).toEqual({
    feed: FEED,
    ranges: [{ from: 0, to: undefined }],
    copies: 2,
    from: 500,
    until: 1_500,
    hosterPay: 100_000_000_000n,
    encoderPay: 250_000_000_000n,
    performanceEvery: 0,
    reencodeEvery: 0,
    targets: { leastReputationPpm: 0, highestLatencyP95Us: undefined, leastThroughputBytesPerSecond: undefined },
  })
})

test('ranges have their last block in them, and targets come in the units of the chain', () => {
  const choices = {
    ...CHOICES,
    range: '0-99, 500-',
    leastReputation: 0.6,
    highestLatency: 12.5,
    leastThroughput: '2MiB',
  }
  expect(planTerms(FEED, 0, choices)).toMatchObject({
    ranges: [
      { from: 0, to: 100 },
      { from: 500, to: undefined },
    ],
    targets: { leastReputationPpm: 600_000, highestLatencyP95Us: 12_500, leastThroughputBytesPerSecond: 2n ** 21n },
  })
})

test.each([
  [{ price: 'free' }, 'BAD_AMOUNT', '--price: expected tokens such as 2.5, got "free"'],
  [{ price: '0' }, 'BAD_AMOUNT', '--price'],
  [{ encoderPrice: '-1' }, 'BAD_AMOUNT', '--encoder-price'],
  [{ price: '99999999999' }, 'BAD_PLAN', 'hosterPay and encoderPay'],
  [{ range: '9' }, 'BAD_PLAN', '--range: expected blocks such as 0-99,500-, got "9"'],
  [{ range: '0-9,5-' }, 'BAD_PLAN', 'ranges: expected each to begin after the one before'],
  [{ range: '9-3' }, 'BAD_PLAN', 'ranges: expected to above from'],
  [{ copies: 17 }, 'BAD_PLAN', 'copies: expected 1 to 16, got 17'],
  [{ copies: 1.5 }, 'BAD_PLAN', '--copies: expected a whole number'],
  [{ blocks: 0 }, 'BAD_PLAN', 'until'],
  [{ blocks: 2 ** 31 }, 'BAD_PLAN', 'until'],
  [{ reencodeEvery: -1 }, 'BAD_PLAN', '--reencode-every'],
  [{ performanceEvery: Number.NaN }, 'BAD_PLAN', '--performance-every'],
  [{ leastReputation: 1.1 }, 'BAD_PLAN', '--least-reputation: expected a number from 0 to 1'],
  [{ highestLatency: 0 }, 'BAD_PLAN', '--highest-latency'],
  [{ leastThroughput: 'fast' }, 'BAD_SIZE', '--least-throughput'],
])('%j is refused with %s', (change, code, message) => {
  expect(() => planTerms(FEED, 10, { ...CHOICES, ...change })).toThrow(
    expect.objectContaining({ code, message: expect.stringContaining(message) }),
  )
})
