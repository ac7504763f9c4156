import { createPublicKey, verify } from 'node:crypto'
import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { describe, expect, it, onTestFinished } from 'vitest'
import { toHex, utf8 } from '#types/bytes.ts'
import { systemClock } from '#types/clock.ts'
import { startDht } from '#worker/p2p/dht.ts'
import { noiseKeyPair, signWithNoiseKey } from '#worker/p2p/identity.ts'
import { createPeerNetwork } from '#worker/p2p/network.ts'
import { CHILD_TEST_MS, childEnd } from '../../../helpers/child-end.ts'
import { dialAndKeep, fastDeps, freshKeyPair, joinNetwork, testDeps, useDht } from '../../../helpers/dht.ts'
import { patiently } from '../../../helpers/patience.ts'
import { until, within } from '../../../helpers/until.ts'

const EXIT_CHILD = fileURLToPath(new URL('./exit-child.ts', import.meta.url))

describe('identity', () => {
  it('a seed always gives the same key, and its signatures are plain ed25519', () => {
    const seed = new Uint8Array(32).fill(1)
    const keyPair = noiseKeyPair(seed)
    // Node derives the same public key from the seed as a PKCS#8 private key: RFC 8032, not a variant of it.
    expect(toHex(keyPair.publicKey)).toBe('0x8a88e3dd7409f195fd52db2d3cba5d72ca6709bf1d94121bf3748801b40f6f5c')
    const message = utf8('proof of possession')
    const signature = signWithNoiseKey(keyPair, message)
    const key = Buffer.concat([Buffer.from('302a300506032b6570032100', 'hex'), keyPair.publicKey])
    const publicKey = createPublicKey({ key, format: 'der', type: 'spki' })
    expect(signature).toHaveLength(64)
    expect(verify(null, message, publicKey, signature)).toBe(true)
    expect(verify(null, utf8('another message'), publicKey, signature)).toBe(false)
    expect(() => noiseKeyPair(new Uint8Array(31))).toThrow(expect.objectContaining({ code: 'BAD_SEED' }))
  })
})

describe('private DHT', () => {
  it('a port in use is a typed error that names it', async () => {
    const socket = createSocket('udp4').bind(0, '127.0.0.1')
    onTestFinished(() => void socket.close())
    await once(socket, 'listening')
    const { port } = socket.address()
    await expect(startDht({ port })).rejects.toMatchObject({ code: 'DHT_PORT_IN_USE', meta: { port } })
  })

  it('takes the port it is given, and gives it back', async () => {
    const first = await startDht({ port: 0 })
    const [address] = first.bootstrap
    await first.close()
    const second = await startDht({ port: address?.port ?? 0 })
    expect(second.bootstrap).toEqual([address])
    await second.close()
  })
})

describe('network', () => {
  const bootstrap = useDht()

  it('no DHT at the address is a typed error', async () => {
    const dht = await startDht({ port: 0 })
    await dht.close()
    const options = { bootstrap: dht.bootstrap, keyPair: freshKeyPair(), listen: false, deadlineMs: 1_000 }
    await expect(createPeerNetwork(options, fastDeps)).rejects.toMatchObject({ code: 'DHT_UNREACHABLE' })
  })

  it(
    'a DHT that comes later than the first try is found',
    async () => {
      const gone = await startDht({ port: 0 })
      await gone.close()
      let failed = (): void => undefined
      const firstTry = new Promise<void>((resolve) => (failed = resolve))
      const isStopped = (): boolean => {
        failed()
        return false
      }
      const options = { bootstrap: gone.bootstrap, keyPair: freshKeyPair(), deadlineMs: patiently(60_000) }
      const joining = createPeerNetwork(options, { ...testDeps, isStopped })
      await firstTry
      const dht = await startDht({ port: gone.bootstrap[0]!.port })
      await (await joining).close()
      await dht.close()
    },
    patiently(70_000),
  )

  it('a peer that comes later than the dial is found', async () => {
    const [a, late] = [await joinNetwork(bootstrap()), freshKeyPair()]
    dialAndKeep(a, late.publicKey)
    await new Promise((resolve) => systemClock.setTimer(300, () => resolve(undefined)))
    const b = await joinNetwork(bootstrap(), late)
    await until('they are connected', () => a.connected().length === 1 && b.connected().length === 1)
  })

  it('closing hangs up at once, is idempotent, and ends what is asked for later', async () => {
    const [a, b] = [await joinNetwork(bootstrap()), await joinNetwork(bootstrap())]
    dialAndKeep(a, b.publicKey)
    await until('they are connected', () => a.connected().length === 1 && b.connected().length === 1)
    await within('it has closed', Promise.all([a.close(), a.close()]), 400)
    await until('the other side noticed', () => b.connected().length === 0, 1_000)
    expect(() => a.dial(b.publicKey)).toThrow(expect.objectContaining({ code: 'NETWORK_CLOSED' }))
  })

  it('closes in about a second also when the DHT is gone', async () => {
    const dht = await startDht({ port: 0 })
    const network = await joinNetwork(dht.bootstrap)
    network.joinTopic(new Uint8Array(32).fill(5), { server: true, client: true })
    await dht.close()
    await within('it has closed', network.close(), 3_000)
  })

  it('a connection nobody wants is hung up after its grace, one that is wanted again in time is kept', async () => {
    const a = await createPeerNetwork({ bootstrap: bootstrap(), keyPair: freshKeyPair() }, fastDeps)
    onTestFinished(() => a.close())
    const [b, c] = [await joinNetwork(bootstrap()), await joinNetwork(bootstrap())]
    const releaseB = dialAndKeep(b, a.publicKey)
    dialAndKeep(c, a.publicKey)
    const connected = (): number[] => [a, b, c].map((network) => network.connected().length)
    await until('both are connected', () => connected().join() === '2,1,1')
    dialAndKeep(a, c.publicKey)
    releaseB()
    await until('the unwanted one is gone', () => b.connected().length === 0, 3_000)
    expect(c.connected()).toHaveLength(1)
  })
})

describe('process', () => {
  it('exits by itself once everything is closed', { timeout: CHILD_TEST_MS }, async () => {
    expect(await childEnd(EXIT_CHILD)).toEqual({ code: 0, signal: null, output: 'audited\nclosed\n' })
  })
})
