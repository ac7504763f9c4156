/**
 * The processes of the hosting scenario: an author, encoders, hosters, and a fitting chain.
 *
 * Owns: their names, secrets and command lines. Does not own: the play.
 */
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Cast, Process } from '#worker/devnet/scenario.ts'
import { bootstrapOptions, option, worker } from '#worker/devnet/worker-process.ts'
import type { HostingScenarioOptions } from './options.ts'
import { parametersFor } from './windows.ts'

/** The repository. The bundle with this file lies one folder below it. */
const REPOSITORY = fileURLToPath(new URL('..', import.meta.url))
/** About a quarter of a mebibyte, so that a copy is encoded in seconds. */
const DEFAULT_FOLDER = join(REPOSITORY, 'runtime-types/domain')
/** Room for copies of any folder that a person wants to watch. */
const STORAGE = '512MiB'
/** In a block of half a second, by one thread on a busy machine. */
const PER_BLOCK = '64KiB'

/** The one author. */
export const AUTHOR = 'author'

/** The folder or file that the author publishes. */
export const folderOf = ({ folder }: Pick<HostingScenarioOptions, 'folder'>): string => folder ?? DEFAULT_FOLDER

/** The whole cast. */
export const castHosting = (options: HostingScenarioOptions): Cast => ({
  genesis: { hosting: parametersFor({ ...options, slowness: 1 }) },
  processes: [
    author(folderOf(options)),
    ...numbered(options.encoders, (n) =>
      worker({
        name: `encoder-${n}`,
        suri: `//Encoder//${n}`,
        role: 'encoder',
        options: [...option('per-block', PER_BLOCK), ...option('threads', '1')],
      }),
    ),
    ...numbered(options.hosters, (n) =>
      worker({
        name: `hoster-${n}`,
        suri: `//Hoster//${n}`,
        role: 'hoster',
        options: [...option('storage', STORAGE), ...option('threads', '1')],
      }),
    ),
  ],
})

const numbered = <T>(count: number, make: (n: number) => T): readonly T[] =>
  Array.from({ length: count }, (_, i) => make(i + 1))

/** The author's process, which publishes this folder or file and serves it. */
export const author = (published: string): Process => ({
  name: AUTHOR,
  suri: '//Author',
  role: 'author',
  ready: 'serving',
  args: ({ endpoint, bootstrap, folder, logLevel }) => [
    'hosting',
    'publish',
    published,
    ...option('suri', '//Author'),
    ...option('chain', endpoint),
    ...option('data', folder),
    ...bootstrapOptions(bootstrap),
    ...option('log-level', logLevel),
  ],
})
