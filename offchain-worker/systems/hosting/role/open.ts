/**
 * Opens a hoster in a process of its own.
 *
 * Owns: publishing the folder that the hoster serves, and the copy with holes that a lossy hoster serves. Does not own: the role.
 */
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { toHex } from '#types/bytes.ts'
import { sample } from '#types/domain/draw.ts'
import { feedBytes } from '#types/domain/hosting/feed.ts'
import type { Host } from '#worker/kernel/host.ts'
import type { LoadedRole } from '#worker/systems/system.ts'
import { createFeedStore, type FeedStore } from '../adapters/feed-store.ts'
import { folderLimits } from '../limits.ts'
import { createHyperFeedServer } from '../adapters/hyper-feeds.ts'
import { hosterRequires } from './chain-items.ts'
import { createHoster } from './hoster.ts'
import { counted, sizeText } from '#worker/terminal/quantities.ts'
import { UsageError } from '#worker/terminal/usage-error.ts'

/** A publication that takes longer tells how far it is. */
const PROGRESS_MS = 3_000
/** The key that signs what a hoster publishes itself. */
const AUTHOR_LABEL = 'assay/worker/author/1'
/** File in the worker's folder with the name of the feed that it publishes; none for the first. */
const AUTHOR_FILE = 'author'
const AUTHOR_NAME_BYTES = 16

export const requires: LoadedRole['requires'] = hosterRequires

/** The share of blocks that `lossy:SHARE` says are lost. @throws AssayError `BAD_FAULT` */
function lostShare(fault: string | undefined): number {
  if (fault === undefined) return 0
  const [kind, share] = fault.split(':')
  const lost = Number(share)
  if (kind === 'lossy' && lost > 0 && lost < 1) return lost
  throw new UsageError(
    'BAD_FAULT',
    `--fault: expected lossy:SHARE with a share between 0 and 1, got ${JSON.stringify(fault)}`,
  )
}

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

/** Publishes a folder and hosts it. A hoster that is to be lossy hosts a copy with holes. */
export const open: LoadedRole['open'] = async (options, fault, host) => {
  const folder = String(options['publish'])
  const lost = lostShare(fault)
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
  const hosted = [{ key: head.key, head }]
  return (account, deps, network) => {
    const feeds = createHyperFeedServer({ network, store }, host)
    return createHoster({ account, feeds: hosted, isAll: isNew }, { ...deps, feeds })
  }
}
