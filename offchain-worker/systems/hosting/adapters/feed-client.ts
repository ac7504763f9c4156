/**
 * Auditing a hoster: a reader with a single-use key that fetches blocks from one hoster only.
 *
 * Owns: dialling, recognizing the hoster, fetching with deadlines and latency, proofs, receipts, cleaning up. Does not
 * own: serving.
 *
 * To the hoster an audit looks like any other reader: an unknown key, a client of the feed's topic. The client
 * replicates only over the connection with the registered Noise key, so no other peer can answer instead of the hoster.
 */
import { mkdtemp, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { equalBytes } from '#types/bytes.ts'
import { AssayError } from '#types/errors.ts'
import type { NoiseConnection } from 'hyperdht'
import { withDeadline } from '#types/clock.ts'
import type { Clock } from '#types/clock.ts'
import { checkBlockProof } from '#types/domain/hosting/feed.ts'
import type { BlockProof } from '#types/domain/hosting/feed.ts'
import type { PromisedFeed } from '#types/domain/hosting/feed-growth.ts'
import type { DhtAddress } from '#worker/p2p/dht.ts'
import { proveBlock, readBranch } from './feed-proof.ts'
import { auditClosed, badBlock, blockTimeout, feedMismatch, silent, unreachable } from './feed-errors.ts'
import type { NoiseKeyPair } from '#worker/p2p/identity.ts'
import type { Log } from '#types/log.ts'
import { ReceiptClient } from './receipt-channel.ts'
import { openReplica } from './replica.ts'
import type { Replica } from './replica.ts'

/** @see auditFeed */
export interface AuditOptions {
  readonly bootstrap: readonly DhtAddress[]
  readonly host?: string
  /** Fresh, used for this audit only. Otherwise the hoster could tell auditors from readers. */
  readonly keyPair: NoiseKeyPair
  /** What the hoster promised to serve. It may offer a longer tree that begins with this one. */
  readonly feed: PromisedFeed
  /** The hoster's registered Noise key. */
  readonly hoster: Uint8Array
  /**
   * Meet everyone in the feed's swarm, as a reader does. By default the hoster alone: then nobody else can answer for
   * it.
   */
  readonly meetsOthers?: boolean
  /** Folder for the replica until close(). */
  readonly dir: string
  /** For finding the hoster and getting its signed head together, in milliseconds. */
  readonly timeoutMs: number
  /** Tells the hoster on arrival that the client accepts receipts, and by which request. */
  readonly receiptRequest: Uint8Array
  /** A receipt that came without a request. */
  readonly onReceipt: (receipt: Uint8Array) => void
}

/** @see auditFeed */
export interface AuditDeps {
  readonly clock: Clock
  readonly log: Log
}

/** A block that the hoster served. */
export interface FetchedBlock {
  readonly index: number
  readonly block: Uint8Array
  /**
   * From the request to the verified block, by the injected clock. For a block requested again: from its first request.
   */
  readonly latencyMs: number
}

/** An audit under way. */
export interface AuditSession {
  /** From the start to the connection with the hoster. */
  readonly connectMs: number
  /**
   * Fetches a block and verifies it against the promised roots.
   * @throws AssayError `BLOCK_TIMEOUT` (meta.connected says whether the hoster was there); `BAD_BLOCK` if the hoster
   *   sent bytes that do not hash to the feed, from then on for every block; `BAD_INDEX`, `AUDIT_CLOSED`
   */
  getBlock(index: number, timeoutMs: number): Promise<FetchedBlock>
  /**
   * The proof of a received block against the promised length and roots.
   * @throws AssayError `UNPROVABLE`, `AUDIT_CLOSED`
   */
  prove(index: number): Promise<BlockProof>
  /**
   * Asks the hoster to sign for the blocks that it served.
   * @throws AssayError `RECEIPT_TIMEOUT`, `FRAME_TOO_LARGE`, `AUDIT_CLOSED`
   */
  requestReceipt(request: Uint8Array, timeoutMs: number): Promise<Uint8Array>
  /** Closes the connection and removes the replica. */
  close(): Promise<void>
}

class Audit implements AuditSession {
  connectMs = 0
  readonly #options: AuditOptions
  readonly #clock: Clock
  readonly #replica: Replica
  readonly #replicaDir: string
  readonly #receipts: ReceiptClient
  readonly #latencies = new Map<number, number>()
  readonly #requests = new Map<number, Promise<Uint8Array>>()
  readonly #fetching = new Set<(error: AssayError) => void>()
  #forged: AssayError | undefined
  #connection: NoiseConnection | undefined
  #closing: Promise<void> | undefined

  constructor(options: AuditOptions, deps: AuditDeps, replica: Replica, replicaDir: string) {
    this.#options = options
    this.#clock = deps.clock
    this.#replica = replica
    this.#replicaDir = replicaDir
    const { receiptRequest: request, onReceipt } = options
    this.#receipts = new ReceiptClient(replica.core.discoveryKey, { request, onReceipt }, deps)
    // For bytes that do not verify, get() only times out, and Hypercore accepts nothing more from that peer. This event
    // comes at once.
    replica.core.on('verification-error', (error, request) => {
      this.#forged ??= badBlock(request?.block?.index, error)
      for (const reject of this.#fetching) reject(this.#forged)
    })
  }

  /** Finds the hoster and checks that it offers the promised feed, all before the deadline. */
  async connect(): Promise<void> {
    const { feed, hoster, timeoutMs, meetsOthers = false } = this.#options
    const start = this.#clock.now()
    const met = new Promise<void>((resolve) => {
      this.#replica.join({
        length: feed.length,
        wants: (publicKey) => meetsOthers || equalBytes(publicKey, hoster),
        onConnection: (connection, publicKey) => {
          if (!equalBytes(publicKey, hoster)) return
          this.#use(connection)
          resolve()
        },
      })
    })
    this.#replica.network.dial(hoster)
    await withDeadline(this.#clock, timeoutMs, met, () => unreachable(hoster, timeoutMs))
    this.connectMs = this.#clock.now() - start
    const left = Math.max(timeoutMs - this.connectMs, 1)
    await withDeadline(this.#clock, left, this.#headArrived(), () => silent(hoster, timeoutMs))
    await this.#checkHead()
  }

  async getBlock(index: number, timeoutMs: number): Promise<FetchedBlock> {
    if (this.#closing !== undefined) throw auditClosed()
    if (this.#forged !== undefined) throw this.#forged
    const { length } = this.#options.feed
    if (!Number.isInteger(index) || index < 0 || index >= length) {
      throw new AssayError('BAD_INDEX', `expected a block index from 0 to ${length - 1}, got ${index}`)
    }
    const start = this.#clock.now()
    const block = await this.#fetch(index, timeoutMs)
    const latencyMs = this.#latencies.get(index) ?? this.#clock.now() - start
    this.#latencies.set(index, latencyMs)
    await this.#checkBlock(index)
    return { index, block, latencyMs }
  }

  prove(index: number): Promise<BlockProof> {
    const { length } = this.#options.feed
    return this.#closing === undefined ? proveBlock(this.#replica.core, index, length) : Promise.reject(auditClosed())
  }

  requestReceipt(request: Uint8Array, timeoutMs: number): Promise<Uint8Array> {
    return this.#receipts.request(request, timeoutMs)
  }

  close(): Promise<void> {
    this.#closing ??= this.#close()
    return this.#closing
  }

  async #close(): Promise<void> {
    this.#receipts.close()
    await this.#replica.close()
    await rm(this.#replicaDir, { recursive: true, force: true })
  }

  #use(connection: NoiseConnection): void {
    this.#connection = connection
    connection.once('close', () => {
      if (this.#connection === connection) this.#connection = undefined
    })
    this.#receipts.attach(connection)
  }

  async #headArrived(): Promise<void> {
    const { length } = this.#options.feed
    const { core } = this.#replica
    await new Promise<void>((resolve) => {
      const check = (): void => {
        if (core.length >= length) resolve()
      }
      core.on('append', check)
      check()
    })
  }

  /**
   * A tree of the promised length must be the promised one. Of a longer tree, the roots at that length are known only with the blocks:
   * `#checkBlock` compares them.
   */
  async #checkHead(): Promise<void> {
    const { length, roots } = this.#options.feed
    const { core } = this.#replica
    if (core.length > length) return
    const { head } = await readBranch(core, length)
    const isSame = head.roots.every(
      ({ nodeHash, bytes }, i) => bytes === roots[i]?.bytes && equalBytes(nodeHash, roots[i].nodeHash),
    )
    if (!isSame) throw feedMismatch({ length, roots }, head)
  }

  /** Hypercore has checked the block against the tree that the hoster offers. That tree may be longer than the promised one. */
  async #checkBlock(index: number): Promise<void> {
    const proof = await this.prove(index)
    if (checkBlockProof(this.#options.feed, proof)) return
    throw (this.#forged ??= badBlock(index, new Error('it is of another tree than the hoster promised')))
  }

  /** Each request is made once, without an end, and ends with the replica. Only our waiting for it has a deadline. */
  async #fetch(index: number, timeoutMs: number): Promise<Uint8Array> {
    const request = this.#requests.get(index) ?? this.#replica.block(index)
    this.#requests.set(index, request)
    let onForged = (_error: AssayError): void => {}
    const forged = new Promise<never>((_resolve, reject) => (onForged = reject))
    this.#fetching.add(onForged)
    const late = (): AssayError => blockTimeout(index, timeoutMs, this.#connection !== undefined)
    try {
      return await withDeadline(this.#clock, timeoutMs, Promise.race([request, forged]), late)
    } catch (error) {
      throw this.#closing === undefined ? error : auditClosed()
    } finally {
      this.#fetching.delete(onForged)
    }
  }
}

/**
 * Connects to a hoster with a fresh identity and an empty replica, and checks that it offers the promised feed. If it
 * fails, it leaves nothing behind.
 * @throws AssayError `DHT_UNREACHABLE`, `HOSTER_UNREACHABLE`, `HOSTER_SILENT`, `FEED_MISMATCH`
 */
export async function auditFeed(options: AuditOptions, deps: AuditDeps): Promise<AuditSession> {
  const { bootstrap, host = '127.0.0.1', keyPair } = options
  const { key } = options.feed
  const dir = await mkdtemp(join(options.dir, 'audit-'))
  let replica: Replica | undefined
  try {
    replica = await openReplica({ bootstrap, host, keyPair, key, dir }, deps)
    const audit = new Audit(options, deps, replica, dir)
    await audit.connect()
    return audit
  } catch (error) {
    await replica?.close()
    await rm(dir, { recursive: true, force: true })
    throw error
  }
}
