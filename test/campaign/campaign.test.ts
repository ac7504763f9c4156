/** A small campaign with a fixed seed: the claims of the large one, its figures, and resuming it. */
import { readdir, readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { tempDir } from '../helpers/temp-dir.ts'
import { runCampaign, type CampaignOptions } from './campaign.ts'
import { holds } from '#worker/simulation/statistics.ts'
import { lossDetection } from './parts.ts'
import { isSound, markdown } from './report.ts'

const options = (out: string): CampaignOptions => ({
  seed: 'test',
  out,
  sessions: 10,
  rounds: 2,
  chunk: 5,
  losses: [0.1],
  dropped: [0.5],
  sybils: [0.5],
  lazy: [0.4],
  bought: [0.6],
  tries: [10],
  markets: 0,
  stream: 1,
  hours: 0.2,
  attestors: 12,
  hosters: 2,
  gap: 1,
  tell: () => undefined,
})

describe('a campaign', () => {
  it('finds everything to hold, writes a report, and plays only what is missing', async () => {
    const out = await tempDir()
    const results = await runCampaign(options(out))
    expect(results.coinflips).toMatchObject({ sessions: 10, broken: [] })
    expect(results.findings.map((finding) => [finding.name, holds(finding)])).toEqual([
      ['loss of 10 % noticed', true],
      ['50 % of leaves dropped', true],
      ['copies to 50 % of bonds, new', true],
      ['copies to 50 % of bonds, proven', true],
      ['false verdicts with 40 % lazy', true],
      ['rounds passed unserved with 60 % yes-sayers', true],
      ['20 % dropped, passed with 10 tries of the author', true],
    ])
    expect(results.day).toMatchObject({ verdicts: { Pass: 2 }, fewestRounds: 1, mostRounds: 1, breaches: [] })
    expect(results.streams.map(({ mib, bits }) => [mib, bits])).toEqual([
      [1, 1_024],
      [1, 2_048],
    ])
    expect(isSound(results)).toBe(true)
    expect((await readdir(out)).sort()).toEqual(['figure.svg', 'parts', 'report.json', 'report.md'])
    const report = await readFile(join(out, 'report.json'), 'utf8')
    await rm(join(out, 'parts', 'test-coinflip-5-5.json'))
    expect(await runCampaign(options(out))).toEqual(results)
    expect(await readFile(join(out, 'report.json'), 'utf8')).toBe(report)
  })

  it('says so where something broke', async () => {
    const finding = await lossDetection('test', 0.2, 1)
    const wrong = { ...finding, expected: 0.01 }
    expect([holds(finding), holds(wrong), holds({ ...finding, breaches: 1 })]).toEqual([true, false, false])
    const coinflips = (
      await runCampaign({
        ...options(await tempDir()),
        sessions: 2,
        losses: [],
        dropped: [],
        sybils: [],
        lazy: [],
        bought: [],
        tries: [],
        stream: 0,
        hours: 0,
      })
    ).coinflips
    expect(markdown({ seed: 's', coinflips, findings: [{ ...wrong, tookS: 1 }], markets: [], streams: [] })).toMatch(
      /SOMETHING BROKE[^]*DOES NOT HOLD/,
    )
  })
})
