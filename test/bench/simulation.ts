/**
 * The simulator's rate on one core, and the memory of an idle simulated worker.
 *
 * Owns: these measurements. Does not own: the simulator.
 * Rates are by processor time, so other processes do not count.
 */
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { runCoinflipSession } from '#worker/systems/coinflip/simulation/session.ts'
import { GOOD_CONDITIONS } from '#worker/simulation/conditions.ts'
import { createNetwork } from '#worker/simulation/network.ts'
import { chanceFrom } from '#worker/simulation/random.ts'
import { parametersFor, type AttestorConduct } from '#worker/systems/attestation/simulation/terms.ts'
import { runRounds } from '#worker/systems/attestation/simulation/play.ts'
import { createScheduler } from '#worker/simulation/scheduler.ts'
import { figure, perSecond, type Figure, type Measurement } from './figure.ts'

const RUNS = 5
const PEERS = 10
const MESSAGES = 400_000
/** Messages on their way at the same time. */
const IN_FLIGHT = 2_000
const SESSIONS = 40
const MS_PER_US = 1_000
const WORKERS = [100, 400] as const
const BLOCK_MS = 6_000
/** All have registered, and no round was asked for. */
const IDLE_BLOCKS = 4

function processorMs(act: () => void): number {
  const before = process.cpuUsage()
  act()
  const { user, system } = process.cpuUsage(before)
  return (user + system) / MS_PER_US
}

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
    bare.push(perSecond(MESSAGES, processorMs(passOn)))
    let delivered = 0
    const ms = processorMs(() => (delivered = coinflips(run * SESSIONS)))
    messages.push(perSecond(delivered, ms))
    sessions.push(perSecond(SESSIONS, ms))
  }
  const aim = { is: '>=', than: 200_000 } as const
  return [
    figure('simulated messages, network and time alone', 'messages/s', bare, { aim }),
    figure(`simulated messages, coinflip of ${PEERS}`, 'messages/s', messages, { aim: { is: '>=', than: 100_000 } }),
    figure(`simulated coinflips of ${PEERS}`, 'sessions/s', sessions),
  ]
}

/** Bytes in use while so many attestors wait for a duty. */
async function idleBytes(workers: number): Promise<number> {
  setFlagsFromString('--expose-gc')
  const collect = runInNewContext('gc') as () => void
  let bytes = 0
  await runRounds({
    chance: chanceFrom('idle'),
    conditions: GOOD_CONDITIONS,
    attestors: Array.from({ length: workers }, (): AttestorConduct => 'honest'),
    hosters: [],
    rounds: 0,
    blocks: 1,
    blockBytes: 1,
    blockMs: BLOCK_MS,
    parameters: parametersFor(PEERS),
    untilMs: (IDLE_BLOCKS + 1) * BLOCK_MS,
    endless: true,
    onBlock: (number) => {
      if (number !== IDLE_BLOCKS) return
      collect()
      collect()
      const { heapUsed, arrayBuffers } = process.memoryUsage()
      bytes = heapUsed + arrayBuffers
    },
  })
  return bytes
}

/** See the module's header. */
export const simulation: Measurement = {
  name: 'simulation',
  async measure() {
    const [few, many] = WORKERS
    await idleBytes(few)
    const weights: number[] = []
    for (let run = 0; run < 3; run++)
      weights.push(((await idleBytes(many)) - (await idleBytes(few))) / (many - few) / 1_000)
    const memory = figure('memory per idle simulated worker', 'kB', weights, { aim: { is: '<=', than: 20 } })
    return [...rates(), memory]
  },
}
