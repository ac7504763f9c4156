/** A stage: the order of its processes, killing and restarting them, and the errors that end a play. */
import { readFile } from 'node:fs/promises'
import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import { expect, test, vi } from 'vitest'
import { keypairFromSuri } from '#types/crypto/suri.ts'
import { AssayError } from '#types/errors.ts'
import { parseSpec } from '#chain/node/chain-spec.ts'
import type { Cast, EventTellers, Process } from '#worker/devnet/scenario.ts'
import { LiveStage } from '#worker/devnet/stage.ts'
import { worker } from '#worker/devnet/worker-process.ts'
import { tempDir } from '../../../helpers/temp-dir.ts'
import { eventCalled, fakeClient, fakeProcesses, type FakeClient } from './fakes.ts'
import { patiently } from '../../../helpers/patience.ts'

const HOST: Process = worker({
  name: 'host',
  suri: '//Host',
  role: 'hoster',
  fault: 'lossy:0.3',
  onceOptions: ['--first'],
})
const GUEST: Process = { name: 'guest', ready: 'here', after: 'host', args: ({ endpoint }) => ['visit', endpoint] }
const GENESIS = { balances: [] }
const ENDPOINT = 'ws://127.0.0.1:4321'
const PATIENT = { timeout: patiently(5_000) }

const fail = (message: string): never => {
  throw new Error(message)
}

/** A stage of fakes. Its node and its DHT are ready when they start; `ready` has the others tell so. */
async function made(cast: Cast = { processes: [HOST, GUEST] }, tellers: EventTellers = {}, restart = false) {
  const fakes = fakeProcesses()
  const clients: FakeClient[] = []
  const told: string[] = []
  const folder = await tempDir()
  const stage = new LiveStage(
    {
      cast,
      folder,
      tellers,
      restart,
      rpcPort: 0,
      blockTimeMs: 7,
      logLevel: 'warn',
      cli: 'cli.js',
      steps: { sang: { tone: 'good', sentence: ({ song }) => `sang ${String(song)}` } },
    },
    {
      tell: (name, { sentence }) => told.push(`${name}: ${sentence}`),
      launch(options) {
        const child = fakes.launch(options)
        if (options.name === 'dht') child.say({ kind: 'dht-ready', bootstrap: ['127.0.0.1:1'] })
        if (options.name === 'chain') child.say({ kind: 'chain-ready', endpoint: ENDPOINT })
        return child
      },
      connect: async () => {
        const client = fakeClient()
        clients.push(client)
        return client
      },
    },
  )
  const started = stage.start()
  started.catch(() => undefined)
  return { ...fakes, stage, started, clients, told, folder }
}

/** The same with everything started. */
async function open(...args: Parameters<typeof made>) {
  const all = await made(...args)
  await vi.waitFor(() => all.last('host').say({ kind: 'registered' }), PATIENT)
  await vi.waitFor(() => all.last('guest').say({ kind: 'here' }), PATIENT)
  await all.started
  return all
}

test('node and DHT come first, then the cast, each process after the one that it needs', async () => {
  const { log, last, started, told, folder } = await made()
  await expect.poll(() => log).toEqual(['start dht', 'start chain', 'start host'])
  expect(told).toEqual([`chain: node ready at ${ENDPOINT}`, 'dht: private DHT ready at 127.0.0.1:1'])
  last('host').say({ kind: 'registered' })
  await expect.poll(() => log.at(-1)).toBe('start guest')
  last('guest').say({ kind: 'here' })
  await started
  expect(told.at(-1)).toBe('host: registered on chain')
  expect(last('guest').args).toEqual(['visit', ENDPOINT])
  const { args } = last('host')
  for (const [name, value] of [
    ['--suri', '//Host'],
    ['--bootstrap', '127.0.0.1:1'],
    ['--data', join(folder, 'host')],
    ['--fault', 'lossy:0.3'],
  ])
    expect(args[args.indexOf(name!) + 1]).toBe(value)
})

test('as many processes load as the machine has cores, the first of the cast first', async () => {
  const cores = availableParallelism()
  const processes = Array.from({ length: cores + 2 }, (_, i) =>
    worker({ name: `w${i}`, suri: `//W${i}`, role: 'hoster' }),
  )
  const { log, last, started } = await made({ processes })
  const starts = (count: number): string[] => processes.slice(0, count).map(({ name }) => `start ${name}`)
  await expect.poll(() => log.slice(2)).toEqual(starts(cores))
  last('w0').say({ kind: 'connecting' })
  await expect.poll(() => log.slice(2)).toEqual(starts(cores + 1))
  last('w1').say({ kind: 'registered' })
  await expect.poll(() => log.slice(2)).toEqual(starts(cores + 2))
  for (const { name } of processes) last(name).say({ kind: 'registered' })
  await started
})

test('the genesis has the values of the cast, and a purse for every account that signs', async () => {
  const { folder } = await open({ processes: [HOST, GUEST], genesis: GENESIS })
  const { genesis } = parseSpec(await readFile(join(folder, 'chain-spec.json'), 'utf8'), 'it')
  expect(genesis.balances).toEqual([[keypairFromSuri('//Host').accountId, 1_000n * 10n ** 12n]])
})

test('lines of processes and events of blocks are told in the words of their systems', async () => {
  const tellers: EventTellers = {
    Songs: async ({ name }, { number }, { nameOf }) => {
      const who = nameOf(keypairFromSuri('//Host').accountId)
      return [{ notice: { kind: name }, sentence: `#${number} ${name} by ${who}` }]
    },
  }
  const { last, told, clients, stage } = await open(undefined, tellers)
  last('guest').say({ kind: 'sang', song: 'low' })
  last('guest').say({ kind: 'hummed' })
  await clients[0]!.block(8, [eventCalled('Songs', 'Charted'), eventCalled('Else', 'Charted')])
  expect(told.slice(-2)).toEqual(['guest: sang low', 'chain: #8 Charted by host'])
  expect(stage.seen.latest).toBe(8)
  expect(stage.nameOf(keypairFromSuri('//Alice').accountId)).toBe('5Grwva…utQY')
})

test('a killed process starts again with its arguments, and a killed node on its port', async () => {
  const { stage, last, told } = await open()
  const before = last('host').args
  expect(await stage.kill('host')).toBe('SIGKILL')
  const again = stage.restart('host')
  expect(before.at(-1)).toBe('--first')
  expect(last('host').args).toEqual(before.slice(0, -1))
  last('host').say({ kind: 'registered' })
  await again
  const { args } = last('chain')
  expect(await stage.kill('chain', 'SIGTERM')).toBe('SIGTERM')
  await stage.restart('chain')
  expect(last('chain').args).toEqual(args.map((word, i) => (args[i - 1] === '--rpc-port' ? '4321' : word)))
  expect(args).toContain('--base-path')
  expect(told.filter((line) => line.startsWith('devnet'))).toEqual([
    'devnet: host is killed (SIGKILL)',
    'devnet: host is started again',
    'devnet: chain is killed (SIGTERM)',
    'devnet: chain is started again',
  ])
  expect(stage.signal.aborted).toBe(false)
  await expect(stage.restart('nobody')).rejects.toMatchObject({ code: 'NO_PROCESS' })
})

test('the end of the DHT, or of a node that ended by itself, ends every wait with its error', async () => {
  const { stage, last } = await open()
  const waits: Promise<unknown>[] = [
    stage.broken,
    stage.seen.until('more', () => undefined, 60_000),
    stage.told('host', 'more'),
  ]
  last('dht').die(new AssayError('CHILD_DIED', 'dht: gone'))
  waits.push(stage.client('//Alice'), stage.told('host', 'even more'))
  for (const wait of waits) await expect(wait).rejects.toMatchObject({ code: 'CHILD_DIED', message: 'dht: gone' })
  const other = await open()
  other.last('chain').die(new AssayError('DB_UNREADABLE', 'chain: no space left', { end: 1 }))
  await expect(other.stage.broken).rejects.toMatchObject({ code: 'DB_UNREADABLE' })
})

test('a worker that dies before all are ready ends the start with its error', async () => {
  const { started, last, log } = await made()
  await expect.poll(() => log.at(-1)).toBe('start host')
  last('host').die(new AssayError('DATA_UNREADABLE', 'host: no such folder'))
  await expect(started).rejects.toMatchObject({ code: 'DATA_UNREADABLE' })
})

test('a worker that dies later is told, and the devnet goes on without it', async () => {
  const { stage, last, log, told } = await open()
  last('host').die(new AssayError('CHILD_DIED', 'host: it ended (SIGKILL)', { end: 'SIGKILL' }))
  expect(told.at(-1)).toBe('devnet: host: it ended (SIGKILL); the devnet goes on without it')
  expect(stage.gone).toEqual(['host'])
  expect(stage.signal.aborted).toBe(false)
  expect(log.filter((line) => line === 'start host')).toHaveLength(1)
})

test('with restart it comes back, and ends the devnet only where it cannot', async () => {
  const { stage, last, told } = await open(undefined, {}, true)
  const before = last('host')
  before.die()
  await expect.poll(() => last('host')).not.toBe(before)
  expect(last('host').args).toEqual(before.args.slice(0, -1))
  last('host').say({ kind: 'registered' })
  await expect.poll(() => told.at(-1)).toBe('host: registered on chain')
  expect([stage.gone, stage.signal.aborted]).toEqual([[], false])
  last('guest').die()
  await expect.poll(() => last('guest').isRunning).toBe(true)
  last('guest').die(new AssayError('NOT_HOSTED', 'guest: nothing to visit'))
  await expect(stage.broken).rejects.toMatchObject({ code: 'NOT_HOSTED' })
})

test('a node that was killed comes back on its port', async () => {
  const { stage, last } = await open()
  const before = last('chain')
  before.die(new AssayError('CHILD_DIED', 'chain: it ended (SIGKILL)', { end: 'SIGKILL' }))
  await expect.poll(() => last('chain')).not.toBe(before)
  expect(last('chain').args[last('chain').args.indexOf('--rpc-port') + 1]).toBe('4321')
  expect([stage.gone, stage.signal.aborted]).toEqual([[], false])
})

test('a following that fails ends every wait with its error', async () => {
  const { stage, clients } = await open()
  clients[0]!.fail(new Error('no such cursor'))
  await expect(stage.broken).rejects.toMatchObject({ code: 'DEVNET', message: 'no such cursor' })
})

test('a stage that is closed ends its waits, its clients and its processes, and starts none', async () => {
  const { stage, clients, children, log } = await open()
  await stage.client('//Alice')
  const wait = stage.seen.until('more', () => undefined, 60_000)
  wait.catch(() => undefined)
  await stage.close()
  await expect(wait).rejects.toMatchObject({ code: 'STAGE_CLOSED' })
  expect(clients.map(({ isClosed }) => isClosed)).toEqual([true, true])
  expect(children.filter(({ isRunning }) => isRunning)).toEqual([])
  expect(log.slice(-4)).toEqual(['SIGTERM host', 'SIGTERM guest', 'SIGTERM dht', 'SIGTERM chain'])
  await expect(stage.restart('host')).rejects.toMatchObject({ code: 'STAGE_CLOSED' })
  await expect(stage.client('//Alice')).rejects.toMatchObject({ code: 'STAGE_CLOSED' })
})

test('a stage that is closed while it starts leaves nothing: no later process, no late client', async () => {
  const { stage, started, last, children, clients, log } = await made()
  await expect.poll(() => log.at(-1)).toBe('start host')
  await stage.close()
  await expect(started).rejects.toMatchObject({ code: expect.stringMatching(/CHILD_DIED|STAGE_CLOSED/) })
  last('host').say({ kind: 'registered' })
  expect(children.filter(({ isRunning }) => isRunning)).toEqual([])
  expect(children).toHaveLength(3)
  expect(clients.filter(({ isClosed }) => !isClosed)).toEqual([])
})

test('a stage is closed when its start has come to its end, so that nothing is written into its folder any more', async () => {
  const { stage, started, children } = await made()
  let isSettled = false
  started.catch(() => (isSettled = true))
  await stage.close()
  expect([isSettled, children.length]).toEqual([true, 0])
})

test('a line that cannot be told ends the play, and not the process that heard it', async () => {
  const { stage, last } = await open()
  last('host').say({ kind: 'constructor' })
  expect(stage.signal.aborted).toBe(false)
  const song = { toString: () => fail('no tune') }
  last('host').say({ kind: 'sang', song })
  await expect(stage.broken).rejects.toMatchObject({ code: 'DEVNET', message: 'no tune' })
})

test('a cast whose process waits for one that comes later is refused, before anything is started', async () => {
  const { started, children } = await made({ processes: [HOST, { ...GUEST, after: 'nobody' }] })
  await expect(started).rejects.toMatchObject({ code: 'BAD_CAST', message: expect.stringContaining('guest') })
  expect(children).toEqual([])
})
