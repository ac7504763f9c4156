/**
 * The node's parts, made and started.
 *
 * Owns: the wiring and the order of starting and stopping. Does not own: the methods of `Node`.
 */
import { join } from 'node:path'
import { toHex, u64le } from '#types/bytes.ts'
import type { AssayError } from '#types/errors.ts'
import type { SignSr25519 } from '#types/crypto/suri.ts'
import { headerHash } from '#types/scale/header.ts'
import { SLOT_DURATION_MS } from '#chain/runtime/pallets/aura.ts'
import type { At, Runtime } from '#chain/runtime/runtime-interface.ts'
import type { NodeStore } from '#chain/trie/node-source.ts'
import { EMPTY_ROOT, Trie } from '#chain/trie/trie.ts'
import { Authorship } from './authorship.ts'
import { BlockStore, type Genesis } from './block-store.ts'
import { Chain } from './chain.ts'
import { developmentSpec, type ChainSpec } from './chain-spec.ts'
import { DevTime, systemClock, type NodeClock } from './clock.ts'
import type { Db } from './db.ts'
import { createFinality, DEFAULT_FINALITY_DELAY_MS } from './finality.ts'
import type { Snapshots } from './dev-node.ts'
import { HeldBlocks } from './held-blocks.ts'
import { Impersonation } from './impersonation.ts'
import { createAuthority } from './keystore.ts'
import { LocalNode } from './local-node.ts'
import { createMemoryDb } from './memory-db.ts'
import { silentLog, type Log } from '#types/log.ts'
import type { Node } from './node-interface.ts'
import { createOffchainStorage } from './offchain-storage.ts'
import { PoolUpkeep } from './pool-upkeep.ts'
import { checkPruning, startPruning, type Kept } from './pruning.ts'
import { checkInterval, timestampOf } from './slots.ts'
import { startSealing, type Author, type Sealing } from './sealing.ts'
import { Submission } from './submission.ts'
import { poolLimits, type PoolLimits } from './tx-pool/limits.ts'
import { TransactionPool } from './tx-pool/pool.ts'
import { createInlineVerifier, createThreadVerifier, type ThreadOptions } from './verifier.ts'

/** How a node runs. */
export interface NodeOptions {
  /** Default: the development chain. */
  readonly spec?: ChainSpec
  /** Folder for the database, which goes to `chains/<spec id>/db` in it. Without it the chain lives in memory and ends with the node. */
  readonly basePath?: string
  /** Default: instant. */
  readonly sealing?: Sealing
  /** How long after it became best a block is finalized. Default `DEFAULT_FINALITY_DELAY_MS`. */
  readonly finalityDelayMs?: number
  /** Secret URI of the author's sr25519 key. Default `//Alice`. */
  readonly authority?: string
  /** Threads that verify signatures. Without it the main thread verifies. */
  readonly verifyThreads?: ThreadOptions
  /** Most transactions that are ready for a block. Default 8192. */
  readonly poolLimit?: number
  /** All bounds of the pool; `poolLimit` overrides one of these. */
  readonly poolLimits?: PoolLimits
  /** Milliseconds from a block's time to its child's, whatever the clock says. Without it, block times follow the clock. */
  readonly timestampIntervalMs?: number
  /** How many final blocks and states stay. Default: all. */
  readonly kept?: Kept
  /** With a virtual clock: the same requests in the same order make the same blocks, hash by hash. */
  readonly seed?: number
}

/** The parts that the caller gives to a node. */
export interface NodeDeps {
  readonly runtime: Runtime
  /** Default: silent. */
  readonly log?: Log
  /** Default: the machine's. */
  readonly clock?: NodeClock
  /** Called when acknowledged writes are gone from the disk: the process must end with a code that is not 0. */
  readonly onLost?: (error: AssayError) => void
}

/** Block 0 of a spec, and its state. */
export function makeGenesis(runtime: Runtime, spec: ChainSpec, store: NodeStore): Genesis {
  const state = Trie.empty({ store }).apply(runtime.genesis({ ...spec.genesis }))
  const header = {
    parentHash: new Uint8Array(32),
    number: 0,
    stateRoot: state.root(),
    extrinsicsRoot: EMPTY_ROOT,
    digest: [],
  }
  return { block: { hash: headerHash(header), header, body: [] }, state }
}

/** The folder of a chain's database. */
export const databaseFolder = (basePath: string, { id }: ChainSpec): string => join(basePath, 'chains', id, 'db')

async function openDb(basePath: string | undefined, spec: ChainSpec, deps: NodeDeps): Promise<Db> {
  if (basePath === undefined) return createMemoryDb()
  // Loaded on demand: a chain in memory need not pay LevelDB's start-up time.
  const { openLevelDb } = await import('./level-db.ts')
  const { log = silentLog, onLost } = deps
  return openLevelDb(databaseFolder(basePath, spec), { log, ...(onLost && { onLost }) })
}

/**
 * Starts a node on its last block, or on block 0 of the spec. A new chain that seals by itself builds and finalizes its block 1 at
 * once, because dedot waits for the finalized block's parent.
 * @throws AssayError `DB_LOCKED`, `DB_UNREADABLE`, `DB_VERSION`, `GENESIS_MISMATCH`, `BAD_GENESIS`, `BAD_SURI`,
 *   `NOT_AN_AUTHORITY`, `BAD_BLOCK_TIME`, `BAD_TIMESTAMP_INTERVAL`, `BAD_PRUNING` or `BAD_POOL_LIMIT`; the node leaves nothing open then.
 */
export async function startNode(options: NodeOptions, deps: NodeDeps): Promise<Node> {
  const { spec = developmentSpec() } = options
  const db = await openDb(options.basePath, spec, deps)
  try {
    const store = await BlockStore.open(db, (nodes) => makeGenesis(deps.runtime, spec, nodes))
    return await assemble(options, deps, { spec, db, store })
  } catch (error) {
    await db.close()
    throw error
  }
}

interface Opened {
  readonly spec: ChainSpec
  readonly db: Db
  readonly store: BlockStore
}

/** How the author signs where randomness is not allowed. Loaded on demand. */
async function signingOf(seed: number | undefined): Promise<SignSr25519 | undefined> {
  if (seed === undefined) return undefined
  const { repeatableSigning } = await import('#types/crypto/repeatable-signing.ts')
  return repeatableSigning(u64le(BigInt(seed)))
}

async function makeParts(options: NodeOptions, deps: NodeDeps, { spec, store }: Opened) {
  const { runtime, log = silentLog, clock = systemClock } = deps
  const limits = poolLimits(options.poolLimit, options.poolLimits)
  const signWith = await signingOf(options.seed)
  const authority = createAuthority(options.authority ?? '//Alice', spec.genesis.aura.authorities, signWith)
  const { timestampIntervalMs } = options
  if (timestampIntervalMs !== undefined) checkInterval(timestampIntervalMs, runtime.minimumPeriodMs)
  const time = new DevTime(clock, timestampIntervalMs)
  // The time goes on from the best block, which may be ahead of the machine's clock.
  if (store.best.header.number > 0) time.afterBlock(Number(timestampOf(store.state(store.best.hash))))
  checkPruning(options.kept ?? {})
  const impersonation = new Impersonation()
  const snapshots: Snapshots = new Map()
  const verifier = options.verifyThreads ? createThreadVerifier(options.verifyThreads, log) : createInlineVerifier()
  const chain = new Chain({ store, log })
  const pool = new TransactionPool(limits, { now: clock.now, log })
  const at = (hash: Uint8Array): At => ({ state: store.state(hash), number: store.known(hash).header.number, hash })
  let best: At | undefined
  // Each transaction asks for it several times. It changes with each best block, and when its state is set by hand.
  const bestNow = (): At => {
    const { hash } = store.best
    return best?.hash === hash && best.state === store.state(hash) ? best : (best = at(hash))
  }
  const authoring: { by?: Author } = {}
  const settled = async (): Promise<void> => authoring.by?.settled()
  const submission = new Submission({ runtime, verifier, pool, best: bestNow, at, impersonation, settled })
  const upkeep = new PoolUpkeep({
    runtime,
    pool,
    submission,
    at: (hash) => (store.states.find(hash) ? at(hash) : undefined),
  })
  const authorship = new Authorship({
    runtime,
    store,
    chain,
    pool,
    upkeep,
    submission,
    authority,
    slotDurationMs: SLOT_DURATION_MS,
    clock,
    time,
    log,
  })
  const made = { runtime, log, clock, verifier, chain, pool, upkeep, submission, authorship, authoring, time }
  return { ...made, impersonation, snapshots }
}

type Parts = Awaited<ReturnType<typeof makeParts>>

/** Begins to author and to finalize. @returns functions that stop both, and that change the way of sealing. */
async function startAuthoring(options: NodeOptions, parts: Parts, store: BlockStore) {
  const { authorship, authoring, chain, pool, submission, clock, time } = parts
  const { sealing = { kind: 'instant' }, finalityDelayMs = DEFAULT_FINALITY_DELAY_MS } = options
  if (sealing.kind !== 'manual' && store.best.header.number === 0) {
    await authorship.author({})
    await authorship.finalize(store.best.hash)
  }
  const sealBy = (how: Sealing): Author =>
    startSealing(how, {
      clock,
      isVirtual: time.isVirtual,
      author: () => authorship.attempt(how.kind === 'interval' && !time.isVirtual),
      readyCount: () => pool.readyCount,
      comingCount: () => submission.coming,
      onReady: (listener) => pool.onReady(listener),
    })
  authoring.by = sealBy(sealing)
  const finality = createFinality(finalityDelayMs, {
    clock,
    finalized: () => store.finalized,
    finalize: (block) => authorship.follow(block),
  })
  chain.onEvent((event) => {
    if (event.kind === 'best') finality.follow(event.block)
    if (event.kind !== 'reverted') return
    finality.clear()
    finality.follow(store.best)
  })
  finality.follow(store.best)
  return {
    setSealing(how: Sealing) {
      const next = sealBy(how)
      authoring.by?.stop()
      authoring.by = next
    },
    stop() {
      authoring.by?.stop()
      finality.stop()
    },
  }
}

async function assemble(options: NodeOptions, deps: NodeDeps, opened: Opened): Promise<Node> {
  const { spec, db, store } = opened
  const parts = await makeParts(options, deps, opened)
  const { chain, log, verifier } = parts
  const { setSealing, stop } = await startAuthoring(options, parts, store).catch(async (error: unknown) => {
    await verifier.close()
    throw error
  })
  const held = new HeldBlocks(parts.snapshots, store)
  const stopPruning = startPruning(options.kept ?? {}, { ...parts, store, held })
  const shutDown = async (): Promise<void> => {
    stop()
    await stopPruning()
    await chain.idle()
    await verifier.close()
    await db.close()
    log.info({ best: store.best.header.number }, 'the node is closed')
  }
  log.info(
    { chain: spec.name, genesis: toHex(store.genesis.hash), best: store.best.header.number },
    'the node is running',
  )
  const offchain = createOffchainStorage(db)
  const { finalityDelayMs = DEFAULT_FINALITY_DELAY_MS } = options
  const times = { slotDurationMs: SLOT_DURATION_MS, finalityDelayMs }
  const node = { ...parts, ...times, spec, db, store, offchain, setSealing, shutDown }
  return new LocalNode(node)
}
