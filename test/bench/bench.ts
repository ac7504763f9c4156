/**
 * `npm run bench` measures the figures again that README.md beside this file tells.
 *
 *   npm run bench -- [--json FILE] [NAME ...]
 *
 * Owns: the list of measurements, their order, and the destination of results. Does not own: the measurements.
 */
import { writeFile } from 'node:fs/promises'
import { parseArgs } from 'node:util'
import { messageOf } from '#types/errors.ts'
import { auditThroughput } from './audit.ts'
import { coinflip } from './coinflip.ts'
import { copies } from './copies.ts'
import { copyMemory } from './copy-memory.ts'
import { devnetRun } from './devnet.ts'
import { execution } from './execution.ts'
import { circumstances, isMet, ratioOf, table, type Figure } from './figure.ts'
import { blockMemory, largeState, simulatedDay } from './powers.ts'
import { idleMemory, start } from './processes.ts'
import { startInProcess } from './in-process.ts'
import { peers } from './peers.ts'
import { reportCheck } from './report.ts'
import { requests } from './requests.ts'
import { schedule } from './schedule.ts'
import { hostingSchedule } from './hosting-schedule.ts'
import { setUp } from './set-up.ts'
import { storageProof } from './storage-proof.ts'
import { simulation } from './simulation.ts'
import { stateRoot } from './state-root.ts'
import { throughput } from './throughput.ts'

const MEASUREMENTS = [
  start,
  idleMemory,
  throughput,
  execution,
  schedule,
  hostingSchedule,
  storageProof,
  stateRoot,
  requests,
  largeState,
  simulatedDay,
  blockMemory,
  startInProcess,
  reportCheck,
  peers,
  auditThroughput,
  copies,
  setUp,
  copyMemory,
  coinflip,
  devnetRun,
  simulation,
]

const { values, positionals } = parseArgs({ options: { json: { type: 'string' } }, allowPositionals: true })
const names = MEASUREMENTS.map(({ name }) => name)
const unknown = positionals.filter((name) => !names.includes(name))

async function run(): Promise<void> {
  const about = circumstances(new Date())
  const figures: Figure[] = []
  const failures: string[] = []
  for (const { name, measure } of MEASUREMENTS) {
    if (positionals.length > 0 && !positionals.includes(name)) continue
    process.stderr.write(`measuring ${name} ...\n`)
    try {
      figures.push(...(await measure()))
    } catch (error) {
      failures.push(`${name}: ${messageOf(error)}`)
    }
  }
  const { date, cores, cpu, memoryMiB, node } = about
  process.stdout.write(`${date}, Node ${node}, ${cores} cores (${cpu}), ${memoryMiB} MiB\n\n${table(figures)}`)
  for (const failure of failures) process.stderr.write(`failed: ${failure}\n`)
  if (failures.length > 0) process.exitCode = 1
  if (values.json !== undefined) {
    const results = figures.map((each) => ({ ...each, ratio: ratioOf(each), met: isMet(each) }))
    await writeFile(values.json, `${JSON.stringify({ ...about, figures: results, failures }, null, 2)}\n`)
  }
}

if (unknown.length > 0) {
  process.stderr.write(`bench: expected any of ${names.join(', ')}; got ${unknown.join(', ')}\n`)
  process.exitCode = 2
} else await run()
