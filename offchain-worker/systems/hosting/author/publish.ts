/**
 * The work of `assay hosting publish` and `update`, as a process.
 *
 * Owns: packing a folder, the chain's record, serving until stopped, and progress. Does not own: which calls the record takes
 * (register.ts).
 */
import { join } from 'node:path'
import { systemClock } from '#types/clock.ts'
import { feedBytes, type FeedHead } from '#types/domain/hosting/feed.ts'
import type { Log } from '#types/log.ts'
import type { DhtAddress } from '#worker/p2p/dht.ts'
import { createPeerNetwork } from '#worker/p2p/network.ts'
import { closeInTime, runUntilStopped } from '#worker/terminal/lifecycle.ts'
import { createOpened, type Opened } from '#worker/terminal/opened.ts'
import { signerOf, withChain } from '#worker/terminal/operator.ts'
import { connectingTo, type Tell } from '#worker/terminal/output.ts'
import { assertOwnAddress, makeFolder } from '#worker/terminal/places.ts'
import { counted, sizeText } from '#worker/terminal/quantities.ts'
import { whileWaiting } from '#worker/terminal/silence.ts'
import { createTransferProgress, type TransferProgress } from '#worker/terminal/transfer-progress.ts'
import { toHex } from '#types/bytes.ts'
import { readBranch } from '../adapters/feed-proof.ts'
import { serveFeed } from '../adapters/feed-server.ts'
import { createFeedStore, type Feed, type FeedStore } from '../adapters/feed-store.ts'
import { openAuthor, type Author } from './author-key.ts'
import { registerHead, registerRequires } from './register.ts'

/** @see publishFolder */
export interface PublishFolderOptions {
  readonly folder: string
  /** The author's folder. */
  readonly data: string
  /** @see openAuthor */
  readonly which: 'any' | 'old' | 'new'
  readonly limits: { readonly maxBytes: number; readonly maxFiles: number; readonly maxDepth: number }
  readonly endpoint: string
  /** Name or secret of the account that registers the feed. */
  readonly payer: string
  /** If absent, the feed is not served. */
  readonly bootstrap: readonly DhtAddress[] | undefined
  readonly host: string
  readonly json: boolean
}

/** @see publishFolder */
export interface PublishFolderDeps {
  readonly tell: Tell
  readonly log: Log
}

type Published = { readonly feed: Feed; readonly head: FeedHead }

async function pack(options: PublishFolderOptions, store: FeedStore, author: Author, tell: Tell): Promise<Published> {
  const { folder, limits, json } = options
  let progress: TransferProgress | undefined
  try {
    const published = await store.publish(folder, {
      keyPair: author.feed,
      ...limits,
      onSkipped: (path) => tell({ kind: 'skipped', path }, `leaves out ${path}: its name is not UTF-8`),
      onListed: ({ bytes }) => (progress = createTransferProgress({ verb: 'publishes', total: bytes }, json, tell)),
      onProgress: (_blocks, bytes) => progress?.at(bytes),
    })
    progress?.end()
    const { head } = published
    const bytes = Number(feedBytes(head))
    tell(
      { kind: 'published', feed: head.key, blocks: head.length, bytes },
      `published ${folder}: ${counted(head.length, 'block')}, ${sizeText(bytes)}`,
      `feed ${toHex(head.key)}`,
    )
    return published
  } catch (error) {
    progress?.end()
    throw error
  }
}

const CHANGES = { published: 'registered', updated: 'registered the new length', none: 'knew it already' } as const

async function register(
  { endpoint, payer }: PublishFolderOptions,
  { feed, head }: Published,
  tell: Tell,
): Promise<void> {
  const secret = signerOf(payer)
  tell({ kind: 'connecting', endpoint }, connectingTo(endpoint))
  const registering = withChain({ endpoint, secret, requires: registerRequires }, (chain) =>
    registerHead(chain, head, (length) => readBranch(feed.core, length)),
  )
  const { change, block } = await whileWaiting(`the chain at ${endpoint}`, registering, systemClock, tell)
  const where = block === undefined ? '' : ` in block ${block}`
  tell(
    { kind: 'feed-registered', feed: head.key, length: head.length, change, block },
    `the chain ${CHANGES[change]}${where}: ${counted(head.length, 'block')}`,
  )
}

async function serve(
  options: PublishFolderOptions,
  feed: Feed,
  author: Author,
  deps: PublishFolderDeps,
  opened: Opened,
) {
  const { bootstrap = [], host } = options
  const parts = { clock: systemClock, log: deps.log }
  const meeting = createPeerNetwork({ bootstrap, host, keyPair: author.noise }, parts)
  const network = opened.add(await whileWaiting('the DHT', meeting, systemClock, deps.tell), (part) => part.close())
  const served = opened.add(serveFeed({ network, feed }, parts), (part) => part.close())
  await whileWaiting('its announcement', served.announced(), systemClock, deps.tell)
}

/**
 * Publishes a folder, and serves it until the process is asked to stop.
 * @throws AssayError those of openAuthor, FeedStore.publish, registerHead and createPeerNetwork
 */
export async function publishFolder(options: PublishFolderOptions, deps: PublishFolderDeps): Promise<void> {
  const { data, which, bootstrap, host } = options
  const opened = createOpened()
  try {
    signerOf(options.payer)
    await assertOwnAddress('host', host)
    await makeFolder('data', data)
    const author = await openAuthor(data, which)
    const store = opened.add(await createFeedStore({ dir: join(data, 'feeds') }, { clock: systemClock }), (part) =>
      part.close(),
    )
    const published = await pack(options, store, author, deps.tell)
    await register(options, published, deps.tell)
    if (bootstrap === undefined) return await closeInTime(() => opened.close())
    await serve(options, published.feed, author, deps, opened)
    const { key } = published.head
    const ready = (): void => deps.tell({ kind: 'serving', feed: key }, 'serves the feed (Ctrl-C stops it)')
    await runUntilStopped(ready, { close: () => opened.close() })
  } catch (error) {
    await closeInTime(() => opened.close())
    throw error
  }
}
