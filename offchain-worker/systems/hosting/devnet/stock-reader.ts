/**
 * A reader that is none of ours: a plain Hypercore and a plain Hyperswarm, which know a feed's key and the DHT.
 *
 * Owns: reading a feed as any program of Holepunch's would. Does not own: `assay hosting read` (reader/read-files.ts).
 */
import { rm } from 'node:fs/promises'
import Hypercore from 'hypercore'
import HyperDHT from 'hyperdht'
import Hyperswarm from 'hyperswarm'
import { makeTemporary } from '#worker/terminal/temporary.ts'
import { parseBootstrap } from '#worker/terminal/options.ts'

/** For each block. */
const BLOCK_MS = 30_000
/** From one look for peers to the next, until one has the feed. */
const LOOK_MS = 2_000

/** @see readAsStranger */
export interface StrangerOptions {
  /** Of the feed. */
  readonly key: Uint8Array
  /** The DHT, each `host:port`. */
  readonly bootstrap: readonly string[]
  /** Blocks to read, from the first on. */
  readonly length: number
}

/**
 * Reads a feed from whoever serves it.
 * @returns its blocks
 * @throws Error of Hypercore where a block does not come within half a minute
 */
export async function readAsStranger({ key, bootstrap, length }: StrangerOptions): Promise<readonly Uint8Array[]> {
  const dir = await makeTemporary('assay-stranger-')
  const nodes = bootstrap.map(parseBootstrap)
  const dht = new HyperDHT({ bootstrap: nodes, host: '127.0.0.1', firewalled: false, ephemeral: true })
  const swarm = new Hyperswarm({ dht, keyPair: HyperDHT.keyPair() })
  const core = new Hypercore(dir, key)
  swarm.on('connection', (connection) => {
    // A peer that goes away is no matter: another one has the feed.
    connection.on('error', () => undefined)
    core.replicate(connection)
  })
  await core.ready()
  const topic = swarm.join(core.discoveryKey, { client: true, server: false })
  const looking = setInterval(() => void (core.peers.length === 0 && topic.refresh().catch(() => undefined)), LOOK_MS)
  try {
    const blocks: Uint8Array[] = []
    for (let index = 0; index < length; index++) blocks.push((await core.get(index, { timeout: BLOCK_MS }))!)
    return blocks
  } finally {
    clearInterval(looking)
    // A swarm that is destroyed by force leaves the timer of a topic behind, which holds the process for ten minutes.
    await topic.destroy()
    await swarm.destroy({ force: true })
    await core.close()
    await rm(dir, { recursive: true, force: true })
  }
}
