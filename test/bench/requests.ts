/**
 * Requests per second over one WebSocket, with many under way, against a server that only echoes.
 *
 * Owns: the client's flow and the echo. Does not own: the node.
 * Client and server share the machine's cores.
 */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { WebSocket, type RawData } from 'ws'
import { toHex, utf8 } from '#types/bytes.ts'
import { keypairFromSuri } from '#types/crypto/suri.ts'
import { toSs58 } from '#types/crypto/ss58.ts'
import { Blake2_128Concat, storageKey, storagePrefix } from '#types/scale/storage-key.ts'
import { figure, median, perSecond, timed, type Measurement } from './figure.ts'
import { startNodeProcess, stopNodeProcess } from './processes.ts'

const REQUESTS = 30_000
const RUNS = 7
const IN_FLIGHT = 500
const MIN_PER_SECOND = 20_000

const alice = keypairFromSuri('//Alice').accountId
const aliceKey = toHex(storageKey(storagePrefix('System', 'Account'), [[Blake2_128Concat, alice]]))

/** The most frequent request of clients. */
const CALLS: readonly (readonly [method: string, ...params: readonly unknown[]])[] = [
  ['chain_getBlockHash', 0],
  ['state_getStorage', aliceKey],
  ['chain_getHeader'],
  ['system_accountNextIndex', toSs58(alice)],
]

const texts = Array.from({ length: REQUESTS }, (_, id) => {
  const [method, ...params] = CALLS[id % CALLS.length]!
  return Buffer.from(utf8(JSON.stringify({ jsonrpc: '2.0', id, method, params })))
})

async function connect(url: string): Promise<WebSocket> {
  const socket = new WebSocket(url, { perMessageDeflate: false })
  await once(socket, 'open')
  return socket
}

/** Sends all requests, `IN_FLIGHT` at a time, and resolves with the last answer. */
function exchange(socket: WebSocket): Promise<void> {
  return new Promise((resolve, reject) => {
    let sent = 0
    let answered = 0
    const send = (): void => socket.send(texts[sent++]!, { binary: false })
    const heard = (data: RawData): void => {
      if ((data as Buffer).includes('"error"'))
        reject(new Error(`expected a result, got ${(data as Buffer).toString()}`))
      if (sent < REQUESTS) send()
      if (++answered < REQUESTS) return
      socket.off('message', heard)
      resolve()
    }
    socket.on('message', heard)
    for (let i = 0; i < IN_FLIGHT; i++) send()
  })
}

async function rates(url: string): Promise<number[]> {
  const socket = await connect(url)
  const runs: number[] = []
  for (let run = 0; run <= RUNS; run++) runs.push(perSecond(REQUESTS, await timed(() => exchange(socket))))
  socket.terminate()
  // The first warms up.
  return runs.slice(1)
}

const ECHO_SERVER = `
  import { WebSocketServer } from 'ws'
  const server = new WebSocketServer({ host: '127.0.0.1', port: 0, perMessageDeflate: false })
  server.on('connection', (socket) => socket.on('message', (data) => socket.send(data, { binary: false })))
  server.on('listening', () => process.stdout.write(String(server.address().port)))`

async function echoRates(): Promise<number[]> {
  const child = spawn(process.execPath, ['--input-type=module', '-e', ECHO_SERVER], {
    cwd: fileURLToPath(new URL('.', import.meta.url)),
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const [port] = (await once(child.stdout, 'data')) as [Buffer]
  const runs = await rates(`ws://127.0.0.1:${port.toString()}`)
  child.kill()
  await once(child, 'exit')
  return runs
}

/** See the module's header. */
export const requests: Measurement = {
  name: 'requests',
  async measure() {
    const node = await startNodeProcess()
    const runs = await rates(node.url)
    await stopNodeProcess(node)
    const reference = { name: 'an echo server', value: median(await echoRates()) }
    return [figure('pipelined RPC requests', 'per s', runs, { aim: { is: '>=', than: MIN_PER_SECOND }, reference })]
  },
}
