/**
 * A node process put together: runtime, node, RPC server.
 *
 * Owns: reading the spec file, wiring, and the lines that the process prints. Does not own: any of the parts.
 */
import { readdir, readFile, rm } from 'node:fs/promises'
import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import { toHex } from '#types/bytes.ts'
import { AssayError, messageOf } from '#types/errors.ts'
import { keypairFromSuri } from '#types/crypto/suri.ts'
import type { Log } from '#types/log.ts'
import { developmentSpec, exportSpec, parseSpec, type ChainSpec } from '#chain/node/chain-spec.ts'
import { checkChain } from '#chain/node/chain-check.ts'
import type { Node } from '#chain/node/node-interface.ts'
import { createVirtualClock } from '#chain/node/clock.ts'
import { LEAST_KEPT, MOST_KEPT } from '#chain/node/pruning.ts'
import { databaseFolder, startNode, type NodeOptions } from '#chain/node/service.ts'
import { createSessionKeystore, openSessionKeystore, type SessionKeystore } from '#chain/node/session-keystore.ts'
import { sizeLimits } from '#chain/rpc/limits.ts'
import { startRpcServer, type RpcServer } from '#chain/rpc/server.ts'
import { createRuntime, type Token } from '#chain/runtime/runtime.ts'
import type { ChainArguments } from './chain-options.ts'
import { checkDumpPath, dumpState, loadState } from './dump-file.ts'
import { runUntilStopped } from '../terminal/lifecycle.ts'
import { createConsoleLog, createLog } from '../terminal/logging.ts'
import { appsLink, checkPort, DEFAULT_HOST, reachableUrl } from '../terminal/options.ts'
import { createTell } from '../terminal/output.ts'
import { assertOwnAddress, makeFolder } from '../terminal/places.ts'
import { UsageError } from '../terminal/usage-error.ts'
import { mapStack } from '../terminal/source-stack.ts'

/** The bundled thread, beside which this file is bundled. */
const VERIFY_WORKER = new URL('verify-worker.js', import.meta.url)

async function readSpec(path: string | undefined): Promise<ChainSpec> {
  if (path === undefined) return developmentSpec()
  const json = await readFile(path, 'utf8').catch((thrown: unknown) => {
    throw new AssayError(
      'SPEC_UNREADABLE',
      `--chain: cannot read ${path}: ${messageOf(thrown)}`,
      { path },
      { cause: thrown },
    )
  })
  return parseSpec(json, path)
}

/** Prints the spec that a node with this `--chain` would run. */
export async function printSpec(path: string | undefined): Promise<void> {
  process.stdout.write(exportSpec(await readSpec(path)))
}

/** Prints metadata as `state_getMetadata` would answer it, the form that code generators read. */
export function printMetadata(): void {
  const metadata = createRuntime({ log: createLog('warn', { node: 'assay' }) }).metadata(METADATA_VERSION)!
  process.stdout.write(`${JSON.stringify({ jsonrpc: '2.0', id: 1, result: toHex(metadata) })}\n`)
}

/** Reads the chain in a folder from end to end, and tells what it holds. @throws AssayError as `checkChain` does */
export async function checkFolder(basePath: string, specPath: string | undefined, json: boolean): Promise<void> {
  const log = createLog('warn', { node: 'assay' })
  const spec = await readSpec(specPath)
  const checked = await checkChain(basePath, spec, { runtime: createRuntime({ log }), log })
  createTell(json)(
    { kind: 'chain-whole', chain: spec.name, ...checked },
    `${spec.name} is whole: ${checked.blocks} blocks up to ${checked.best} (final: ${checked.finalized}), ${checked.items} storage items`,
  )
}

const METADATA_VERSION = 15
const first = <T extends string | number>(one: T | readonly T[]): T => (typeof one === 'object' ? one[0]! : one)

/** The chain's own token: the first that the spec names. */
const tokenOf = ({ properties }: ChainSpec): Token => ({
  symbol: first(properties.tokenSymbol),
  decimals: first(properties.tokenDecimals),
})

/** The time at which the virtual clock begins. */
const VIRTUAL_START_MS = Date.UTC(2030, 0, 1)
/** The authority of the development chain, which authors all blocks. */
const AUTHORITY = '//Alice'

/** The words of Substrate that keep all. */
const ARCHIVE: readonly string[] = ['archive', 'archive-canonical']

/** How many stay; undefined for all. */
function keptOf(name: string, text: string): number | undefined {
  if (ARCHIVE.includes(text)) return undefined
  const kept = Number(text)
  if (/^\d+$/.test(text) && kept >= LEAST_KEPT && kept <= MOST_KEPT) return kept
  const expected = `archive, or a number from ${LEAST_KEPT} to ${MOST_KEPT}`
  throw new UsageError('BAD_PRUNING', `--${name}: expected ${expected}, got ${JSON.stringify(text)}`)
}

function nodeOptions(argv: ChainArguments, spec: ChainSpec): NodeOptions {
  const { sealing, blockTime, basePath, finalityDelay, seed, poolLimit, timestampInterval } = argv
  const { verifyThreads = availableParallelism() } = argv
  return {
    spec,
    authority: AUTHORITY,
    sealing: sealing === 'interval' ? { kind: 'interval', blockTimeMs: blockTime } : { kind: sealing },
    poolLimit,
    ...(basePath !== undefined && { basePath }),
    ...(seed !== undefined && { seed }),
    kept: { blocks: keptOf('blocks-pruning', argv.blocksPruning), states: keptOf('state-pruning', argv.statePruning) },
    ...(finalityDelay !== undefined && { finalityDelayMs: finalityDelay }),
    ...(timestampInterval !== undefined && { timestampIntervalMs: timestampInterval }),
    ...(verifyThreads > 0 && { verifyThreads: { entry: VERIFY_WORKER, count: verifyThreads } }),
  }
}

/** The keystore keeps keys given over RPC with the chain's data, as Substrate does. The authority's key is the node's own. */
function openKeystore(basePath: string | undefined, { id }: ChainSpec): Promise<SessionKeystore> {
  const known = [{ keyType: 'aura', publicKey: keypairFromSuri(AUTHORITY, 'sr25519').publicKey }]
  if (basePath === undefined) return Promise.resolve(createSessionKeystore(known))
  return openSessionKeystore(join(basePath, 'chains', id, 'keystore'), known)
}

interface Served {
  readonly node: Node
  readonly spec: ChainSpec
  readonly log: Log
  readonly port: number
}

/** Starts the RPC server as the command line says. */
async function serve(argv: ChainArguments, { node, spec, log, port }: Served): Promise<RpcServer> {
  const origins = argv.rpcCors.flatMap((each) => each.split(','))
  return startRpcServer({
    node,
    log,
    port,
    host: argv.rpcHost,
    origins: origins.includes('all') ? 'all' : origins,
    rpcMethods: argv.rpcMethods,
    limits: sizeLimits(argv.rpcMaxRequestSize, argv.rpcMaxResponseSize),
    keystore: await openKeystore(argv.basePath, spec),
  })
}

/** Refuses to load a dump over a chain. @throws AssayError `CHAIN_EXISTS` */
async function checkFresh(folder: string): Promise<void> {
  const found = await readdir(folder).catch((): string[] => [])
  if (found.length === 0) return
  throw new AssayError(
    'CHAIN_EXISTS',
    `--load-state: expected no chain in ${folder}, got one, which the dump would replace: give another --base-path, or leave out ` +
      '--load-state to go on with that chain',
    { folder },
  )
}

/**
 * Runs a node until the process is asked to stop.
 * @throws AssayError of whatever part could not be started; nothing is left open then.
 */
export async function runChain(argv: ChainArguments): Promise<void> {
  const log = createLog(argv.logLevel, { node: 'assay' })
  const spec = await readSpec(argv.chain)
  const port = checkPort('rpc-port', argv.rpcPort)
  if (argv.rpcHost !== DEFAULT_HOST) await assertOwnAddress('rpc-host', argv.rpcHost)
  if (argv.dumpState !== undefined) await checkDumpPath(argv.dumpState)
  const { basePath, loadState: dumpPath } = argv
  if (basePath !== undefined) await makeFolder('base-path', basePath)
  const fresh = dumpPath !== undefined && basePath !== undefined ? databaseFolder(basePath, spec) : undefined
  if (fresh !== undefined) await checkFresh(fresh)
  let onLost: (error: Error) => void = () => undefined
  const broken = new Promise<Error>((resolve) => (onLost = resolve))
  const node = await startNode(nodeOptions(argv, spec), {
    runtime: createRuntime({
      log,
      console: createConsoleLog(argv.logLevel, { node: 'assay' }),
      mapStack,
      allowSameTimestamps: argv.allowSameTimestamps,
      token: tokenOf(spec),
    }),
    log,
    onLost,
    ...(argv.clock === 'virtual' && { clock: createVirtualClock(VIRTUAL_START_MS, argv.blockTime) }),
  })
  if (argv.mockSignatureHost) node.dev.impersonate('all', true)
  const start = async (): Promise<RpcServer> => {
    if (dumpPath !== undefined) await loadState(node, dumpPath)
    return serve(argv, { node, spec, log, port })
  }
  const server = await start().catch(async (thrown: unknown) => {
    await node.close()
    // It holds block 0 at most: with it the next try would be refused.
    if (fresh !== undefined) await rm(fresh, { recursive: true, force: true })
    throw thrown
  })
  const reachable = reachableUrl(server.url)
  const ready = {
    kind: 'chain-ready',
    endpoint: server.url,
    chain: spec.name,
    genesis: node.genesisHash,
    best: node.best().header.number,
  }
  const tell = (): void =>
    createTell(argv.json)(
      ready,
      `${spec.name} at ${server.url}, block ${ready.best}`,
      `watch it: ${appsLink(reachable)}   (Ctrl-C stops it)`,
    )
  const dump = async (): Promise<void> => {
    if (argv.dumpState !== undefined) await dumpState(node, argv.dumpState)
  }
  await runUntilStopped(tell, { lastWork: dump, broken, close: () => server.close().then(() => node.close()) })
}
