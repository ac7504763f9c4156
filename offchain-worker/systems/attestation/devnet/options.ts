/**
 * The command line options of the attestation scenarios.
 *
 * Owns: these options and their bounds, in a module that loads nothing else, because every command line reads it. Does not own: the
 * cast that follows from them.
 */
import { checkWithin } from '#worker/terminal/options.ts'
import { FOLDER_OPTIONS, folderLimits } from '#worker/systems/hosting/limits.ts'
import type { SharedScenarioValues, ValuesOf } from '#worker/systems/system.ts'

const DEFAULT_ATTESTORS = 5
const FEWEST_ATTESTORS = 3
const MOST_ATTESTORS = 50
const MOST_READERS = 50

export const ROUND_OPTIONS = {
  data: { type: 'string', describe: 'Folder that the hoster publishes (default: this repository)' },
  attestors: {
    type: 'number',
    default: DEFAULT_ATTESTORS,
    describe: `Attestors, ${FEWEST_ATTESTORS} to ${MOST_ATTESTORS}`,
  },
  readers: {
    type: 'number',
    default: 0,
    describe: `Ordinary readers of the feed, 0 to ${MOST_READERS}: audits read as they do`,
  },
  ...FOLDER_OPTIONS,
} as const

type RoundValues = ValuesOf<typeof ROUND_OPTIONS>

/** The size of a round, and the pace of its chain. */
export type RoundOptions = Pick<RoundValues, 'data' | 'attestors' | 'readers'> &
  Partial<Pick<RoundValues, keyof typeof FOLDER_OPTIONS>> &
  SharedScenarioValues

/** @throws Error with a message for the command line; UsageError `BAD_SIZE`, `BAD_LIMIT` */
export function checkRoundOptions({ attestors, readers, ...folder }: RoundValues): void {
  checkWithin('attestors', attestors, FEWEST_ATTESTORS, MOST_ATTESTORS)
  checkWithin('readers', readers, 0, MOST_READERS)
  folderLimits(folder)
}
