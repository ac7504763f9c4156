/**
 * An ordinary reader of a hosted feed, as a process: it makes the ordinary traffic in which audits hide.
 *
 * Owns: finding feed and hoster on the chain, one session after the other under an identity each, and reporting their
 * results. Does not own: one session.
 */
import { randomBytes, randomInt } from 'node:crypto'
import { rm } from 'node:fs/promises'
import { connectChain } from '#chain/api/connect.ts'
import { readEntries, read, type Requirement } from '#chain/api/descriptors.ts'
import type { ChainPort } from '#chain/api/chain-port.ts'
import { equalBytes, fromHex, toHex } from '#types/bytes.ts'
import { systemClock } from '#types/clock.ts'
import { keypairFromSuri } from '#types/crypto/suri.ts'
import type { PromisedFeed } from '#types/domain/hosting/feed-growth.ts'
import { ReceiptRequest, SignedReceipt } from '#types/domain/hosting/receipt.ts'
import { AssayError, messageOf } from '#types/errors.ts'
import type { Log } from '#types/log.ts'
import { decode, encode } from '#types/scale/codec.ts'
import { closeInTime, untilStopped } from '#worker/terminal/lifecycle.ts'
import { createOpened } from '#worker/terminal/opened.ts'
import { connectingTo, type Tell } from '#worker/terminal/output.ts'
import { assertOwnAddress } from '#worker/terminal/places.ts'
import { counted, sizeText } from '#worker/terminal/quantities.ts'
import { whileWaiting } from '#worker/terminal/silence.ts'
import { makeTemporary } from '#worker/terminal/temporary.ts'
import { auditFeed } from '../adapters/feed-client.ts'
import type { DhtAddress } from '#worker/p2p/dht.ts'
import { noiseKeyPair } from '#worker/p2p/identity.ts'
import { workers } from '#worker/kernel/chain-items.ts'
import { hosting } from '../role/chain-items.ts'
import { drawSession, READER_KINDS, type ReaderKind } from './manners.ts'
import { playSession } from './session.ts'

/** @see runReader */
export interface ReaderOptions {
  readonly endpoint: string
  readonly bootstrap: readonly DhtAddress[]
  readonly host: string
  /** Key of the feed as hex; if absent, the first hosted one. */
  readonly feed: string | undefined
  /** If absent, each session draws its kind. */
  readonly kind: ReaderKind | undefined
  /** Sessions, one after the other; 0 continues until stopped. */
  readonly sessions: number
}

/** @see runReader */
export interface ReaderDeps {
  readonly tell: Tell
  readonly log: Log
}

const REQUIRES: readonly Requirement[] = [hosting, workers]
const CONNECT_MS = 8_000
const CHUNK_MS = 8_000
const RECEIPT_MS = 4_000
const NONCE_BYTES = 32
const SEED_BYTES = 32
/** Wait after a failed session, in milliseconds, so that an absent hoster is not dialled without end. */
const RETRY_MS = 1_000

const fresh = (count: number): Uint8Array => new Uint8Array(randomBytes(count))

/**
 * Whether the process was asked to stop, and how the current work then ends. One for all sessions, whose number may be
 * unlimited.
 */
interface Stop {
  isAsked: boolean
  end: () => void
}

const nothing = (): void => undefined

const pause = (stop: Stop): Promise<void> =>
  new Promise((resolve) => {
    const cancel = systemClock.setTimer(RETRY_MS, resolve)
    stop.end = () => {
      cancel()
      resolve()
    }
  })

interface Target {
  /** What the hoster promised to serve. */
  readonly feed: PromisedFeed
  readonly hoster: Uint8Array
}

/** The feed and the first of its hosters. */
async function findTarget(chain: ChainPort, wanted: string | undefined): Promise<Target> {
  const hosted = await readEntries(chain, hosting)
  const feed = wanted === undefined ? hosted[0]?.[0][1] : fromHex(wanted)
  const found = feed && hosted.find(([[, key]]) => equalBytes(key, feed))
  const worker = found && (await read(chain, workers, found[0][0]))
  if (worker) return { feed: { key: feed, ...found[1].tree }, hoster: worker.noiseKey }
  const what = wanted === undefined ? 'a feed' : `feed ${wanted}`
  throw new AssayError('NOT_HOSTED', `expected ${what} with a hoster on this chain, got none: start a hoster first`)
}

/** One session under an identity of its own. @returns whether it got everything that it wanted */
async function readOnce(
  { kind, bootstrap, host }: ReaderOptions,
  { feed, hoster }: Target,
  dir: string,
  { tell, log, stop }: ReaderDeps & { readonly stop: Stop },
): Promise<boolean> {
  const { key, length } = feed
  const session = drawSession(kind ?? READER_KINDS[randomInt(READER_KINDS.length)]!, length, (bound) =>
    randomInt(bound),
  )
  const receiptRequest = encode(ReceiptRequest, { feed: key, nonce: fresh(NONCE_BYTES) })
  let receipts = 0
  const dialling = auditFeed(
    {
      bootstrap,
      host,
      hoster,
      dir,
      keyPair: noiseKeyPair(fresh(SEED_BYTES)),
      feed,
      timeoutMs: CONNECT_MS,
      meetsOthers: true,
      receiptRequest,
      onReceipt: () => receipts++,
    },
    { clock: systemClock, log },
  )
  const connection = await whileWaiting('the hoster', dialling, systemClock, tell)
  // The pending requests then fail, and the session ends.
  stop.end = () => void connection.close()
  try {
    if (stop.isAsked) return true
    const began = systemClock.now()
    const reader = {
      getBlock: async (index: number, ms: number) => ({ bytes: (await connection.getBlock(index, ms)).block }),
      requestReceipt: async (request: Uint8Array, ms: number) => {
        const receipt = await connection.requestReceipt(request, ms)
        if (decode(SignedReceipt, receipt).receipt.chunks.length > 0) receipts++
        return receipt
      },
    }
    const terms = { session, receiptRequest, chunkMs: CHUNK_MS, receiptMs: RECEIPT_MS }
    const { asked, served, bytes, failure } = await playSession(reader, terms, systemClock)
    if (stop.isAsked) return true
    const ms = Math.round(systemClock.now() - began)
    const why = failure === undefined ? '' : `; ended early: ${messageOf(failure)}`
    tell(
      { kind: 'read', reader: session.kind, asked, served, bytes, ms, receipts, ...(why && { why: why.slice(2) }) },
      `${session.kind}: ${served} of ${counted(asked, 'chunk')}, ${sizeText(bytes)} in ${ms} ms, ${counted(receipts, 'receipt')}${why}`,
    )
    return failure === undefined
  } finally {
    stop.end = nothing
    await connection.close()
  }
}

/**
 * Reads until the sessions are over, or until the process is asked to stop.
 * @returns whether every session got everything that it wanted
 * @throws AssayError `NOT_HOSTED`, and those of the chain client
 */
export async function runReader(options: ReaderOptions, deps: ReaderDeps): Promise<boolean> {
  const { tell, log } = deps
  const opened = createOpened()
  const connecting = new AbortController()
  const stop: Stop = { isAsked: false, end: () => connecting.abort() }
  void untilStopped().then(() => {
    stop.isAsked = true
    stop.end()
  })
  let isWhole = true
  try {
    await assertOwnAddress('host', options.host)
    const dir = opened.add(await makeTemporary('assay-reader-'), (path) => rm(path, { recursive: true, force: true }))
    // The reader submits nothing, so the account belongs to nobody.
    const keypair = keypairFromSuri(toHex(fresh(SEED_BYTES)))
    const random = (): number => randomInt(2 ** 47) / 2 ** 47
    const { endpoint } = options
    tell({ kind: 'connecting', endpoint }, connectingTo(endpoint))
    const connection = connectChain(
      { endpoint, keypair, requires: REQUIRES, signal: connecting.signal },
      { clock: systemClock, random, log },
    )
    const client = await whileWaiting(`the node at ${endpoint}`, connection, systemClock, tell)
    opened.add(client, (chain) => chain.close())
    const target = await findTarget(client, options.feed)
    tell({ kind: 'reading', feed: target.feed.key, blocks: target.feed.length }, `reads feed ${toHex(target.feed.key)}`)
    for (let left = options.sessions || Infinity; left > 0 && !stop.isAsked; left--) {
      try {
        isWhole = (await readOnce(options, target, dir, { ...deps, stop })) && isWhole
      } catch (error) {
        isWhole = false
        tell({ kind: 'failed', why: messageOf(error) }, messageOf(error))
        if (!stop.isAsked) await pause(stop)
      }
    }
    return isWhole
  } catch (thrown) {
    // The stop came before there was a feed to read: it ended the wait.
    if (stop.isAsked) return isWhole
    throw thrown
  } finally {
    await closeInTime(() => opened.close())
  }
}
