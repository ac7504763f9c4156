/**
 * A stage for end-to-end tests of encoded copies: a devnet's, with short windows and short keys, and //Alice, who pays for copies.
 *
 * Owns: the pace, the calls of a supporter, and what every process told. Does not own: the cast, which each test chooses.
 */
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { equalBytes, fromHex } from '#types/bytes.ts'
import { keypairFromSuri } from '#types/crypto/suri.ts'
import type { Contract, Copy } from '#types/domain/hosting/contract.ts'
import { feedCalls } from '#types/domain/hosting/feed-calls.ts'
import type { FeedHead } from '#types/domain/hosting/feed.ts'
import { hostingCalls, hostingEvents } from '#types/domain/hosting/market.ts'
import { DEFAULT_HOSTING_PARAMETERS, type HostingParameters } from '#types/domain/hosting/market-parameters.ts'
import type { PlanTerms } from '#types/domain/hosting/plan.ts'
import type { Fields } from '#types/scale/compound.ts'
import type { CallRequest, SubmitOutcome } from '#chain/api/chain-port.ts'
import { callOf, encodeCall, eventOf, read, type EventDescriptor } from '#chain/api/descriptors.ts'
import { startChild, type Child } from '#worker/devnet/child.ts'
import { NODE } from '#worker/devnet/losses.ts'
import type { Seen } from '#worker/devnet/onlooker.ts'
import type { Process } from '#worker/devnet/scenario.ts'
import { LiveStage } from '#worker/devnet/stage.ts'
import { option, worker } from '#worker/devnet/worker-process.ts'
import { contracts, copies } from '#worker/systems/hosting/role/copy-items.ts'
import { CLI } from '../bundle.ts'
import { patiently } from '../patience.ts'
import { post } from '../rpc-client.ts'
import { TERMS } from './market.ts'

/** Longer than any step of a copy takes. */
export const STEP_MS = patiently(60_000)
const BLOCK_TIME_MS = patiently(300)
const UNIT = 10n ** 12n
const GIFT = 1_000n * UNIT
const SHOWN_LINES = 30

/** Windows in which a process that was killed comes back. */
export const HOSTING: HostingParameters = {
  ...DEFAULT_HOSTING_PARAMETERS,
  challengeInterval: 20,
  challengeWindow: 10,
  acceptWindow: 20,
  encodeWindow: 60,
  confirmWindow: 30,
  retryPause: 2,
  queuePause: 3,
  vettingSharePpm: 1_000_000,
  leastModulusBytes: 128,
}

const donate = callOf('Hosting', 'donate', hostingCalls.donate)
const publishPlan = callOf('Hosting', 'publishPlan', hostingCalls.publishPlan)
const publish = callOf('Feeds', 'publish', feedCalls.publish)

/** Events of the pallet. */
export const told = {
  assigned: eventOf('Hosting', 'CopyAssigned', hostingEvents.CopyAssigned),
  accepted: eventOf('Hosting', 'CopyAccepted', hostingEvents.CopyAccepted),
  committed: eventOf('Hosting', 'SegmentCommitted', hostingEvents.SegmentCommitted),
  live: eventOf('Hosting', 'CopyLive', hostingEvents.CopyLive),
  failed: eventOf('Hosting', 'CopyFailed', hostingEvents.CopyFailed),
  challenged: eventOf('Hosting', 'StorageChallenged', hostingEvents.StorageChallenged),
  proven: eventOf('Hosting', 'StorageProven', hostingEvents.StorageProven),
  missed: eventOf('Hosting', 'StorageMissed', hostingEvents.StorageMissed),
  paid: eventOf('Hosting', 'Paid', hostingEvents.Paid),
  contract: eventOf('Hosting', 'ContractChanged', hostingEvents.ContractChanged),
} as const

const suriOf = (name: string): string => `//Copies//${name}`
/** The account of a worker. */
export const accountOf = (name: string): Uint8Array => keypairFromSuri(suriOf(name)).accountId

const oneThread = option('threads', '1')
/** The author of a folder, which also serves it. */
export const authorOf = (folder: string): Process =>
  worker({
    name: 'author',
    role: 'hoster',
    suri: suriOf('author'),
    options: option('publish', folder),
    ready: 'hosting',
  })
export const encoderOf = (name: string, fault?: string): Process =>
  worker({ name, role: 'encoder', suri: suriOf(name), options: oneThread, fault })
export const hosterOf = (name: string, fault?: string): Process =>
  worker({ name, role: 'hoster', suri: suriOf(name), options: [...option('storage', '20MiB'), ...oneThread], fault })

/** @see LiveMarket.begin */
export interface MarketOptions {
  readonly cast: (docs: string) => readonly Process[]
  /** Sizes of the files that the author publishes. */
  readonly files: readonly number[]
  readonly parameters?: Partial<HostingParameters>
  /** From a block to its finality, where a test needs time between them. */
  readonly finalityMs?: number
}

/** Writes files whose content differs. */
async function writeFiles(folder: string, files: readonly number[]): Promise<void> {
  await mkdir(folder)
  for (const [i, size] of files.entries())
    await writeFile(join(folder, `${i}.txt`), `file ${i} `.repeat(size).slice(0, size))
}

/** See the module's header. */
export class LiveMarket extends LiveStage {
  readonly dir: string
  readonly #children: Map<string, Child>
  readonly #said: string[]
  #acts = 0

  private constructor(dir: string, { cast, parameters, finalityMs }: MarketOptions) {
    const children = new Map<string, Child>()
    const said: string[] = []
    super(
      {
        cast: { genesis: { hosting: { ...HOSTING, ...parameters } }, processes: cast(join(dir, 'docs')) },
        folder: join(dir, 'stage'),
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
        launch: (options) => {
          const isSlow = options.name === NODE && finalityMs !== undefined
          const more = isSlow ? option('finality-delay', String(finalityMs)) : []
          const child = startChild({ ...options, args: [...options.args, ...more] })
          children.set(options.name, child)
          return child
        },
      },
    )
    this.dir = dir
    this.#children = children
    this.#said = said
  }

  /** Starts a stage; all its workers are registered when this resolves. */
  static async begin(options: MarketOptions): Promise<LiveMarket> {
    const dir = await mkdtemp(join(tmpdir(), 'assay-market-'))
    const market = new LiveMarket(dir, options)
    try {
      await Promise.all([mkdir(join(dir, 'stage')), writeFiles(join(dir, 'docs'), options.files)])
      await market.start()
      return market
    } catch (error) {
      await market.close()
      throw error
    }
  }

  /** Key of the author's feed. */
  async feed(): Promise<Uint8Array> {
    return fromHex(String((await this.told('author', 'hosting'))['feed']))
  }

  /** A call of Alice's. */
  async submit(call: CallRequest): Promise<SubmitOutcome> {
    const alice = await this.client('//Alice')
    return alice.submit(`test/${this.#acts++}`, call)
  }

  async #act(call: CallRequest): Promise<void> {
    const outcome = await this.submit(call)
    if (outcome.kind !== 'included') throw new Error(`expected the call in a block, got ${JSON.stringify(outcome)}`)
  }

  publish(head: FeedHead): Promise<void> {
    return this.#act(encodeCall(publish, { head }))
  }

  donate(feed: Uint8Array): Promise<void> {
    return this.#act(encodeCall(donate, { feed, amount: GIFT }))
  }

  plan(feed: Uint8Array, terms: Partial<PlanTerms> = {}): Promise<void> {
    return this.#act(encodeCall(publishPlan, { terms: { ...TERMS, feed, ...terms } }))
  }

  /** The first such event behind a block; waits for it. */
  after<F extends Fields>(
    kind: EventDescriptor<F>,
    block: number,
    fits: (event: Seen<F>) => boolean = () => true,
  ): Promise<Seen<F>> {
    return this.seen.event(kind, (event) => event.block.number > block && fits(event), STEP_MS)
  }

  async copy(id: bigint): Promise<Copy> {
    return (await read(this.chain, copies, id))!
  }

  async contract(id: number): Promise<Contract> {
    return (await read(this.chain, contracts, id))!
  }

  /** The worker with that account. */
  workerOf(account: Uint8Array): string {
    return [...this.#children.keys()].find((name) => equalBytes(accountOf(name), account))!
  }

  /** Stops a process where it is, or lets it go on: as a network that is cut from all others. */
  freeze(name: string, signal: 'SIGSTOP' | 'SIGCONT'): void {
    process.kill(this.#children.get(name)!.pid, signal)
  }

  /** A method of the chain's developers. */
  async dev(method: string, ...params: readonly unknown[]): Promise<unknown> {
    const response = await post(this.endpoint, JSON.stringify({ jsonrpc: '2.0', id: 1, method, params }))
    const { result, error } = (await response.json()) as { result?: unknown; error?: { message: string } }
    if (error) throw new Error(`${method}: ${error.message}`)
    return result
  }

  /** What every process told last, for when a test fails. */
  story(): string {
    const tales = [...this.#children].map(([name, { lines }]) =>
      [name, ...lines.slice(-SHOWN_LINES).map((line) => JSON.stringify(line))].join('\n  '),
    )
    return [...tales, ...this.#said.slice(-SHOWN_LINES)].join('\n')
  }

  /** Ends every process and removes every file. */
  override async close(): Promise<void> {
    for (const [name, { isRunning }] of this.#children) if (isRunning) this.freeze(name, 'SIGCONT')
    await super.close()
    await rm(this.dir, { recursive: true, force: true, maxRetries: 3 })
  }
}
