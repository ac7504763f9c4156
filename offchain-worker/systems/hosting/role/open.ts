/**
 * Opens a hoster in a process of its own.
 *
 * Owns: publishing the folder that the hoster serves, and the copy with holes that a lossy hoster serves. Does not own: the role.
 */
import { join } from 'node:path'
import { sample } from '#types/domain/draw.ts'
import { feedBytes } from '#types/domain/hosting/feed.ts'
import type { Host } from '#worker/kernel/host.ts'
import type { LoadedRole } from '#worker/systems/system.ts'
import { createFeedStore, type FeedStore } from '../adapters/feed-store.ts'
import { createHyperFeedServer } from '../adapters/hyper-feeds.ts'
import { hosterRequires } from './chain-items.ts'
import { createHoster } from './hoster.ts'
import { counted, sizeText } from '#worker/terminal/quantities.ts'
import { UsageError } from '#worker/terminal/usage-error.ts'

/** The key that signs what a hoster publishes itself. */
const AUTHOR_LABEL = 'assay/worker/author/1'

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

const openStore = async (name: string, { dataDir, clock, opened }: Host): Promise<FeedStore> =>
  opened.add(await createFeedStore({ dir: join(dataDir, name) }, { clock }), (store) => store.close())

/** Publishes a folder and hosts it. A hoster that is to be lossy hosts a copy with holes. */
export const open: LoadedRole['open'] = async (options, fault, host) => {
  const folder = String(options['publish'])
  const lost = lostShare(fault)
  const whole = await openStore('feeds', host)
  const { feed, head } = await whole.publish(folder, { keyPair: host.keyPair(AUTHOR_LABEL) })
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
    return createHoster({ account, feeds: hosted }, { ...deps, feeds })
  }
}
