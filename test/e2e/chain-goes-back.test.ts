/** Snapshots, reverts and time travel in the middle of a round, on a real chain with real workers. */
import { afterAll, beforeAll, describe, expect, onTestFailed, onTestFinished, test } from 'vitest'
import { attestationEvents } from '#types/domain/attestation/attestation.ts'
import { eventOf } from '#chain/api/descriptors.ts'
import { ATTESTOR_NAMES, HOSTER, startStage, type Stage } from '../helpers/attestation/live-stage.ts'
import { happened } from '../helpers/attestation/happenings.ts'
import { patiently } from '../helpers/patience.ts'
import { post } from '../helpers/rpc-client.ts'

const START_MS = patiently(90_000)
const TEST_MS = patiently(120_000)
const HOUR_MS = 3_600_000

const evidence = eventOf('Attestation', 'EvidenceAccepted', attestationEvents.EvidenceAccepted)

let stage: Stage

beforeAll(async () => {
  stage = await startStage()
}, START_MS)
afterAll(() => stage?.close(), START_MS)

async function dev(method: string, ...params: readonly unknown[]): Promise<unknown> {
  const response = await post(stage.endpoint, JSON.stringify({ jsonrpc: '2.0', id: 1, method, params }))
  const { result, error } = (await response.json()) as { result?: unknown; error?: { message: string } }
  if (error) throw new Error(`${method}: ${error.message}`)
  return result
}

/** How many lines a worker had told before the last jump. */
const lives = new Map<string, number>()

/** The worker's process goes on: it tells that the chain went back, and that it is registered again. */
const wentBack = (name: string): boolean => {
  const kinds = stage
    .lines(name)
    .slice(lives.get(name))
    .map(({ kind }) => kind)
  return kinds.lastIndexOf('registered') > kinds.lastIndexOf('went-back') && kinds.includes('went-back')
}

describe('a chain that goes back', { timeout: TEST_MS }, () => {
  test('a round that a revert takes back comes again and ends, and so does one that a revert cuts in the middle', async () => {
    onTestFailed(() => void process.stderr.write(`${stage.story()}\n`))
    const before = await dev('dev_snapshot')
    const first = await stage.order()
    await stage.event(happened.agreed, first)
    expect(await dev('dev_revert', before)).toBe(true)
    await expect.poll(() => [HOSTER, ...ATTESTOR_NAMES].every(wentBack), { timeout: TEST_MS / 2 }).toBe(true)

    const round = await stage.order()
    expect(round).toBe(first)
    await stage.event(happened.opened, round)
    const opened = await dev('dev_snapshot')
    const { hiddenMagic } = await stage.event(happened.agreed, round)
    await dev('dev_timeTravel', Date.now() + HOUR_MS)
    await stage.seen.until(
      'an audit',
      () => ATTESTOR_NAMES.flatMap((name) => stage.lines(name)).find(({ kind }) => kind === 'audit-started'),
      TEST_MS / 2,
    )
    // No block comes before the workers are back, however long that takes.
    await dev('dev_setBlockBuildMode', 'Manual')
    for (const name of [HOSTER, ...ATTESTOR_NAMES]) lives.set(name, stage.lines(name).length)
    expect(await dev('dev_revert', opened)).toBe(true)
    await expect.poll(() => [HOSTER, ...ATTESTOR_NAMES].every(wentBack), { timeout: TEST_MS / 2 }).toBe(true)
    const closed = stage.seen.event(happened.closed, (event) => event.round === round, TEST_MS)
    const pump = setInterval(() => void dev('dev_newBlock').catch(() => undefined), stage.blockTimeMs)
    onTestFinished(() => clearInterval(pump))

    // On a busy machine the slots of a round are shorter than the time that a hoster takes to come back.
    expect(['Pass', 'Fail', 'Inconclusive']).toContain((await closed).verdict)
    expect((await stage.record(round)).agreement?.hiddenMagic).toEqual(hiddenMagic)
    expect(stage.seen.all(evidence)).toEqual([])
    expect(stage.gone).toEqual([])
  })
})
