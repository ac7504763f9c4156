/** A process that uses every part of p2p once and closes it. network.test.ts checks that it ends by itself. */
import { randomBytes } from 'node:crypto'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { utf8 } from '#types/bytes.ts'
import { auditFeed } from '#worker/systems/hosting/adapters/feed-client.ts'
import { systemClock } from '#types/clock.ts'
import { startDht } from '#worker/p2p/dht.ts'
import { createFeedStore } from '#worker/systems/hosting/adapters/feed-store.ts'
import { serveFeed } from '#worker/systems/hosting/adapters/feed-server.ts'
import { noiseKeyPair } from '#worker/p2p/identity.ts'
import { silentLog } from '#types/log.ts'
import { openMesh } from '#worker/p2p/mesh.ts'
import { createPeerNetwork } from '#worker/p2p/network.ts'
import { patiently } from '../../../helpers/patience.ts'

const random = (count: number): Uint8Array => new Uint8Array(randomBytes(count))
const keyPair = (): ReturnType<typeof noiseKeyPair> => noiseKeyPair(random(32))
const deps = { clock: systemClock, log: silentLog, randomBytes: random }

const dir = await mkdtemp(join(tmpdir(), 'assay-exit-'))
await writeFile(join(dir, 'file'), 'content')
const dht = await startDht({ port: 0 })
const store = await createFeedStore({ dir: join(dir, '.store') }, deps)
const { feed, head } = await store.publish(dir, { keyPair: keyPair() })
const network = await createPeerNetwork({ bootstrap: dht.bootstrap, keyPair: keyPair() }, deps)
const members = [network.publicKey, keyPair().publicKey]
const session = { protocol: 'assay/test/1', id: utf8('exit'), members, maxFrameBytes: 10, onMessage: () => {} }
openMesh(network, session, deps).broadcast(utf8('anybody?'))
serveFeed({ network, feed }, deps)
const { bootstrap } = dht
const target = { feed: head, hoster: network.publicKey }
const receipts = { receiptRequest: utf8('any'), onReceipt: () => {} }
const audit = await auditFeed(
  { bootstrap, keyPair: keyPair(), ...target, ...receipts, dir, timeoutMs: patiently(5_000) },
  deps,
)
await audit.getBlock(1, 5_000)
process.stdout.write('audited\n')
await audit.close()
await network.close()
await store.close()
await dht.close()
await rm(dir, { recursive: true })
process.stdout.write('closed\n')
