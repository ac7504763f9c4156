/**
 * A market for hosting as real processes: a chain, a DHT, an author with one feed, encoders, and hosters.
 *
 * Owns: the cast, and having copies made. Does not own: what is measured meanwhile.
 */
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { randomBytes } from 'node:crypto'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { CallRequest } from '#chain/api/chain-port.ts'
import { encodeCall, eventOf } from '#chain/api/descriptors.ts'
import { fromHex } from '#types/bytes.ts'
import { hostingEvents } from '#types/domain/hosting/market.ts'
import { DEFAULT_HOSTING_PARAMETERS, type HostingParameters } from '#types/domain/hosting/market-parameters.ts'
import { ONE } from '#types/domain/reputation.ts'
import { AssayError } from '#types/errors.ts'
import type { Process } from '#worker/devnet/scenario.ts'
import { startChild } from '#worker/devnet/child.ts'
import { LiveStage } from '#worker/devnet/stage.ts'
import { option, worker } from '#worker/devnet/worker-process.ts'
import { author, AUTHOR } from '#worker/systems/hosting/devnet/cast.ts'
import { donateCall, publishPlanCall } from '#worker/systems/hosting/operator/market-items.ts'
import { planTerms } from '#worker/systems/hosting/operator/plan-terms.ts'
import { CLI } from '../helpers/bundle.ts'

/** @see startHostingStage */
export interface HostingStageOptions {
  /** Content of the feed. */
  readonly feedBytes: number
  /** As many hosters and encoders, each for one copy. */
  readonly copies: number
  readonly modulusBytes: number
}

/** When all copies had come so far, in ms from the plan on. */
export interface Milestones {
  /** The chain has the key of each copy. */
  readonly accepted: number
  /** Encoded, at the hoster, and told to the chain. */
  readonly committed: number
  /** Confirmed by the hoster. */
  readonly live: number
}

/** A market whose processes are ready. */
export interface HostingStage {
  /** Key of the feed. */
  readonly feed: Uint8Array
  readonly bootstrap: readonly string[]
  /** Process numbers of those with this role. */
  pids(role: 'author' | 'encoder' | 'hoster'): readonly number[]
  /** Pays for the copies, and waits until all are live. */
  setUp(): Promise<Milestones>
  close(): Promise<void>
}

/** As fast as blocks come in a usual devnet. */
const BLOCK_TIME_MS = 500
/** No window ends within a measurement. */
const LONG = 100_000
const PARAMETERS: Partial<HostingParameters> = {
  challengeInterval: 2 * LONG,
  challengeWindow: LONG,
  acceptWindow: LONG,
  encodeWindow: LONG,
  confirmWindow: LONG,
  vettingSharePpm: ONE,
}
const SUPPORTER = '//Alice'
const GIFT = 10n ** 15n
const SET_UP_MS = 3_600_000

const accepted = eventOf('Hosting', 'CopyAccepted', hostingEvents.CopyAccepted)
const committed = eventOf('Hosting', 'SegmentCommitted', hostingEvents.SegmentCommitted)
const live = eventOf('Hosting', 'CopyLive', hostingEvents.CopyLive)

const providers = (count: number, role: 'encoder' | 'hoster', options: readonly string[]): readonly Process[] =>
  Array.from({ length: count }, (_, i) =>
    worker({ name: `${role}-${i}`, role, suri: `//${role}//${i}`, options: [...options, ...option('threads', '1')] }),
  )

/** Starts such a market. Its caller closes it. */
export async function startHostingStage(options: HostingStageOptions): Promise<HostingStage> {
  const { feedBytes, copies, modulusBytes: leastModulusBytes } = options
  const dir = await mkdtemp(join(tmpdir(), 'assay-bench-hosting-'))
  const file = join(dir, 'file')
  await writeFile(file, randomBytes(feedBytes))
  const folder = join(dir, 'stage')
  await mkdir(folder)
  const pids = new Map<string, number>()
  const said: string[] = []
  const stage = new LiveStage(
    {
      cast: {
        genesis: { hosting: { ...DEFAULT_HOSTING_PARAMETERS, ...PARAMETERS, leastModulusBytes } },
        processes: [
          author(file),
          ...providers(copies, 'encoder', option('per-block', '1MiB')),
          ...providers(copies, 'hoster', option('storage', '1GiB')),
        ],
      },
      folder,
      rpcPort: 0,
      blockTimeMs: BLOCK_TIME_MS,
      logLevel: 'warn',
      cli: CLI,
      steps: {},
      tellers: {},
    },
    {
      tell: () => undefined,
      onSaid: (name, line) => void said.push(`${name}: ${line}`),
      launch: (child) => {
        const started = startChild(child)
        pids.set(child.name, started.pid)
        return started
      },
    },
  )
  const close = async (): Promise<void> => {
    await stage.close()
    await rm(dir, { recursive: true, force: true })
  }
  try {
    await stage.start()
    const { feed: key } = await stage.told(AUTHOR, 'published')
    const feed = fromHex(String(key))
    return {
      feed,
      bootstrap: stage.bootstrap,
      pids: (role) => [...pids].flatMap(([name, pid]) => (name.split('-')[0] === role ? [pid] : [])),
      setUp: () => setUp(stage, feed, copies),
      close,
    }
  } catch (error) {
    await close()
    throw new Error(said.join('\n'), { cause: error })
  }
}

async function setUp(stage: LiveStage, feed: Uint8Array, copies: number): Promise<Milestones> {
  const client = await stage.client(SUPPORTER)
  const act = async (name: string, call: CallRequest): Promise<void> => {
    const { kind } = await client.submit(name, call)
    if (kind !== 'included') throw new AssayError('BENCH_CALL', `expected ${name} in a block, got ${kind}`)
  }
  await act('donate', encodeCall(donateCall, { feed, amount: GIFT }))
  const terms = planTerms(feed, stage.seen.latest, {
    copies,
    price: '0.000001',
    encoderPrice: '0.000001',
    blocks: LONG,
    range: '0-',
    performanceEvery: 0,
    reencodeEvery: 0,
    leastReputation: 0,
    highestLatency: undefined,
    leastThroughput: undefined,
  })
  const began = performance.now()
  const milestone = async (kind: typeof accepted | typeof committed | typeof live): Promise<number> => {
    const isReached = (): true | undefined => stage.seen.all<typeof kind.fields>(kind).length >= copies || undefined
    await stage.seen.until(`${kind.name} of ${copies} copies`, isReached, SET_UP_MS)
    return performance.now() - began
  }
  const [, ...reached] = await Promise.all([
    act('plan', encodeCall(publishPlanCall, { terms })),
    milestone(accepted),
    milestone(committed),
    milestone(live),
  ])
  return { accepted: reached[0], committed: reached[1], live: reached[2] }
}
