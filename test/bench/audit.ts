/**
 * An audit against bare replication: the same blocks from the same hoster, once by the audit with its proofs and
 * receipt, and once by a plain Hypercore over a plain Hyperswarm that requests all of them at once.
 *
 * Owns: alternating between the two, and the measured time: from the first request to the last block, without
 * connecting. Does not own: the hoster.
 */
import { fork } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { equalBytes, fromHex } from '#types/bytes.ts'
import { systemClock } from '#types/clock.ts'
import { sample } from '#types/domain/draw.ts'
import { FeedHead } from '#types/domain/hosting/feed.ts'
import { DEFAULT_PARAMETERS } from '#types/domain/attestation/round.ts'
import { AssayError } from '#types/errors.ts'
import { silentLog } from '#types/log.ts'
import { decode } from '#types/scale/codec.ts'
import { startDht, type DhtAddress } from '#worker/p2p/dht.ts'
import { noiseKeyPair } from '#worker/p2p/identity.ts'
import { createAudit } from '#worker/systems/attestation/protocol/audit.ts'
import type { AuditResult } from '#worker/systems/attestation/protocol/terms.ts'
import { runAudit } from '#worker/systems/attestation/role/audit-run.ts'
import { DEFAULT_AUDIT } from '#worker/systems/attestation/role/attestor.ts'
import { createHyperFeedClient } from '#worker/systems/hosting/adapters/hyper-feeds.ts'
import type { AuditConnection, FeedClient } from '#worker/systems/hosting/ports.ts'
import { GENESIS_HASH, type Serving } from './audit-hoster.ts'
import { DEADLINE_MS, inTime, replicate } from './bare-reader.ts'
import { figure, median, perSecond, type Measurement } from './figure.ts'

const HOSTER = fileURLToPath(new URL('audit-hoster.ts', import.meta.url))
const WARM_UP = 2
const RUNS = 60
const LEAST_RATIO = 0.9
const MIB = 1024 * 1024

const fresh = (count: number): Uint8Array => new Uint8Array(randomBytes(count))

interface Target {
  readonly bootstrap: readonly DhtAddress[]
  readonly dir: string
  readonly head: FeedHead
  readonly hoster: Uint8Array
}

/** One audit, the blocks that it asked for, and how long it took to connect and to get its receipt. */
interface Audited {
  readonly indices: readonly number[]
  /** Bytes per second while it fetched. */
  readonly throughput: number
  readonly connectMs: number
  readonly receiptMs: number
}

async function audit({ head, hoster }: Target, feeds: FeedClient): Promise<Audited> {
  const seed = fresh(32)
  const indices: number[] = []
  let [connectMs, receiptMs] = [0, 0]
  const timing = async <T>(work: Promise<T>, note: (ms: number) => void): Promise<T> => {
    const began = performance.now()
    const result = await work
    note(performance.now() - began)
    return result
  }
  const watched: Pick<FeedClient, 'auditFeed'> = {
    async auditFeed(request) {
      const connection = await timing(feeds.auditFeed(request), (ms) => (connectMs = ms))
      const seen: AuditConnection = {
        getBlock: (index, ms) => {
          indices.push(index)
          return connection.getBlock(index, ms)
        },
        prove: (index) => connection.prove(index),
        requestReceipt: (bytes, ms) => timing(connection.requestReceipt(bytes, ms), (took) => (receiptMs = took)),
        close: () => connection.close(),
      }
      return seen
    },
  }
  const machine = createAudit({
    genesisHash: GENESIS_HASH,
    feed: head,
    hosterKey: hoster,
    visits: [{ auditKey: noiseKeyPair(seed).publicKey, nonce: fresh(32) }],
    chunks: sample(seed, 'chunk', DEFAULT_PARAMETERS.challenges, head.length),
    isRecentBlock: (_, hash) => equalBytes(hash, GENESIS_HASH),
    isResumed: false,
    concurrency: DEFAULT_AUDIT.concurrency,
    deadlineMs: DEADLINE_MS,
    hurryMs: DEADLINE_MS,
    thinkMs: 0,
  })
  const request = { feed: head, hoster, timeoutMs: DEADLINE_MS }
  const deps = { feeds: watched, clock: systemClock, log: silentLog, randomBytes: fresh }
  const result = await inTime(
    new Promise<AuditResult>((resolve) =>
      runAudit({ machine, request, seeds: [seed], timings: DEFAULT_AUDIT, seen: [] }, deps, resolve),
    ),
  )
  if (result.kind !== 'served') throw new AssayError('BENCH_AUDIT', `expected it served, got ${result.why}`)
  return { indices, throughput: Number(result.metrics.throughputBytesPerSecond), connectMs, receiptMs }
}

async function measureAll(target: Target, feeds: FeedClient) {
  const audits: Audited[] = []
  const bare: number[] = []
  for (let run = -WARM_UP; run < RUNS; run++) {
    const audited = await audit(target, feeds)
    const { key, length } = target.head
    const { bytes, ms } = await replicate({ ...target, key, length }, audited.indices)
    if (run < 0) continue
    audits.push(audited)
    bare.push(perSecond(bytes / MIB, ms))
  }
  const reference = { name: 'bare Hypercore', value: median(bare) }
  return [
    figure(
      'audit of 15 chunks and their cover, fetching',
      'MiB/s',
      audits.map(({ throughput }) => throughput / MIB),
      {
        aim: { is: '>=', than: LEAST_RATIO, of: 'ratio' },
        reference,
      },
    ),
    figure(
      'the same, to connect',
      'ms',
      audits.map(({ connectMs }) => connectMs),
    ),
    figure(
      'the same, for the receipt',
      'ms',
      audits.map(({ receiptMs }) => receiptMs),
    ),
  ]
}

/** See the module's header. */
export const auditThroughput: Measurement = {
  name: 'audit',
  async measure() {
    const dir = await mkdtemp(join(tmpdir(), 'assay-bench-audit-'))
    const dht = await startDht({ port: 0 })
    const { bootstrap } = dht
    const child = fork(HOSTER, [JSON.stringify(bootstrap)])
    try {
      const [serving] = (await inTime(once(child, 'message'))) as [Serving]
      const target = { bootstrap, dir, head: decode(FeedHead, fromHex(serving.head)), hoster: fromHex(serving.hoster) }
      const feeds = createHyperFeedClient(
        { bootstrap, host: '127.0.0.1', auditDir: dir },
        { clock: systemClock, log: silentLog, randomBytes: fresh },
      )
      return await measureAll(target, feeds)
    } finally {
      const gone = once(child, 'exit')
      child.disconnect()
      await gone
      await dht.close()
      await rm(dir, { recursive: true, force: true })
    }
  },
}
