/**
 * A script: tells how many bytes are in use while so many simulated attestors wait for a duty.
 *
 * Owns: that world. Does not own: the figure (simulation.ts, which bundles this file and runs it with `--expose-gc`).
 */
import { GOOD_CONDITIONS } from '#worker/simulation/conditions.ts'
import { chanceFrom } from '#worker/simulation/random.ts'
import { parametersFor, type AttestorConduct } from '#worker/systems/attestation/simulation/terms.ts'
import { runRounds } from '#worker/systems/attestation/simulation/play.ts'

const BLOCK_MS = 6_000
/** All have registered, and no round was asked for. */
const IDLE_BLOCKS = 4
const ATTESTORS_OF_A_ROUND = 10

const workers = Number(process.argv[2])
const collect = (globalThis as { gc?: () => void }).gc!

await runRounds({
  chance: chanceFrom('idle'),
  conditions: GOOD_CONDITIONS,
  attestors: Array.from({ length: workers }, (): AttestorConduct => 'honest'),
  hosters: [],
  rounds: 0,
  blocks: 1,
  blockBytes: 1,
  blockMs: BLOCK_MS,
  parameters: parametersFor(ATTESTORS_OF_A_ROUND),
  untilMs: (IDLE_BLOCKS + 1) * BLOCK_MS,
  endless: true,
  onBlock: (number) => {
    if (number !== IDLE_BLOCKS) return
    collect()
    collect()
    const { heapUsed, arrayBuffers } = process.memoryUsage()
    process.stdout.write(String(heapUsed + arrayBuffers))
  },
})
