/**
 * `Node` on the parts of this folder.
 *
 * Owns: how each method of the interface works on the parts. Does not own: making and starting the parts (service.ts).
 */
import { concatBytes, u32le } from '#types/bytes.ts'
import { AssayError } from '#types/errors.ts'
import { decode } from '#types/scale/codec.ts'
import { u32 } from '#types/scale/primitives.ts'
import type { ApplyOutcome, At, Runtime, TransactionError } from '#chain/runtime/runtime-interface.ts'
import type { Trie } from '#chain/trie/trie.ts'
import type { Authorship } from './authorship.ts'
import type { BlockStore } from './block-store.ts'
import type { Chain } from './chain.ts'
import type { DevTime } from './clock.ts'
import { latin1, type Db } from './db.ts'
import { DevNode, type Snapshots } from './dev-node.ts'
import type { DevPowers } from './dev-powers.ts'
import type { Impersonation } from './impersonation.ts'
import type { Block, ChainEvent, Node, SealRequest, SpecInfo, TransactionStatus } from './node-interface.ts'
import type { PoolUpkeep } from './pool-upkeep.ts'
import type { Sealing } from './sealing.ts'
import { nextTimestamp, slotDigest, timestampOf } from './slots.ts'
import type { Submission } from './submission.ts'
import type { TransactionPool } from './tx-pool/pool.ts'
import type { Verifier } from './verifier.ts'

/** The parts of the node. */
export interface NodeParts {
  readonly spec: SpecInfo
  readonly runtime: Runtime
  readonly db: Db
  readonly store: BlockStore
  readonly chain: Chain
  readonly pool: TransactionPool
  readonly submission: Submission
  readonly authorship: Authorship
  readonly verifier: Verifier
  readonly offchain: Node['offchain']
  readonly slotDurationMs: bigint
  readonly finalityDelayMs: number
  readonly upkeep: PoolUpkeep
  readonly time: DevTime
  readonly impersonation: Impersonation
  readonly snapshots: Snapshots
  readonly setSealing: (sealing: Sealing) => void
  /** Stops and closes the parts. */
  readonly shutDown: () => Promise<void>
}

type Watch = (status: TransactionStatus) => void

const refused = (error: TransactionError): ApplyOutcome => ({ kind: 'refused', error })

/** See the module's header. */
export class LocalNode implements Node {
  readonly spec: SpecInfo
  readonly runtime: Runtime
  readonly offchain: Node['offchain']
  readonly dev: DevPowers
  readonly finalityDelayMs: number
  readonly #parts: NodeParts
  #closed: Promise<void> | undefined

  constructor(parts: NodeParts) {
    this.#parts = parts
    this.spec = parts.spec
    this.runtime = parts.runtime
    this.offchain = parts.offchain
    this.finalityDelayMs = parts.finalityDelayMs
    this.dev = new DevNode({ ...parts, checkOpen: () => this.#checkOpen() })
  }

  get genesisHash(): Uint8Array {
    return this.#parts.store.genesis.hash
  }

  best(): Block {
    return this.#parts.store.best
  }

  finalized(): Block {
    return this.#parts.store.finalized
  }

  block(hash: Uint8Array): Block | undefined {
    return this.#parts.store.block(hash)
  }

  hashAt(number: number): Uint8Array | undefined {
    return this.#parts.store.hashAt(number)
  }

  stateAt(hash: Uint8Array): Trie {
    return this.#parts.store.state(hash)
  }

  at(hash: Uint8Array): At {
    const { store } = this.#parts
    return { state: store.state(hash), number: store.known(hash).header.number, hash }
  }

  unfinalized(): readonly Block[] {
    return this.#parts.store.live()
  }

  onEvent(listener: (event: ChainEvent) => void): () => void {
    return this.#parts.chain.onEvent(listener)
  }

  /** @throws AssayError `NODE_CLOSED`. */
  #checkOpen(): void {
    if (this.#closed) throw new AssayError('NODE_CLOSED', 'expected a running node, got one that is closed')
  }

  async submit(wire: Uint8Array, watch?: Watch): Promise<Uint8Array> {
    this.#checkOpen()
    return this.#parts.submission.submit(wire, watch)
  }

  unwatch(hash: Uint8Array, watch: Watch): void {
    this.#parts.pool.unwatch(latin1(hash), watch)
  }

  pending(): readonly Uint8Array[] {
    return Array.from(this.#parts.pool.pending(), ({ wire }) => wire)
  }

  removeExtrinsics(hashes: readonly Uint8Array[]): readonly Uint8Array[] {
    return this.#parts.pool.removeInvalid(hashes.map(latin1), 'a caller removed it').map(({ hash }) => hash)
  }

  async poolStatus(hash: Uint8Array): ReturnType<Node['poolStatus']> {
    const { pool, submission } = this.#parts
    await submission.arrived()
    const id = latin1(hash)
    if (pool.isReady(id)) return { kind: 'ready' }
    return pool.get(id) ? { kind: 'future' } : pool.ending(id)
  }

  /** The tag of a nonce is the account and the nonce, as frame_system's CheckNonce has it. */
  nextNonce(account: Uint8Array): number {
    const { runtime, pool } = this.#parts
    let nonce = decode(u32, runtime.call(this.at(this.best().hash), 'AccountNonceApi_account_nonce', account))
    while (pool.provides(latin1(concatBytes(account, u32le(nonce))))) nonce++
    return nonce
  }

  async dryRun(wire: Uint8Array, at: Uint8Array): Promise<ApplyOutcome> {
    const { runtime, verifier, slotDurationMs, time, impersonation } = this.#parts
    const parent = this.at(at)
    const extrinsic = runtime.decode(wire)
    const { signature } = extrinsic
    if (signature) {
      const message = runtime.signingPayload(parent, extrinsic)
      if (message === undefined) return refused({ kind: 'invalid', reason: 'AncientBirthBlock' })
      const job = { signature: signature.proof, message, account: signature.signer }
      const valid = impersonation.covers(signature) || (await verifier.verify(job))
      if (!valid) return refused({ kind: 'invalid', reason: 'BadProof' })
    }
    const parentMs = Number(timestampOf(parent.state))
    const timestampMs = nextTimestamp(parent.state, time.unixMs(parentMs), runtime.minimumPeriodMs)
    const open = runtime.openBlock(parent.state, {
      parentHash: parent.hash,
      number: parent.number + 1,
      digest: [slotDigest(timestampMs, slotDurationMs)],
      isTrial: true,
    })
    open.applyInherents({ timestampMs })
    return open.apply(extrinsic)
  }

  async seal(request: SealRequest = {}): Promise<Block> {
    this.#checkOpen()
    // What arrived before the request goes into the block: its signatures may be under way.
    const arrived = request.transactions === undefined ? this.#parts.submission.arrived() : undefined
    if (arrived) await arrived
    const block = await this.#parts.authorship.author(request)
    if (block === undefined)
      throw new AssayError('POOL_EMPTY', 'expected a ready transaction, got none: submit one, or allow an empty block')
    if (request.finalize) await this.#parts.authorship.finalize(block.hash)
    return block
  }

  async setBest(hash: Uint8Array): Promise<void> {
    this.#checkOpen()
    await this.#parts.authorship.setBest(hash)
  }

  async finalize(hash: Uint8Array): Promise<void> {
    this.#checkOpen()
    await this.#parts.authorship.finalize(hash)
  }

  storageRefusal(): string | undefined {
    return this.#parts.db.refusal()?.message
  }

  close(): Promise<void> {
    this.#closed ??= this.#parts.shutDown()
    return this.#closed
  }
}
