/**
 * The processes of an attestation round: a hoster, attestors, readers, and a fitting chain.
 *
 * Owns: their names, secrets and command lines. Does not own: the scenarios.
 */
import { fileURLToPath } from 'node:url'
import { DEFAULT_PARAMETERS } from '#types/domain/attestation/round.ts'
import type { Cast, Process } from '#worker/devnet/scenario.ts'
import { bootstrapOptions, option, worker } from '#worker/devnet/worker-process.ts'
import type { AttestorFault } from '../role/faults.ts'
import type { RoundOptions } from './options.ts'
import { windowsFor } from './windows.ts'

/** The repository. The bundle with this file lies one folder below it. */
const REPOSITORY = fileURLToPath(new URL('..', import.meta.url))

const LIMITS = ['max-size', 'max-files', 'max-depth'] as const

/** The one hoster. */
export const HOSTER = { name: 'hoster', suri: '//Hoster' } as const

/** The attestor that the scenarios kill or make lie. */
export const FIRST_ATTESTOR = 'attestor-1'

/** How a round differs from an honest one. */
export interface Twist {
  /** Share of blocks that the hoster lost, 0 to 1. */
  readonly lostShare?: number
  /** The lie of the first attestor. */
  readonly lie?: AttestorFault
  /** Least time for the coinflip, in milliseconds. */
  readonly coinflipMs?: number
}

/** The whole cast of a round. */
export function castRound(options: RoundOptions, twist: Twist = {}): Cast {
  const { attestors, readers } = options
  return {
    genesis: { attestation: parameters(options, twist) },
    processes: [
      worker({
        ...HOSTER,
        role: 'hoster',
        ready: 'hosting',
        options: publishOptions(options),
        onceOptions: options.republish === true ? ['--republish'] : [],
        fault: twist.lostShare === undefined ? undefined : `lossy:${twist.lostShare}`,
      }),
      ...numbered(attestors, (n) => attestor(n, n === 1 ? twist.lie : undefined)),
      ...numbered(readers, reader),
    ],
  }
}

const publishOptions = ({ data, ...limits }: RoundOptions): readonly string[] => [
  ...option('publish', data ?? REPOSITORY),
  ...LIMITS.flatMap((name) => (limits[name] === undefined ? [] : option(name, String(limits[name])))),
]

const numbered = <T>(count: number, make: (n: number) => T): readonly T[] =>
  Array.from({ length: count }, (_, i) => make(i + 1))

const attestor = (n: number, fault: AttestorFault | undefined): Process =>
  worker({ name: `attestor-${n}`, suri: `//Attestor//${n}`, role: 'attestor', fault })

/** Waits for a feed, then reads until it is stopped. */
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

/** On a quiet machine; the devnet fits it to this one when all are ready. */
const parameters = ({ attestors, blockTimeMs }: RoundOptions, { coinflipMs }: Twist) => ({
  ...DEFAULT_PARAMETERS,
  attestors,
  ...windowsFor({ attestors, blockTimeMs, slowness: 1, ...(coinflipMs && { coinflipMs }) }).windows,
})
