/**
 * `npm run fuzz`: a long run.
 *
 *   npm run fuzz -- [--cases N] [--seed N] [--json FILE] [TARGET ...]
 *
 * Owns: the child process for cases, so that the run also finds a case that never ends; the output; the exit code (1:
 * it found something). Does not own: one target's run.
 */
import { fork } from 'node:child_process'
import { writeFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { fuzz, type Finding, type FuzzResult } from './target.ts'
import { TARGETS } from './targets.ts'

const DEFAULT_CASES = 1_000_000
/** The child tells this often where it is. */
const BEAT_MS = 250
/** Silent this long, its case hangs. */
const HANG_MS = 30_000
const MS_PER_S = 1000

interface Job {
  readonly target: string
  readonly seed: number
  readonly cases: number
}

type Told =
  | { readonly at: number }
  | { readonly result: Omit<FuzzResult, 'outcomes'> & { outcomes: [string, number][] } }

async function child(job: Job): Promise<void> {
  const { target } = TARGETS.find(({ target: { name } }) => name === job.target)!
  let beat = 0
  const onCase = (at: number): void => {
    if (performance.now() < beat) return
    beat = performance.now() + BEAT_MS
    process.send!({ at } satisfies Told)
  }
  const result = await fuzz(target, { ...job, onCase })
  process.send!({ result: { ...result, outcomes: [...result.outcomes] } } satisfies Told, () => process.exit(0))
}

/** Runs one target in a process of its own. */
function runJob(job: Job): Promise<FuzzResult> {
  return new Promise((resolve) => {
    const runner = fork(fileURLToPath(import.meta.url), ['--child', JSON.stringify(job)])
    let at = 0
    const give = (what: string): void => {
      const finding: Finding = { target: job.target, seed: job.seed, index: at, what }
      resolve({
        target: job.target,
        cases: at,
        ms: 0,
        slowestMs: 0,
        outcomes: new Map(),
        findings: [finding],
        missed: [],
      })
    }
    const hang = setTimeout(() => {
      give(`no case ended for ${HANG_MS / MS_PER_S} s: one at or soon after this index hangs`)
      runner.kill('SIGKILL')
    }, HANG_MS)
    runner.on('message', (told: Told) => {
      hang.refresh()
      if ('at' in told) {
        at = told.at
        if (process.stderr.isTTY) process.stderr.write(`\r${job.target}: ${at} of ${job.cases} `)
      } else resolve({ ...told.result, outcomes: new Map(told.result.outcomes) })
    })
    runner.on('exit', (code) => {
      clearTimeout(hang)
      if (code !== 0) give(`the process ended with code ${code}`)
    })
  })
}

function tell({ target, cases, ms, slowestMs, outcomes, findings, missed }: FuzzResult): void {
  const rate = Math.round((cases / ms) * MS_PER_S)
  process.stdout.write(`${target}: ${cases} cases, ${rate} a second, slowest ${slowestMs.toFixed(0)} ms\n`)
  for (const [outcome, count] of [...outcomes].sort((a, b) => b[1] - a[1]))
    process.stdout.write(`  ${outcome}: ${count}\n`)
  for (const outcome of missed) process.stdout.write(`  NEVER MET: ${outcome}\n`)
  for (const { seed, index, what } of findings)
    process.stdout.write(`  FOUND with seed ${seed}, case ${index}: ${what}\n`)
}

async function main(): Promise<void> {
  const { values, positionals } = parseArgs({
    options: {
      cases: { type: 'string' },
      seed: { type: 'string' },
      json: { type: 'string' },
      child: { type: 'string' },
    },
    allowPositionals: true,
  })
  if (values.child !== undefined) return child(JSON.parse(values.child) as Job)
  const cases = Number(values.cases ?? DEFAULT_CASES)
  const seed = Number(values.seed ?? 1)
  const chosen = TARGETS.filter(({ target }) => positionals.length === 0 || positionals.includes(target.name))
  if (chosen.length === 0 || !Number.isSafeInteger(cases) || !Number.isSafeInteger(seed)) {
    const names = TARGETS.map(({ target }) => target.name).join(', ')
    process.stderr.write(`fuzz: expected --cases N, --seed N and any of ${names}\n`)
    process.exitCode = 2
    return
  }
  const whole = chosen.reduce((sum, { share }) => sum + share, 0)
  const results: FuzzResult[] = []
  for (const { target, share } of chosen) {
    results.push(await runJob({ target: target.name, seed, cases: Math.ceil((cases * share) / whole) }))
    tell(results.at(-1)!)
  }
  const found = results.reduce((sum, { findings, missed }) => sum + findings.length + missed.length, 0)
  process.stdout.write(
    `${results.reduce((sum, each) => sum + each.cases, 0)} cases with seed ${seed}, ${found} findings\n`,
  )
  if (values.json !== undefined)
    await writeFile(
      values.json,
      `${JSON.stringify(
        results.map((each) => ({ ...each, outcomes: Object.fromEntries(each.outcomes) })),
        null,
        2,
      )}\n`,
    )
  if (found > 0) process.exitCode = 1
}

await main()
