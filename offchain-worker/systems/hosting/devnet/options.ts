/**
 * The command line options of the hosting scenario.
 *
 * Owns: these options and their bounds, in a module that loads nothing else, because every command line reads it. Does not own: the
 * cast that follows from them.
 */
import { checkWithin } from '#worker/terminal/options.ts'
import type { SharedScenarioValues, ValuesOf } from '#worker/systems/system.ts'

/** Of each feed, so many are wanted. */
export const COPIES = 2
/** One more than there are copies: the spare one takes the place of the hoster that is killed. */
const FEWEST_HOSTERS = COPIES + 1
/** A copy has another encoder than those before it. */
const FEWEST_ENCODERS = COPIES
const MOST_PROVIDERS = 20

export const HOSTING_OPTIONS = {
  folder: { type: 'string', describe: 'Folder or file that the author publishes (default: a part of this repository)' },
  hosters: {
    type: 'number',
    default: FEWEST_HOSTERS,
    describe: `Hosters that keep encoded copies, ${FEWEST_HOSTERS} to ${MOST_PROVIDERS}`,
  },
  encoders: {
    type: 'number',
    default: 3,
    describe: `Encoders, ${FEWEST_ENCODERS} to ${MOST_PROVIDERS}`,
  },
} as const

type HostingValues = ValuesOf<typeof HOSTING_OPTIONS>

/** The size of the cast, and the pace of its chain. */
export type HostingScenarioOptions = Pick<HostingValues, keyof typeof HOSTING_OPTIONS> & SharedScenarioValues

/** @throws Error with a message for the command line */
export function checkHostingOptions({ hosters, encoders }: HostingValues): void {
  checkWithin('hosters', hosters, FEWEST_HOSTERS, MOST_PROVIDERS)
  checkWithin('encoders', encoders, FEWEST_ENCODERS, MOST_PROVIDERS)
}
