/**
 * The short run of the fuzzer: stored seeds, all findings of earlier runs, and a check that it finds planted faults.
 */
import { describe, expect, it } from 'vitest'
import seeds from './seeds.json' with { type: 'json' }
import { fuzz, type Target } from './target.ts'
import { TARGETS } from './targets.ts'

const LIMIT_MS = 60_000
const SLOW_MS = 30

const named = (name: string): Target => TARGETS.find(({ target }) => target.name === name)!.target

describe('stored seeds', () => {
  it.each(seeds.short)('$target: $cases cases with seed $seed', { timeout: LIMIT_MS }, async ({ target, ...plan }) => {
    const { findings, missed } = await fuzz(named(target), plan)
    expect(findings).toEqual([])
    expect(missed).toEqual([])
  })

  it.each(seeds.found)('$target, case $index of seed $seed: $was', async ({ target, seed, index }) => {
    expect((await fuzz(named(target), { seed, from: index, cases: 1 })).findings).toEqual([])
  })
})

/** A subject with faults, in one case of a hundred each. */
const faulty: Target = {
  name: 'faulty',
  reaches: ['fine', 'never'],
  open: async () => ({
    run(chance) {
      const what = chance.int(100)
      if (what === 7) throw new Error('a broken law')
      if (what === 8) for (const until = performance.now() + SLOW_MS + 5; performance.now() < until;);
      return 'fine'
    },
    close: async () => undefined,
  }),
}

describe('the fuzzer', () => {
  it('tells broken laws, slow cases and what it never met, and repeats them', async () => {
    const { findings, missed } = await fuzz(faulty, { seed: 3, cases: 300, maxCaseMs: SLOW_MS })
    expect(findings.some(({ what }) => what.includes('a broken law'))).toBe(true)
    expect(findings.some(({ what }) => what.includes('expected an end within'))).toBe(true)
    expect(missed).toEqual(['never'])
    for (const { seed, index, what } of findings) {
      const again = await fuzz(faulty, { seed, from: index, cases: 1, maxCaseMs: SLOW_MS })
      expect(again.findings[0]?.what ?? '').toContain(what.slice(0, 20))
    }
  })
})
