import { describe, expect, it } from 'vitest'
import { testRpc } from './call.ts'

/** Sends a text and gives all that came back. */
async function exchange(text: string, rpc = testRpc()): Promise<unknown[]> {
  await rpc.receive(text)
  return rpc.sent
}

const request = (fields: object): string => JSON.stringify({ jsonrpc: '2.0', id: 1, ...fields })

describe('envelope', () => {
  it('answers with the id it was asked with, in the shape of the specification', async () => {
    for (const id of [0, 7, 'abc', '', null, Number.MAX_SAFE_INTEGER])
      expect(await exchange(request({ id, method: 'system_chain' }))).toEqual([
        { jsonrpc: '2.0', id, result: 'Assay Development' },
      ])
  })

  it('refuses ids that could not be echoed exactly', async () => {
    for (const id of ['1.5', '9007199254740993', '{}', '[1]', 'true']) {
      const [answer] = await exchange(`{"jsonrpc":"2.0","id":${id},"method":"system_chain"}`)
      expect(answer).toMatchObject({ id: null, error: { code: -32600 } })
    }
  })

  it('tells malformed JSON from a malformed request', async () => {
    for (const text of ['', '{', 'null null', '{"jsonrpc":"2.0"', '\u0000'])
      expect(await exchange(text)).toMatchObject([{ id: null, error: { code: -32700, message: 'Parse error' } }])
    for (const text of [
      '1',
      '"x"',
      'null',
      'true',
      '{}',
      '{"id":1,"method":"system_chain"}',
      '{"jsonrpc":"2.0","id":1}',
    ])
      expect(await exchange(text)).toMatchObject([{ error: { code: -32600 } }])
  })

  it('survives JSON as deep as a request is long', async () => {
    const depth = 200_000
    const rpc = testRpc()
    await rpc.receive(`${'['.repeat(depth)}${']'.repeat(depth)}`)
    await rpc.receive(
      request({ id: 'deep', method: 'state_getStorage', params: JSON.parse(`[${'['.repeat(999)}${']'.repeat(999)}]`) }),
    )
    expect(rpc.sent).toHaveLength(2)
    expect(await rpc.result('system_chain')).toBe('Assay Development')
  })

  it('never answers notifications, not even if they fail', async () => {
    const rpc = testRpc()
    for (const method of ['system_chain', 'no_such', 'state_getStorage', 'chain_subscribeNewHeads'])
      await rpc.receive(JSON.stringify({ jsonrpc: '2.0', method }))
    expect(rpc.sent).toEqual([])
  })

  it('names an unknown method and does not mistake an inherited property for one', async () => {
    const rpc = testRpc()
    for (const name of ['state_traceBlock', 'constructor', '__proto__', 'toString', 'x'.repeat(1000)]) {
      const { error } = await rpc.call(name)
      expect(error).toMatchObject({ code: -32601, message: 'Method not found' })
      expect(error!.data).toContain(name.slice(0, 10))
      expect(error!.data!.length).toBeLessThan(150)
    }
  })
})

describe('parameters', () => {
  it('takes them by position and by name, camelCase or snake_case', async () => {
    const rpc = testRpc()
    const page = { prefix: null, count: 5, start_key: '0x00' }
    for (const params of [[null, 5, '0x00'], page, { count: 5, startKey: '0x00' }]) {
      await rpc.receive(request({ id: 'x', method: 'state_getKeysPaged', params }))
      expect(rpc.sent.at(-1)).toEqual({ jsonrpc: '2.0', id: 'x', result: [] })
    }
  })

  it('says which parameter, what was expected and what was got', async () => {
    const rpc = testRpc()
    const cases: [string, unknown[], string][] = [
      [
        'state_getStorage',
        [],
        'parameter 1 (key): expected hex bytes (0x and an even number of hex digits), got nothing',
      ],
      [
        'state_getStorage',
        ['0x1'],
        'parameter 1 (key): expected hex bytes (0x and an even number of hex digits), got "0x1"',
      ],
      ['state_getStorage', ['0xzz'], 'got "0xzz"'],
      [
        'state_getStorage',
        ['0x00', '0x1234'],
        'parameter 2 (hash): expected a hash (0x and 64 hex digits), got "0x1234"',
      ],
      ['state_getStorage', ['0x00', null, 1], 'expected at most 2 parameters (key, hash), got 3'],
      ['system_chain', [1], 'expected at most 0 parameters (none), got 1'],
      ['state_getKeysPaged', ['0x', -1], 'parameter 2 (count): expected an integer from 0 to 4294967295, got -1'],
      ['state_getKeysPaged', ['0x', 1.5], 'got 1.5'],
      ['chain_getBlockHash', ['latest'], 'expected a block number'],
      ['chain_getBlockHash', [4_294_967_296], 'got 4294967296'],
      ['chain_getBlockHash', [['0x1', {}]], 'got an object'],
      ['system_accountNextIndex', ['5Grw'], 'expected an account (SS58, or 0x and 64 hex digits), got "5Grw"'],
      ['offchain_localStorageGet', ['BOTH', '0x'], 'expected one of PERSISTENT, LOCAL, got "BOTH"'],
      [
        'state_queryStorageAt',
        [Array.from({ length: 20_000 }, () => '0x')],
        'an array of at most 16384, got an array of 20000',
      ],
      ['author_removeExtrinsic', [[{}]], 'got an object'],
      ['engine_createBlock', [1, true], 'parameter 1 (createEmpty): expected true or false, got 1'],
      ['chain_unsubscribeNewHeads', [null], 'expected a subscription id, got null'],
    ]
    for (const [method, params, text] of cases) {
      const { error } = await rpc.call(method, ...params)
      expect(error, method).toMatchObject({ code: -32602 })
      expect(error!.message).toContain(text)
    }
  })

  it('shortens what it shows of a long value', async () => {
    const { error } = await testRpc().call('state_getStorage', `0x${'z'.repeat(1_000_000)}`)
    expect(error!.message).toContain('(1000002 characters)')
    expect(error!.message.length).toBeLessThan(300)
  })

  it('refuses unknown names and params that are neither array nor object', async () => {
    const rpc = testRpc()
    await rpc.receive(request({ id: 1, method: 'state_getStorage', params: { key: '0x', at: null } }))
    await rpc.receive(request({ id: 2, method: 'system_chain', params: 'x' }))
    expect(rpc.sent).toMatchObject([
      { id: 1, error: { code: -32602, message: 'Invalid params: unknown parameter "at"' } },
      { id: 2, error: { code: -32600 } },
    ])
  })
})

describe('batches', () => {
  it('answers each request that has an id, in one array', async () => {
    const [answer] = await exchange(
      JSON.stringify([
        { jsonrpc: '2.0', id: 1, method: 'system_chain' },
        { jsonrpc: '2.0', method: 'system_chain' },
        { jsonrpc: '2.0', id: 2, method: 'offchain_localStorageSet', params: ['LOCAL', '0x01', '0x02'] },
        { jsonrpc: '2.0', id: 3, method: 'no_such' },
        7,
      ]),
    )
    expect(answer).toMatchObject([
      { id: 1, result: 'Assay Development' },
      { id: 2, result: null },
      { id: 3, error: { code: -32601 } },
      { id: null, error: { code: -32600 } },
    ])
  })

  it('answers nothing to a batch of notifications, and one error to an empty or too large one', async () => {
    const note = { jsonrpc: '2.0', method: 'system_chain' }
    expect(await exchange(JSON.stringify([note, note]))).toEqual([])
    expect(await exchange('[]')).toMatchObject([{ id: null, error: { code: -32600 } }])
    const many = JSON.stringify(Array.from({ length: 1001 }, () => note))
    expect(await exchange(many)).toMatchObject([
      { id: null, error: { code: -32010, data: 'Exceeded max limit of 1000' } },
    ])
  })

  it('sends the ids of subscriptions before their notifications', async () => {
    const rpc = testRpc()
    const subscribe = { jsonrpc: '2.0', id: 1, method: 'chain_subscribeNewHeads' }
    await rpc.receive(JSON.stringify([subscribe, { ...subscribe, id: 2 }]))
    expect(rpc.sent).toMatchObject([
      [
        { id: 1, result: 'sub-0' },
        { id: 2, result: 'sub-1' },
      ],
      { method: 'chain_newHead', params: { subscription: 'sub-0' } },
      { method: 'chain_newHead', params: { subscription: 'sub-1' } },
    ])
  })
})

describe('bounds and bugs', () => {
  it('refuses requests and replies above their limit', async () => {
    const limits = { requestBytes: 200, responseBytes: 100 }
    const rpc = testRpc(undefined, { limits })
    await rpc.receive(request({ method: 'system_chain', pad: 'x'.repeat(200) }))
    await rpc.receive(request({ method: 'rpc_methods' }))
    await rpc.receive(request({ method: 'chain_getHeader' }).replace(/^.*$/, (one) => `[${one},${one}]`))
    expect(rpc.sent).toMatchObject([
      { id: null, error: { code: -32007, data: 'Exceeded max limit of 200 bytes' } },
      { id: 1, error: { code: -32008 } },
      { id: null, error: { code: -32008 } },
    ])
  })

  it('holds requests and replies of dev_* to limits of their own, for callers that own the chain', async () => {
    const limits = { requestBytes: 100, responseBytes: 2, ownerRequestBytes: 200, ownerResponseBytes: 100 }
    const rpc = testRpc(undefined, { limits })
    const snapshot = request({ method: 'dev_setStorage', params: [[], null], pad: 'x'.repeat(100) })
    await rpc.receive(snapshot)
    await rpc.receive(snapshot.replace('dev_setStorage', 'chain_getHeader'))
    await rpc.receive(request({ method: 'dev_setStorage', pad: 'x'.repeat(200) }))
    expect(rpc.sent).toMatchObject([
      { id: 1, result: `0x${'00'.repeat(32)}` },
      { id: null, error: { data: 'Exceeded max limit of 100 bytes' } },
      { id: null, error: { data: 'Exceeded max limit of 200 bytes' } },
    ])
    const stranger = { denyUnsafe: true }
    expect(await rpc.rpc.request(snapshot, stranger)).toContain('Exceeded max limit of 100 bytes')
  })

  it('logs a bug with its method, tells it as internal, and goes on', async () => {
    const rpc = testRpc()
    expect(await rpc.call('state_call', 'Fake_bug', '0x')).toMatchObject({
      error: { code: -32603, message: 'Internal error', data: 'a bug' },
    })
    expect(rpc.logged).toEqual(['state_call failed: this is a bug of the node'])
    expect(await rpc.result('system_chain')).toBe('Assay Development')
  })

  it('delivers nothing after close, not even replies under way', async () => {
    const rpc = testRpc()
    const release = rpc.node.hold()
    const submitted = rpc.receive(request({ method: 'author_submitExtrinsic', params: ['0x01'] }))
    rpc.close()
    release()
    await submitted
    rpc.node.add()
    expect(rpc.sent).toEqual([])
  })
})
