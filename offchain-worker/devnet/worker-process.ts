/**
 * An off-chain worker as a process of a cast.
 *
 * Owns: its command line. Does not own: the options of a role.
 */
import type { Process } from './scenario.ts'

/** An option of a command line. */
export const option = (name: string, value: string): readonly string[] => [`--${name}`, value]

/** An option for each address of a DHT. */
export const bootstrapOptions = (addresses: readonly string[]): readonly string[] =>
  addresses.flatMap((address) => option('bootstrap', address))

export interface WorkerProcess extends Pick<Process, 'name'> {
  readonly suri: string
  /** Role in lower case, as in `--role`. */
  readonly role: string
  /** Options of the role. */
  readonly options?: readonly string[]
  /** Options of the role for its first start in this devnet, and for no later one. */
  readonly onceOptions?: readonly string[]
  /** Value of `--fault`. */
  readonly fault?: string | undefined
  /** Kind of the line that tells that it is ready; `registered` where absent. */
  readonly ready?: string
}

/** A worker with its data in the folder of its process. */
export const worker = ({
  name,
  suri,
  role,
  options = [],
  onceOptions = [],
  fault,
  ready = 'registered',
}: WorkerProcess): Process & { readonly suri: string } => ({
  name,
  suri,
  role,
  ready,
  args: ({ endpoint, bootstrap, folder, logLevel, isAgain }) => [
    'worker',
    ...option('role', role),
    ...option('name', name),
    ...option('suri', suri),
    ...option('chain', endpoint),
    ...option('data', folder),
    ...bootstrapOptions(bootstrap),
    ...(fault === undefined ? [] : option('fault', fault)),
    ...option('log-level', logLevel),
    ...options,
    ...(isAgain ? [] : onceOptions),
  ],
})
