/**
 * The bundled node as a process: how soon it answers, and how much memory it takes when idle.
 *
 * Owns: these two. Does not own: the bundle (`npm run bench` makes it).
 */
import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { setTimeout as pause } from 'node:timers/promises'
import { startCli, type Run } from '../helpers/cli.ts'
import { loadClient } from '../helpers/load.ts'
import { figure, median, repeated, timed, type Measurement } from './figure.ts'

const STARTS = 9
const MAX_START_MS = 400
const START_DEADLINE_MS = 30_000
const IDLE_MS = 4_000
const IDLE_RUNS = 3
const MAX_IDLE_MIB = 120
const KIB_PER_MIB = 1024

/** Starts a node in memory on a free port. */
export async function startNodeProcess(...args: readonly string[]): Promise<{ run: Run; url: string }> {
  const run = startCli(['chain', '--rpc-port', '0', '--json', ...args])
  const ready = await run.line(({ kind }) => kind === 'chain-ready', START_DEADLINE_MS)
  return { run, url: String(ready['endpoint']) }
}

/** Asks a node to end, and waits for it. */
export async function stopNodeProcess({ run }: { readonly run: Run }): Promise<void> {
  run.process.kill('SIGTERM')
  await run.exit(START_DEADLINE_MS)
}

async function firstAnswer(): Promise<number> {
  let node: Awaited<ReturnType<typeof startNodeProcess>> | undefined
  const ms = await timed(async () => {
    node = await startNodeProcess()
    const client = await loadClient(node.url)
    await client.call('system_health')
    client.close()
  })
  await stopNodeProcess(node!)
  return ms
}

const bareStart = (): Promise<number> =>
  timed(() => once(spawn(process.execPath, ['-e', '0'], { stdio: 'ignore' }), 'exit'))

/** From the command to the first answered request. */
export const start: Measurement = {
  name: 'start',
  async measure() {
    await firstAnswer()
    const runs: number[] = []
    const bare: number[] = []
    for (let i = 0; i < STARTS; i++) {
      bare.push(await bareStart())
      runs.push(await firstAnswer())
    }
    const aim = { is: '<=', than: MAX_START_MS } as const
    const reference = { name: 'node -e 0', value: median(bare) }
    return [figure('start to first answered RPC', 'ms', runs, { aim, reference })]
  },
}

/** Resident memory of a process. */
export const residentMib = (pid: number): number =>
  Number(execFileSync('ps', ['-o', 'rss=', '-p', String(pid)], { encoding: 'utf8' })) / KIB_PER_MIB

/** Clock ticks in a second, as Linux counts the time of processes. */
const TICKS_PER_S = 100
const BYTES_PER_KIB = 1_024
const BYTES_PER_MB = 1e6

/** Processor time that a process has taken, its threads included. On Linux only. */
export function processorSeconds(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
  // Its name, in brackets, may have spaces.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  const [user, system] = [fields[11], fields[12]].map(Number)
  return (user! + system!) / TICKS_PER_S
}

/** The most memory that a process has ever had resident. On Linux only. */
export function peakMb(pid: number): number {
  const [, kib] = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))!
  return (Number(kib) * BYTES_PER_KIB) / BYTES_PER_MB
}

async function idleNode(): Promise<number> {
  const node = await startNodeProcess()
  const client = await loadClient(node.url)
  await client.call('system_health')
  await pause(IDLE_MS)
  const mib = residentMib(node.run.process.pid!)
  client.close()
  await stopNodeProcess(node)
  return mib
}

async function idleBareNode(): Promise<number> {
  const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1e6)'], { stdio: 'ignore' })
  await pause(IDLE_MS)
  const mib = residentMib(child.pid!)
  child.kill()
  await once(child, 'exit')
  return mib
}

/** Resident memory of a node some seconds after its start. */
export const idleMemory: Measurement = {
  name: 'memory',
  async measure() {
    const runs = await repeated(IDLE_RUNS, idleNode)
    const aim = { is: '<=', than: MAX_IDLE_MIB } as const
    return [
      figure('resident memory, idle', 'MiB', runs, {
        aim,
        reference: { name: 'bare Node', value: await idleBareNode() },
      }),
    ]
  },
}
