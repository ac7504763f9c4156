/**
 * A worker process put together: chain client, swarm, feeds, journal and role.
 *
 * Owns: opening every part, closing them in the reverse order, and the lines that the process prints. Does not own: any part.
 */
import { randomBytes, randomInt } from 'node:crypto'
import { join } from 'node:path'
import { toHex, utf8 } from '#types/bytes.ts'
import { systemClock } from '#types/clock.ts'
import { blake2b256Of } from '#types/crypto/hash.ts'
import { toSs58 } from '#types/crypto/ss58.ts'
import { keypairFromSuri } from '#types/crypto/suri.ts'
import { AssayError } from '#types/errors.ts'
import { connectChain } from '#chain/api/connect.ts'
import { kernelRequires } from '../kernel/chain-items.ts'
import type { Host } from '../kernel/host.ts'
import { createHyperNetwork } from '../kernel/hyper-network.ts'
import { openJournal } from '../kernel/journal.ts'
import { assertCanJoin } from '../kernel/membership.ts'
import type { Progress } from '../kernel/ports.ts'
import { startWorker, type Worker, type WorkerOptions } from '../kernel/worker.ts'
import { noiseKeyPair, type NoiseKeyPair } from '../p2p/identity.ts'
import { createPeerNetwork } from '../p2p/network.ts'
import type { OptionValues, RoleSpec } from '../systems/system.ts'
import { readSecret } from '../terminal/key-file.ts'
import { closeInTime, untilStopped } from '../terminal/lifecycle.ts'
import { createLog, type LogLevel } from '../terminal/logging.ts'
import { parseBootstrap } from '../terminal/options.ts'
import { closeWhileOpening, createOpened, type Opened } from '../terminal/opened.ts'
import { connectingTo, createTell } from '../terminal/output.ts'
import { assertOwnAddress, makeFolder } from '../terminal/places.ts'
import { shown } from '../terminal/shown.ts'
import { whileWaiting } from '../terminal/silence.ts'

/** What the command line says. */
export interface WorkerArguments {
  readonly role: RoleSpec
  readonly roleOptions: OptionValues
  readonly suri: string | undefined
  readonly keyFile: string | undefined
  readonly chain: string
  readonly bootstrap: readonly string[]
  readonly data: string
  readonly host: string
  readonly capacity: number
  readonly name: string | undefined
  readonly fault: string | undefined
  readonly json: boolean
  readonly logLevel: LogLevel
}

/** The label under which the Noise key follows from the worker's secret. */
const NOISE_LABEL = 'assay/worker/noise/1'
const RANDOM_STEPS = 2 ** 47
/** Enough of an account to tell workers apart in a log. */
const SHOWN_ACCOUNT_CHARACTERS = 8

const random = (): number => randomInt(RANDOM_STEPS) / RANDOM_STEPS

const bytesOf = (count: number): Uint8Array => new Uint8Array(randomBytes(count))
const keyPairFor = (label: string, secret: string): NoiseKeyPair =>
  noiseKeyPair(blake2b256Of(utf8(label), utf8(secret)))

/** Progress in a person's words. */
function sentenceOf(progress: Progress): string {
  const { kind, ...values } = progress
  const words = Object.entries(values).map(([name, value]) => `${name} ${shown(value)}`)
  return [kind, ...words].join('  ')
}

/**
 * Runs a worker until the process is asked to stop. A chain that goes back (dev_revert) ends the worker, and it begins
 * again in this process as after a crash: by its journals and by what is in state.
 * @throws AssayError of the part that could not be opened, or of the cause that ended the worker. Everything is closed by then.
 */
export async function runWorker(argv: WorkerArguments): Promise<void> {
  const secret = await readSecret({ suri: argv.suri, keyFile: argv.keyFile })
  const stopped = untilStopped().then(() => undefined)
  const begin = () => {
    const opened = createOpened()
    return { opened, opening: openWorker(argv, secret, opened) }
  }
  let life = begin()
  const end = (): Promise<void> => closeWhileOpening(life.opened, life.opening)
  try {
    while (await wentBack(life.opening, stopped)) {
      createTell(argv.json)({ kind: 'went-back' }, 'the chain went back, and so does the worker')
      await end()
      life = begin()
    }
  } finally {
    await closeInTime(end)
  }
}

/** Whether the worker ended because the chain went back. False if the process is asked to stop. */
async function wentBack(opening: Promise<Worker>, stopped: Promise<undefined>): Promise<boolean> {
  try {
    const worker = await Promise.race([opening, stopped])
    if (worker) await Promise.race([worker.done, stopped])
    return false
  } catch (error) {
    if (error instanceof AssayError && error.code === 'CHAIN_WENT_BACK') return true
    throw error
  }
}

async function openWorker(argv: WorkerArguments, secret: string, opened: Opened): Promise<Worker> {
  const keypair = keypairFromSuri(secret)
  const roleName = argv.role.name.toLowerCase()
  const account = toHex(keypair.accountId).slice(2, 2 + SHOWN_ACCOUNT_CHARACTERS)
  const log = createLog(argv.logLevel, { worker: roleName, account })
  const tell = createTell(argv.json)
  const address = toSs58(keypair.accountId)
  tell({ kind: 'worker', role: roleName, address }, `${roleName} ${address}: its account pays the fees`)
  const bootstrap = argv.bootstrap.map(parseBootstrap)
  await assertOwnAddress('host', argv.host)
  await makeFolder('data', argv.data)
  // The journal is locked by the process that has it: from here on nobody else writes into the worker's folder.
  const journal = opened.add(await openJournal(join(argv.data, 'journal')), (part) => part.close())
  const { requires, open } = await argv.role.load()
  const shared = { clock: systemClock, randomBytes: bytesOf, log }
  const host: Host = {
    ...shared,
    dataDir: argv.data,
    bootstrap,
    address: argv.host,
    keyPair: (label) => keyPairFor(label, secret),
    opened,
    tell,
  }
  const makeRole = await open(argv.roleOptions, argv.fault, host)
  const { signal } = opened.add(new AbortController(), async (stop) => stop.abort())
  tell({ kind: 'connecting', endpoint: argv.chain }, connectingTo(argv.chain))
  const chainOptions = {
    endpoint: argv.chain,
    signal,
    keypair,
    dataDir: join(argv.data, 'chain'),
    requires: [...kernelRequires, ...requires],
  }
  const patient = <T>(what: string, work: Promise<T>): Promise<T> => whileWaiting(what, work, systemClock, tell)
  const connecting = connectChain(chainOptions, { clock: systemClock, random, log })
  const chain = opened.add(await patient(`the node at ${argv.chain}`, connecting), (part) => part.close())
  // A worker without tokens need not look for its peers first.
  await assertCanJoin(chain, { account: keypair.accountId, capacity: argv.capacity, role: argv.role.name })
  const keyPair = keyPairFor(NOISE_LABEL, secret)
  const swarm = { bootstrap, host: argv.host, keyPair }
  const meeting = createPeerNetwork(swarm, { clock: systemClock, log, isStopped: () => signal.aborted })
  const peers = opened.add(await patient(`the DHT at ${argv.bootstrap.join(', ')}`, meeting), (part) => part.close())
  const network = createHyperNetwork({ network: peers, keyPair }, shared)
  const report = (progress: Progress): void => tell(progress, sentenceOf(progress))
  const deps = { ...shared, chain, network, journal, report }
  const options: WorkerOptions = {
    account: keypair.accountId,
    capacity: argv.capacity,
    role: argv.role.name,
    name: argv.name,
    makeRole: (account, ports) => makeRole(account, ports, peers),
  }
  const starting = startWorker(options, deps)
  return opened.add(await patient('its registration in a finalized block', starting), (part) => part.close())
}
