/**
 * The processes of an attestation round: a hoster, attestors, readers, and the chain that fits them.
 *
 * Owns: their names, secrets and command lines, and the parameters of the round. Does not own: what happens to them (scenarios.ts).
 */
import { fileURLToPath } from 'node:url'
import { DEFAULT_PARAMETERS } from '#types/domain/attestation/round.ts'
import type { Cast, Process } from '#worker/devnet/scenario.ts'
import { bootstrapOptions, option, worker } from '#worker/devnet/worker-process.ts'
import type { AttestorFault } from '../role/faults.ts'
import type { RoundOptions } from './options.ts'

/** The repository, in which this file is bundled one folder down. */
const REPOSITORY = fileURLToPath(new URL('..', import.meta.url))

/** The one hoster. */
export const HOSTER = { name: 'hoster', suri: '//Hoster' } as const

/** The attestor to which the scenarios do something. */
export const FIRST_ATTESTOR = 'attestor-1'

/** How a round differs from an honest one. */
export interface Twist {
  /** Share of the blocks that the hoster has lost, 0 to 1. */
  readonly lostShare?: number
  /** The lie of the first attestor. */
  readonly lie?: AttestorFault
  /** Milliseconds that the coinflip is given at least. */
  readonly coinflipMs?: number
}

/** Windows of a round, in blocks: short enough to watch, long enough for processes that share two cores. */
const COINFLIP_WINDOW = 8
const SLOT_BLOCKS = 3
const REPORT_WINDOW = 12
const SLOT_TOLERANCE = 8

/** All that play in a round. */
export function castRound(options: RoundOptions, twist: Twist = {}): Cast {
  const { data, attestors, readers } = options
  return {
    genesis: { attestation: parameters(options, twist) },
    processes: [
      worker({
        ...HOSTER,
        role: 'hoster',
        ready: 'hosting',
        options: option('publish', data ?? REPOSITORY),
        fault: twist.lostShare === undefined ? undefined : `lossy:${twist.lostShare}`,
      }),
      ...numbered(attestors, (n) => attestor(n, n === 1 ? twist.lie : undefined)),
      ...numbered(readers, reader),
    ],
  }
}

const numbered = <T>(count: number, make: (n: number) => T): readonly T[] =>
  Array.from({ length: count }, (_, i) => make(i + 1))

const attestor = (n: number, fault: AttestorFault | undefined): Process =>
  worker({ name: `attestor-${n}`, suri: `//Attestor//${n}`, role: 'attestor', fault })

/** Reads until it is stopped, once there is something to read. */
const reader = (n: number): Process => ({
  name: `reader-${n}`,
  after: HOSTER.name,
  ready: 'connecting',
  args: ({ endpoint, bootstrap, logLevel }) => [
    'read',
    ...option('chain', endpoint),
    ...option('sessions', '0'),
    ...bootstrapOptions(bootstrap),
    ...option('log-level', logLevel),
  ],
})

function parameters({ attestors, blockTimeMs }: RoundOptions, { coinflipMs = 0 }: Twist) {
  const coinflipWindow = Math.max(COINFLIP_WINDOW, Math.ceil(coinflipMs / blockTimeMs))
  return {
    ...DEFAULT_PARAMETERS,
    attestors,
    coinflipWindow,
    roundLength: coinflipWindow + SLOT_BLOCKS * attestors,
    reportWindow: REPORT_WINDOW,
    slotTolerance: SLOT_TOLERANCE,
  }
}
