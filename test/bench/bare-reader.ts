/**
 * A plain Hypercore over a plain Hyperswarm that requests all its blocks at once: what replication costs at least.
 *
 * Owns: the reader, and the measured time, from the first request to the last block. Does not own: who serves.
 */
import { mkdtemp, rm } from 'node:fs/promises'
import { join } from 'node:path'
import Hypercore from 'hypercore'
import HyperDHT from 'hyperdht'
import Hyperswarm from 'hyperswarm'
import { systemClock, withDeadline } from '#types/clock.ts'
import { AssayError } from '#types/errors.ts'
import type { DhtAddress } from '#worker/p2p/dht.ts'

export const DEADLINE_MS = 60_000

/** The work, or an error after {@link DEADLINE_MS}. */
export const inTime = <T>(work: Promise<T>): Promise<T> =>
  withDeadline(systemClock, DEADLINE_MS, work, () => new AssayError('BENCH_LATE', `expected it in ${DEADLINE_MS} ms`))

/** @see replicate */
export interface BareTarget {
  readonly bootstrap: readonly DhtAddress[]
  /** Where it makes its folder. */
  readonly dir: string
  /** Of the feed. */
  readonly key: Uint8Array
  readonly length: number
  /** Noise key of the one peer to read from; by default whoever serves the feed. */
  readonly hoster?: Uint8Array
}

/** Reads these blocks. @returns milliseconds, and their bytes */
export async function replicate(
  { bootstrap, dir, key, length, hoster }: BareTarget,
  indices: readonly number[],
): Promise<{ readonly ms: number; readonly bytes: number }> {
  const folder = await mkdtemp(join(dir, 'bare-'))
  const core = new Hypercore(folder, Buffer.from(key))
  await core.ready()
  const dht = new HyperDHT({ bootstrap, host: '127.0.0.1', firewalled: false, ephemeral: true })
  const swarm = new Hyperswarm({ dht, keyPair: HyperDHT.keyPair() })
  try {
    const whole = new Promise<void>((resolve) => {
      core.on('append', () => {
        if (core.length >= length) resolve()
      })
    })
    swarm.on('connection', (connection) => core.replicate(connection))
    if (hoster) swarm.joinPeer(Buffer.from(hoster))
    else swarm.join(core.discoveryKey, { client: true, server: false })
    await inTime(whole)
    const began = performance.now()
    const blocks = await inTime(Promise.all(indices.map((index) => core.get(index, { timeout: DEADLINE_MS }))))
    return { ms: performance.now() - began, bytes: blocks.reduce((sum, block) => sum + block!.length, 0) }
  } finally {
    await swarm.destroy()
    await core.close()
    await rm(folder, { recursive: true, force: true })
  }
}
