/**
 * A stage for end-to-end tests: a devnet's, with a hoster and more attestors than a round draws, and //Alice, who pays for rounds.
 *
 * Owns: the cast, ordering rounds, and what came of one. Does not own: processes and waits.
 */
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { equalBytes, fromHex } from '#types/bytes.ts'
import { systemClock, withDeadline } from '#types/clock.ts'
import { keypairFromSuri } from '#types/crypto/suri.ts'
import { attestationCalls } from '#types/domain/attestation/attestation.ts'
import { DEFAULT_PARAMETERS, RoundRecord, type VerdictName } from '#types/domain/attestation/round.ts'
import { workerCalls } from '#types/domain/worker.ts'
import { AssayError } from '#types/errors.ts'
import type { Fields } from '#types/scale/compound.ts'
import { u32 } from '#types/scale/primitives.ts'
import type { SubmitOutcome } from '#chain/api/chain-port.ts'
import type { ChainClient } from '#chain/api/connect.ts'
import { callOf, encodeCall, read, storageOf, type EventDescriptor } from '#chain/api/descriptors.ts'
import type { Told } from '#worker/devnet/child.ts'
import type { Seen } from '#worker/devnet/onlooker.ts'
import { LiveStage } from '#worker/devnet/stage.ts'
import { option, worker } from '#worker/devnet/worker-process.ts'
import { CLI } from '../bundle.ts'
import { happened, ROUND_MS, signedIn, type Signed } from './happenings.ts'
import { patiently } from '../patience.ts'

/** Blocks pace a round: on a slow machine its processes need longer for the same work. */
const BLOCK_TIME_MS = patiently(400)
/** Attestors of a round. One of them may fail: three of four make a verdict. */
const DRAWN = 4
/** One more than are drawn, so that one can be spared. */
const ATTESTORS = 5
/** 8 s: time for a killed attestor, or for a node, to come back on a busy machine. */
const COINFLIP_WINDOW = 20
const SLOT_BLOCKS = 3
/** 12 s: time for an attestor that is killed before its report to come back. */
const REPORT_WINDOW = 30
const PARAMETERS = {
  ...DEFAULT_PARAMETERS,
  attestors: DRAWN,
  coinflipWindow: COINFLIP_WINDOW,
  roundLength: COINFLIP_WINDOW + SLOT_BLOCKS * DRAWN,
  reportWindow: REPORT_WINDOW,
  slotTolerance: 8,
}
const FILES = 20
const FILE_BYTES = 4_000
const SHOWN_LINES = 12

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

/** Writes the folder that the hoster publishes. */
async function writeDocs(folder: string): Promise<void> {
  await mkdir(folder)
  for (let i = 0; i < FILES; i++)
    await writeFile(join(folder, `${i}.txt`), `${i} `.repeat(FILE_BYTES).slice(0, FILE_BYTES))
}

const castIn = (docs: string) => ({
  genesis: { attestation: PARAMETERS },
  processes: [
    worker({
      name: HOSTER,
      suri: suriOf(HOSTER),
      role: 'hoster',
      ready: 'hosting',
      options: option('publish', docs),
    }),
    ...ATTESTOR_NAMES.map((name) => worker({ name, suri: suriOf(name), role: 'attestor' })),
  ],
})

/** See the module's header. */
export class Stage extends LiveStage {
  readonly dir: string
  /** What processes said on stderr. */
  readonly #said: string[]
  #alice: ChainClient | undefined
  #feed: Uint8Array = new Uint8Array(32)
  #submitted = 0

  constructor(dir: string) {
    const said: string[] = []
    super(
      {
        cast: castIn(join(dir, 'docs')),
        folder: dir,
        rpcPort: 0,
        blockTimeMs: BLOCK_TIME_MS,
        logLevel: 'warn',
        cli: CLI,
        steps: {},
        tellers: {},
      },
      { tell: () => undefined, onSaid: (name, line) => void said.push(`${name}: ${line}`) },
    )
    this.dir = dir
    this.#said = said
  }

  get alice(): ChainClient {
    return this.#alice!
  }

  override async start(): Promise<void> {
    await writeDocs(join(this.dir, 'docs'))
    await super.start()
    this.#alice = await this.client('//Alice')
    this.#feed = fromHex(String((await this.told(HOSTER, 'hosting'))['feed']))
  }

  /** The line of a worker's present process that tells `kind` of that round. */
  toldOf(round: number, name: string, kind: string): Promise<Told> {
    const late = (): AssayError =>
      new AssayError('TEST_LATE', `expected "${kind}" of ${name} in round ${round} within ${ROUND_MS} ms`)
    return withDeadline(
      systemClock,
      ROUND_MS,
      this.told(name, kind, (told) => told['round'] === round),
      late,
    )
  }

  /** An extrinsic of the worker's operator, who has the same secret. */
  async operate(name: string, what: keyof typeof operatorCalls): Promise<SubmitOutcome> {
    const client = await this.client(suriOf(name))
    return client.submit(`operator/${this.#submitted++}`, encodeCall(operatorCalls[what], {}))
  }

  /** Alice pays for rounds. The number of the first. */
  async order(count = 1): Promise<number> {
    const call = encodeCall(scheduleRounds, { hoster: accountOf(HOSTER), feed: this.#feed, rounds: count })
    const outcome = await this.alice.submit(`order/${this.#submitted++}`, call)
    if (outcome.kind !== 'included') throw new Error(`the order was not accepted: ${JSON.stringify(outcome)}`)
    const isOurs = ({ block }: Seen<Fields>): boolean => block.number === outcome.number
    return (await this.seen.event(happened.scheduled, isOurs, ROUND_MS)).round
  }

  /** The first such event of a round. */
  event<F extends Fields & { readonly round: unknown }>(kind: EventDescriptor<F>, round: number): Promise<Seen<F>> {
    return this.seen.event(kind, (event) => event['round' as keyof typeof event] === round, ROUND_MS)
  }

  /** Waits until the time of a round is over. */
  async ended(round: number): Promise<void> {
    const { endsAt } = await this.record(round)
    await this.seen.until(`the end of round ${round}`, () => this.seen.latest > endsAt || undefined, ROUND_MS)
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
    const [{ block }, account] = [await this.event(happened.scheduled, round), accountOf(name)]
    const count = this.seen.latest - block.number + 1
    const numbers = Array.from({ length: count }, (_, i) => block.number + i)
    const blocks = await Promise.all(numbers.map((number) => signedIn(this.endpoint, number)))
    return blocks.flat().filter(({ signer, args }) => equalBytes(signer, account) && args['round'] === round)
  }

  /** What every process told last, for when a test fails. */
  story(): string {
    const tales = [HOSTER, ...ATTESTOR_NAMES].map((name) =>
      [
        name,
        ...this.lines(name)
          .slice(-SHOWN_LINES)
          .map((line) => JSON.stringify(line)),
      ].join('\n  '),
    )
    return [...tales, ...this.#said.slice(-SHOWN_LINES)].join('\n')
  }

  /** Ends every process and removes every file. */
  override async close(): Promise<void> {
    await super.close()
    await rm(this.dir, { recursive: true, force: true, maxRetries: 3 })
  }
}
