/**
 * A feed that is read from everybody who serves it, by its key alone.
 *
 * Owns: the newest length, and waiting no longer than blocks come. Does not own: a hoster's audit (feed-client.ts), which reads from one
 * peer only.
 */
import type Hypercore from 'hypercore'
import { withDeadline, type Clock } from '#types/clock.ts'
import { AssayError } from '#types/errors.ts'
import type { Log } from '#types/log.ts'
import { keyName } from '#worker/p2p/identity.ts'
import { openReplica, type ReplicaOptions } from '../adapters/replica.ts'

/** A new server is found at the latest when the network looks again, every 20 s. */
const FIND_MS = 30_000
/** A reader that has the feed already looks so long for a longer one. */
const LOOK_MS = 5_000
/** While no block comes at all. */
const STALL_MS = 30_000
/** The chain is not asked how long the feed is: claims of peers are cut to this. 1 TiB of files. */
const MOST_BLOCKS = 2 ** 24

/** @see openSwarmFeed */
export interface SwarmFeedOptions extends ReplicaOptions {
  /** For the first peer that has the feed. Default 30 s. */
  readonly findMs?: number
}

/** @see openSwarmFeed */
export interface SwarmFeed {
  /** Blocks. Later ones of its author are passed over. */
  readonly length: number
  /** Of these, how many are in the folder already. */
  heldIn(from: number, to: number): Promise<number>
  /** @throws AssayError `FEED_STALLED`, `BLOCK_FAILED` */
  getBlock(index: number): Promise<Uint8Array>
  close(): Promise<void>
}

const unreachable = (key: Uint8Array, ms: number): AssayError =>
  new AssayError(
    'FEED_UNREACHABLE',
    `expected a peer that serves feed 0x${keyName(key)} within ${ms} ms, got none: is its author or a hoster running, on this DHT?`,
  )

/** The newest length that a peer has; with blocks in the folder, the wait for a longer feed is short. */
async function newestLength(
  core: Hypercore,
  { key, findMs = FIND_MS }: SwarmFeedOptions,
  clock: Clock,
): Promise<number> {
  let onAppend = (): void => undefined
  const appended = new Promise<void>((resolve) => core.on('append', (onAppend = resolve)))
  if (core.length > 0) onAppend()
  const ms = core.length > 0 ? Math.min(LOOK_MS, findMs) : findMs
  const isFound = core.findingPeers()
  const cancel = clock.setTimer(ms, isFound)
  try {
    await core.update({ wait: true })
    await withDeadline(clock, ms, appended, () => unreachable(key, ms))
    return core.length
  } finally {
    cancel()
    isFound()
  }
}

/** Waits for blocks as long as any comes. */
class Patience {
  readonly #clock: Clock
  #heard: number

  constructor(clock: Clock) {
    this.#clock = clock
    this.#heard = clock.now()
  }

  async wait<T>(work: Promise<T>, late: () => AssayError): Promise<T> {
    let cancel = (): void => undefined
    const stalled = new Promise<never>((_resolve, reject) => {
      const began = this.#clock.now()
      const look = (): void => {
        const left = Math.max(this.#heard, began) + STALL_MS - this.#clock.now()
        if (left <= 0) return reject(late())
        cancel = this.#clock.setTimer(left, look)
      }
      look()
    })
    try {
      const result = await Promise.race([work, stalled])
      this.#heard = this.#clock.now()
      return result
    } finally {
      cancel()
    }
  }
}

/**
 * Opens a feed from its swarm, or from the folder where nobody serves it any more. If it fails, it leaves nothing open.
 * @throws AssayError `DHT_UNREACHABLE`, `FEED_UNREACHABLE`, `FEED_STORE_LOCKED`, `FEED_STORE_UNREADABLE`
 */
export async function openSwarmFeed(
  options: SwarmFeedOptions,
  deps: { readonly clock: Clock; readonly log: Log },
): Promise<SwarmFeed> {
  const replica = await openReplica(options, deps)
  const { core } = replica
  try {
    replica.join({ length: MOST_BLOCKS })
    const length = await newestLength(core, options, deps.clock)
    const patience = new Patience(deps.clock)
    const stalled = (index: number) => (): AssayError =>
      new AssayError(
        'FEED_STALLED',
        `expected block ${index} of ${length}, got no block for ${STALL_MS} ms from ${core.peers.length} connected peers: ` +
          `run the command again with the same --data, and it goes on from here`,
        { index },
      )
    return {
      length,
      async heldIn(from, to) {
        let held = 0
        for (let index = from; index < to; index++) if (await core.has(index)) held++
        return held
      },
      getBlock: (index) => patience.wait(replica.block(index), stalled(index)),
      close: () => replica.close(),
    }
  } catch (error) {
    await replica.close()
    throw error
  }
}
