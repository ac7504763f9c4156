/**
 * The options of hosters and encoders: the limits of a folder that is published, and what is offered for encoded copies.
 *
 * Owns: these options, their defaults and bounds, in a module that loads next to nothing, because every command line reads it. Does not
 * own: publishing.
 */
import { availableParallelism } from 'node:os'
import { parseSize } from '#worker/terminal/quantities.ts'
import { UsageError } from '#worker/terminal/usage-error.ts'

/** What a hoster publishes unless its options say otherwise; the size as on the command line. */
export const DEFAULT_FOLDER_LIMITS = { size: '256MiB', files: 20_000, depth: 64 } as const
/** What an option may say: paths of that depth, and lists of that length, still fit into memory. */
const MOST_FILES = 1_000_000
const MOST_DEPTH = 1_000
/** The chain keeps it in 32 bits. */
const MOST_PER_BLOCK = 2 ** 32 - 1

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

/** Options of those who encode or decode copies. */
const CODEC_OPTIONS = {
  threads: {
    type: 'number',
    describe: 'Threads that encode and decode blocks; by default as many as this machine has cores',
  },
} as const
/** More threads than any machine needs. */
const MOST_THREADS = 256

/** Options of a hoster that keeps encoded copies. */
export const COPY_OPTIONS = {
  storage: { type: 'string', describe: 'Space that it offers for encoded copies of feeds, such as 10GiB' },
  leave: {
    type: 'boolean',
    default: false,
    describe: 'Give its copies to other hosters, and take no more: it serves them until the others have them',
  },
  ...CODEC_OPTIONS,
} as const

/** What an encoder offers unless its options say otherwise. A core encodes some 300 KiB in a second, a block takes six. */
const DEFAULT_ENCODING = '1MiB'

/** Options of an encoder. */
export const ENCODER_OPTIONS = {
  'per-block': {
    type: 'string',
    default: DEFAULT_ENCODING,
    describe: "Content that it encodes in a block's time: the chain gives it time by this",
  },
  ...CODEC_OPTIONS,
} as const

/** The threads that the options give. @throws UsageError `BAD_LIMIT` */
export function codecThreads({ threads }: Readonly<Record<string, unknown>>): number {
  if (threads === undefined) return availableParallelism()
  checkLimit('threads', Number(threads), MOST_THREADS)
  return Number(threads)
}

/** What an encoder offers, in bytes. @throws UsageError `BAD_SIZE`, `BAD_LIMIT` */
export function encodingOffer({ 'per-block': given }: Readonly<Record<string, unknown>>): number {
  const bytes = parseSize('per-block', typeof given === 'string' ? given : DEFAULT_ENCODING)
  checkLimit('per-block', bytes, MOST_PER_BLOCK)
  return bytes
}

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
