/** How feeds stand, on one screen. */
import { expect, test } from 'vitest'
import { fromUtf8, utf8 } from '#types/bytes.ts'
import { statusLines, type CopyStanding, type FeedStanding } from '#worker/systems/hosting/operator/status-lines.ts'

const ASY = 10n ** 12n
const COPY: CopyStanding = {
  copy: 0n,
  state: 'Live',
  hoster: utf8('hoster-1'),
  encoder: undefined,
  encodedTo: 16,
  passes: 5,
  misses: 1,
  results: [true, true, false, true],
  performance: {
    attestors: 3,
    samples: 40,
    latencyP50Us: 9_000,
    latencyP95Us: 12_100,
    latencyP99Us: 15_000,
    throughputBytesPerSecond: 3_355_443n,
  },
}
const FEED: FeedStanding = {
  feed: new Uint8Array(32).fill(0xab),
  blocks: 16,
  bytes: 2n ** 20n,
  pool: { donated: 10n * ASY, burned: ASY, committed: 2n * ASY, free: 7n * ASY, lastsUntil: 1_400 },
  own: { given: 6n * ASY, withdrawn: 0n, worth: 5n * ASY },
  plans: [{ plan: 0, copies: 2, until: 2_000, hosterPay: ASY / 10n }],
  contracts: [
    {
      contract: 3,
      wanted: 2,
      state: 'Repairing',
      from: 0,
      to: 16,
      starvingSince: 0,
      copies: [COPY, { ...COPY, copy: 1n, state: 'Encoding', encoder: utf8('encoder-2'), results: [] }],
    },
  ],
}
const lines = (feeds: readonly FeedStanding[], needs: Parameters<typeof statusLines>[0]['needs'] = []) =>
  statusLines({ block: 1_000, feeds, needs }, fromUtf8)

test('money, copies live of wanted, the last challenges, who serves and how fast, and what to do', () => {
  const needs = [{ kind: 'FundContract', subject: 3n, deadline: 1_200 }] as const
  expect(lines([FEED], needs)).toEqual([
    'block 1000',
    'feed 0xabababababababab…: 16 blocks, 1 MiB',
    '  pool: 10.0000 ASY donated, 1.0000 ASY burned or paid for rounds, 2.0000 ASY committed, 7.0000 ASY free; lasts until block 1400, 400 blocks from now',
    '  yours: 6.0000 ASY given, 0.0000 ASY taken back, 5.0000 ASY left',
    '  plan 0: copies 2, until block 2000, 0.1000 ASY to a hoster for 1,024 leaves and a challenge',
    '  contract 3: blocks 0 to 15, repairing, copies live: 1 of 2',
    '    copy 0  live      hoster-1  ++x+                12.1 ms (p95), 3.2 MiB/s',
    '    copy 1  encoding  hoster-1  encodes: encoder-2',
    '  to do: give more: the pool ends 600 blocks before the plan',
    'to do until block 1200: give more for contract 3: its pool is too poor',
  ])
})

test.each(['Lost', 'Starved'] as const)('a contract that is %s is told, and what to do', (state) => {
  const [contract] = FEED.contracts
  const told = lines([{ ...FEED, contracts: [{ ...contract!, state, copies: [] }] }])
  expect(told).toContain(`  contract 3: blocks 0 to 15, ${state.toLowerCase()}, copies live: 0 of 2`)
  expect(told).toContain(
    `  to do: contract 3 is ${state.toLowerCase()}, and its money is free: end its plan with \`assay hosting cancel\`, and make another one`,
  )
})

test('a suspect copy is still served; a vacant one waits; a feed without a plan is told how to get one', () => {
  const [contract] = FEED.contracts
  const suspect = { ...COPY, state: 'Suspect', performance: undefined } as const
  const vacant = {
    ...COPY,
    copy: 1n,
    state: 'Vacant',
    hoster: undefined,
    results: [false],
    performance: undefined,
  } as const
  const told = lines([{ ...FEED, plans: [], contracts: [{ ...contract!, copies: [suspect, vacant] }] }])
  expect(told).toContain('  contract 3: blocks 0 to 15, repairing, copies live: 1 of 2')
  expect(told).toContain('    copy 1  vacant   -         x')
  expect(told).toContain('  to do: have it hosted: `assay hosting plan`')
  expect(told).toContain('  to do: wait: contract 3 lacks hosters or encoders that are free, or money')
})

test('an account that supports nothing is told how to begin', () => {
  expect(lines([])).toEqual(['block 1000', 'the account supports no feed: give to one with `assay hosting donate`'])
})
