/**
 * A hoster in a process of its own that takes the blocks of a copy one after the other, and is killed meanwhile, or once all are durable.
 *
 * Owns: taking, and telling of each block that it took, and that all are durable. Does not own: the kill.
 */
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { systemClock } from '#types/clock.ts'
import { silentLog } from '#types/log.ts'
import { createFeedStore } from '#worker/systems/hosting/adapters/feed-store.ts'
import { createCodecPool } from '#worker/systems/hosting/copies/codec-pool.ts'
import { createCopyStore } from '#worker/systems/hosting/copies/copy-store.ts'
import { encodeSegment, openSegment, proofOf, sampleBlocks, sampleFeed } from './copy-samples.ts'

/** Blocks of 0 to 9,000 bytes. */
export const killedFeed = (length = 400) =>
  sampleFeed(sampleBlocks(Array.from({ length }, (_, i) => (i * 1_237) % 9_001)))

/** It is killed before. */
const STAYS_MS = 60_000

async function pin(dir: string, length: number): Promise<void> {
  const feed = killedFeed(length)
  const deps = { clock: systemClock, log: silentLog }
  const store = await createFeedStore({ dir: join(dir, 'feeds') }, deps)
  const pool = createCodecPool({ threads: 0 }, silentLog)
  const copy = await createCopyStore({ store, dir: join(dir, 'ledgers'), pool }, deps).open(openSegment(feed))
  for (let next = copy.next; next !== undefined; next = copy.next) {
    const { encoded } = encodeSegment(feed, next, next + 1)
    const taken = await copy.take(next, encoded.get(next)!, proofOf(feed, next))
    process.stdout.write(`${next} ${taken.kind}\n`)
  }
  await copy.persist()
  process.stdout.write(`${length} durable\n`)
  setInterval(() => undefined, STAYS_MS)
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await pin(process.argv[2]!, Number(process.argv[3]))
