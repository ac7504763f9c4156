/**
 * The windows of a devnet's hosting: how many blocks each step of a copy has.
 *
 * Owns: the rule by which they follow from block time and slowness, and setting them on the chain. Does not own: the other parameters.
 */
import { news } from '#types/domain/changes.ts'
import { DEFAULT_HOSTING_PARAMETERS, type HostingParameters } from '#types/domain/hosting/market-parameters.ts'
import { MIN_LEAF_BYTES } from '#types/domain/hosting/copy/segment.ts'
import { ONE } from '#types/domain/reputation.ts'
import { read } from '#chain/api/descriptors.ts'
import { asRoot } from '#worker/devnet/root.ts'
import type { Fitted, Stage } from '#worker/devnet/scenario.ts'
import { hostingParameters } from '../role/copy-items.ts'

/** Blocks at the usual block time: short enough to watch, long enough for processes that share two cores. */
const USUAL = {
  challengeInterval: 16,
  challengeWindow: 8,
  acceptWindow: 16,
  encodeWindow: 40,
  retryPause: 2,
  queuePause: 4,
} as const
/** The chain reckons the time of an encoder back from this one, so it stays the same while copies are encoded: enough for any machine. */
const CONFIRM_BLOCKS = 120
const USUAL_BLOCK_MS = 500

/** The pace that windows must suit. */
export interface Pace {
  readonly blockTimeMs: number
  /** @see Stage.slowness */
  readonly slowness: number
}

/** How many blocks of the present block time make up one of the usual block time, on this machine; 1 at least. */
export const factorOf = ({ blockTimeMs, slowness }: Pace): number =>
  Math.max(1, (slowness * USUAL_BLOCK_MS) / blockTimeMs)

const windowsFor = (pace: Pace): typeof USUAL =>
  Object.fromEntries(
    Object.entries(USUAL).map(([name, blocks]) => [name, Math.ceil(blocks * factorOf(pace))]),
  ) as typeof USUAL

/** The parameters of the chain: short keys, and new hosters drawn like others, because all are new here. */
export const parametersFor = (pace: Pace): HostingParameters => ({
  ...DEFAULT_HOSTING_PARAMETERS,
  ...windowsFor(pace),
  confirmWindow: Math.ceil(CONFIRM_BLOCKS * factorOf(pace)),
  vettingSharePpm: ONE,
  leastModulusBytes: MIN_LEAF_BYTES,
})

/** Sets the windows on the chain. They hold from the next step of each copy on, so no step under way loses time. */
export async function fitWindows(stage: Stage, slowness: number): Promise<Fitted> {
  const { chain, blockTimeMs } = stage
  const present = (await read(chain, hostingParameters))!
  const windows = windowsFor({ blockTimeMs, slowness })
  const changes = news(present, { ...present, ...windows })
  if (!changes) return {}
  await asRoot(stage, {
    pallet: 'Hosting',
    name: 'setParameters',
    args: { changes },
  })
  const { encodeWindow, challengeWindow } = windows
  return { words: `a copy has ${encodeWindow} blocks to be encoded, and ${challengeWindow} to answer a challenge` }
}
