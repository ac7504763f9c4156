/** A simulated market with a small budget: no cheat brings more than honesty, and no honest provider pays for one. */
import { beforeAll, describe, expect, it } from 'vitest'
import { GOOD_CONDITIONS } from '#worker/simulation/conditions.ts'
import { chanceFrom } from '#worker/simulation/random.ts'
import { holds } from '#worker/simulation/statistics.ts'
import { compare, type Comparison } from '#worker/systems/hosting/simulation/market/compare.ts'
import { leafDetection } from '#worker/systems/hosting/simulation/market/detection.ts'
import { groundChallenges } from '#worker/systems/hosting/simulation/market/grinding.ts'
import { runMarket } from '#worker/systems/hosting/simulation/market/play.ts'
import { castOf, CHEAT, strategiesWith } from '#worker/systems/hosting/simulation/market/strategies.ts'
import { sybilShare } from '#worker/systems/hosting/simulation/market/sybils.ts'
import { TOKEN } from '#worker/systems/hosting/simulation/market/terms.ts'

const BLOCKS = 130
const STRATEGIES = strategiesWith(0.2)
/** A hoster or an encoder that gets no copy pays the fees of its registration and its heartbeats. */
const MOST_FEES = 0.1

describe('a market', () => {
  let all: readonly Comparison[] = []
  const of = (name: string): Comparison => all.find(({ strategy }) => strategy === name)!
  beforeAll(async () => {
    all = await compare(STRATEGIES, { seed: 'test', sessions: 1, blocks: BLOCKS })
  }, 600_000)

  it('keeps to its invariants, whatever the cheats do', () => {
    expect(all.flatMap(({ breaches }) => breaches)).toEqual([])
  })

  it.each(['drops-leaves', 'keeps-hashes', 'fetches', 'keeps-plain', 'same-copy', 'junk', 'one-key'])(
    'pays less for this than for honesty: %s',
    (name) => {
      const { gain, cheating, behaving } = of(name)
      expect(gain.mean).toBeLessThan(0)
      expect(cheating.mean).toBeLessThan(behaving.mean)
    },
  )

  it('takes copies from hosters that lack leaves, and bonds from encoders that send junk', () => {
    for (const name of ['drops-leaves', 'keeps-hashes', 'fetches', 'keeps-plain'])
      expect(of(name).lostCopies).toBeGreaterThan(0)
    for (const name of ['same-copy', 'junk']) expect(of(name).bondsLost).toBeGreaterThan(0)
    expect(of('fetches').refusals).toBeGreaterThan(0)
    expect(of('one-key').refusals).toBeGreaterThan(0)
    expect(of('withdraws').refusals).toBeGreaterThan(0)
  })

  it('mints nothing to one who deals with itself: it loses money, and saves its costs alone', () => {
    const { cheating, gain, saved } = of('self-dealer')
    expect(cheating.mean).toBeLessThan(0)
    expect(gain.mean).toBeCloseTo(saved.mean, 6)
  })

  it('pays a ring as much as the same accounts where they behave: it saves its costs alone', () => {
    const { gain, saved } = of('ring')
    expect(gain.mean).toBeCloseTo(saved.mean, 6)
  })

  it('leaves no honest provider with less than its fees', () => {
    for (const { strategy, leastHonest } of all) expect([strategy, leastHonest > -MOST_FEES]).toEqual([strategy, true])
  })

  it('is the same again from the same seed', async () => {
    const play = (seed: string) =>
      runMarket({
        ...castOf(STRATEGIES['junk']!, false),
        chance: chanceFrom(seed),
        conditions: GOOD_CONDITIONS,
        blocks: 40,
      })
    const [once, again, other] = [await play('a'), await play('a'), await play('b')]
    expect(again).toEqual(once)
    expect(other.transcript).not.toEqual(once.transcript)
    expect(Object.keys(once.standings)).toContain(CHEAT)
    expect(once.burned).toBeLessThan(100n * TOKEN)
  }, 60_000)
})

describe('experiments', () => {
  it.each([0.05, 0.5])('find a hoster that drops %s of its leaves as often as the formula says', async (share) => {
    expect(holds(await leafDetection('test', share, 200))).toBe(true)
  })

  it.each(['new', 'proven'] as const)('give an owner of %s hosters its share by the rule', (standing) => {
    expect(holds(sybilShare('test', 0.5, standing, 300))).toBe(true)
  })

  it.each([1, 10])('let an author with %i tries pass as many challenges as the formula says', (tries) => {
    expect(holds(groundChallenges('test', 0.2, tries, 300))).toBe(true)
  })
})
