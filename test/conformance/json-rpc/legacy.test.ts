/**
 * The legacy methods over a real node, as Substrate's rpc-api declares them: the cases that a fake node cannot show.
 */
import { describe, expect, it } from 'vitest'
import { fromHex, toHex, utf8 } from '#types/bytes.ts'
import { keypairFromSuri } from '#types/crypto/suri.ts'
import { decode, encode } from '#types/scale/codec.ts'
import { ApplyExtrinsicResult } from '#types/scale/dispatch.ts'
import { u32 } from '#types/scale/primitives.ts'
import { verifyProof } from '#chain/trie/proof.ts'
import { DEFAULT_POOL_LIMITS } from '#chain/node/tx-pool/limits.ts'
import { alice, bob, callOf, id, TestChain } from '../../helpers/runtime.ts'
import { hex, realRpc, UNKNOWN_HASH, type RealRpc } from './real-rpc.ts'

/** All of Substrate's legacy methods that can be answered honestly here, by their first names. */
const SERVED = [
  ...['hasKey', 'hasSessionKeys', 'insertKey', 'pendingExtrinsics', 'removeExtrinsic', 'rotateKeys'].map(
    (name) => `author_${name}`,
  ),
  ...['submitAndWatchExtrinsic', 'submitExtrinsic', 'unwatchExtrinsic'].map((name) => `author_${name}`),
  ...[
    'getBlock',
    'getBlockHash',
    'getFinalisedHead',
    'getFinalizedHead',
    'getHead',
    'getHeader',
    'getRuntimeVersion',
  ].map((name) => `chain_${name}`),
  ...['AllHeads', 'FinalisedHeads', 'FinalizedHeads', 'NewHead', 'NewHeads', 'RuntimeVersion'].flatMap((name) => [
    `chain_subscribe${name}`,
    `chain_unsubscribe${name}`,
  ]),
  ...['getKeys', 'getKeysPaged', 'getKeysPagedAt', 'getStorage', 'getStorageEntries', 'getStorageHash'].map(
    (name) => `childstate_${name}`,
  ),
  'childstate_getStorageSize',
  'engine_createBlock',
  'engine_finalizeBlock',
  ...['Clear', 'Get', 'Set'].map((name) => `offchain_localStorage${name}`),
  'payment_queryFeeDetails',
  'payment_queryInfo',
  'rpc_methods',
  ...[
    'call',
    'callAt',
    'getChildReadProof',
    'getKeys',
    'getKeysPaged',
    'getKeysPagedAt',
    'getMetadata',
    'getPairs',
  ].map((name) => `state_${name}`),
  ...['getReadProof', 'getRuntimeVersion', 'getStorage', 'getStorageAt', 'getStorageHash', 'getStorageHashAt'].map(
    (name) => `state_${name}`,
  ),
  ...['getStorageSize', 'getStorageSizeAt', 'queryStorage', 'queryStorageAt'].map((name) => `state_${name}`),
  ...['RuntimeVersion', 'Storage'].flatMap((name) => [`state_subscribe${name}`, `state_unsubscribe${name}`]),
  ...['accountNextIndex', 'chain', 'chainType', 'dryRun', 'dryRunAt', 'health', 'localListenAddresses'].map(
    (name) => `system_${name}`,
  ),
  ...['localPeerId', 'name', 'nodeRoles', 'peers', 'properties', 'reservedPeers', 'syncState', 'version'].map(
    (name) => `system_${name}`,
  ),
]

/** What would not be honest: wasm traces, a libp2p network, filters of Rust's log, Grandpa, Babe and MMR. */
const NOT_SERVED = [
  'state_traceBlock',
  'system_addReservedPeer',
  'system_removeReservedPeer',
  'system_unstable_networkState',
  'system_addLogFilter',
  'system_resetLogFilter',
  'grandpa_roundState',
  'babe_epochAuthorship',
  'mmr_root',
]

describe('rpc_methods', () => {
  it('lists all that can be answered honestly, and nothing else', async () => {
    const rpc = await realRpc()
    const { methods } = await rpc.result<{ methods: string[] }>('rpc_methods')
    expect(SERVED.filter((name) => !methods.includes(name))).toEqual([])
    for (const name of NOT_SERVED) {
      expect(methods).not.toContain(name)
      expect(await rpc.error(name)).toMatchObject({ code: -32601, message: 'Method not found' })
    }
    const legacy = /^(author|chain|childstate|engine|offchain|payment|state|system)_/
    expect(methods.filter((name) => legacy.test(name) && !SERVED.includes(name))).toEqual([])
  })
})

const applied = async (rpc: RealRpc, wire: Uint8Array, at?: string) =>
  decode(ApplyExtrinsicResult, fromHex(await rpc.result<string>('system_dryRun', toHex(wire), at)))

describe('system_dryRun', () => {
  const wallet = new TestChain()
  const tooMuch = (genesis: Uint8Array): Uint8Array => {
    wallet.hashes[0] = genesis
    const value = 1n << 100n
    return wallet.sign(alice, callOf('Balances', 'transferKeepAlive', { dest: id(bob.accountId), value }), { nonce: 0 })
  }

  it('tells success, the dispatch error of a failing call, and why it would be refused', async () => {
    const rpc = await realRpc()
    expect(await applied(rpc, rpc.transfer(0))).toEqual({ ok: true, value: { ok: true, value: undefined } })
    const failed = await applied(rpc, tooMuch(rpc.node.genesisHash))
    expect(failed).toEqual({ ok: true, value: { ok: false, error: { tag: 'Token', value: 'FundsUnavailable' } } })
    expect(await applied(rpc, rpc.transfer(7))).toMatchObject({ ok: false, error: { value: { tag: 'Future' } } })
    expect(rpc.node.best().header.number).toBe(0)
    expect(await rpc.result('author_pendingExtrinsics')).toEqual([])
  })

  it('is asked at a block', async () => {
    const rpc = await realRpc()
    await rpc.seal({ transactions: [rpc.transfer(0)] })
    expect(await applied(rpc, rpc.transfer(0))).toMatchObject({ ok: false, error: { value: { tag: 'Stale' } } })
    expect(await applied(rpc, rpc.transfer(0), toHex(rpc.node.genesisHash))).toMatchObject({ ok: true })
    expect(await rpc.error('system_dryRun', toHex(rpc.transfer(0)), UNKNOWN_HASH)).toMatchObject({ code: 1 })
    expect(await rpc.error('system_dryRun', '0x00')).toMatchObject({ code: 2 })
  })
})

interface Created {
  readonly hash: string
  readonly aux: { readonly is_new_best: boolean }
}

describe('engine', () => {
  it('builds on the best block, or on another parent: a fork, whose head all-heads subscribers get', async () => {
    const rpc = await realRpc()
    const [all, heads] = [await rpc.result('chain_subscribeAllHeads'), await rpc.result('chain_subscribeNewHeads')]
    const one = await rpc.result<Created>('engine_createBlock', true, false)
    const two = await rpc.result<Created>('engine_createBlock', true, false)
    expect([one.aux.is_new_best, two.aux.is_new_best]).toEqual([true, true])
    await rpc.result('author_submitExtrinsic', toHex(rpc.transfer(0)))
    // The pool knows what the best block makes possible: other branches get empty blocks.
    expect(await rpc.error('engine_createBlock', false, false, one.hash)).toMatchObject({ code: 12_000 })
    const fork = await rpc.result<Created>('engine_createBlock', true, false, one.hash)
    expect(fork.hash).not.toBe(two.hash)
    expect(fork.aux.is_new_best).toBe(false)
    expect(await rpc.result('chain_getHead')).toBe(two.hash)
    const numbers = (subscription: unknown): unknown[] => rpc.events(subscription).map((head) => head['number'])
    expect(numbers(all)).toEqual(['0x0', '0x1', '0x2', '0x2'])
    expect(numbers(heads)).toEqual(['0x0', '0x1', '0x2'])
    const longer = await rpc.result<Created>('engine_createBlock', true, false, fork.hash)
    expect(longer.aux.is_new_best).toBe(true)
    expect(await rpc.result('chain_getBlockHash', 2)).toBe(fork.hash)
  })

  it('finalizes, and refuses blocks that are unknown, empty, or off the finalized branch', async () => {
    const rpc = await realRpc()
    expect(await rpc.error('engine_createBlock', false, false)).toMatchObject({ code: 12_000 })
    expect(await rpc.error('engine_createBlock', true, false, UNKNOWN_HASH)).toMatchObject({ code: 13_000 })
    const one = await rpc.result<Created>('engine_createBlock', true, false)
    const two = await rpc.result<Created>('engine_createBlock', true, true)
    expect(await rpc.result('chain_getFinalizedHead')).toBe(two.hash)
    expect(await rpc.result('engine_finalizeBlock', two.hash)).toBe(true)
    expect(await rpc.error('engine_finalizeBlock', UNKNOWN_HASH)).toMatchObject({ code: 13_000 })
    expect(await rpc.error('engine_createBlock', true, false, one.hash)).toMatchObject({ code: 16_000 })
  })
})

describe('author keys', () => {
  it('are those of the runtime’s SessionKeys', async () => {
    const rpc = await realRpc()
    const session = await rpc.result<string>('author_rotateKeys')
    expect(await rpc.result('author_hasSessionKeys', session)).toBe(true)
    const dave = toHex(keypairFromSuri('//Dave', 'sr25519').publicKey)
    expect(await rpc.result('author_hasSessionKeys', dave)).toBe(false)
    expect(await rpc.result('author_insertKey', 'aura', '//Dave', dave)).toBeNull()
    expect(await rpc.result('author_hasSessionKeys', dave)).toBe(true)
    expect(await rpc.error('author_hasSessionKeys', `${session}00`)).toMatchObject({ code: 1040 })
  })
})

describe('state', () => {
  it('tells the changes over a range of blocks, and proves them to a client that has the header', async () => {
    const rpc = await realRpc()
    const number = '0x26aa394eea5630e07c48ae0c9558cef702a5c1b19ab7a04f536c519aca4983ac'
    const blocks = [await rpc.seal(), await rpc.seal(), await rpc.seal()]
    const sets = await rpc.result('state_queryStorage', [number], hex(blocks[0]!), hex(blocks[2]!))
    expect(sets).toEqual(
      blocks.map((block) => ({
        block: hex(block),
        changes: [[number, toHex(encode(u32, block.header.number))]],
      })),
    )
    const { proof } = await rpc.result<{ proof: string[] }>('state_getReadProof', [number], hex(blocks[1]!))
    const value = verifyProof(blocks[1]!.header.stateRoot, proof.map(fromHex), fromHex(number))
    expect(value).toEqual(encode(u32, 2))
    const child = utf8(':child_storage:default:none')
    const absent = await rpc.result<{ proof: string[] }>('state_getChildReadProof', toHex(child), ['0x00'])
    expect(verifyProof(rpc.node.best().header.stateRoot, absent.proof.map(fromHex), child)).toBeUndefined()
  })

  it('gives keys and pairs that agree with the pages', async () => {
    const rpc = await realRpc()
    const keys = await rpc.result<string[]>('state_getKeys', '0x')
    const pairs = await rpc.result<[string, string][]>('state_getPairs', '0x')
    expect(pairs.map(([key]) => key)).toEqual(keys)
    const pages: string[] = []
    for (;;) {
      const page = await rpc.result<string[]>('state_getKeysPaged', '0x', 7, pages.at(-1))
      if (page.length === 0) break
      pages.push(...page)
    }
    expect(pages).toEqual(keys)
    const [key, value] = pairs[3]!
    expect(await rpc.result('state_getStorage', key)).toBe(value)
    expect(await rpc.result('state_getStorageSize', key)).toBe(value.length / 2 - 1)
  })
})

describe('a revert below the finalized block', () => {
  it('is told to subscribers of heads and of storage, and they continue', async () => {
    const rpc = await realRpc()
    const number = '0x26aa394eea5630e07c48ae0c9558cef702a5c1b19ab7a04f536c519aca4983ac'
    const [heads, finals, storage] = [
      await rpc.result('chain_subscribeNewHeads'),
      await rpc.result('chain_subscribeFinalizedHeads'),
      await rpc.result('state_subscribeStorage', [number]),
    ]
    await rpc.seal()
    const snapshot = await rpc.node.dev.snapshot()
    await rpc.seal({ finalize: true })
    expect(await rpc.node.dev.revert(snapshot)).toBe(true)
    await rpc.seal({ finalize: true })
    const numbers = (subscription: unknown): unknown[] => rpc.events(subscription).map((head) => head['number'])
    expect(numbers(heads)).toEqual(['0x0', '0x1', '0x2', '0x1', '0x2'])
    expect(numbers(finals).at(-1)).toBe('0x2')
    expect(numbers(finals)).toContain('0x0')
    const values = rpc.events(storage).map((set) => (set['changes'] as [string, string | null][])[0]![1])
    expect(values).toEqual([0, 1, 2, 1, 2].map((value) => (value === 0 ? values[0] : toHex(encode(u32, value)))))
  })
})

describe('offchain', () => {
  it('keeps, gives and clears, by kind', async () => {
    const rpc = await realRpc()
    await rpc.result('offchain_localStorageSet', 'PERSISTENT', '0x01', '0xff')
    await rpc.result('offchain_localStorageSet', 'LOCAL', '0x01', '0xee')
    expect(await rpc.result('offchain_localStorageClear', 'PERSISTENT', '0x01')).toBeNull()
    expect(await rpc.result('offchain_localStorageGet', 'PERSISTENT', '0x01')).toBeNull()
    expect(await rpc.result('offchain_localStorageGet', 'LOCAL', '0x01')).toBe('0xee')
    expect(await rpc.error('offchain_localStorageClear', 'OTHER', '0x01')).toMatchObject({ code: -32602 })
  })
})

describe('payment', () => {
  it('asks the fee of the runtime', async () => {
    const rpc = await realRpc()
    const wire = toHex(rpc.transfer(0))
    const info = await rpc.result<{ partialFee: string; class: string }>('payment_queryInfo', wire)
    const { inclusionFee } = await rpc.result<{ inclusionFee: Record<string, string> }>('payment_queryFeeDetails', wire)
    const sum = Object.values(inclusionFee).reduce((total, part) => total + BigInt(part), 0n)
    expect([info.class, BigInt(info.partialFee)]).toEqual(['normal', sum])
  })
})

describe('a flood of future nonces', () => {
  it('is bounded per account, and leaves the account’s ready ones and other accounts alone', async () => {
    const rpc = await realRpc()
    const { futurePerAccount } = DEFAULT_POOL_LIMITS
    const refused: unknown[] = []
    for (let nonce = 1; nonce <= futurePerAccount + 10; nonce++) {
      const { error } = await rpc.call('author_submitExtrinsic', toHex(rpc.transfer(nonce)))
      if (error) refused.push(error.code)
    }
    expect(refused).toEqual(Array.from({ length: 10 }, () => 1016))
    await rpc.result('author_submitExtrinsic', toHex(rpc.transfer(2, { signer: bob })))
    // The one they all wait for makes them ready.
    await rpc.result('author_submitExtrinsic', toHex(rpc.transfer(0)))
    expect(await rpc.result('system_accountNextIndex', toHex(alice.accountId))).toBe(futurePerAccount + 1)
  })

  it('is bounded in total', async () => {
    const future = { count: 20, bytes: 1024 * 1024 }
    const rpc = await realRpc({ poolLimits: { ...DEFAULT_POOL_LIMITS, future, futurePerAccount: 15 } })
    let taken = 0
    for (const signer of [alice, bob])
      for (let nonce = 1; nonce <= 20; nonce++)
        if (!(await rpc.call('author_submitExtrinsic', toHex(rpc.transfer(nonce, { signer })))).error) taken++
    expect(taken).toBeGreaterThanOrEqual(future.count)
    expect(await rpc.result('author_pendingExtrinsics')).toHaveLength(future.count)
  })
})
