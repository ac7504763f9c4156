/**
 * Opens a hoster in a process of its own.
 *
 * Owns: publishing the folder that the hoster serves, the copy with holes that a lossy hoster serves, and the folder of its encoded copies.
 * Does not own: the role.
 */
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { equalBytes, toHex } from '#types/bytes.ts'
import { sample } from '#types/domain/draw.ts'
import { feedBytes, type FeedHead } from '#types/domain/hosting/feed.ts'
import type { Host } from '#worker/kernel/host.ts'
import type { LoadedRole, OptionValues } from '#worker/systems/system.ts'
import { createFeedSources } from '../adapters/feed-source.ts'
import { createFeedStore, type FeedStore } from '../adapters/feed-store.ts'
import { createCodecPool } from '../copies/codec-pool.ts'
import { createCopyStore } from '../copies/copy-store.ts'
import type { PinnedCopies } from '../copy-ports.ts'
import { codecThreads, folderLimits } from '../limits.ts'
import { createHyperFeedServer } from '../adapters/hyper-feeds.ts'
import { createMuteFeedServer } from '../adapters/mute-feeds.ts'
import { hosterRequires } from './chain-items.ts'
import { faultyCopies, shareOf } from './copy-faults.ts'
import { pinningRequires } from './copy-items.ts'
import { createHoster } from './hoster.ts'
import { counted, parseSize, sizeText } from '#worker/terminal/quantities.ts'
import { UsageError } from '#worker/terminal/usage-error.ts'

/** A publication that takes longer tells how far it is. */
const PROGRESS_MS = 3_000
/** The key that signs what a hoster publishes itself. */
const AUTHOR_LABEL = 'assay/worker/author/1'
/** File in the worker's folder with the name of the feed that it publishes; none for the first. */
const AUTHOR_FILE = 'author'
const AUTHOR_NAME_BYTES = 16

export const requires: LoadedRole['requires'] = [...hosterRequires, ...pinningRequires]

/**
 * The label of the author's key. A feed of a folder that was published anew has a label of its own, which the worker's folder keeps.
 * @param isNew whether to make one
 */
async function authorLabel({ dataDir, randomBytes }: Host, isNew: boolean): Promise<string> {
  const path = join(dataDir, AUTHOR_FILE)
  if (isNew) await writeFile(path, toHex(randomBytes(AUTHOR_NAME_BYTES)))
  const name = await readFile(path, 'utf8').catch(() => undefined)
  return name === undefined ? AUTHOR_LABEL : `${AUTHOR_LABEL}/${name}`
}

const openStore = async (name: string, { dataDir, clock, opened }: Host): Promise<FeedStore> =>
  opened.add(await createFeedStore({ dir: join(dataDir, name) }, { clock }), (store) => store.close())

/** What a hoster publishes, and the store that has it. */
interface Published {
  readonly head: FeedHead
  readonly store: FeedStore
}

/** Publishes a folder. A hoster that is to be lossy hosts a copy with holes. */
async function publish(folder: string, lost: number, options: OptionValues, host: Host): Promise<Published> {
  const limits = folderLimits(options)
  const isNew = options['republish'] === true
  const whole = await openStore('feeds', host)
  const label = await authorLabel(host, isNew)
  const onSkipped = (path: string): void =>
    host.tell({ kind: 'skipped', path }, `leaves out ${path}: its name is not UTF-8`)
  let told = host.clock.now()
  const onProgress = (count: number): void => {
    if (host.clock.now() - told < PROGRESS_MS) return
    told = host.clock.now()
    host.tell({ kind: 'publishing', blocks: count }, `publishes ${folder}: ${counted(count, 'block')} so far`)
  }
  const { feed, head } = await whole.publish(folder, { keyPair: host.keyPair(label), ...limits, onSkipped, onProgress })
  const [blocks, bytes] = [head.length, feedBytes(head)]
  host.tell(
    { kind: 'published', feed: head.key, blocks, bytes },
    `published ${folder}: ${counted(blocks, 'block')}, ${sizeText(Number(bytes))}`,
  )
  const store = lost > 0 ? await openStore('feeds-with-holes', host) : whole
  if (lost > 0) await store.copy(feed, { keep: sample(head.key, 'kept', Math.ceil(blocks * (1 - lost)), blocks) })
  return { head, store }
}

/** Opens the folder of encoded copies. */
async function openCopies(
  threads: number,
  fault: string | undefined,
  host: Host,
): Promise<{ copies: PinnedCopies; store: FeedStore }> {
  const { bootstrap, address, dataDir } = host
  const store = await openStore('copies', host)
  const pool = host.opened.add(createCodecPool({ threads }, host.log), (part) => part.close())
  const copies = createCopyStore({ store, dir: join(dataDir, 'copy-index'), pool }, host)
  const sources = createFeedSources({ bootstrap, host: address, dir: join(dataDir, 'fetched') }, host)
  return { copies: faultyCopies(copies, fault, sources), store }
}

/** Publishes a folder, offers space for encoded copies, or both. */
export const open: LoadedRole['open'] = async (options, fault, host) => {
  const { publish: folder, storage, leave } = options
  const lost = shareOf(fault, 'lossy') ?? 0
  if (folder === undefined && storage === undefined)
    throw new UsageError('NOTHING_TO_HOST', 'expected --publish or --storage, got neither: a hoster has nothing to do')
  const storageBytes = typeof storage === 'string' ? BigInt(parseSize('storage', storage)) : undefined
  const published = typeof folder === 'string' ? await publish(folder, lost, options, host) : undefined
  const pinned = storageBytes === undefined ? undefined : await openCopies(codecThreads(options), fault, host)
  const feeds = published ? [{ key: published.head.key, head: published.head }] : []
  const store: Pick<FeedStore, 'open'> = {
    open: (key) => (published && equalBytes(key, published.head.key) ? published : pinned!).store.open(key),
  }
  const pinning = storageBytes === undefined ? undefined : { storageBytes, isLeaving: leave === true }
  const isAll = options['republish'] === true
  return (account, deps, network) => {
    const server =
      fault === 'serves-nobody' ? createMuteFeedServer(store) : createHyperFeedServer({ network, store }, host)
    const ports = { ...deps, feeds: server, ...(pinned && { copies: pinned.copies }) }
    return createHoster({ account, feeds, isAll, pinning }, ports)
  }
}
