/** Each hostile frame at every door through which strangers reach a Hypercore, over real connections. */
import { readdir, readFile, writeFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import HyperDHT from 'hyperdht'
import { describe, expect, it, onTestFinished } from 'vitest'
import { utf8 } from '#types/bytes.ts'
import { systemClock } from '#types/clock.ts'
import type { Clock } from '#types/clock.ts'
import { createPrng } from '#types/domain/prng.ts'
import { asBufferKeyPair } from '#worker/p2p/identity.ts'
import { auditFeed } from '#worker/systems/hosting/adapters/feed-client.ts'
import type { AuditSession } from '#worker/systems/hosting/adapters/feed-client.ts'
import type { FeedHead } from '#types/domain/hosting/feed.ts'
import { createFeedStore } from '#worker/systems/hosting/adapters/feed-store.ts'
import type { Feed, FeedStore } from '#worker/systems/hosting/adapters/feed-store.ts'
import { serveFeed } from '#worker/systems/hosting/adapters/feed-server.ts'
import { observeFeed } from '#worker/systems/hosting/adapters/observer.ts'
import { fastDeps, freshKeyPair, joinNetwork, testDeps, useDht } from '../../../../../helpers/dht.ts'
import { until, within } from '../../../../../helpers/until.ts'
import { HOSTILE_FRAMES, openHostileChannel } from '../../../../../helpers/hosting/hostile-frames.ts'
import type { HostileFrame, RawConnection, RawDht } from '../../../../../helpers/hosting/hostile-frames.ts'
import { tempDir } from '../../../../../helpers/temp-dir.ts'
import { patiently } from '../../../../../helpers/patience.ts'

const FILES = 20
const LIMIT_MS = patiently(60_000)
/** Our timers are never later. Without the rules they were for seconds, or for ever; on a loaded machine this is much. */
const MAX_GAP_MS = patiently(1_500)
const TICK_MS = 10
/** All frames, each on a connection of its own. */
const FRAMES_MS = 20_000
/** No other timer of an audit is as long. */
const HELD_MS = 3_600_000
/** Of an audit's deadline, this is left when the last hostile frame has come. */
const LEFT_MS = 500
/** An audit that fails closes its network and removes its replica. */
const CLOSING_MS = 5_000

/** The values of each warning. */
class Warnings {
  readonly all: Record<string, unknown>[] = []
  readonly deps = { ...testDeps, log: { ...testDeps.log, warn: (values: object) => void this.all.push({ ...values }) } }
}

/**
 * The clock of fastDeps, on which a deadline of more than an hour stands still until it is released. So it does not come before all
 * frames are sent, however slow the machine is, and nobody waits for it then.
 */
class HoldingClock implements Clock {
  readonly now = fastDeps.clock.now
  readonly #held = new Set<{ readonly callback: () => void; cancel: () => void }>()

  setTimer(ms: number, callback: () => void): () => void {
    if (ms < HELD_MS) return fastDeps.clock.setTimer(ms, callback)
    const held = { callback, cancel: () => void this.#held.delete(held) }
    this.#held.add(held)
    return () => held.cancel()
  }

  release(): void {
    for (const held of this.#held) held.cancel = systemClock.setTimer(LEFT_MS, held.callback)
    this.#held.clear()
  }
}

/** The longest time between two calls of a timer. */
function watchTimers(): () => number {
  let last = performance.now()
  let longest = 0
  const timer = setInterval(() => {
    const now = performance.now()
    longest = Math.max(longest, now - last)
    last = now
  }, TICK_MS)
  onTestFinished(() => clearInterval(timer))
  return () => longest
}

/** They replicate: the door, a store that copies between two cores of its own, and the client that a devnet plays as any other program. */
const REPLICATING = ['feed-store.ts', 'replication-door.ts', 'stock-reader.ts']

it('nothing replicates a Hypercore with a stranger but the door', async () => {
  const source = join(import.meta.dirname, '../../../../../../offchain-worker')
  const files = (await readdir(source, { recursive: true })).filter((name) => name.endsWith('.ts'))
  const found = await Promise.all(
    files.map(async (name) => (/(?<!caps)\.replicate\(/.test(await readFile(join(source, name), 'utf8')) ? name : '')),
  )
  const names = found.filter((name) => name !== '').map((name) => basename(name))
  expect(names.toSorted()).toEqual(REPLICATING)
})

describe('hostile frames', () => {
  const bootstrap = useDht()
  let feed: Feed
  let head: FeedHead

  async function openStore(): Promise<FeedStore> {
    const store = await createFeedStore({ dir: await tempDir() }, testDeps)
    onTestFinished(() => store.close())
    return store
  }

  async function publish(): Promise<void> {
    const folder = await tempDir()
    for (let i = 0; i < FILES; i++) await writeFile(join(folder, `file ${100 + i}`), `content of file ${i}`)
    ;({ feed, head } = await (await openStore()).publish(folder, { keyPair: freshKeyPair() }))
  }

  function openDht(): RawDht {
    const dht = new HyperDHT({ bootstrap: bootstrap(), host: '127.0.0.1', firewalled: false, ephemeral: true })
    onTestFinished(() => dht.destroy({ force: true }))
    return dht as RawDht
  }

  /** Sends each frame on a connection of its own to a key. Resolves once all have been hung up on. */
  async function assail(publicKey: Uint8Array, frames: readonly HostileFrame[]): Promise<void> {
    const dht = openDht()
    for (const frame of frames) {
      const connection = dht.connect(publicKey, { keyPair: asBufferKeyPair(freshKeyPair()) })
      let over = false
      connection.once('close', () => (over = true))
      openHostileChannel(connection, feed.key, (channel) => {
        channel.greet({ length: head.length })
        channel.send(frame)
      })
      await until(`${frame.name} is hung up on`, () => over, 15_000)
    }
  }

  /** Listens under a key and sends each frame to one that dials, the next when it dials again. */
  async function lieInWait(frames: readonly HostileFrame[]): Promise<{ publicKey: Uint8Array; sent: () => number }> {
    const keyPair = freshKeyPair()
    let sent = 0
    const server = openDht().createServer((connection: RawConnection) =>
      openHostileChannel(connection, feed.key, (channel) => {
        const frame = frames[sent]
        if (frame === undefined) return
        channel.greet({ length: head.length })
        channel.send(frame)
        connection.once('close', () => sent++)
      }),
    )
    await server.listen(asBufferKeyPair(keyPair))
    onTestFinished(() => server.close())
    return { publicKey: keyPair.publicKey, sent: () => sent }
  }

  const audit = async (hoster: Uint8Array, deps: typeof testDeps, timeoutMs: number): Promise<AuditSession> => {
    const options = { bootstrap: bootstrap(), keyPair: freshKeyPair(), feed: head, hoster, dir: await tempDir() }
    return auditFeed({ ...options, timeoutMs, receiptRequest: utf8('please'), onReceipt: () => {} }, deps)
  }

  const expectNamed = (warnings: Warnings, frames: readonly HostileFrame[]): void => {
    expect(warnings.all).toHaveLength(frames.length)
    frames.forEach(({ says, name }, i) => {
      expect(warnings.all[i], name).toMatchObject({ ...says, peer: expect.stringMatching(/^[0-9a-f]{64}$/) })
    })
  }

  it('a hoster hangs up on each, by name, in time, and serves readers', { timeout: LIMIT_MS }, async () => {
    await publish()
    const warnings = new Warnings()
    const network = await joinNetwork(bootstrap(), freshKeyPair(), warnings.deps)
    const served = serveFeed({ network, feed }, warnings.deps)
    onTestFinished(() => served.close())
    const longest = watchTimers()
    await assail(network.publicKey, HOSTILE_FRAMES)
    expect(longest()).toBeLessThan(MAX_GAP_MS)
    expectNamed(warnings, HOSTILE_FRAMES)
    const session = await audit(network.publicKey, testDeps, 5_000)
    onTestFinished(() => session.close())
    expect((await session.getBlock(7, 5_000)).index).toBe(7)
    expect(warnings.all).toHaveLength(HOSTILE_FRAMES.length)
  })

  it('an observer hangs up on each that it reads, and counts none as a reader', { timeout: LIMIT_MS }, async () => {
    await publish()
    const warnings = new Warnings()
    const keyPair = freshKeyPair()
    const observer = await observeFeed(
      { bootstrap: bootstrap(), keyPair, feed: head },
      { ...warnings.deps, random: createPrng([keyPair.publicKey]) },
    )
    onTestFinished(() => observer.close())
    const longest = watchTimers()
    // It answers a request at once, so none waits.
    const read = ['request', 'data', 'noData', 'bitfield', 'range']
    // It takes every fork, and hangs up on a reorganisation for another field.
    const frames = HOSTILE_FRAMES.filter(({ type, says: { kind, field } }) =>
      type === 'raw' ? kind === undefined : read.includes(String(kind)) && field !== 'fork',
    )
    await assail(keyPair.publicKey, frames)
    expect(longest()).toBeLessThan(MAX_GAP_MS)
    expectNamed(warnings, frames)
    expect(observer.traces()).toEqual([])
  })

  it('an auditor or reader hangs up on each, and its deadline comes in time', { timeout: LIMIT_MS }, async () => {
    await publish()
    const warnings = new Warnings()
    const hoster = await lieInWait(HOSTILE_FRAMES)
    const longest = watchTimers()
    const clock = new HoldingClock()
    const auditing = audit(hoster.publicKey, { ...fastDeps, clock, log: warnings.deps.log }, 2 * HELD_MS)
    const outcome = auditing.then(undefined, (error: unknown) => error)
    await until('all are hung up on', () => hoster.sent() === HOSTILE_FRAMES.length, FRAMES_MS)
    clock.release()
    const ended = within('the audit has ended', outcome, LEFT_MS + CLOSING_MS)
    expect(await ended).toMatchObject({ code: 'HOSTER_SILENT' })
    expect(longest()).toBeLessThan(MAX_GAP_MS)
    expectNamed(warnings, HOSTILE_FRAMES)
  })
})
