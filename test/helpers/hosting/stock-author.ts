/**
 * An author that is none of ours: a plain Hypercore and a plain Hyperswarm that serve blocks of any size.
 *
 * Owns: making and serving the feed, and going for ever. Does not own: registering it.
 */
import { rm } from 'node:fs/promises'
import Hypercore from 'hypercore'
import HyperDHT from 'hyperdht'
import Hyperswarm from 'hyperswarm'
import type { FeedHead } from '#types/domain/hosting/feed.ts'
import { readFeedHead } from '#worker/systems/hosting/adapters/feed-proof.ts'
import { parseBootstrap } from '#worker/terminal/options.ts'
import { makeTemporary } from '#worker/terminal/temporary.ts'

/** A feed that is served. */
export interface StockAuthor {
  readonly head: FeedHead
  /** Deletes the feed. A second call does nothing. */
  close(): Promise<void>
}

/** Serves these blocks under a key of its own. @param bootstrap the DHT, each `host:port` */
export async function startAuthor(bootstrap: readonly string[], blocks: readonly Uint8Array[]): Promise<StockAuthor> {
  const dir = await makeTemporary('assay-author-')
  const keyPair = HyperDHT.keyPair()
  const { publicKey } = keyPair
  const manifest = { version: 1, signers: [{ publicKey }] }
  const core = new Hypercore(dir, Hypercore.key(publicKey), { manifest })
  await core.ready()
  await core.append(blocks, { keyPair })
  const dht = new HyperDHT({
    bootstrap: bootstrap.map(parseBootstrap),
    host: '127.0.0.1',
    firewalled: false,
    ephemeral: true,
  })
  const swarm = new Hyperswarm({ dht, keyPair: HyperDHT.keyPair() })
  swarm.on('connection', (connection) => {
    connection.on('error', () => undefined)
    core.replicate(connection)
  })
  const topic = swarm.join(core.discoveryKey, { client: false, server: true })
  await topic.flushed()
  const end = async (): Promise<void> => {
    await topic.destroy()
    await swarm.destroy({ force: true })
    await core.close()
    await rm(dir, { recursive: true, force: true })
  }
  let ending: Promise<void> | undefined
  return { head: await readFeedHead(core), close: () => (ending ??= end()) }
}
