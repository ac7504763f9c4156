/**
 * A chain client for one account: the composition of this folder.
 *
 * Owns: wiring, options, closing.
 */
import type { Keypair } from '#types/crypto/suri.ts'
import { AssayError } from '#types/errors.ts'
import { callBytes } from './call-bytes.ts'
import type { ChainPort, Following, SubmitOutcome } from './chain-port.ts'
import { withDeadline, type Clock } from '#types/clock.ts'
import { checkGenesis, openConnection, type Connection } from './connection.ts'
import { followFinalized, type FollowFrom } from './cursor.ts'
import type { Requirement } from './descriptors.ts'
import { dispatchFailure } from './event-records.ts'
import { checkFit } from './fit.ts'
import { createInclusion, type Place } from './inclusion.ts'
import { createJournal } from './journal.ts'
import type { Log } from '#types/log.ts'
import { callRuntime, createNodeRpc, readEntries, readStorage } from './node-rpc.ts'
import { createNonces } from './nonce.ts'
import { findRewind, keepCursor } from './progress.ts'
import type { BlockSource, SubmitSource } from './chain-rpc.ts'
import { openSession, type Session } from './session.ts'
import { constantShape } from './shapes.ts'
import { memoryStore, openStore, type ChainStore } from './store.ts'
import { createSubmitter, type Submitter } from './submit.ts'

/** Deadlines in milliseconds. The defaults suit a node on the same machine or nearby. */
interface ChainTimeouts {
  /** From the start to the first usable session: 30 s. */
  readonly readyMs?: number
  /** One attempt to open a session: 10 s. */
  readonly openMs?: number
  /** One request: 20 s. */
  readonly requestMs?: number
  /** How long a request waits for a session while there is none: 30 s. */
  readonly waitMs?: number
  /** How long `submit` waits for an outcome: 120 s. */
  readonly submitMs?: number
}

const DEFAULT_TIMEOUTS = {
  readyMs: 30_000,
  openMs: 10_000,
  requestMs: 20_000,
  waitMs: 30_000,
  submitMs: 120_000,
} as const

export interface ConnectOptions {
  /** WebSocket URL of a Substrate node, such as `ws://127.0.0.1:9944`. */
  readonly endpoint: string
  /** Signs the submitted calls. */
  readonly keypair: Keypair
  /** Folder of the database with cursor and journal. Without it the client forgets both when the process ends. */
  readonly dataDir?: string
  /** The items that the chain must have; the client checks them on every connection. */
  readonly requires?: readonly Requirement[]
  /** The block at which the first following begins: `'finalized'` by default. */
  readonly from?: FollowFrom
  /** The client gives up after this many failed attempts in a row. Unbounded by default. */
  readonly maxAttempts?: number
  readonly timeouts?: ChainTimeouts
  /** Aborting it ends the connecting, which then throws `CHAIN_CLOSED`. */
  readonly signal?: AbortSignal
}

export interface ConnectDeps {
  readonly clock: Clock
  /** At least 0 and less than 1, like Math.random. */
  readonly random: () => number
  readonly log: Log
}

/** A {@link ChainPort} over JSON-RPC. It follows once at a time: stop a following before you start the next one. */
export interface ChainClient extends ChainPort {
  /**
   * The encoded answer of a runtime API, such as `Core_version`, in the state of the block with hash `at`; by default the latest
   * finalized one. @throws RpcRefusal where the runtime has no such method
   */
  callRuntime(method: string, input: Uint8Array, at?: Uint8Array): Promise<Uint8Array>
  /** The hash of the latest finalized block: for several questions about one and the same state. */
  finalizedHash(): Promise<Uint8Array>
  /** Ends everything: calls that wait throw `CHAIN_CLOSED`. Afterwards another process can open the database. */
  close(): Promise<void>
}

const GENESIS_KEY = 'genesis'

function checkEndpoint(endpoint: string): void {
  if (/^wss?:\/\/[^\s/]/.test(endpoint)) return
  throw new AssayError(
    'BAD_ENDPOINT',
    `expected a WebSocket URL such as ws://127.0.0.1:9944, got ${JSON.stringify(endpoint)}`,
  )
}

/** Facts learnt from the first session: the chain of this client, and its metadata. */
interface Known {
  genesis: Uint8Array | undefined
  session: Session | undefined
}

function connection(options: ConnectOptions, { clock, random, log }: ConnectDeps, known: Known): Connection {
  const { openMs, requestMs, waitMs } = { ...DEFAULT_TIMEOUTS, ...options.timeouts }
  const { endpoint, keypair, requires = [], maxAttempts } = options
  return openConnection(
    { endpoint, maxAttempts, waitMs },
    {
      open: (wake) => openSession({ endpoint, keypair, clock, openMs, requestMs, onFinalized: () => wake.fire() }),
      admit(session) {
        known.genesis ??= session.genesisHash
        checkGenesis(known.genesis, session.genesisHash, endpoint)
        checkFit(requires, session.shapes)
        known.session = session
      },
      clock,
      random,
      log,
    },
  )
}

/**
 * Connects, checks that the chain fits, goes back with a chain that left the last followed block, and resumes the duties
 * that an earlier run left unresolved.
 * @throws AssayError `BAD_ENDPOINT`, `DB_LOCKED`, `DB_UNREADABLE`, `CHAIN_UNREACHABLE` after `readyMs`,
 *   `CHAIN_MISMATCH`, `OTHER_CHAIN`, `CURSOR_UNKNOWN`, `CURSOR_CORRUPT`, `JOURNAL_CORRUPT`, `CHAIN_CLOSED`. If it
 *   throws, it leaves nothing open.
 */
export async function connectChain(options: ConnectOptions, deps: ConnectDeps): Promise<ChainClient> {
  checkEndpoint(options.endpoint)
  const store = options.dataDir === undefined ? memoryStore() : await openStore(options.dataDir)
  let opened: Connection | undefined
  try {
    const known: Known = { genesis: await store.cursor.get(GENESIS_KEY), session: undefined }
    opened = connection(options, deps, known)
    endWith(options.signal, opened)
    const { readyMs } = { ...DEFAULT_TIMEOUTS, ...options.timeouts }
    const { genesisHash } = await opened.session(readyMs)
    await store.cursor.put(GENESIS_KEY, genesisHash)
    const rpc = createNodeRpc(opened, options.keypair.accountId)
    await goBackWith(rpc, store, deps.log)
    const submitter = createAccountSubmitter(opened, rpc, store, deps)
    await submitter.resume()
    return createClient({ options, deps, genesisHash, known, store, connection: opened, rpc, submitter })
  } catch (thrown) {
    await opened?.close()
    await store.close()
    throw thrown
  }
}

/**
 * Goes back to the last processed block that the chain still has. The cursor comes last: after a crash in between the
 * client begins again.
 */
async function goBackWith(blocks: BlockSource, store: ChainStore, log: Log): Promise<void> {
  const rewind = await findRewind(blocks, store.cursor)
  if (!rewind) return
  await createJournal(store.journal).rewind(rewind.holds)
  await keepCursor(store.cursor, rewind.to)
  log.warn({ block: rewind.to.number }, 'the chain went back, and so does this client')
}

/** Closing a connection twice does no harm. */
function endWith(signal: AbortSignal | undefined, opened: Connection): void {
  const end = (): void => void opened.close()
  if (signal?.aborted) end()
  else signal?.addEventListener('abort', end, { once: true })
}

function createAccountSubmitter(
  opened: Connection,
  rpc: SubmitSource,
  store: ChainStore,
  { clock, log }: ConnectDeps,
): Submitter {
  return createSubmitter({
    rpc,
    journal: createJournal(store.journal),
    inclusion: createInclusion(rpc),
    nonces: createNonces(),
    async sign(call, signing) {
      const session = await opened.session()
      return session.sign(callBytes(session.shapes, call), signing)
    },
    async outcomeAt({ block, number, index }: Place): Promise<SubmitOutcome> {
      const events = await rpc.events(block)
      const error = dispatchFailure((await opened.session()).shapes, events, index)
      return error ? { kind: 'failed', block, number, error } : { kind: 'included', block, number }
    },
    wake: opened.wake,
    session: () => opened.sessions,
    clock,
    log,
  })
}

interface ClientParts {
  readonly options: ConnectOptions
  readonly deps: ConnectDeps
  readonly genesisHash: Uint8Array
  readonly known: Known
  readonly store: ChainStore
  readonly connection: Connection
  readonly rpc: SubmitSource
  readonly submitter: Submitter
}

const submitTimeout = (dutyId: string, ms: number): AssayError =>
  new AssayError(
    'SUBMIT_TIMEOUT',
    `expected duty ${JSON.stringify(dutyId)} in a finalized block within ${ms} ms, got no outcome yet: the client still tries, ` +
      `submit it again under the same id to go on waiting`,
    { dutyId, ms },
  )

const alreadyFollowing = (): AssayError =>
  new AssayError('ALREADY_FOLLOWING', 'expected one following at a time, got a second: stop the first one first')

function createClient(parts: ClientParts): ChainClient {
  const { options, deps, genesisHash, known, store, connection, rpc, submitter } = parts
  const { submitMs } = { ...DEFAULT_TIMEOUTS, ...options.timeouts }
  const { clock, log } = deps
  let following: Following | undefined
  const finalizedHash = async (): Promise<Uint8Array> => (await rpc.finalizedHead()).hash
  const atOrHead = async (at: Uint8Array | undefined): Promise<Uint8Array> => at ?? (await finalizedHash())
  return {
    genesisHash,
    async storage(pallet, item, keys, at) {
      const block = await atOrHead(at)
      return connection.retrying((session) => readStorage(session, [pallet, item], keys, block))
    },
    async entries(pallet, item, prefixKeys = [], at) {
      const block = await atOrHead(at)
      return connection.retrying((session) => readEntries(session, [pallet, item], prefixKeys, block))
    },
    constant(pallet, name) {
      // connectChain has waited for a session, so there is one.
      return constantShape(known.session!.shapes, pallet, name).value
    },
    async callRuntime(method, input, at) {
      const block = await atOrHead(at)
      return connection.retrying((session) => callRuntime(session, method, input, block))
    },
    finalizedHash,
    submit: (dutyId, call) =>
      withDeadline(clock, submitMs, submitter.submit(dutyId, call), () => submitTimeout(dutyId, submitMs)),
    follow(onBlock) {
      if (following) throw alreadyFollowing()
      const begun = followFinalized(options.from ?? 'finalized', onBlock, {
        blocks: rpc,
        store: store.cursor,
        goBack: () => goBackWith(rpc, store, log),
        wake: connection.wake,
        clock,
        log,
      })
      following = begun
      const over = (): void => {
        following = undefined
      }
      begun.done.then(over, over)
      return begun
    },
    async close() {
      await Promise.all([following?.stop(), submitter.close(), connection.close()])
      await store.close()
    },
  }
}
