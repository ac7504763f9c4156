/**
 * The processes of an attestation round: a hoster, attestors, readers, and a fitting chain.
 *
 * Owns: their names, secrets and command lines, and the parameters of the round. Does not own: the scenarios.
 */
import { fileURLToPath } from 'node:url'
import { DEFAULT_PARAMETERS } from '#types/domain/attestation/round.ts'
import type { Cast, Process } from '#worker/devnet/scenario.ts'
import { bootstrapOptions, option, worker } from '#worker/devnet/worker-process.ts'
import type { AttestorFault } from '../role/faults.ts'
import type { RoundOptions } from './options.ts'

/** The repository. The bundle with this file lies one folder below it. */
const REPOSITORY = fileURLToPath(new URL('..', import.meta.url))

/** The one hoster. */
const LIMITS = ['max-size', 'max-files', 'max-depth'] as const

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

/** Windows of a round, in blocks: short enough to watch, long enough for processes that share two cores. */
const COINFLIP_WINDOW = 8
const SLOT_BLOCKS = 3
const REPORT_WINDOW = 12
const SLOT_TOLERANCE = 8
const ANSWER_WINDOW = 6
const OBJECTION_WINDOW = 3

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
const publishOptions = ({ data, ...limits }: RoundOptions): readonly string[] => [
  ...option('publish', data ?? REPOSITORY),
  ...LIMITS.flatMap((name) => (limits[name] === undefined ? [] : option(name, String(limits[name])))),
]

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

function parameters({ attestors, blockTimeMs }: RoundOptions, { coinflipMs = 0 }: Twist) {
  const coinflipWindow = Math.max(COINFLIP_WINDOW, Math.ceil(coinflipMs / blockTimeMs))
  return {
    ...DEFAULT_PARAMETERS,
    attestors,
    coinflipWindow,
    roundLength: coinflipWindow + SLOT_BLOCKS * attestors,
    reportWindow: REPORT_WINDOW,
    slotTolerance: SLOT_TOLERANCE,
    answerWindow: ANSWER_WINDOW,
    objectionWindow: OBJECTION_WINDOW,
  }
}
