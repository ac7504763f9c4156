/**
 * A private DHT on loopback for one test file, and identities on it.
 *
 * Owns: starting and stopping them. Does not own: what runs over them.
 */
import { randomBytes } from 'node:crypto'
import { afterAll, beforeAll, onTestFinished } from 'vitest'
import { equalBytes } from '#types/bytes.ts'
import { systemClock } from '#types/clock.ts'
import type { Clock } from '#types/clock.ts'
import { startDht } from '#worker/p2p/dht.ts'
import type { Dht, DhtAddress } from '#worker/p2p/dht.ts'
import { noiseKeyPair } from '#worker/p2p/identity.ts'
import type { NoiseKeyPair } from '#worker/p2p/identity.ts'
import { silentLog } from '#types/log.ts'
import type { Log } from '#types/log.ts'
import { createPeerNetwork } from '#worker/p2p/network.ts'
import type { PeerNetwork } from '#worker/p2p/network.ts'

/** What p2p factories are given in tests: the machine's clock and randomness, no log. */
export const testDeps: { clock: Clock; log: Log; randomBytes: (count: number) => Uint8Array } = {
  clock: systemClock,
  log: silentLog,
  randomBytes: (count) => new Uint8Array(randomBytes(count)),
}

const FAST = 20

/** The same with twenty seconds in one: for what happens by the minute. */
export const fastDeps: typeof testDeps = {
  ...testDeps,
  clock: {
    now: () => systemClock.now() * FAST,
    setTimer: (ms, callback) => systemClock.setTimer(ms / FAST, callback),
  },
}

/** A key pair that no other test has. */
export const freshKeyPair = (): NoiseKeyPair => noiseKeyPair(testDeps.randomBytes(32))

/** Runs a DHT during this file's tests; the function returned gives its bootstrap addresses. */
export function useDht(): () => readonly DhtAddress[] {
  let dht: Dht | undefined
  beforeAll(async () => {
    dht = await startDht({ port: 0 })
  })
  afterAll(() => dht?.close())
  return () => {
    if (dht === undefined) throw new Error('the DHT is not running yet')
    return dht.bootstrap
  }
}

/** An identity on the DHT that leaves when the running test is over. */
export async function joinNetwork(
  bootstrap: readonly DhtAddress[],
  keyPair = freshKeyPair(),
  deps = testDeps,
): Promise<PeerNetwork> {
  const network = await createPeerNetwork({ bootstrap, keyPair }, deps)
  onTestFinished(() => network.close())
  return network
}

/** Dials a key and wants the connection kept, until the returned function is called. */
export function dialAndKeep(network: PeerNetwork, publicKey: Uint8Array): () => void {
  const detach = network.attach({ wants: (key) => equalBytes(key, publicKey), onConnection: () => {} })
  const release = network.dial(publicKey)
  return () => {
    detach()
    release()
  }
}
