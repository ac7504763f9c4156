/**
 * A stage for end-to-end tests: node, private DHT, a hoster and attestors as real processes that can be killed and started again.
 *
 * Owns: the chain spec, folders, processes, and an onlooker (//Alice) who sees finalized events and extrinsics. Does not own: what
 * a test does to the processes, or what it expects.
 */
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { equalBytes, fromHex } from '#types/bytes.ts'
import { systemClock } from '#types/clock.ts'
import { keypairFromSuri } from '#types/crypto/suri.ts'
import { attestationCalls } from '#types/domain/attestation/attestation.ts'
import { DEFAULT_PARAMETERS, RoundRecord, type VerdictName } from '#types/domain/attestation/round.ts'
import { workerCalls } from '#types/domain/worker.ts'
import { silentLog } from '#types/log.ts'
import { u32 } from '#types/scale/primitives.ts'
import type { SubmitOutcome } from '#chain/api/chain-port.ts'
import { connectChain, type ChainClient } from '#chain/api/connect.ts'
import { callOf, encodeCall, read, storageOf, type EventDescriptor } from '#chain/api/descriptors.ts'
import { developmentSpec, exportSpec } from '#chain/node/chain-spec.ts'
import type { Fields } from '#types/scale/compound.ts'
import { startCli, type Line, type Run } from './cli.ts'
import { happened, Onlooker, ROUND_MS, signedIn, type Seen, type Signed } from './onlooker.ts'

const BLOCK_TIME_MS = 400
/** Attestors of a round. One of them may fail: three of four make a verdict. */
const DRAWN = 4
/** One more than are drawn, so that one can be spared. */
const ATTESTORS = 5
/** 8 s: time for a killed attestor, or for a node, to come back on a busy machine. */
const COINFLIP_WINDOW = 20
const SLOT_BLOCKS = 3
const PARAMETERS = {
  ...DEFAULT_PARAMETERS,
  attestors: DRAWN,
  coinflipWindow: COINFLIP_WINDOW,
  roundLength: COINFLIP_WINDOW + SLOT_BLOCKS * DRAWN,
  reportWindow: 20,
  slotTolerance: 8,
}
const ENDOWMENT = 1_000n * 10n ** 12n
const FILES = 20
const FILE_BYTES = 4_000
const READY_MS = 30_000
const EXIT_MS = 10_000

/** The hoster's name and the attestors'. */
export const HOSTER = 'hoster'
export const ATTESTOR_NAMES = Array.from({ length: ATTESTORS }, (_, i) => `attestor-${i + 1}`)

const suriOf = (name: string): string => `//Stage//${name}`
/** The account of a worker. */
export const accountOf = (name: string): Uint8Array => keypairFromSuri(suriOf(name)).accountId

const rounds = storageOf('Attestation', 'Rounds', [u32], RoundRecord)
const scheduleRounds = callOf('Attestation', 'scheduleRounds', attestationCalls.scheduleRounds)
const operatorCalls = {
  pause: callOf('Workers', 'pause', workerCalls.pause),
  resume: callOf('Workers', 'resume', workerCalls.resume),
} as const

/** Starts a stage; its hoster hosts and all attestors are registered when this resolves. */
export async function startStage(): Promise<Stage> {
  const dir = await mkdtemp(join(tmpdir(), 'assay-stage-'))
  const stage = new Stage(dir)
  try {
    await stage.start()
    return stage
  } catch (error) {
    await stage.close()
    throw error
  }
}

/** See the module's header. */
export class Stage {
  readonly dir: string
  readonly #runs = new Map<string, Run>()
  readonly #clients: ChainClient[] = []
  #onlooker: Onlooker | undefined
  #alice: ChainClient | undefined
  #bootstrap: readonly string[] = []
  #feed: Uint8Array = new Uint8Array(32)
  #submitted = 0
  endpoint = ''

  constructor(dir: string) {
    this.dir = dir
  }

  get alice(): ChainClient {
    return this.#alice!
  }

  get seen(): Onlooker {
    return this.#onlooker!
  }

  get bootstrap(): readonly string[] {
    return this.#bootstrap
  }

  /** The running or last process of that name: `chain`, `dht`, or a worker's. */
  run(name: string): Run {
    return this.#runs.get(name)!
  }

  async start(): Promise<void> {
    const purses = [HOSTER, ...ATTESTOR_NAMES].map((name) => [accountOf(name), ENDOWMENT] as const)
    const spec = developmentSpec()
    const genesis = { ...spec.genesis, balances: [...spec.genesis.balances, ...purses], attestation: PARAMETERS }
    await writeFile(join(this.dir, 'spec.json'), exportSpec({ ...spec, genesis }))
    await mkdir(join(this.dir, 'docs'))
    for (let i = 0; i < FILES; i++)
      await writeFile(join(this.dir, 'docs', `${i}.txt`), `${i} `.repeat(FILE_BYTES).slice(0, FILE_BYTES))
    const dht = this.#spawn('dht', ['dht', '--port', '0'])
    await this.startNode(0)
    this.#bootstrap = (await dht.line(({ kind }) => kind === 'dht-ready', READY_MS))['bootstrap'] as string[]
    this.#alice = await this.#connect('//Alice')
    this.#onlooker = new Onlooker(this.#alice)
    const names = [HOSTER, ...ATTESTOR_NAMES]
    await Promise.all(names.map((name) => this.startWorker(name)))
    const hosting = await this.run(HOSTER).line(({ kind }) => kind === 'hosting', READY_MS)
    this.#feed = fromHex(String(hosting['feed']))
  }

  /** Starts the node on its folder; a `port` of 0 takes a free one. */
  async startNode(port = Number(new URL(this.endpoint).port)): Promise<void> {
    const folders = ['--chain', join(this.dir, 'spec.json'), '--base-path', join(this.dir, 'chain')]
    const sealing = ['--sealing', 'interval', '--block-time', String(BLOCK_TIME_MS)]
    const run = this.#spawn('chain', ['chain', ...folders, ...sealing, '--rpc-port', String(port)])
    this.endpoint = String((await run.line(({ kind }) => kind === 'chain-ready', READY_MS))['endpoint'])
  }

  /** The command line of a worker on its folder. */
  workerArgs(name: string): string[] {
    const publish = name === HOSTER ? ['--publish', join(this.dir, 'docs')] : []
    const role = name === HOSTER ? 'hoster' : 'attestor'
    const bootstrap = this.#bootstrap.flatMap((address) => ['--bootstrap', address])
    const data = ['--data', join(this.dir, name)]
    return [
      'worker',
      '--role',
      role,
      '--suri',
      suriOf(name),
      '--chain',
      this.endpoint,
      ...bootstrap,
      ...data,
      ...publish,
    ]
  }

  /** Starts a worker, for the first time or again, and waits until the chain knows it. */
  async startWorker(name: string): Promise<Run> {
    const run = this.#spawn(name, this.workerArgs(name))
    await run.line(({ kind }) => kind === 'registered', READY_MS)
    return run
  }

  /** Ends a process and waits until it is gone. */
  async end(name: string, signal: NodeJS.Signals): Promise<number | NodeJS.Signals> {
    const run = this.run(name)
    run.process.kill(signal)
    return run.exit(EXIT_MS)
  }

  /** The line of a worker's present process that tells `kind` of that round. */
  told(name: string, kind: string, round: number): Promise<Line> {
    return this.run(name).line((line) => line.kind === kind && line['round'] === round, ROUND_MS)
  }

  /** An extrinsic of the worker's operator, who has the same secret. */
  async operate(name: string, what: keyof typeof operatorCalls): Promise<SubmitOutcome> {
    const client = await this.#connect(suriOf(name))
    return client.submit(`operator/${this.#submitted++}`, encodeCall(operatorCalls[what], {}))
  }

  /** Alice pays for rounds. The number of the first. */
  async order(count = 1): Promise<number> {
    const call = encodeCall(scheduleRounds, { hoster: accountOf(HOSTER), feed: this.#feed, rounds: count })
    const outcome = await this.alice.submit(`order/${this.#submitted++}`, call)
    if (outcome.kind !== 'included') throw new Error(`the order was not accepted: ${JSON.stringify(outcome)}`)
    const first = await this.seen.until('the round', () =>
      this.seen.all(happened.scheduled).find(({ block }) => block === outcome.number),
    )
    return first.round
  }

  /** The first such event of a round. */
  event<F extends Fields & { readonly round: unknown }>(kind: EventDescriptor<F>, round: number): Promise<Seen<F>> {
    const what = `${kind.name} of round ${round}`
    return this.seen.until(what, () =>
      this.seen.all(kind).find((event) => event['round' as keyof typeof event] === round),
    )
  }

  /** How the round closes. */
  async verdict(round: number): Promise<VerdictName> {
    return (await this.event(happened.closed, round)).verdict
  }

  /** The round as the chain has it. */
  async record(round: number): Promise<RoundRecord> {
    return (await read(this.alice, rounds, round))!
  }

  /** Names of the attestors of a round. */
  async members(round: number): Promise<string[]> {
    const { members } = await this.event(happened.opened, round)
    const isMember = (name: string): boolean =>
      members.some(({ account }: { account: Uint8Array }) => equalBytes(account, accountOf(name)))
    return ATTESTOR_NAMES.filter(isMember)
  }

  /** What a worker signed for that round, as it is in finalized blocks. */
  async duties(name: string, round: number): Promise<readonly Signed[]> {
    const [{ block: from }, account] = [await this.event(happened.scheduled, round), accountOf(name)]
    const numbers = Array.from({ length: this.seen.latest - from + 1 }, (_, i) => from + i)
    const blocks = await Promise.all(numbers.map((number) => signedIn(this.endpoint, number)))
    return blocks.flat().filter(({ signer, args }) => equalBytes(signer, account) && args['round'] === round)
  }

  async #connect(suri: string): Promise<ChainClient> {
    const options = { endpoint: this.endpoint, keypair: keypairFromSuri(suri) }
    const client = await connectChain(options, { clock: systemClock, random: Math.random, log: silentLog })
    this.#clients.push(client)
    return client
  }

  #spawn(name: string, args: readonly string[]): Run {
    const run = startCli([...args, '--json'])
    this.#runs.set(name, run)
    return run
  }

  /** What every process told last, for when a test fails. */
  story(): string {
    const tales = [...this.#runs].map(([name, run]) =>
      [name, ...run.lines.slice(-12).map((line) => JSON.stringify(line)), run.stderr().slice(-1_000)].join('\n  '),
    )
    return tales.join('\n')
  }

  /** Ends every process and removes every file. */
  async close(): Promise<void> {
    await Promise.all(this.#clients.map((client) => client.close()))
    for (const run of this.#runs.values()) run.process.kill('SIGKILL')
    await Promise.all([...this.#runs.values()].map((run) => run.exit(EXIT_MS)))
    await rm(this.dir, { recursive: true, force: true, maxRetries: 3 })
  }
}
