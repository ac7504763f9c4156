/**
 * What a devnet plays: the honest round, and rounds in which one part breaks or lies.
 *
 * Owns: the list, and which process gets which fault. Does not own: how a fault is committed (roles/faults.ts) or
 * what becomes of it (the chain).
 */
import type { AttestorFault } from '../role/faults.ts'

/** A fault that a worker process is started with. */
export type WorkerFault =
  | { readonly kind: 'lossy'; /** Share of blocks lost, 0 to 1. */ readonly lost: number }
  | { readonly kind: AttestorFault }

export interface Scenario {
  readonly describe: string
  readonly hosterFault?: WorkerFault
  /** The fault of the first attestor. */
  readonly attestorFault?: WorkerFault
  /** The first attestor is killed when the coinflip has agreed. */
  readonly killsAttestor?: boolean
  /** The first attestor is killed once registered, before the round: it is drawn, and never comes to the coinflip. */
  readonly losesAttestor?: boolean
  /** What the coinflip is given at least, in milliseconds; the devnet's own short window where absent. */
  readonly coinflipWindowMs?: number
}

const LOST_SHARE = 0.3
/**
 * Long enough to miss somebody: members wait 5 s for each other at least (roles/coinflip-time.ts), then their votes must get
 * into a block. The session after that has a window of its own.
 */
const ABSENCE_WINDOW_MS = 12_000

export const SCENARIOS = {
  round: { describe: 'everyone is honest: the round passes' },
  'lossy-hoster': {
    describe: 'the hoster has lost 30 % of the blocks: the round fails',
    hosterFault: { kind: 'lossy', lost: LOST_SHARE },
  },
  'bad-reveal': {
    describe: 'an attestor reveals another number than it committed to: exposed by evidence',
    attestorFault: { kind: 'bad-reveal' },
  },
  equivocator: {
    describe: 'an attestor commits to two numbers: exposed by evidence',
    attestorFault: { kind: 'equivocate' },
  },
  'bad-ping': {
    describe: 'an attestor confirms a wrong number: the right one stands, and its own word convicts it after END',
    attestorFault: { kind: 'bad-ping' },
  },
  'forged-fraud': {
    describe: 'an attestor accuses another of what it made up: convicted itself, and the number stands',
    attestorFault: { kind: 'forged-fraud' },
  },
  'killed-attestor': {
    describe: 'an attestor is killed in the middle of the round: the others give the verdict',
    killsAttestor: true,
  },
  'absent-attestor': {
    describe: 'an attestor is dead before the coinflip: named offline, dropped, and the others go on',
    losesAttestor: true,
    coinflipWindowMs: ABSENCE_WINDOW_MS,
  },
} as const satisfies Readonly<Record<string, Scenario>>

export type ScenarioName = keyof typeof SCENARIOS
export const SCENARIO_NAMES = Object.keys(SCENARIOS) as ScenarioName[]

/** A fault as one word on a worker's command line: `lossy:0.3`. */
export const faultArgument = (fault: WorkerFault): string =>
  fault.kind === 'lossy' ? `lossy:${fault.lost}` : fault.kind
