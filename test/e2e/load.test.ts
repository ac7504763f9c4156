/** 10,000 pending transactions over one WebSocket: the node keeps, lists and includes all of them. */
import { expect, it, onTestFinished } from 'vitest'
import { toHex } from '#types/bytes.ts'
import { startNode } from '#chain/node/service.ts'
import { DEFAULT_POOL_LIMITS } from '#chain/node/tx-pool/limits.ts'
import { startRpcServer } from '#chain/rpc/server.ts'
import { createRuntime } from '#chain/runtime/runtime.ts'
import { loadClient, transferSigner } from '../helpers/load.ts'
import { alice, bob } from '../helpers/runtime.ts'
import { patiently } from '../helpers/patience.ts'

const PENDING = 10_000
const MIB = 1024 * 1024

it(
  'holds 10,000 pending transactions, answers others meanwhile, and builds blocks of them',
  async () => {
    const log = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} }
    const poolLimits = { ...DEFAULT_POOL_LIMITS, ready: { count: 2 * PENDING, bytes: 20 * MIB } }
    const node = await startNode({ sealing: { kind: 'manual' }, poolLimits }, { runtime: createRuntime({ log }), log })
    onTestFinished(() => node.close())
    const server = await startRpcServer({ node, port: 0, log })
    onTestFinished(() => server.close())
    const [client, other] = [await loadClient(server.url), await loadClient(server.url)]
    onTestFinished(() => [client, other].forEach((each) => each.close()))

    // Ten thousand signatures would take most of the time, and are tested elsewhere.
    node.dev.impersonate(alice.accountId, true)
    const signer = { ...alice, sign: () => new Uint8Array(64) }
    const sign = transferSigner(node.genesisHash)
    const submitted: Promise<unknown>[] = []
    for (let nonce = 0; nonce < PENDING; nonce++) {
      const wire = toHex(sign({ signer, nonce, dest: bob.accountId, value: 1n }))
      submitted.push(client.call('author_submitExtrinsic', wire))
      // This process is the node's too: let it work.
      if (nonce % 100 === 0) await other.call('system_health')
    }
    await Promise.all(submitted)
    expect(await other.call('author_pendingExtrinsics')).toHaveLength(PENDING)
    expect(await other.call('system_accountNextIndex', toHex(alice.accountId))).toBe(PENDING)
    let included = 0
    while (included < PENDING) {
      const { hash } = (await other.call('engine_createBlock', false, false)) as { hash: string }
      const { block } = (await other.call('chain_getBlock', hash)) as { block: { extrinsics: string[] } }
      included += block.extrinsics.length - 1
    }
    expect(included).toBe(PENDING)
    expect(await other.call('author_pendingExtrinsics')).toEqual([])
  },
  patiently(120_000),
)
