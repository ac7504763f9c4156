/** The life of a worker: joining once, heartbeats, the operator's extrinsics, drain and close. */
import { beforeEach, expect, test } from 'vitest'
import type { ChainPort, SubmitOutcome } from '#chain/api/chain-port.ts'
import { AssayError } from '#types/errors.ts'
import { verifyEd25519 } from '#types/crypto/signature.ts'
import { possessionMessage, workerCalls, WorkerRecord } from '#types/domain/worker.ts'
import { decode } from '#types/scale/codec.ts'
import { struct } from '#types/scale/compound.ts'
import type { FeedServer } from '#worker/systems/hosting/ports.ts'
import { startWorker, type Worker } from '#worker/kernel/worker.ts'
import { memoryFeed } from '../../../helpers/memory-feed.ts'
import { newWorker, settle, TestWorker, World } from '../../../helpers/role-world.ts'

let world: World
let worker: TestWorker

beforeEach(() => {
  world = new World()
  worker = new TestWorker(world, 'worker')
})

const start = (change: Partial<ChainPort> = {}): Promise<Worker> => {
  const deps = worker.deps()
  const options = { account: worker.account, capacity: 2, ...worker.attests() }
  return startWorker(options, { ...deps, chain: { ...deps.chain, ...change } })
}
const duties = (): string[] => world.submissions.map(({ dutyId }) => dutyId)

test('joins with proof of possession, once: a second start finds the registration', async () => {
  await (await start()).close()
  await (await start()).close()
  expect(duties()).toEqual(['workers.register/0'])
  const args = decode(struct(workerCalls.register), world.submissions[0]!.call.args)
  const message = possessionMessage(world.genesisHash, worker.account, worker.noise.publicKey)
  expect(verifyEd25519(args.possession, message, worker.noise.publicKey)).toBe(true)
  expect(args).toMatchObject({ noiseKey: worker.noise.publicKey, roles: ['Attestor'], capacity: 2 })
})

test('unregistered by its operator, it comes back at the next start under a new duty', async () => {
  await (await start()).close()
  world.put('Workers.Workers', [worker.account], WorkerRecord, undefined)
  await (await start()).close()
  expect(duties()).toEqual(['workers.register/0', 'workers.register/1'])
})

test('killed between inclusion and its own note, it does not take the old registration for a new one', async () => {
  await (await start()).close()
  worker.journal.values.clear()
  world.put('Workers.Workers', [worker.account], WorkerRecord, undefined)
  await (await start()).close()
  expect(duties()).toEqual(['workers.register/0', 'workers.register/1'])
  expect(world.get('Workers.Workers', [worker.account], WorkerRecord)).toBeDefined()
})

test('adds its role to a registration that lacks it', async () => {
  const record = newWorker(worker.noise.publicKey, 1)
  world.put('Workers.Workers', [worker.account], WorkerRecord, { ...record, roles: ['Hoster'] })
  // The world takes the call but changes nothing, so joining gives up, loudly.
  await expect(start()).rejects.toMatchObject({ code: 'REGISTRATION_FAILED' })
  const args = decode(struct(workerCalls.update), world.submissions[0]!.call.args)
  expect(args).toEqual({ roles: ['Hoster', 'Attestor'], capacity: 2 })
})

test('another Noise key under its account is refused by name', async () => {
  world.put('Workers.Workers', [worker.account], WorkerRecord, newWorker(new Uint8Array(32), 1))
  await expect(start()).rejects.toMatchObject({ code: 'NOISE_KEY_MISMATCH' })
  expect(duties()).toEqual([])
})

test('a refused registration ends the start with the reason; an outcome still unknown is waited for', async () => {
  const refused: SubmitOutcome = { kind: 'refused', code: 1010, message: 'Inability to pay some fees' }
  await expect(start({ submit: async () => refused })).rejects.toThrow(/Inability to pay/)
  let tries = 0
  const { submit } = worker.deps().chain
  const slow: ChainPort['submit'] = (dutyId, call) => {
    if (++tries < 3) throw new AssayError('SUBMIT_TIMEOUT', 'expected an outcome')
    return submit(dutyId, call)
  }
  await (await start({ submit: slow })).close()
  expect(tries).toBe(3)
})

test('one heartbeat for each interval, none after closing', async () => {
  const running = await start()
  for (let i = 0; i < 35; i++) await world.block()
  const beats = duties().filter((duty) => duty.startsWith('workers.heartbeat'))
  expect(beats).toHaveLength(3)
  expect(new Set(beats).size).toBe(3)
  await running.close()
  for (let i = 0; i < 12; i++) await world.block()
  expect(duties().filter((duty) => duty.startsWith('workers.heartbeat'))).toHaveLength(3)
  await expect(running.done).resolves.toBeUndefined()
})

test('draining ends at once without duties, and by its deadline with one', async () => {
  const idle = await start()
  await world.block()
  await idle.drain(1_000)
  await expect(idle.done).resolves.toBeUndefined()

  const busy = await start()
  const others = [new TestWorker(world, 'x'), new TestWorker(world, 'y')]
  world.openRound(1, [worker, ...others], others[0]!, memoryFeed(5).head)
  await world.block()
  expect(worker.kinds()).toContain('coinflip-started')
  let over = false
  const drained = busy.drain(1_000).then(() => (over = true))
  await settle()
  expect(over).toBe(false)
  world.clock.advance(1_000)
  await drained
  await expect(busy.done).resolves.toBeUndefined()
})

test('closed, a hoster has hung up: what it serves from may go then', async () => {
  const feed = memoryFeed(3)
  world.hold(feed)
  const deps = worker.deps()
  let hangUp = (): void => {}
  let isClosed = false
  const feeds: FeedServer = {
    serveFeed: async (request) => ({
      ...(await worker.feeds.serveFeed(request)),
      close: () => new Promise((resolve) => (hangUp = resolve)),
    }),
  }
  const work = worker.hosts([{ key: feed.head.key, head: feed.head }], feeds)
  const hoster = await startWorker({ account: worker.account, capacity: 2, ...work }, deps)
  const closing = hoster.close().then(() => (isClosed = true))
  await settle()
  expect(isClosed).toBe(false)
  hangUp()
  await closing
})

test('what ends the following ends the worker, with the reason', async () => {
  const broken: ChainPort['follow'] = () => ({
    done: Promise.reject(new AssayError('OTHER_CHAIN', 'expected the same genesis')),
    stop: async () => {},
  })
  const running = await start({ follow: broken })
  await expect(running.done).rejects.toMatchObject({ code: 'OTHER_CHAIN' })
})

test('a chain that does not answer for a while costs no round', async () => {
  const others = ['x', 'y'].map((name) => new TestWorker(world, name))
  const { storage } = worker.deps().chain
  let broken = false
  const flaky: ChainPort['storage'] = (...item) => {
    if (broken) throw new AssayError('CHAIN_TIMEOUT', 'expected an answer')
    return storage(...item)
  }
  await start({ storage: flaky })
  await world.block()
  broken = true
  world.openRound(1, [worker, ...others], others[0]!, memoryFeed(5).head)
  await world.block()
  expect(worker.kinds()).not.toContain('duty-taken')
  broken = false
  await world.block()
  expect(worker.kinds()).toContain('coinflip-started')
})
