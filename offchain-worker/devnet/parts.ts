/**
 * The processes of a devnet, and what each is told.
 *
 * Owns: names, secrets, folders, command lines, and the chain spec that fits them. Does not own: what the processes do, or
 * how a child is kept (child.ts).
 */
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { keypairFromSuri } from '#types/crypto/suri.ts'
import { DEFAULT_PARAMETERS } from '#types/domain/attestation/round.ts'
import { developmentSpec, exportSpec } from '#chain/node/chain-spec.ts'
import { startChild, type Child, type ChildOptions, type Told } from './child.ts'
import type { DevnetOptions, TellStep } from './devnet.ts'
import { faultArgument, type WorkerFault } from '../systems/attestation/devnet/scenarios.ts'

/** The bundled command line, beside which this file is bundled. */
const CLI = fileURLToPath(new URL('cli.js', import.meta.url))
const REPOSITORY = fileURLToPath(new URL('..', import.meta.url))

const READY_DEADLINE_MS = 60_000
const TOKEN = 10n ** 12n
const WORKER_ENDOWMENT = 1_000n * TOKEN

/** The one hoster. */
export const HOSTER = { name: 'hoster', suri: '//Hoster' } as const

/** Names and secrets of the attestors. */
export const attestorNames = (count: number): { readonly name: string; readonly suri: string }[] =>
  Array.from({ length: count }, (_, i) => ({ name: `attestor-${i + 1}`, suri: `//Attestor//${i + 1}` }))

export interface PartsOptions extends Pick<
  DevnetOptions,
  'scenario' | 'data' | 'rpcPort' | 'attestors' | 'readers' | 'blockTimeMs' | 'logLevel'
> {
  /** An empty folder of our own. */
  readonly workspace: string
  /** Every child is added here as it starts, so that whoever stops them knows it. */
  readonly children: Child[]
  readonly tell: TellStep
  readonly onDied: ChildOptions['onDied']
}

/** What runs. */
export interface Parts {
  readonly endpoint: string
  readonly attestors: readonly Child[]
  /** Accounts with the names of the devnet's own, for what people read. */
  readonly accounts: readonly (readonly [account: Uint8Array, name: string])[]
  /** Key of the feed that the hoster published, as hex. */
  readonly feed: string
}

/** An option of a command line. */
const option = (name: string, value: string): readonly string[] => [`--${name}`, value]

/** Starts everything and waits until the feed is hosted and every attestor is registered. */
export async function startParts(options: PartsOptions): Promise<Parts> {
  const spec = await writeSpec(options)
  const start = (name: string, args: readonly string[]): Child => {
    const child = startChild({
      name,
      args,
      cli: CLI,
      onDied: options.onDied,
      onTold: (told) => tellWorkerStep(options.tell, name, told),
    })
    options.children.push(child)
    return child
  }
  const logging = option('log-level', options.logLevel)
  const dht = start('dht', ['dht', ...option('port', '0')])
  const node = start('chain', [
    'chain',
    ...option('chain', spec),
    ...option('rpc-port', String(options.rpcPort)),
    ...option('sealing', 'interval'),
    ...option('block-time', String(options.blockTimeMs)),
    ...logging,
  ])
  const [{ bootstrap }, { endpoint }] = await Promise.all([
    dht.told('dht-ready', READY_DEADLINE_MS),
    node.told('chain-ready', READY_DEADLINE_MS),
  ])
  options.tell('chain', { kind: 'chain', endpoint }, `node ready at ${String(endpoint)}`)
  options.tell('dht', { kind: 'dht', bootstrap }, `private DHT ready at ${String((bootstrap as string[])[0])}`)

  const peers = (bootstrap as string[]).flatMap((address) => option('bootstrap', address))
  const worker = (name: string, suri: string, args: readonly string[], fault?: WorkerFault): Child =>
    start(name, [
      'worker',
      ...option('suri', suri),
      ...option('chain', String(endpoint)),
      ...option('data', join(options.workspace, name)),
      ...peers,
      ...(fault ? option('fault', faultArgument(fault)) : []),
      ...logging,
      ...args,
    ])
  const hoster = worker(
    HOSTER.name,
    HOSTER.suri,
    [...option('role', 'hoster'), ...option('publish', options.data ?? REPOSITORY)],
    options.scenario.hosterFault,
  )
  const attestors = attestorNames(options.attestors).map(({ name, suri }, i) =>
    worker(name, suri, option('role', 'attestor'), i === 0 ? options.scenario.attestorFault : undefined),
  )
  const [hosting] = await Promise.all([
    hoster.told('hosting', READY_DEADLINE_MS),
    ...attestors.map((attestor) => attestor.told('registered', READY_DEADLINE_MS)),
  ])
  for (let i = 1; i <= options.readers; i++)
    start(`reader-${i}`, [
      'read',
      ...option('chain', String(endpoint)),
      ...option('sessions', '0'),
      ...peers,
      ...logging,
    ])
  return {
    endpoint: String(endpoint),
    attestors,
    accounts: namedAccounts(options.attestors),
    feed: String(hosting.feed),
  }
}

const namedAccounts = (attestors: number): Parts['accounts'] =>
  [HOSTER, ...attestorNames(attestors)].map(({ name, suri }) => [keypairFromSuri(suri).publicKey, name] as const)

/** Windows of a devnet's rounds, in blocks: short enough to watch, long enough for processes that share two cores. */
const COINFLIP_WINDOW = 8
const SLOT_BLOCKS = 3
const REPORT_WINDOW = 12
const SLOT_TOLERANCE = 8

/** The development chain with a purse for every worker, and rounds that one can wait for. */
async function writeSpec({ workspace, attestors, scenario, blockTimeMs }: PartsOptions): Promise<string> {
  const spec = developmentSpec()
  const purses = namedAccounts(attestors).map(([account]) => [account, WORKER_ENDOWMENT] as const)
  const coinflipWindow = Math.max(COINFLIP_WINDOW, Math.ceil((scenario.coinflipWindowMs ?? 0) / blockTimeMs))
  const attestation = {
    ...DEFAULT_PARAMETERS,
    attestors,
    coinflipWindow,
    roundLength: coinflipWindow + SLOT_BLOCKS * attestors,
    reportWindow: REPORT_WINDOW,
    slotTolerance: SLOT_TOLERANCE,
  }
  const genesis = {
    ...spec.genesis,
    balances: [...spec.genesis.balances, ...purses],
    attestation,
  }
  const path = join(workspace, 'chain-spec.json')
  await writeFile(path, exportSpec({ ...spec, genesis }))
  return path
}

const SHOWN_HASH_CHARACTERS = 18

/** Steps of which there are many. */
const QUIET = ['read', 'audit-started', 'audit-done']

/** What workers tell of their own, in a person's words. */
const WORKER_STEPS: Readonly<Partial<Record<string, (told: Told) => string>>> = {
  registered: () => 'registered on chain',
  published: ({ feed, blocks, bytes }) =>
    `published ${String(blocks)} blocks (${String(bytes)} bytes) as feed ${String(feed).slice(0, SHOWN_HASH_CHARACTERS)}…`,
  hosting: () => 'hosts the feed',
  'audit-started': ({ slot, readersSeen }) =>
    `audits in blocks ${String(slot)}${readersSeen === 0 ? '' : `, among readers such as the ${String(readersSeen)} it saw`}`,
  'audit-done': ({ result, received, visits, why }) => {
    const times = visits === 1 ? 'one visit' : `${String(visits)} visits`
    return `${String(result)}: got ${String(received)} chunks in ${times}${why === '' ? '' : ` (${String(why)})`}`
  },
  read: ({ reader, served, asked }) => `${String(reader)}: ${String(served)} of ${String(asked)} chunks`,
}

function tellWorkerStep(tell: TellStep, name: string, told: Told): void {
  const sentence = WORKER_STEPS[told.kind]
  if (sentence) tell(name, told, sentence(told), QUIET.includes(told.kind) ? 'quiet' : 'plain')
}
