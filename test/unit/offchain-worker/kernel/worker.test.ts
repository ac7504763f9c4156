/** The life of a worker: joining once, heartbeats, the operator's extrinsics, drain and close. */
import { beforeEach, expect, test } from 'vitest'
import type { ChainPort, SubmitOutcome } from '#chain/api/chain-port.ts'
import { encodeCall } from '#chain/api/descriptors.ts'
import { AssayError } from '#types/errors.ts'
import { verifyEd25519 } from '#types/crypto/signature.ts'
import { Bond } from '#types/domain/bond.ts'
import { possessionMessage, workerCalls, type RoleName } from '#types/domain/worker.ts'
import { decode, encode } from '#types/scale/codec.ts'
import { struct } from '#types/scale/compound.ts'
import { bondCharged, register } from '#worker/kernel/chain-items.ts'
import type { NoiseIdentity } from '#worker/kernel/ports.ts'
import { startWorker, type Worker } from '#worker/kernel/worker.ts'
import { identityOf } from '#worker/simulation/identities.ts'
import type { FeedServer } from '#worker/systems/hosting/ports.ts'
import { kindsOf, withChanges, type Party } from '../../../helpers/attestation/parties.ts'
import { Stage } from '../../../helpers/attestation/stage.ts'

/** As the runtime has it. */
const HEARTBEAT_BLOCKS = 20
let stage: Stage
let worker: Party

beforeEach(() => {
  stage = new Stage({ attestors: ['worker', 'x', 'y'] })
  worker = stage.attestors[0]!
})

/** Starts the worker on the world's ports, but for `change` in its chain. */
const start = (change: Partial<ChainPort> = {}, name?: string): Promise<Worker> => {
  const deps = stage.world.lend(worker.peer)
  const ports = stage.parties.noted(worker.account, { ...deps, chain: withChanges(deps.chain, change) })
  const options = { account: worker.account, capacity: 2, role: 'Attestor', name, makeRole: worker.makeRole } as const
  return stage.during(startWorker(options, ports))
}
const submissions = () => stage.parties.submissions
const duties = (): readonly string[] => stage.dutiesOf(worker)

/** The operator registers the account itself. */
async function registerBefore(identity: NoiseIdentity, roles: readonly RoleName[]): Promise<void> {
  const noiseKey = identity.publicKey
  const possession = identity.sign(possessionMessage(stage.world.chain.genesisHash, worker.account, noiseKey))
  stage.act(worker.name, encodeCall(register, { noiseKey, possession, roles, capacity: 2, name: 'registered' }))
  await stage.block()
}

test('joins with proof of possession, once: a second start finds the registration', async () => {
  await (await start()).close()
  await (await start()).close()
  expect(duties()).toEqual(['workers.register/0'])
  const args = decode(struct(workerCalls.register), submissions()[0]!.call.args)
  const message = possessionMessage(stage.world.chain.genesisHash, worker.account, worker.identity.publicKey)
  expect(verifyEd25519(args.possession, message, worker.identity.publicKey)).toBe(true)
  expect(args).toMatchObject({ noiseKey: worker.identity.publicKey, roles: ['Attestor'], capacity: 2 })
})

test('unregistered by its operator, it comes back at the next start under a new duty', async () => {
  await (await start()).close()
  stage.operate(worker, 'unregister')
  await stage.block()
  expect(stage.worker(worker)).toBeUndefined()
  await (await start()).close()
  expect(duties()).toEqual(['workers.register/0', 'workers.register/1'])
})

test('killed between inclusion and its own note, it does not take the old registration for a new one', async () => {
  await (await start()).close()
  const journal = stage.world.journalOf(worker.peer)
  for (const key of journal.keys()) await journal.delete(key)
  stage.operate(worker, 'unregister')
  await stage.block()
  await (await start()).close()
  expect(duties()).toEqual(['workers.register/0', 'workers.register/1'])
  expect(stage.worker(worker)).toBeDefined()
})

test('has the name that its operator chose last, and keeps it where the operator chooses none', async () => {
  await (await start({}, 'one')).close()
  expect(stage.worker(worker)).toMatchObject({ name: 'one' })
  await (await start({}, 'two')).close()
  await (await start({}, 'two')).close()
  expect(duties()).toEqual(['workers.register/0', 'workers.setName/0'])
  await (await start()).close()
  expect(stage.worker(worker)).toMatchObject({ name: 'two' })
})

test('adds its role to a registration that lacks it', async () => {
  await registerBefore(worker.identity, ['Hoster'])
  await (await start()).close()
  const args = decode(struct(workerCalls.update), submissions()[0]!.call.args)
  expect(args).toEqual({ roles: ['Hoster', 'Attestor'], capacity: 2 })
  expect(stage.worker(worker)).toMatchObject(args)
})

test('gives up joining, loudly, where the chain takes its calls and changes nothing', async () => {
  await registerBefore(worker.identity, ['Hoster'])
  const included: SubmitOutcome = { kind: 'included', block: stage.hash, number: stage.number }
  await expect(start({ submit: async () => included })).rejects.toMatchObject({ code: 'REGISTRATION_FAILED' })
  expect(duties()).toEqual(['workers.update/0', 'workers.update/1', 'workers.update/2'])
})

test('tells at once, in tokens, that its account cannot pay the bond, and sends nothing', async () => {
  const deps = stage.world.lend(worker.peer)
  const ports = stage.parties.noted(worker.account, deps)
  const options = {
    account: worker.account,
    capacity: 2 ** 32 - 1,
    role: 'Attestor',
    makeRole: worker.makeRole,
  } as const
  const failure = await stage.during(startWorker(options, ports).catch((error: unknown) => error))
  expect(failure).toMatchObject({ code: 'BOND_NOT_COVERED' })
  expect((failure as Error).message).toMatch(
    /expected 17179869181\.0000 ASY and fees to bond as Attestor with capacity 4294967295 \(1\.0000 ASY for a role and 4\.0000 ASY for each duty at a time\), got 1000000\.0000 ASY: send tokens to 5\w+, or start with a smaller --capacity/,
  )
  expect(duties()).toEqual([])
})

test('tops its bond up at its start after a charge', async () => {
  await (await start()).close()
  const port = stage.world.port(worker.name)
  let isCharged = true
  const charged: ChainPort['storage'] = async (pallet, item, keys, at) => {
    const bytes = await port.storage(pallet, item, keys, at)
    if (!bytes || item !== 'Bonds' || !isCharged) return bytes
    return encode(Bond, { ...decode(Bond, bytes), held: 1n })
  }
  const topping: ChainPort['submit'] = (dutyId, call) => {
    if (call.call === 'topUp') isCharged = false
    return call.call === 'topUp'
      ? Promise.resolve({ kind: 'included', block: stage.hash, number: stage.number })
      : port.submit(dutyId, call)
  }
  await (await start({ storage: charged, submit: topping })).close()
  expect(duties()).toEqual(['workers.register/0', 'workers.topUp/0'])
})

test('tells its operator that the chain charged its bond, and nothing of the bonds of others', async () => {
  let give: Parameters<ChainPort['follow']>[0] = async () => undefined
  const follow: ChainPort['follow'] = (onBlock) => {
    give = onBlock
    return { done: new Promise(() => undefined), stop: async () => undefined }
  }
  const running = await start({ follow })
  const charge = (account: Uint8Array, amount: bigint) => {
    const data = encode(struct(bondCharged.fields), { account, amount })
    return { pallet: bondCharged.pallet, name: bondCharged.name, data, extrinsicIndex: undefined }
  }
  const events = [charge(stage.hoster.account, 1n), charge(worker.account, 4n * 10n ** 12n)]
  await stage.during(give({ number: stage.number, hash: stage.hash, events }))
  expect(worker.progress.filter(({ kind }) => kind === 'bond-charged')).toEqual([
    { kind: 'bond-charged', amount: '4.0000 ASY' },
  ])
  await running.close()
})

test('another Noise key under its account is refused by name', async () => {
  await registerBefore(identityOf('somebody else'), ['Attestor'])
  await expect(start()).rejects.toMatchObject({ code: 'NOISE_KEY_MISMATCH' })
  expect(duties()).toEqual([])
})

test('a refused registration ends the start with the reason; an outcome still unknown is waited for', async () => {
  const refused: SubmitOutcome = { kind: 'refused', code: 1010, message: 'Inability to pay some fees' }
  await expect(start({ submit: async () => refused })).rejects.toThrow(/Inability to pay/)
  let tries = 0
  const port = stage.world.port(worker.name)
  const slow: ChainPort['submit'] = (dutyId, call) => {
    if (++tries < 3) throw new AssayError('SUBMIT_TIMEOUT', 'expected an outcome')
    return port.submit(dutyId, call)
  }
  await (await start({ submit: slow })).close()
  expect(tries).toBe(3)
})

test('one heartbeat for each interval, none after closing', async () => {
  const running = await start()
  await stage.blocks(3.5 * HEARTBEAT_BLOCKS)
  const beats = duties().filter((duty) => duty.startsWith('workers.heartbeat'))
  expect(beats).toHaveLength(3)
  expect(new Set(beats).size).toBe(3)
  await running.close()
  await stage.blocks(1.2 * HEARTBEAT_BLOCKS)
  expect(duties().filter((duty) => duty.startsWith('workers.heartbeat'))).toHaveLength(3)
  await expect(running.done).resolves.toBeUndefined()
})

test('draining ends at once without duties, and by its deadline with one', async () => {
  await stage.ready()
  const idle = await start()
  await stage.block()
  await idle.drain(1_000)
  await expect(idle.done).resolves.toBeUndefined()

  const busy = await start()
  await stage.order()
  await stage.block()
  expect(kindsOf(worker)).toContain('coinflip-started')
  let over = false
  const drained = busy.drain(1_000).then(() => (over = true))
  await stage.pass(0)
  expect(over).toBe(false)
  const before = stage.world.scheduler.now
  await stage.during(drained)
  expect(stage.world.scheduler.now - before).toBeCloseTo(1_000)
  await expect(busy.done).resolves.toBeUndefined()
})

test('closed, a hoster has hung up: what it serves from may go then', async () => {
  const { hoster } = stage
  const deps = stage.world.lend(hoster.peer)
  let hangUp = (): void => {}
  let isClosed = false
  const feeds: FeedServer = {
    serveFeed: async (request) => ({
      ...(await hoster.feeds.serveFeed(request)),
      close: () => new Promise((resolve) => (hangUp = resolve)),
    }),
  }
  const work = { role: 'Hoster', makeRole: stage.parties.hosts(feeds) } as const
  const running = await stage.during(startWorker({ account: hoster.account, capacity: 2, ...work }, deps))
  const closing = running.close().then(() => (isClosed = true))
  await stage.pass(0)
  expect(isClosed).toBe(false)
  hangUp()
  await closing
})

test('what ends the following ends the worker, with the reason', async () => {
  let fail = (_why: Error): void => {}
  const broken: ChainPort['follow'] = () => ({
    done: new Promise((_, reject) => (fail = reject)),
    stop: async () => {},
  })
  const running = await start({ follow: broken })
  const ended = expect(running.done).rejects.toMatchObject({ code: 'OTHER_CHAIN' })
  fail(new AssayError('OTHER_CHAIN', 'expected the same genesis'))
  await ended
})

test('a chain that does not answer for a while costs no round', async () => {
  await stage.ready()
  const port = stage.world.port(worker.name)
  let broken = false
  const flaky: ChainPort['storage'] = (...item) => {
    if (broken) throw new AssayError('CHAIN_TIMEOUT', 'expected an answer')
    return port.storage(...item)
  }
  await start({ storage: flaky })
  await stage.order()
  broken = true
  await stage.block()
  expect(stage.round(0).phase).toBe('Open')
  expect(kindsOf(worker)).not.toContain('duty-taken')
  broken = false
  await stage.block()
  expect(kindsOf(worker)).toContain('coinflip-started')
})
