/**
 * The work of `assay hosting publish` and `update`, as a process.
 *
 * Owns: packing a folder, the chain's record, serving until stopped, and progress. Does not own: which calls the record takes
 * (register.ts).
 *
 * While a process serves the feed, it alone can append to it. Then `update` has it do so, and tells the chain itself.
 */
import { join, resolve } from 'node:path'
import { systemClock } from '#types/clock.ts'
import { messageOf } from '#types/errors.ts'
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
import { findServed, openControl, type ServedAuthor } from './control.ts'
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

function tellPublished(folder: string, head: FeedHead, tell: Tell): void {
  const bytes = Number(feedBytes(head))
  tell(
    { kind: 'published', feed: head.key, blocks: head.length, bytes },
    `published ${folder}: ${counted(head.length, 'block')}, ${sizeText(bytes)}`,
    `feed ${toHex(head.key)}`,
  )
}

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
    tellPublished(folder, published.head, tell)
    return published
  } catch (error) {
    progress?.end()
    throw error
  }
}

const CHANGES = { published: 'registered', updated: 'registered the new length', none: 'knew it already' } as const

async function register(
  { endpoint, payer }: PublishFolderOptions,
  head: FeedHead,
  branchAt: ServedAuthor['branchAt'],
  tell: Tell,
): Promise<void> {
  const secret = signerOf(payer)
  tell({ kind: 'connecting', endpoint }, connectingTo(endpoint))
  const registering = withChain({ endpoint, secret, requires: registerRequires }, (chain) =>
    registerHead(chain, head, branchAt),
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

/** Has the process that serves the feed append what is new, and tells the chain. */
async function updateServed(options: PublishFolderOptions, served: ServedAuthor, tell: Tell): Promise<void> {
  const { folder, limits } = options
  const packing = served.pack({ folder: resolve(folder), limits })
  const head = await whileWaiting('the process that serves the feed', packing, systemClock, tell)
  tellPublished(folder, head, tell)
  await register(options, head, (length) => served.branchAt(length), tell)
  tell({ kind: 'served-elsewhere', feed: head.key }, 'another process serves the feed, and what is new in it')
}

/** Answers `update` while the feed is served. */
async function answerUpdates(
  options: PublishFolderOptions,
  { feed }: Published,
  { store, author }: { readonly store: FeedStore; readonly author: Author },
  { tell, log }: PublishFolderDeps,
  opened: Opened,
): Promise<void> {
  const served: ServedAuthor = {
    pack: async (what) => (await pack({ ...options, ...what }, store, author, tell)).head,
    branchAt: (length) => readBranch(feed.core, length),
  }
  try {
    opened.add(await openControl(options.data, served), (part) => part.close())
  } catch (error) {
    log.warn({ error: messageOf(error) }, 'the feed is served, but `update` works only when this process is stopped')
  }
}

/**
 * Publishes a folder, and serves it until the process is asked to stop. An update of a feed that another process serves ends at once.
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
    const served = which === 'old' ? await findServed(data) : undefined
    if (served) return await updateServed(options, served, deps.tell)
    const store = opened.add(await createFeedStore({ dir: join(data, 'feeds') }, { clock: systemClock }), (part) =>
      part.close(),
    )
    const published = await pack(options, store, author, deps.tell)
    const { feed, head } = published
    await register(options, head, (length) => readBranch(feed.core, length), deps.tell)
    if (bootstrap === undefined) return await closeInTime(() => opened.close())
    await serve(options, feed, author, deps, opened)
    await answerUpdates(options, published, { store, author }, deps, opened)
    const ready = (): void => deps.tell({ kind: 'serving', feed: head.key }, 'serves the feed (Ctrl-C stops it)')
    await runUntilStopped(ready, { close: () => opened.close() })
  } catch (error) {
    await closeInTime(() => opened.close())
    throw error
  }
}
