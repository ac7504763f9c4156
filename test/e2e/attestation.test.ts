/**
 * Workers with their operators' commands and with accidents, on a real chain and a real DHT: pauses, kills, a node that
 * goes away.
 */
import { chmod, readFile, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, onTestFailed, test } from 'vitest'
import { read, storageOf } from '#chain/api/descriptors.ts'
import { equalBytes } from '#types/bytes.ts'
import { NEWCOMER, Reputation, score } from '#types/domain/reputation.ts'
import { Role, WorkerRecord } from '#types/domain/worker.ts'
import { AccountId } from '#types/scale/account.ts'
import { startCli } from '../helpers/cli.ts'
import { happened } from '../helpers/attestation/happenings.ts'
import { accountOf, ATTESTOR_NAMES, HOSTER, startStage, type Stage } from '../helpers/attestation/live-stage.ts'
import { tempDir } from '../helpers/temp-dir.ts'
import { patiently } from '../helpers/patience.ts'

const START_MS = patiently(90_000)
const TEST_MS = patiently(60_000)
const REFUSAL_MS = patiently(40_000)

const OUTCOME = 'Attestation.submitCoinflipOutcome'
const REPORT = 'Attestation.submitReport'
/** The words of an attestor that came back after its slot, or after the last. */
const TOO_LATE = ['our slot has passed', 'there is no audit to report']
const workers = storageOf('Workers', 'Workers', [AccountId], WorkerRecord)
const reputations = storageOf('Workers', 'Reputations', [AccountId, Role], Reputation)

let stage: Stage
/** How a worker ends whose DHT does not answer; it takes its time. */
let unanswered: Promise<string>

beforeAll(async () => {
  stage = await startStage()
  const alone = withOption(ATTESTOR_NAMES[0]!, '--data', join(stage.dir, 'alone'))
  unanswered = refusal(alone.map((word) => (stage.bootstrap.includes(word) ? '127.0.0.1:1' : word)))
  unanswered.catch(() => undefined)
}, START_MS)

afterAll(() => stage?.close(), START_MS)

beforeEach(() => {
  onTestFailed(() => void process.stderr.write(`${stage.story()}\n`))
})

const recordOf = (name: string): Promise<WorkerRecord | undefined> => read(stage.alice, workers, accountOf(name))

const hosterReputation = async (): Promise<number> =>
  score((await read(stage.alice, reputations, accountOf(HOSTER), 'Hoster')) ?? NEWCOMER)

const reputationOf = async (name: string): Promise<number> =>
  score((await read(stage.alice, reputations, accountOf(name), 'Attestor')) ?? NEWCOMER)

/** Kills a worker without a word, and starts it again on the same folder. */
async function killAndRestart(name: string): Promise<void> {
  expect(await stage.kill(name)).toBe('SIGKILL')
  await stage.restart(name)
}

/** How often a worker signed each call of a round; a restarted coinflip is another duty. */
async function countDuties(name: string, round: number): Promise<Readonly<Record<string, number>>> {
  const counts: Record<string, number> = {}
  for (const { call, args } of await stage.duties(name, round)) {
    const duty = call === OUTCOME ? `${call}/${String(args['attempt'])}` : call
    counts[duty] = (counts[duty] ?? 0) + 1
  }
  return counts
}

/** No member of the round, killed or not, signed a duty twice. */
async function expectNoDutyTwice(round: number): Promise<void> {
  for (const name of await stage.members(round)) {
    const counts = await countDuties(name, round)
    expect(Object.values(counts), `${name}: ${JSON.stringify(counts)}`).toEqual(Object.keys(counts).map(() => 1))
    // The counted calls include those that the chain told.
    if (reporters(round).includes(name)) expect(counts).toHaveProperty([REPORT], 1)
  }
}

const reporters = (round: number): string[] =>
  stage.seen
    .all(happened.reported)
    .filter((event) => event.round === round)
    .flatMap(({ attestor }) => ATTESTOR_NAMES.filter((name) => equalBytes(accountOf(name), attestor)))

/** How a command that is refused ends: its exit code and what it says. */
async function refusal(args: readonly string[]): Promise<string> {
  const run = startCli(args)
  const code = await run.exit(REFUSAL_MS)
  return `${code}: ${run.stderr()}`
}

/** A worker's command line with another value for an option. */
const withOption = (name: string, option: string, value: string): string[] =>
  stage.argsOf(name).map((word, i, words) => (words[i - 1] === option ? value : word))

describe('accidents in a round', { timeout: TEST_MS }, () => {
  // Each kill can cost the round a report, and three of four make a verdict: a kill in the audit has a round of its own.
  test('attestors killed in the coinflip and at the report finish what they can, and nothing twice', async () => {
    const round = await stage.order()
    const [flipping, reporting] = (await stage.members(round)) as [string, string]
    await stage.toldOf(round, flipping, 'coinflip-started')
    await killAndRestart(flipping)
    // A coinflip that went on without the first has ended later.
    await stage.event(happened.agreed, round)
    await stage.ended(round)
    await killAndRestart(reporting)

    expect(await stage.verdict(round)).toBe('Pass')
    expect(reporters(round)).toContain(reporting)
    await expectNoDutyTwice(round)
  })

  test('an attestor killed in the audit reports what it had finished, or says why it does not', async () => {
    const round = await stage.order()
    const auditing = (await stage.members(round))[0]!
    await stage.toldOf(round, auditing, 'audit-started')
    await killAndRestart(auditing)

    expect(await stage.verdict(round)).toBe('Pass')
    // Its second life reports where the first had finished the audit, or its slot was not over; otherwise it says why not.
    const givenUp = stage.lines(auditing).find(({ why }) => TOO_LATE.includes(String(why)))
    expect(reporters(round).includes(auditing), JSON.stringify(givenUp)).toBe(givenUp === undefined)
    await expectNoDutyTwice(round)
  })

  test('the node stopped in the coinflip and killed at the reports continues, and so do the workers', async () => {
    const round = await stage.order()
    const members = await stage.members(round)
    await Promise.all(members.map((name) => stage.toldOf(round, name, 'coinflip-started')))
    expect(await stage.kill('chain', 'SIGTERM')).toBe(0)
    await stage.restart('chain')
    const { hiddenMagic } = await stage.event(happened.agreed, round)
    await stage.ended(round)
    expect(await stage.kill('chain')).toBe('SIGKILL')
    await stage.restart('chain')
    expect(await stage.verdict(round)).toBe('Pass')
    expect((await stage.record(round)).agreement?.hiddenMagic).toEqual(hiddenMagic)
    expect(reporters(round)).toHaveLength(members.length)
    await expectNoDutyTwice(round)
  })

  test('an attestor killed in the round that stays away is told of by one that reported, who is paid for it', async () => {
    const round = await stage.order()
    const absent = (await stage.members(round)).at(-1)!
    await stage.event(happened.agreed, round)
    expect(await stage.kill(absent)).toBe('SIGKILL')
    const before = await reputationOf(absent)
    expect(await stage.verdict(round)).toBe('Pass')
    const told = await stage.event(happened.absent, round)
    expect(equalBytes(told.attestor, accountOf(absent))).toBe(true)
    expect(reporters(round).some((name) => equalBytes(told.reporter, accountOf(name)))).toBe(true)
    expect(told.reward).toBeGreaterThan(0n)
    expect(await reputationOf(absent)).toBeLessThan(before)
    await stage.restart(absent)
  })
})

describe('an order of two rounds', { timeout: TEST_MS }, () => {
  let first = 0

  test('a paused worker finishes its duty, and is not drawn until its operator resumes it', async () => {
    const [spared, paused] = [ATTESTOR_NAMES[0]!, ATTESTOR_NAMES[1]!]
    expect(await stage.operate(spared, 'pause')).toMatchObject({ kind: 'included' })
    expect(await recordOf(spared)).toMatchObject({ status: 'Paused', duties: 0 })
    await stage.told(spared, 'status', ({ status }) => status === 'Paused')
    first = await stage.order(2)
    expect(await stage.members(first)).toEqual(ATTESTOR_NAMES.filter((name) => name !== spared))

    await stage.event(happened.agreed, first)
    await Promise.all([stage.operate(spared, 'resume'), stage.operate(paused, 'pause')])
    expect(await recordOf(spared)).toMatchObject({ status: 'Active', duties: 0 })
    expect(await recordOf(paused)).toMatchObject({ status: 'Paused', duties: 1 })
    expect(await stage.verdict(first)).toBe('Pass')
    expect(reporters(first)).toContain(paused)
    expect(await countDuties(spared, first)).toEqual({})
  })

  test('the second follows by itself, and fails where the hoster is killed before the audits: unpaid, its reputation sinks', async () => {
    const round = first + 1
    const { order } = await stage.event(happened.scheduled, round)
    expect(order).toBe((await stage.record(first)).order)
    // The one that was resumed in the first round is drawn, the one that was paused in it is not.
    expect(await stage.members(round)).toEqual(ATTESTOR_NAMES.filter((name) => name !== ATTESTOR_NAMES[1]))
    const before = await hosterReputation()
    expect(await stage.kill(HOSTER)).toBe('SIGKILL')

    expect(await stage.verdict(round)).toBe('Fail')
    expect((await stage.event(happened.closed, round)).unserved).toBeGreaterThanOrEqual(3)
    const paid = stage.seen.all(happened.paid).filter((event) => event.round === round)
    expect(paid.some(({ who }) => equalBytes(who, accountOf(HOSTER)))).toBe(false)
    expect(paid).toHaveLength(reporters(round).length)
    expect(await hosterReputation()).toBeLessThan(before)
  })
})

describe('a worker refuses to start', { timeout: TEST_MS }, () => {
  test('on a folder that another worker or another chain has, and without a DHT', async () => {
    const name = ATTESTOR_NAMES[0]!
    const replica = join(stage.dir, name, 'audits', 'replica')
    await writeFile(replica, 'of an audit under way')
    const [held, malformed, outOfRange] = await Promise.all([
      refusal(stage.argsOf(name)),
      refusal(withOption(name, '--bootstrap', 'nowhere')),
      refusal(withOption(name, '--bootstrap', '127.0.0.1:99999')),
    ])
    expect(held).toMatch(/^1: assay: expected the journal .* to be free.*\[JOURNAL_LOCKED\]\n$/)
    expect(await readFile(replica, 'utf8')).toBe('of an audit under way')
    expect(malformed).toMatch(
      /^2: assay: --bootstrap: expected host:port .*, got "nowhere" \[BAD_BOOTSTRAP\]\nAll options: assay worker --help\n$/,
    )
    expect(outOfRange).toMatch(
      /^2: assay: --bootstrap: expected host:port with a port .*:99999" \[BAD_BOOTSTRAP\]\nAll options: .*\n$/,
    )
    expect(await unanswered).toMatch(
      /^1: assay: expected an answer of the DHT at 127\.0\.0\.1:1,.*\[DHT_UNREACHABLE\]\n$/,
    )

    expect(await stage.kill(name, 'SIGTERM')).toBe(0)
    const other = startCli(['chain', '--rpc-port', '0', '--json'])
    try {
      const { endpoint } = await other.line(({ kind }) => kind === 'chain-ready', REFUSAL_MS)
      const astray = await refusal(withOption(name, '--chain', String(endpoint)))
      expect(astray).toMatch(/^1: assay: expected the chain with genesis .*\[OTHER_CHAIN\]\n$/)
    } finally {
      other.process.kill('SIGKILL')
    }
  })

  test('with a key file that others may read; one that is not there is made for its owner alone', async () => {
    const dir = await tempDir()
    const [made, open] = [join(dir, 'made.key'), join(dir, 'open.key')]
    await writeFile(open, '//Alice\n')
    await chmod(open, 0o644)
    const args = ['worker', '--role', 'attestor', '--data', join(dir, 'data'), '--bootstrap', 'nowhere', '--key-file']
    const [fresh, refused] = await Promise.all([refusal([...args, made]), refusal([...args, open])])
    expect(fresh).toContain('[BAD_BOOTSTRAP]')
    expect((await stat(made)).mode & 0o777).toBe(0o600)
    expect(refused).toMatch(/^1: assay: key file .*: expected mode 600, got 644; run: chmod 600 .*\[KEY_FILE_MODE\]\n$/)
    expect(refused).not.toContain('Alice')
  })

  test('with a key file that is a folder, or that cannot be made', async () => {
    const dir = await tempDir()
    const args = ['worker', '--role', 'attestor', '--data', join(dir, 'data'), '--bootstrap', 'nowhere', '--key-file']
    const [folder, lost] = await Promise.all([
      refusal([...args, dir]),
      refusal([...args, join(dir, 'not-there', 'a.key')]),
    ])
    expect(folder).toMatch(/^1: assay: key file .*: expected a file, got a folder.*\[KEY_FILE_UNREADABLE\]\n$/)
    expect(lost).toMatch(/^1: assay: key file .*a\.key: expected to create it .*ENOENT.*\[KEY_FILE_UNWRITABLE\]\n$/)
  })
})
