import { runCoinflipSeries } from './offchain-worker/systems/coinflip/simulation/series.ts'
import { GOOD_CONDITIONS } from './offchain-worker/simulation/conditions.ts'
const [peers0, peers1, d0, d1, n, strategy = 'mixed', seed = '1'] = process.argv.slice(2)
const t = performance.now()
const tally = runCoinflipSeries({
  seed,
  peers: [+peers0!, +peers1!],
  dishonest: [+d0!, +d1!],
  strategy: strategy as never,
  conditions: GOOD_CONDITIONS,
  first: 0,
  sessions: +n!,
})
console.log(
  tally.endings,
  tally.calls,
  'virtual s',
  tally.virtualMs / tally.sessions / 1000,
  'took',
  performance.now() - t,
  'broken',
  tally.broken.length,
  'dropped',
  tally.dropped,
)
for (const b of tally.broken.slice(0, 6)) console.log(b.session, b.peers, JSON.stringify(b.breaches.slice(0, 3)))
