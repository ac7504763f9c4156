import * as fc from 'fast-check'
import { expect, it } from 'vitest'
import { testRpc } from './call.ts'
import { fakeNode, key } from './fake-node.ts'
import { patiently } from '../../../helpers/patience.ts'

const known = [fakeNode([[key('a'), key('b')]]).genesisHash, new Uint8Array(0), key('a')].map(
  (bytes) => `0x${Buffer.from(bytes).toString('hex')}`,
)

const param = fc.oneof(
  fc.jsonValue({ maxDepth: 2 }),
  fc.constantFrom<unknown>(
    ...known,
    known,
    null,
    '',
    '0x',
    '0xcf',
    0,
    1,
    1000,
    2 ** 32,
    -1,
    0.5,
    true,
    'PERSISTENT',
    [[]],
    { hash: '0x' },
  ),
  fc.uint8Array({ maxLength: 40 }).map((bytes) => `0x${Buffer.from(bytes).toString('hex')}`),
)

it(
  'answers whatever parameters with a result or a client’s error, and never has a bug to log',
  async () => {
    const node = fakeNode([[key('a'), key('b')]])
    const rpc = testRpc(node)
    const { methods } = (await rpc.result('rpc_methods')) as { methods: string[] }
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...methods), fc.array(param, { maxLength: 4 }), async (method, params) => {
        const reply = await rpc.call(method, ...params)
        expect('result' in reply || reply.error!.code !== -32603).toBe(true)
      }),
      { numRuns: 3000 },
    )
    expect(rpc.logged).toEqual([])
  },
  patiently(30_000),
)

it(
  'answers any text with valid JSON-RPC, or not at all if no reply is due',
  async () => {
    const envelope = fc.record(
      {
        jsonrpc: fc.constantFrom('2.0', '1.0', 2),
        id: fc.oneof(fc.integer(), fc.string(), fc.constant(null), fc.double(), fc.object()),
        method: fc.oneof(fc.constantFrom('system_chain', 'chain_subscribeNewHeads', '__proto__'), fc.string()),
        params: fc.jsonValue(),
      },
      { requiredKeys: [] },
    )
    const text = fc.oneof(
      fc.string(),
      fc.json(),
      envelope.map((each) => JSON.stringify(each)),
      fc.array(envelope, { maxLength: 3 }).map((each) => JSON.stringify(each)),
    )
    const rpc = testRpc()
    await fc.assert(
      fc.asyncProperty(text, async (request) => {
        const before = rpc.sent.length
        await rpc.receive(request)
        for (const reply of rpc.sent.slice(before).flat()) {
          expect(reply.jsonrpc).toBe('2.0')
          if (!reply.method) expect('id' in reply && 'result' in reply !== 'error' in reply).toBe(true)
        }
      }),
      { numRuns: 3000 },
    )
    expect(rpc.logged).toEqual([])
  },
  patiently(30_000),
)
