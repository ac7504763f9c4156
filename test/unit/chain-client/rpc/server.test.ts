import { connect } from 'node:net'
import { afterEach, describe, expect, it } from 'vitest'
import { startRpcServer, type RpcServer, type RpcServerOptions } from '#chain/rpc/server.ts'
import { post, rawClient, type RawClient } from '../../../helpers/rpc-client.ts'
import { until } from '../../../helpers/until.ts'
import { fakeNode, key, type FakeNode } from './fake-node.ts'

const closers: (() => unknown)[] = []
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close()
})

interface Served {
  readonly server: RpcServer
  readonly node: FakeNode
  readonly logged: string[]
  readonly client: (headers?: Record<string, string>) => Promise<RawClient>
}

async function serve(options: Partial<RpcServerOptions> = {}): Promise<Served> {
  const node = fakeNode()
  const logged: string[] = []
  const log = (_: unknown, message: string): number => logged.push(message)
  const server = await startRpcServer({ node, port: 0, log: { warn: log, error: log }, ...options })
  closers.push(() => server.close())
  return {
    server,
    node,
    logged,
    async client(headers) {
      const client = await rawClient(server.url, headers)
      closers.push(() => client.close())
      return client
    },
  }
}

const CHAIN = '{"jsonrpc":"2.0","id":1,"method":"system_chain"}'
const CHAIN_REPLY = '{"jsonrpc":"2.0","id":1,"result":"Assay Development"}'

describe('WebSocket', () => {
  it('answers text and binary frames, malformed ones too, and stays open', async () => {
    const client = await (await serve()).client()
    client.send(CHAIN)
    client.socket.send(Buffer.from(CHAIN), { binary: true })
    client.send('nonsense')
    client.send(CHAIN)
    expect(await client.next()).toEqual(JSON.parse(CHAIN_REPLY))
    expect(await client.next()).toEqual(JSON.parse(CHAIN_REPLY))
    expect(await client.next()).toMatchObject({ error: { code: -32700 } })
    expect(await client.next()).toEqual(JSON.parse(CHAIN_REPLY))
  })

  it('answers thousands of pipelined requests, each once', async () => {
    const client = await (await serve({ limits: { pauseBytes: 2000, pending: 3 } })).client()
    const count = 3000
    for (let id = 0; id < count; id++)
      client.send(
        id % 3 === 0
          ? `{"jsonrpc":"2.0","id":${id},"method":"author_submitExtrinsic","params":["0x01"]}`
          : `{"jsonrpc":"2.0","id":${id},"method":"chain_getHeader"}`,
      )
    await until('all replies', () => client.messages.length === count)
    expect(new Set(client.messages.map((each) => 'id' in each && each.id)).size).toBe(count)
  })

  it('ends the subscriptions of a client that goes without a word', async () => {
    const { client, node } = await serve()
    const one = await client()
    await one.call('author_submitAndWatchExtrinsic', '0x01')
    expect(node.watches.size).toBe(1)
    one.close()
    await until('the watch to end', () => node.watches.size === 0)
  })

  it('drops a client that does not read what it subscribed to, and no other', async () => {
    const { client, node, logged } = await serve({ limits: { dropBytes: 100_000 } })
    const [slow, quick] = [await client(), await client()]
    const slowId = (await slow.call('state_subscribeStorage', ['0x01'])).result
    let pushed = 1
    const id = (await quick.call('chain_subscribeNewHeads')).result
    slow.socket.pause()
    const value = new Uint8Array(500_000)
    await until('the drop', () => {
      value[0]!++
      pushed++
      node.add([[new Uint8Array([1]), value.slice()]])
      return logged.length > 0
    })
    expect(logged[0]).toMatch(/^RPC client dropped: too slow: \d+ bytes unread, the limit \(dropBytes\) is 100000$/)
    slow.socket.resume()
    expect(await until('the slow client to notice', () => slow.closed())).toBe(1008)
    expect(`RPC client dropped: ${slow.closeReason()}`).toBe(logged[0])
    // What waited was let go: it got no more than the socket had taken.
    expect(slow.notifications(slowId).length).toBeLessThan(pushed)
    expect((await quick.call('system_chain')).result).toBe('Assay Development')
    expect(quick.notifications(id).length).toBeGreaterThan(1)
  })

  it('lets a client that asks much and reads slowly wait, and answers everything', async () => {
    const { client, node } = await serve({ limits: { pauseBytes: 100_000, dropBytes: 4_000_000 } })
    const one = await client()
    node.add([[key('big'), new Uint8Array(400_000)]])
    one.socket.pause()
    const count = 60
    for (let id = 0; id < count; id++)
      one.send(`{"jsonrpc":"2.0","id":${id},"method":"state_getStorage","params":["0x626967"]}`)
    // A second client shows that the server is past the requests it has taken.
    const other = await client()
    await other.call('system_chain')
    one.socket.resume()
    await until('all replies', () => one.messages.length === count)
  })

  it('stops reading from a client with too much under way, and goes on once that is done', async () => {
    const { client, node } = await serve({ limits: { pending: 2 } })
    const [one, other] = [await client(), await client()]
    const release = node.hold()
    // Notifications: nothing is sent back, so only their end can make the server go on.
    const megabyte = `{"jsonrpc":"2.0","method":"author_submitExtrinsic","params":["0x${'00'.repeat(500_000)}"]}`
    const count = 30
    for (let i = 0; i < count; i++) one.send(megabyte)
    let unsent = -1
    for (let stable = 0; stable < 20; stable = one.socket.bufferedAmount === unsent ? stable + 1 : 0) {
      unsent = one.socket.bufferedAmount
      await other.call('system_chain')
    }
    expect(unsent).toBeGreaterThan(10_000_000)
    release()
    expect((await one.call('system_chain')).result).toBe('Assay Development')
    expect(node.pending()).toHaveLength(count)
  })

  it('closes a connection whose request is above the size limit with 1009', async () => {
    const { client } = await serve({ limits: { requestBytes: 1000 } })
    const one = await client()
    one.send(`"${'x'.repeat(2000)}"`)
    expect(await until('the close', () => one.closed())).toBe(1009)
    expect((await (await client()).call('system_chain')).result).toBe('Assay Development')
  })

  it('drops a client that does not answer pings', async () => {
    const { client, logged } = await serve({ limits: { heartbeatMs: 250 } })
    const dead = await client()
    dead.socket.pause()
    const living = await client()
    await until('the drop', () => logged.length > 0)
    expect(logged[0]).toContain('did not answer a ping')
    expect((await living.call('system_chain')).result).toBe('Assay Development')
  })

  it('keeps a client that only waits for its own requests', async () => {
    const { client, node, logged } = await serve({ limits: { heartbeatMs: 250, pending: 1 } })
    const waiting = await client()
    const release = node.hold()
    const reply = waiting.call('author_submitExtrinsic', '0x01')
    const dead = await client()
    dead.socket.pause()
    await until('the drop of the dead one', () => logged.length > 0)
    release()
    expect((await reply).result).toMatch(/^0x/)
    expect(logged).toHaveLength(1)
  })

  it('refuses connections above the limit, and lets the next in once one has gone', async () => {
    const { client, server } = await serve({ limits: { connections: 1 } })
    const one = await client()
    await expect(client()).rejects.toThrow('429')
    expect((await post(server.url, CHAIN)).status).toBe(429)
    one.close()
    const two = await waitFor(() => client())
    expect((await two.call('system_chain')).result).toBe('Assay Development')
  })

  it('survives sockets that speak neither HTTP nor WebSocket', async () => {
    const { server, client } = await serve()
    for (const bytes of ['\u0000\u0001\u0002', 'GET / HTTP/1.1\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n']) {
      const socket = connect(server.port, '127.0.0.1')
      socket.on('error', () => undefined).resume()
      socket.write(bytes)
      await new Promise((resolve) => socket.once('close', resolve))
    }
    expect((await (await client()).call('system_chain')).result).toBe('Assay Development')
  })
})

/** Writes bytes to the port and gives the first line that comes back. */
const firstLine = (port: number, bytes: string): Promise<string> =>
  new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1')
    socket.write(bytes)
    socket.once('data', (data) => {
      resolve(data.toString().split('\r\n')[0]!)
      socket.destroy()
    })
  })

/** Retries until it succeeds; the deadline is the test's. */
async function waitFor<T>(attempt: () => Promise<T>): Promise<T> {
  for (;;) {
    try {
      return await attempt()
    } catch {
      await new Promise((resolve) => setImmediate(resolve))
    }
  }
}

describe('HTTP', () => {
  it('answers POST, batches too, and 204 if nothing is due', async () => {
    const { server } = await serve()
    const response = await post(server.url, CHAIN)
    expect(response.status).toBe(200)
    expect(response.headers.get('content-type')).toContain('application/json')
    expect(await response.text()).toBe(CHAIN_REPLY)
    expect(await (await post(server.url, `[${CHAIN},${CHAIN}]`)).text()).toBe(`[${CHAIN_REPLY},${CHAIN_REPLY}]`)
    expect((await post(server.url, CHAIN.replace('"id":1,', ''))).status).toBe(204)
    expect(await (await post(server.url, '{')).json()).toMatchObject({ error: { code: -32700 } })
    expect(await (await post(server.url, '')).json()).toMatchObject({ error: { code: -32700 } })
  })

  it('refuses subscriptions, saying where to go', async () => {
    const { server } = await serve()
    for (const method of ['chain_subscribeNewHeads', 'author_submitAndWatchExtrinsic', 'state_subscribeStorage']) {
      const params = method.startsWith('author') ? ['0x01'] : method.startsWith('state') ? [['0x01']] : []
      const reply = await (await post(server.url, JSON.stringify({ jsonrpc: '2.0', id: 1, method, params }))).json()
      expect(reply).toMatchObject({ error: { code: -32601 } })
      expect(JSON.stringify(reply)).toContain('WebSocket')
    }
  })

  it('answers health, and tells other requests what it accepts', async () => {
    const { server } = await serve()
    const http = server.url.replace('ws', 'http')
    for (const path of ['/health', '/health?x=1']) {
      const health = await (await fetch(`${http}${path}`)).json()
      expect(health).toEqual({ peers: 0, isSyncing: false, shouldHavePeers: false })
    }
    // Node's own five seconds would end connections that a busy client is about to use.
    expect((await fetch(`${http}/health`)).headers.get('keep-alive')).toBe('timeout=120')
    const ready = await fetch(`${http}/health/readiness`)
    expect([ready.status, await ready.text()]).toEqual([200, ''])
    expect((await fetch(`${http}/health`, { method: 'POST', body: CHAIN })).status).toBe(405)
    const get = await fetch(http)
    expect([get.status, get.headers.get('allow')]).toEqual([405, 'POST, OPTIONS'])
    expect(await get.text()).toContain('WebSocket')
    expect((await fetch(http, { method: 'PUT', body: CHAIN })).status).toBe(405)
    const plain = await post(server.url, CHAIN, { 'Content-Type': 'text/plain' })
    expect([plain.status, await plain.text()]).toEqual([415, expect.stringContaining('application/json')])
  })

  it('refuses bodies above the limit, announced or not', async () => {
    const { server } = await serve({ limits: { requestBytes: 1000 } })
    const big = await post(server.url, 'x'.repeat(1001))
    expect(big.status).toBe(413)
    expect(await big.json()).toMatchObject({ error: { code: -32007 } })
    const chunk = 'x'.repeat(600)
    const head = 'POST / HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n'
    for (const rest of [
      `Transfer-Encoding: chunked\r\n\r\n258\r\n${chunk}\r\n258\r\n${chunk}\r\n`,
      'Content-Length: 1000000000\r\n\r\n',
    ])
      expect(await firstLine(server.port, head + rest)).toBe('HTTP/1.1 413 Payload Too Large')
    expect((await post(server.url, CHAIN)).status).toBe(200)
  })

  it('lets browsers in from everywhere by default, with a preflight', async () => {
    const { server } = await serve()
    const http = server.url.replace('ws', 'http')
    const origin = { Origin: 'https://polkadot.js.org' }
    const preflight = await fetch(http, {
      method: 'OPTIONS',
      headers: { ...origin, 'Access-Control-Request-Method': 'POST' },
    })
    expect(preflight.status).toBe(204)
    expect(preflight.headers.get('access-control-allow-origin')).toBe('*')
    expect(preflight.headers.get('access-control-allow-methods')).toContain('POST')
    expect(preflight.headers.get('access-control-allow-headers')).toBe('Content-Type')
    const response = await post(server.url, CHAIN, { ...origin, 'Content-Type': 'application/json' })
    expect(response.headers.get('access-control-allow-origin')).toBe('*')
  })

  it('lets only listed origins in if there is a list', async () => {
    const { server, client } = await serve({ origins: ['http://localhost:3000'] })
    const json = { 'Content-Type': 'application/json' }
    expect((await post(server.url, CHAIN, { ...json, Origin: 'https://evil.example' })).status).toBe(403)
    const allowed = await post(server.url, CHAIN, { ...json, Origin: 'http://localhost:3000' })
    expect(allowed.headers.get('access-control-allow-origin')).toBe('http://localhost:3000')
    expect((await post(server.url, CHAIN)).status).toBe(200)
    await expect(client({ Origin: 'https://evil.example' })).rejects.toThrow('403')
    expect((await (await client({ Origin: 'http://localhost:3000' })).call('system_chain')).result).toBeTruthy()
  })
})

describe('server', () => {
  it('says what to do if the port is taken', async () => {
    const { server, node } = await serve()
    const second = startRpcServer({ node, port: server.port, log: { warn() {}, error() {} } })
    await expect(second).rejects.toMatchObject({
      code: 'PORT_IN_USE',
      message: expect.stringContaining(`expected port ${server.port} on 127.0.0.1 to be free`),
    })
    expect(node.listeners).toBe(1)
    expect((await post(server.url, CHAIN)).status).toBe(200)
  })

  it('says why it cannot listen otherwise', async () => {
    await expect(serve({ host: '203.0.113.1' })).rejects.toMatchObject({ code: 'LISTEN_FAILED' })
  })

  it('says goodbye on close, frees the port, leaves the node, and closes once', async () => {
    const { server, client, node } = await serve()
    const one = await client()
    await one.call('chain_subscribeNewHeads')
    await Promise.all([server.close(), server.close()])
    expect(await until('the close', () => one.closed())).toBe(1001)
    expect(node.listeners).toBe(0)
    const again = await startRpcServer({ node, port: server.port, log: { warn() {}, error() {} } })
    expect(again.port).toBe(server.port)
    await again.close()
  })

  it('ends clients that do not answer the goodbye', async () => {
    const { server, client } = await serve({ limits: { closeMs: 50 } })
    const stuck = await client()
    stuck.socket.pause()
    await server.close()
    stuck.socket.resume()
    await until('the end', () => stuck.closed() !== undefined)
  })

  it('serves callers in the same process by the same rules', async () => {
    const { server, node } = await serve()
    const sent: string[] = []
    const connection = server.connect((text) => sent.push(text))
    await connection.receive(CHAIN)
    await connection.receive('{"jsonrpc":"2.0","id":2,"method":"chain_subscribeNewHeads"}')
    expect(connection.subscriptions).toBe(1)
    node.add()
    connection.close()
    node.add()
    expect(sent[0]).toBe(CHAIN_REPLY)
    expect(sent).toHaveLength(4)
  })
})
