/**
 * The simulator's rate on one core, and the memory of an idle simulated worker.
 *
 * Owns: these measurements. Does not own: the simulator.
 * Rates are by processor time, so other processes do not count.
 */
import { execFileSync } from 'node:child_process'
import { rm } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { build } from 'esbuild'
import { runCoinflipSession } from '#worker/systems/coinflip/simulation/session.ts'
import { GOOD_CONDITIONS } from '#worker/simulation/conditions.ts'
import { createNetwork } from '#worker/simulation/network.ts'
import { chanceFrom } from '#worker/simulation/random.ts'
import { createScheduler } from '#worker/simulation/scheduler.ts'
import { figure, perSecond, type Figure, type Measurement } from './figure.ts'
import { leastMs } from '../helpers/processor-time.ts'

const RUNS = 5
const PEERS = 10
const MESSAGES = 400_000
/** Messages on their way at the same time. */
const IN_FLIGHT = 2_000
const SESSIONS = 40
const WORKERS = [100, 400] as const
const IDLE_RUNS = 3
const REPOSITORY = join(import.meta.dirname, '../..')
const LEAST_MESSAGES = { is: '>=', than: 200_000 } as const
const LEAST_COINFLIP_MESSAGES = { is: '>=', than: 100_000 } as const

/** Messages that peers pass on as they come: network and virtual time, and no protocol. */
function passOn(): void {
  const scheduler = createScheduler()
  const network = createNetwork(GOOD_CONDITIONS, scheduler, chanceFrom('bench'))
  let left = MESSAGES
  const send = (from: number): void => {
    if (left-- <= 0) return
    const to = (from + 1) % PEERS
    network.send(from, to, 200, () => send(to))
  }
  for (let i = 0; i < IN_FLIGHT; i++) send(i % PEERS)
  while (scheduler.step());
  const { delivered } = network.counts
  if (delivered !== MESSAGES) throw new Error(`expected ${MESSAGES} messages to arrive, got ${delivered}`)
}

function coinflips(from: number): number {
  const chance = chanceFrom('bench')
  let delivered = 0
  for (let number = from; number < from + SESSIONS; number++) {
    const session = {
      chance: chance.part('session', number),
      peers: PEERS,
      conditions: GOOD_CONDITIONS,
      dishonest: new Map(),
    }
    delivered += runCoinflipSession(session).frames.delivered
  }
  return delivered
}

function rates(): readonly Figure[] {
  passOn()
  coinflips(0)
  const bare: number[] = []
  const messages: number[] = []
  const sessions: number[] = []
  for (let run = 1; run <= RUNS; run++) {
    bare.push(perSecond(MESSAGES, leastMs(1, passOn)))
    let delivered = 0
    const ms = leastMs(1, () => (delivered = coinflips(run * SESSIONS)))
    messages.push(perSecond(delivered, ms))
    sessions.push(perSecond(SESSIONS, ms))
  }
  return [
    figure('simulated messages, network and time alone', 'messages/s', bare, { aim: LEAST_MESSAGES }),
    figure(`simulated messages, coinflip of ${PEERS}`, 'messages/s', messages, { aim: LEAST_COINFLIP_MESSAGES }),
    figure(`simulated coinflips of ${PEERS}`, 'sessions/s', sessions),
  ]
}

/**
 * Bundles the script as the product is bundled, into a folder from which it finds its packages. From source, tsx would give each
 * function its name again: 5 kB a worker.
 */
async function bundledScript(): Promise<string> {
  const outfile = join(REPOSITORY, '.build/bench/idle-workers.mjs')
  const entry = join(import.meta.dirname, 'idle-workers.ts')
  await build({ entryPoints: [entry], outfile, bundle: true, platform: 'node', format: 'esm', packages: 'external' })
  return outfile
}

/** Bytes in use while so many attestors wait for a duty. */
const idleBytes = (script: string, workers: number): number =>
  Number(execFileSync(process.execPath, ['--expose-gc', script, String(workers)], { encoding: 'utf8' }))

/** See the module's header. */
export const simulation: Measurement = {
  name: 'simulation',
  async measure() {
    const [few, many] = WORKERS
    const script = await bundledScript()
    const weights = Array.from(
      { length: IDLE_RUNS },
      () => (idleBytes(script, many) - idleBytes(script, few)) / (many - few) / 1_000,
    )
    await rm(dirname(script), { recursive: true })
    const memory = figure('memory per idle simulated worker', 'kB', weights, { aim: { is: '<=', than: 20 } })
    return [...rates(), memory]
  },
}
