/**
 * The main job: a whole round with real processes.
 *
 * Owns: running it. Does not own: the devnet.
 */
import { startCli } from '../helpers/cli.ts'
import { figure, repeated, timed, type Measurement } from './figure.ts'

const RUNS = 2
const MAX_SECONDS = 30
const DEADLINE_MS = 90_000
const MS_PER_S = 1000

async function round(): Promise<number> {
  const ms = await timed(async () => {
    const run = startCli(['devnet', '--once', '--json', '--rpc-port', '0', '--attestors', '5'])
    const code = await run.exit(DEADLINE_MS)
    if (code !== 0) throw new Error(`expected a round that passes, got exit code ${code}: ${run.stderr()}`)
  })
  return ms / MS_PER_S
}

/** See the module's header. */
export const devnetRun: Measurement = {
  name: 'devnet',
  async measure() {
    const runs = await repeated(RUNS, round)
    return [figure('devnet --once, 5 attestors', 's', runs, { aim: { is: '<=', than: MAX_SECONDS } })]
  },
}
