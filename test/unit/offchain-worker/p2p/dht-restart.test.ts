import { expect, it, onTestFinished } from 'vitest'
import { startDht } from '#worker/p2p/dht.ts'
import { createPeerNetwork } from '#worker/p2p/network.ts'
import { dialAndKeep, fastDeps, freshKeyPair } from '../../../helpers/dht.ts'
import { until } from '../../../helpers/until.ts'

it('after a restart of the DHT peers find each other again', async () => {
  const dht = await startDht({ port: 0 })
  const port = dht.bootstrap[0]?.port ?? 0
  const a = await createPeerNetwork({ bootstrap: dht.bootstrap, keyPair: freshKeyPair() }, fastDeps)
  const b = await createPeerNetwork({ bootstrap: dht.bootstrap, keyPair: freshKeyPair() }, fastDeps)
  onTestFinished(() => a.close())
  onTestFinished(() => b.close())
  await dht.close()
  const again = await startDht({ port })
  onTestFinished(() => again.close())
  dialAndKeep(a, b.publicKey)
  await until('they are connected', () => a.connected().length === 1, 18_000)
  expect(b.connected()).toHaveLength(1)
})
