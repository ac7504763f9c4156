/** A client that knows no more than a feed's key and a bootstrap address reads it from a hoster, with the author gone for ever. */
import { rm } from 'node:fs/promises'
import Hypercore from 'hypercore'
import HyperDHT from 'hyperdht'
import Hyperswarm from 'hyperswarm'
import { expect, it, onTestFinished } from 'vitest'
import { toHex } from '#types/bytes.ts'
import { asBufferKeyPair } from '#worker/p2p/identity.ts'
import { proveBlock, readFeedHead } from '#worker/systems/hosting/adapters/feed-proof.ts'
import { serveFeed } from '#worker/systems/hosting/adapters/feed-server.ts'
import { feedKey } from '#types/domain/hosting/feed.ts'
import { freshKeyPair, joinNetwork, testDeps, useDht } from '../../../../../helpers/dht.ts'
import { encodeSegment, openSegment, sampleBlocks } from '../../../../../helpers/hosting/copy-samples.ts'
import { openCopies } from '../../../../../helpers/hosting/pinned.ts'
import { patiently } from '../../../../../helpers/patience.ts'
import { tempDir } from '../../../../../helpers/temp-dir.ts'

const BLOCK_MS = patiently(10_000)
const BLOCKS = sampleBlocks([0, 1, 65_536, 5_000, 2 ** 20, 12, 400, 1, 0, 70, 3_000, 9, 65_536, 8, 7, 6])
const bootstrap = useDht()

/** The author's Hypercore, of which nothing stays but what the chain and the hoster have. */
async function author() {
  const dir = await tempDir()
  const keyPair = freshKeyPair()
  const core = new Hypercore(dir, Hypercore.key(Buffer.from(keyPair.publicKey)), {
    manifest: { version: 1, signers: [{ publicKey: keyPair.publicKey }] },
  })
  await core.ready()
  await core.append(BLOCKS, { keyPair: asBufferKeyPair(keyPair) })
  const head = await readFeedHead(core)
  expect(toHex(feedKey(head.namespace, head.publicKey))).toBe(toHex(head.key))
  const proofs = await Promise.all(BLOCKS.map((_, index) => proveBlock(core, index)))
  const die = async (): Promise<void> => {
    await core.close()
    await rm(dir, { recursive: true })
  }
  return { head, proofs, die }
}

it('gets every block, byte for byte', async () => {
  const { head, proofs, die } = await author()
  const { encoded } = encodeSegment({ head, blocks: BLOCKS })
  const { copies } = await openCopies(await tempDir())
  const copy = await copies.open(openSegment({ head, blocks: BLOCKS }))
  for (const [index, proof] of proofs.entries()) {
    expect(await copy.take(index, encoded.get(index)!, proof)).toEqual({ kind: 'taken' })
  }
  await die()
  const network = await joinNetwork(bootstrap())
  const sent: number[] = []
  const served = serveFeed({ network, feed: copy.feed, onServed: (_, index) => void sent.push(index) }, testDeps)
  onTestFinished(() => served.close())
  await served.announced()

  const core = new Hypercore(await tempDir(), Buffer.from(head.key))
  await core.ready()
  const dht = new HyperDHT({ bootstrap: bootstrap(), host: '127.0.0.1', firewalled: false, ephemeral: true })
  const swarm = new Hyperswarm({ dht, keyPair: asBufferKeyPair(freshKeyPair()) })
  onTestFinished(async () => {
    await swarm.destroy()
    await core.close()
  })
  swarm.on('connection', (connection) => core.replicate(connection))
  swarm.join(core.discoveryKey, { server: false, client: true })
  const blocks = await Promise.all(BLOCKS.map((_, index) => core.get(index, { timeout: BLOCK_MS })))
  expect(blocks.map((block) => block && toHex(block))).toEqual(BLOCKS.map((block) => toHex(block)))
  expect(sent.toSorted((a, b) => a - b)).toEqual(BLOCKS.map((_, index) => index))
})
