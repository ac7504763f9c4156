/**
 * The options of a folder that a hoster publishes: its limits, and whether it becomes a new feed.
 *
 * Owns: these options, their defaults and bounds, in a module that loads next to nothing, because every command line reads it. Does not
 * own: publishing.
 */
import { parseSize } from '#worker/terminal/quantities.ts'
import { UsageError } from '#worker/terminal/usage-error.ts'

/** What a hoster publishes unless its options say otherwise; the size as on the command line. */
export const DEFAULT_FOLDER_LIMITS = { size: '256MiB', files: 20_000, depth: 64 } as const
/** What an option may say: paths of that depth, and lists of that length, still fit into memory. */
const MOST_FILES = 1_000_000
const MOST_DEPTH = 1_000

/** Options of every command that publishes a folder. */
export const FOLDER_OPTIONS = {
  republish: {
    type: 'boolean',
    default: false,
    describe: 'Publish the folder as a new feed, and stop hosting the old one: for a folder that was edited',
  },
  'max-size': {
    type: 'string',
    default: DEFAULT_FOLDER_LIMITS.size,
    describe: 'Most content of the folder, all files together',
  },
  'max-files': { type: 'number', default: DEFAULT_FOLDER_LIMITS.files, describe: 'Most files in the folder' },
  'max-depth': { type: 'number', default: DEFAULT_FOLDER_LIMITS.depth, describe: 'Most folders in one another' },
} as const

/** The limits that the options give. @throws UsageError `BAD_SIZE`, `BAD_LIMIT` */
export function folderLimits(options: Readonly<Record<string, unknown>>) {
  const { size, files, depth } = DEFAULT_FOLDER_LIMITS
  const { 'max-size': given } = options
  const [maxFiles, maxDepth] = [Number(options['max-files'] ?? files), Number(options['max-depth'] ?? depth)]
  checkLimit('max-files', maxFiles, MOST_FILES)
  checkLimit('max-depth', maxDepth, MOST_DEPTH)
  return { maxBytes: parseSize('max-size', typeof given === 'string' ? given : size), maxFiles, maxDepth }
}

function checkLimit(name: string, value: number, most: number): void {
  if (Number.isInteger(value) && value >= 1 && value <= most) return
  throw new UsageError('BAD_LIMIT', `--${name}: expected a whole number from 1 to ${most}, got ${value}`)
}
