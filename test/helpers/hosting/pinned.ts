/**
 * Pinned copies for tests: a hoster's folder, filling it, and a reader that knows nothing of it.
 *
 * Owns: opening and reading them. Does not own: what is in them (copy-samples.ts).
 */
import { join } from 'node:path'
import Hypercore from 'hypercore'
import { onTestFinished } from 'vitest'
import { silentLog } from '#types/log.ts'
import type { Feed } from '#worker/systems/hosting/adapters/feed-store.ts'
import { createFeedStore } from '#worker/systems/hosting/adapters/feed-store.ts'
import { createCodecPool } from '#worker/systems/hosting/copies/codec-pool.ts'
import { createCopyStore, type CopyStore } from '#worker/systems/hosting/copies/copy-store.ts'
import type { PinnedCopy } from '#worker/systems/hosting/copies/pinned-copy.ts'
import type { SimulatedFeed } from '#worker/systems/hosting/simulation/feed.ts'
import { testDeps } from '../dht.ts'
import { patiently } from '../patience.ts'
import { tempDir } from '../temp-dir.ts'
import type { TestSegment } from './copies.ts'
import { proofOf } from './copy-samples.ts'

const READ_MS = patiently(5_000)
/** A hoster's folder that is open. */
export interface TestCopies {
  readonly copies: CopyStore
  close(): Promise<void>
}

/** Opens a hoster's folder, until it is closed or the test is over. */
export async function openCopies(dir: string, log = silentLog): Promise<TestCopies> {
  const store = await createFeedStore({ dir: join(dir, 'feeds') }, testDeps)
  const pool = createCodecPool({ threads: 0 }, log)
  const copies = createCopyStore({ store, dir: join(dir, 'ledgers'), pool }, { ...testDeps, log })
  const close = async (): Promise<void> => {
    await copies.close()
    await pool.close()
    await store.close()
  }
  onTestFinished(close)
  return { copies, close }
}

/** Gives a copy what it misses of a segment. @returns the answers */
export async function takeAll(copy: PinnedCopy, feed: SimulatedFeed, { encoded }: TestSegment): Promise<string[]> {
  const answers: string[] = []
  for (let next = copy.next; next !== undefined && encoded.has(next); next = copy.next) {
    const taken = await copy.take(next, encoded.get(next)!, proofOf(feed, next))
    answers.push(taken.kind === 'bad' ? taken.why : 'taken')
    if (taken.kind === 'bad') break
  }
  return answers
}

/** A Hypercore that knows no more than the key, and reads over a stream. Null for a block that does not come. */
export async function stockRead(
  served: Feed,
  indices: readonly number[],
  waitMs = READ_MS,
): Promise<(Buffer | null)[]> {
  const reader = new Hypercore(await tempDir(), Buffer.from(served.key))
  onTestFinished(() => reader.close())
  await reader.ready()
  const [from, to] = [served.core.replicate(true, { keepAlive: false }), reader.replicate(false, { keepAlive: false })]
  for (const stream of [from, to]) stream.on('error', () => {})
  from.pipe(to).pipe(from)
  try {
    return await Promise.all(indices.map((index) => reader.get(index, { timeout: waitMs }).catch(() => null)))
  } finally {
    from.destroy()
    to.destroy()
  }
}
