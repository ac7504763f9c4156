/**
 * The hoster that `audit.ts` measures, in a process of its own: it serves a feed of full blocks to every reader, with
 * receipts.
 *
 * Owns: the feed and its folder. Does not own: serving.
 */
import { randomBytes } from 'node:crypto'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { toHex, utf8 } from '#types/bytes.ts'
import { systemClock } from '#types/clock.ts'
import { blake2b256 } from '#types/crypto/hash.ts'
import { FeedHead } from '#types/domain/hosting/feed.ts'
import { silentLog } from '#types/log.ts'
import { encode } from '#types/scale/codec.ts'
import type { DhtAddress } from '#worker/p2p/dht.ts'
import { createFeedStore } from '#worker/systems/hosting/adapters/feed-store.ts'
import { serveFeed } from '#worker/systems/hosting/adapters/feed-server.ts'
import { noiseKeyPair, signWithNoiseKey } from '#worker/p2p/identity.ts'
import { createPeerNetwork } from '#worker/p2p/network.ts'
import { readFeedHead } from '#worker/systems/hosting/adapters/feed-proof.ts'
import { createReceiptGiver } from '#worker/systems/hosting/role/receipt-giver.ts'

/** The line of the hoster when it serves; all values as hex. */
export interface Serving {
  readonly head: string
  readonly hoster: string
}

/** Of the chain that stands still in this measurement. */
export const GENESIS_HASH = blake2b256(utf8('assay/bench/audit'))
const BLOCKS = 512
const BLOCK_BYTES = 65_536

const fresh = (count: number): Uint8Array => new Uint8Array(randomBytes(count))
const deps = { clock: systemClock, log: silentLog }

async function host(bootstrap: readonly DhtAddress[]): Promise<void> {
  const dir = await mkdtemp(join(tmpdir(), 'assay-bench-audit-'))
  await mkdir(join(dir, 'files'))
  await writeFile(join(dir, 'files', 'data'), fresh(BLOCKS * BLOCK_BYTES))
  const store = await createFeedStore({ dir: join(dir, 'feeds') }, deps)
  const { feed } = await store.publish(join(dir, 'files'), { keyPair: noiseKeyPair(fresh(32)) })
  const head = await readFeedHead(feed.core)
  const keyPair = noiseKeyPair(fresh(32))
  const network = await createPeerNetwork({ bootstrap, keyPair }, deps)
  const giver = createReceiptGiver(
    feed.key,
    { latest: () => ({ number: 0, hash: GENESIS_HASH }) },
    {
      chain: { genesisHash: GENESIS_HASH },
      network: {
        identity: { publicKey: keyPair.publicKey, sign: (message) => signWithNoiseKey(keyPair, message) },
      },
      report: () => undefined,
      log: silentLog,
    },
  )
  const served = serveFeed({ network, feed, ...giver.calls }, deps)
  giver.open(served)
  await served.announced()
  const serving: Serving = { head: toHex(encode(FeedHead, head)), hoster: toHex(keyPair.publicKey) }
  process.send!(serving)
  process.once('disconnect', () => {
    void (async () => {
      await network.close()
      await store.close()
      await rm(dir, { recursive: true })
    })()
  })
}

if (process.argv[1] === fileURLToPath(import.meta.url))
  await host(JSON.parse(process.argv[2]!) as readonly DhtAddress[])
