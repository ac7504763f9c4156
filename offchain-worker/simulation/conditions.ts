/**
 * The conditions of a simulated network: the file that describes them, and its meaning.
 *
 * Owns: the fields, their defaults and bounds, reading them. Does not own: drawing from them (the network).
 *
 *     {
 *       "latencyMs": { "normal": [40, 15] },
 *       "bandwidth": 250000,
 *       "loss": 0.02, "duplication": 0.01,
 *       "reordering": { "share": 0.05, "extraMs": { "uniform": [50, 300] } },
 *       "links": [{ "from": [0], "to": [1, 2], "loss": 0.5 }],
 *       "partitions": [{ "fromMs": 500, "toMs": 2500, "groups": [[0, 1], [2, 3, 4]] }],
 *       "crashes": [{ "peer": 2, "atMs": 800, "downMs": 1500 }],
 *       "clock": { "offsetMs": { "uniform": [-200, 200] }, "drift": { "uniform": [-0.001, 0.001] } }
 *     }
 */
import { readFile } from 'node:fs/promises'
import { AssayError, messageOf } from '#types/errors.ts'
import { fields, index, list, number, pair, refuse, type Reader } from './json-shape.ts'

/** How a quantity is distributed. Only a clock's draws may be below 0. */
export type Distribution =
  | { readonly kind: 'fixed'; readonly value: number }
  | { readonly kind: 'uniform'; readonly low: number; readonly high: number }
  | { readonly kind: 'normal'; readonly mean: number; readonly deviation: number }
  /** `least` plus an exponential of this mean: the long tail of real networks. */
  | { readonly kind: 'exponential'; readonly least: number; readonly mean: number }

/** The properties of the way from one peer to another. */
export interface Link {
  readonly latencyMs: Distribution
  /** Bytes a second, one frame after the other; `Infinity` for no limit. */
  readonly bandwidth: number
  /** Share of frames lost, and of frames delivered twice. */
  readonly loss: number
  readonly duplication: number
  /** Share of frames that are later by `extraMs`, so that others overtake them. */
  readonly reordering: { readonly share: number; readonly extraMs: Distribution }
}

/** From `fromMs` to `toMs`, frames between peers of different groups are lost. Peers of no group reach nobody. */
export interface Partition {
  readonly fromMs: number
  readonly toMs: number
  readonly groups: readonly (readonly number[])[]
}

/** A peer's process is killed. It starts again from its journal `downMs` later, or never. */
export interface Crash {
  /** One peer by its number, or each with this probability. */
  readonly peer: number | { readonly share: number }
  readonly atMs: Distribution
  readonly downMs: Distribution | undefined
}

/** @see the header */
export interface Conditions extends Link {
  /** Links that differ; later ones override earlier ones. No `from` or `to` means any. */
  readonly links: readonly {
    readonly from: readonly number[] | undefined
    readonly to: readonly number[] | undefined
    readonly link: Partial<Link>
  }[]
  readonly partitions: readonly Partition[]
  readonly crashes: readonly Crash[]
  /** The offset of a peer's clock, and the share by which it runs fast. */
  readonly clock: { readonly offsetMs: Distribution; readonly drift: Distribution }
}

const MAX_LISTED = 10_000
const MAX_MS = 86_400_000
/** A clock that runs faster or slower than this is broken, not skewed. */
const MAX_DRIFT = 0.5

const ms = number(0, MAX_MS)
const share = number(0, 1)
const peers = list(index, MAX_LISTED)

const fixed = (value: number): Distribution => ({ kind: 'fixed', value })

/** A number, or an object with one of uniform, normal, exponential. */
const distribution =
  (item: Reader<number>): Reader<Distribution> =>
  (value, path) => {
    if (typeof value === 'number') return fixed(item(value, path))
    const given = fields(value, path, ['uniform', 'normal', 'exponential'])
    if (Object.keys(given).length !== 1) throw refuse(path, 'a number, or one of uniform, normal, exponential', value)
    const two = (name: string): readonly [number, number] => pair(item)(given[name], `${path}.${name}`)
    if (given['normal'] !== undefined) {
      const [mean, deviation] = two('normal')
      return { kind: 'normal', mean, deviation }
    }
    if (given['exponential'] !== undefined) {
      const [least, mean] = two('exponential')
      return { kind: 'exponential', least, mean }
    }
    const [low, high] = two('uniform')
    if (low > high) throw refuse(`${path}.uniform`, 'the lower end first', given['uniform'])
    return { kind: 'uniform', low, high }
  }

const LINK_FIELDS = ['latencyMs', 'bandwidth', 'loss', 'duplication', 'reordering'] as const

const reordering: Reader<Link['reordering']> = (value, path) => {
  const given = fields(value, path, ['share', 'extraMs'])
  return {
    share: share(given['share'], `${path}.share`),
    extraMs: distribution(ms)(given['extraMs'], `${path}.extraMs`),
  }
}

/** The given fields of a link. */
function linkOf(given: Readonly<Record<string, unknown>>, path: string): Partial<Link> {
  const at = <T>(name: string, read: Reader<T>): Record<string, T> =>
    given[name] === undefined ? {} : { [name]: read(given[name], `${path}.${name}`) }
  return {
    ...at('latencyMs', distribution(ms)),
    ...at('bandwidth', number(1, Infinity)),
    ...at('loss', share),
    ...at('duplication', share),
    ...at('reordering', reordering),
  }
}

const linkRule: Reader<Conditions['links'][number]> = (value, path) => {
  const given = fields(value, path, ['from', 'to', ...LINK_FIELDS])
  const side = (name: string) => (given[name] === undefined ? undefined : peers(given[name], `${path}.${name}`))
  return { from: side('from'), to: side('to'), link: linkOf(given, path) }
}

const partition: Reader<Partition> = (value, path) => {
  const given = fields(value, path, ['fromMs', 'toMs', 'groups'])
  const fromMs = ms(given['fromMs'], `${path}.fromMs`)
  const toMs = ms(given['toMs'], `${path}.toMs`)
  if (toMs < fromMs) throw refuse(`${path}.toMs`, `at least fromMs (${fromMs})`, toMs)
  const groups = list(peers, MAX_LISTED)(given['groups'], `${path}.groups`)
  const all = groups.flat()
  if (new Set(all).size < all.length) throw refuse(`${path}.groups`, 'each peer in one group', given['groups'])
  return { fromMs, toMs, groups }
}

const crash: Reader<Crash> = (value, path) => {
  const given = fields(value, path, ['peer', 'share', 'atMs', 'downMs'])
  if ((given['peer'] === undefined) === (given['share'] === undefined))
    throw refuse(path, 'either a peer or a share', value)
  const peer =
    given['peer'] === undefined
      ? { share: share(given['share'], `${path}.share`) }
      : index(given['peer'], `${path}.peer`)
  const atMs = distribution(ms)(given['atMs'], `${path}.atMs`)
  const downMs = given['downMs'] === undefined ? undefined : distribution(ms)(given['downMs'], `${path}.downMs`)
  return { peer, atMs, downMs }
}

const clock: Reader<Conditions['clock']> = (value, path) => {
  const given = fields(value, path, ['offsetMs', 'drift'])
  const read = (name: string, most: number): Distribution =>
    given[name] === undefined ? fixed(0) : distribution(number(-most, most))(given[name], `${path}.${name}`)
  return { offsetMs: read('offsetMs', MAX_MS), drift: read('drift', MAX_DRIFT) }
}

/** A network as slow as the internet, without losses. */
export const GOOD_CONDITIONS: Conditions = {
  latencyMs: { kind: 'normal', mean: 40, deviation: 15 },
  bandwidth: Infinity,
  loss: 0,
  duplication: 0,
  reordering: { share: 0, extraMs: fixed(0) },
  links: [],
  partitions: [],
  crashes: [],
  clock: { offsetMs: fixed(0), drift: fixed(0) },
}

/**
 * Reads conditions from JSON; missing fields are those of {@link GOOD_CONDITIONS}.
 * @throws AssayError `BAD_FAULTS` with the path of the wrong value, the expected and the found one
 */
export function parseConditions(value: unknown): Conditions {
  const given = fields(value, '$', [...LINK_FIELDS, 'links', 'partitions', 'crashes', 'clock'])
  const many = <T>(name: string, item: Reader<T>): readonly T[] =>
    given[name] === undefined ? [] : list(item, MAX_LISTED)(given[name], `$.${name}`)
  return {
    ...GOOD_CONDITIONS,
    ...linkOf(given, '$'),
    links: many('links', linkRule),
    partitions: many('partitions', partition),
    crashes: many('crashes', crash),
    clock: given['clock'] === undefined ? GOOD_CONDITIONS.clock : clock(given['clock'], '$.clock'),
  }
}

/** Reads conditions from a file. @throws AssayError `NO_FAULTS_FILE` where it cannot be read, `BAD_FAULTS`. */
export async function readConditions(path: string): Promise<Conditions> {
  let text: string
  try {
    text = await readFile(path, 'utf8')
  } catch (thrown) {
    throw new AssayError('NO_FAULTS_FILE', `expected a readable file of conditions, got: ${messageOf(thrown)}`, {
      path,
    })
  }
  try {
    return parseConditions(JSON.parse(text))
  } catch (thrown) {
    if (thrown instanceof SyntaxError) throw new AssayError('BAD_FAULTS', `faults: ${path}: ${messageOf(thrown)}`)
    throw thrown
  }
}
