import { request } from 'node:http'
import { afterEach, describe, expect, it } from 'vitest'
import { deniesUnsafe, isLoopback, isUnsafe } from '#chain/rpc/safety.ts'
import { hostAllowed, originAllowed } from '#chain/rpc/http.ts'
import { startRpcServer, type RpcServer, type RpcServerOptions } from '#chain/rpc/server.ts'
import { post, rawClient, type Message, type RawClient } from '../../../helpers/rpc-client.ts'
import { testRpc } from './call.ts'
import { fakeNode } from './fake-node.ts'

const closers: (() => unknown)[] = []
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close()
})

async function serve(options: Partial<RpcServerOptions>): Promise<RpcServer> {
  const server = await startRpcServer({ node: fakeNode(), port: 0, log: { warn() {}, error() {} }, ...options })
  closers.push(() => server.close())
  return server
}

/** The server's clients reach it on this machine, whatever address it listens on. */
const local = ({ port }: RpcServer): string => `ws://127.0.0.1:${port}`

async function client(url: string, headers?: Record<string, string>): Promise<RawClient> {
  const opened = await rawClient(url, headers)
  closers.push(() => opened.close())
  return opened
}

const DENIED = { code: -32601, message: 'RPC call is unsafe to be called externally' }

describe('unsafe methods', () => {
  it('are those of Substrate, the ones that seal and finalize, and all of dev_*', () => {
    for (const name of ['dev_newBlock', 'dev_whatever', 'author_insertKey', 'engine_createBlock', 'system_dryRunAt'])
      expect(isUnsafe(name)).toBe(true)
    for (const name of ['author_submitExtrinsic', 'system_health', 'state_getStorage', 'chainHead_v1_follow'])
      expect(isUnsafe(name)).toBe(false)
  })

  it('are all served under their names, except those of dev_*', async () => {
    const rpc = testRpc()
    const { methods } = (await rpc.result('rpc_methods')) as { methods: string[] }
    expect(methods.filter((name) => isUnsafe(name) && !name.startsWith('dev_'))).toEqual([
      'author_hasKey',
      'author_hasSessionKeys',
      'author_insertKey',
      'author_removeExtrinsic',
      'author_rotateKeys',
      'engine_createBlock',
      'engine_finalizeBlock',
      'offchain_localStorageClear',
      'offchain_localStorageGet',
      'offchain_localStorageSet',
      'state_getPairs',
      'state_queryStorage',
      'system_dryRun',
      'system_dryRunAt',
      'system_peers',
    ])
  })

  it('are refused on an address that others can reach, over WebSocket and HTTP, and not listed', async () => {
    const server = await serve({ host: '0.0.0.0' })
    const one = await client(local(server))
    expect((await one.call('system_peers')).error).toEqual(DENIED)
    expect((await one.call('engine_createBlock', true, false)).error).toEqual(DENIED)
    expect((await one.call('state_subscribeStorage')).error).toEqual(DENIED)
    expect((await one.call('state_subscribeStorage', ['0x00'])).error).toBeUndefined()
    expect((await one.call('system_chain')).result).toBe('Assay Development')
    const { methods } = (await one.call('rpc_methods')).result as { methods: string[] }
    expect(methods).toContain('system_chain')
    expect(methods.filter(isUnsafe)).toEqual([])
    const body = '[{"jsonrpc":"2.0","id":1,"method":"system_peers"},{"jsonrpc":"2.0","id":2,"method":"system_name"}]'
    const replies = (await (await post(local(server), body)).json()) as Message[]
    expect(replies.map(({ error }) => error)).toEqual([DENIED, undefined])
  })

  it.each([
    ['auto', '127.0.0.1', true],
    ['safe', '127.0.0.1', false],
    ['unsafe', '0.0.0.0', true],
    ['safe', '0.0.0.0', false],
  ] as const)('with --rpc-methods %s on %s are served: %s', async (rpcMethods, host, served) => {
    const server = await serve({ host, rpcMethods })
    const { error } = await (await client(local(server))).call('system_peers')
    expect(error).toEqual(served ? undefined : DENIED)
  })

  it('are served to callers in the same process', async () => {
    const server = await serve({ host: '0.0.0.0' })
    const sent: string[] = []
    await server.connect((text) => sent.push(text)).receive('{"jsonrpc":"2.0","id":1,"method":"system_peers"}')
    expect(sent).toEqual(['{"jsonrpc":"2.0","id":1,"result":[]}'])
  })

  it('know a loopback address from others', () => {
    for (const address of ['127.0.0.1', '127.8.9.1', '::1', '::ffff:127.0.0.1']) expect(isLoopback(address)).toBe(true)
    for (const address of ['0.0.0.0', '::', '10.0.0.1', '::ffff:10.0.0.1', '128.0.0.1', '127.evil.example'])
      expect(isLoopback(address)).toBe(false)
    expect(deniesUnsafe('unsafe', '10.0.0.1')).toBe(false)
    expect(deniesUnsafe('auto', '10.0.0.1')).toBe(true)
    expect(deniesUnsafe('safe', '::1')).toBe(true)
  })
})

describe('Origin and Host', () => {
  it('match as listed, with any port if the list says so', () => {
    const list = ['http://localhost:*', 'https://polkadot.js.org', 'http://app.example:3000']
    for (const origin of [undefined, 'http://localhost:1', 'http://localhost', 'https://polkadot.js.org', list[2]])
      expect(originAllowed(origin, list)).toBe(true)
    for (const origin of [
      'https://localhost:1',
      'http://localhost:1.evil.example',
      'http://localhost.evil.example',
      'https://polkadot.js.org:444',
      'http://app.example:3001',
      'null',
      '',
    ])
      expect(originAllowed(origin, list)).toBe(false)
    expect(originAllowed('https://evil.example', 'all')).toBe(true)
  })

  it('name this server, by its names and with its port', () => {
    const hosts = ['localhost', '[::1]']
    for (const host of ['localhost:9944', 'LOCALHOST:9944', '[::1]:9944'])
      expect(hostAllowed(host, hosts, 9944)).toBe(true)
    for (const host of [undefined, '', 'localhost', 'localhost:9945', 'evil.example:9944', 'localhost:9944:1', ':9944'])
      expect(hostAllowed(host, hosts, 9944)).toBe(false)
    expect(hostAllowed('localhost', hosts, 80)).toBe(true)
  })

  it('are not checked if all pages may call', async () => {
    const server = await serve({})
    const one = await client(local(server), { Origin: 'https://any.example', Host: 'any.example' })
    expect((await one.call('system_chain')).result).toBe('Assay Development')
  })

  it('refuse a page whose name was made to lead here, by HTTP and WebSocket', async () => {
    const server = await serve({ origins: ['http://localhost:*'] })
    await expect(client(local(server), { Host: `evil.example:${server.port}` })).rejects.toThrow('403')
    await expect(client(local(server), { Origin: 'http://evil.example' })).rejects.toThrow('403')
    expect(await status(server, { Host: `evil.example:${server.port}` })).toBe(403)
    expect(await status(server, { Host: `localhost:${server.port}` })).toBe(200)
    expect(await status(server, { Origin: 'http://localhost:5173' })).toBe(200)
    const one = await client(`ws://localhost:${server.port}`, { Origin: 'http://localhost:5173' })
    expect((await one.call('system_chain')).result).toBe('Assay Development')
  })
})

/** What HTTP answers to a request with these headers, which fetch would not send. */
const status = ({ port }: RpcServer, headers: Record<string, string>): Promise<number | undefined> =>
  new Promise((resolve, reject) => {
    const options = { port, method: 'POST', agent: false, headers: { 'Content-Type': 'application/json', ...headers } }
    request({ host: '127.0.0.1', ...options }, (response) => {
      response.resume()
      resolve(response.statusCode)
    })
      .on('error', reject)
      .end('{"jsonrpc":"2.0","id":1,"method":"system_chain"}')
  })
