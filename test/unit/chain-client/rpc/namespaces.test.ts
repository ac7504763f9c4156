import { describe, expect, it } from 'vitest'
import { toHex, utf8 } from '#types/bytes.ts'
import { AssayError } from '#types/errors.ts'
import { blake2b256 } from '#types/crypto/hash.ts'
import { verifyProof } from '#chain/trie/proof.ts'
import { testRpc, type TestRpc } from './call.ts'
import { fakeNode, FakePoolError, key } from './fake-node.ts'
import type { PoolRefusal } from '#chain/node/node-interface.ts'

const ALICE = '5GrwvaEF5zXb26Fz9rcQpDWS57CtERHpNehXCPcNoHGKutQY'
const ALICE_HEX = '0xd43593c715fdd31c61141abd04a99fd6822c8558854ccde39a5684e7a56da27d'
const UNKNOWN = `0x${'77'.repeat(32)}`
const hex = (text: string): string => toHex(utf8(text))

const errorOf = async (rpc: TestRpc, method: string, ...params: unknown[]) => (await rpc.call(method, ...params)).error

describe('system', () => {
  it('tells the node and the chain spec', async () => {
    const rpc = testRpc(undefined, { implementation: { name: 'Assay Node', version: '1.2.3' } })
    expect(await rpc.result('system_name')).toBe('Assay Node')
    expect(await rpc.result('system_version')).toBe('1.2.3')
    expect(await rpc.result('system_chain')).toBe('Assay Development')
    expect(await rpc.result('system_chainType')).toBe('Development')
    expect(await rpc.result('system_properties')).toEqual({ ss58Format: 42, tokenDecimals: 12, tokenSymbol: 'ASY' })
    expect(await rpc.result('system_health')).toEqual({ peers: 0, isSyncing: false, shouldHavePeers: false })
    expect(await rpc.result('system_peers')).toEqual([])
    expect(await rpc.result('system_nodeRoles')).toEqual(['Authority'])
    expect(await rpc.result('system_localListenAddresses')).toEqual([])
    expect(await rpc.result('system_localPeerId')).toMatch(/^assay-[0-9a-f]{16}$/)
    rpc.node.add()
    expect(await rpc.result('system_syncState')).toEqual({ startingBlock: 0, currentBlock: 1, highestBlock: 1 })
  })

  it('gives the next nonce for SS58 of any prefix and for hex', async () => {
    const rpc = testRpc()
    for (const account of [ALICE, ALICE_HEX, '15oF4uVJwmo4TdGW7VfQxNLavjCXviqxT9S1MgbjMNHr6Sp5'])
      expect(await rpc.result('system_accountNextIndex', account)).toBe(0xd4)
    expect(await rpc.result('account_nextIndex', ALICE)).toBe(0xd4)
  })

  it('dry-runs to a SCALE ApplyExtrinsicResult', async () => {
    const rpc = testRpc()
    expect(await rpc.result('system_dryRun', '0x01')).toBe('0x0000')
    rpc.node.outcome = { kind: 'refused', error: { kind: 'invalid', reason: 'Stale' } }
    expect(await rpc.result('system_dryRun', '0x01')).toBe('0x010003')
    rpc.node.outcome = { kind: 'refused', error: { kind: 'unknown', reason: 'CannotLookup' } }
    expect(await rpc.result('system_dryRunAt', '0x01', null)).toBe('0x010100')
    const error = { tag: 'Module', value: { index: 5, error: new Uint8Array([2, 0, 0, 0]) } } as const
    rpc.node.outcome = { kind: 'failed', error, message: 'Balances.InsufficientBalance' }
    expect(await rpc.result('system_dryRun', '0x01')).toBe('0x0001030502000000')
    expect(await errorOf(rpc, 'system_dryRun', '0x')).toMatchObject({
      code: 2,
      message: 'Unable to dry run extrinsic.',
    })
    expect(await errorOf(rpc, 'system_dryRun', '0x01', UNKNOWN)).toMatchObject({ code: 1 })
  })
})

describe('chain', () => {
  it('writes headers and blocks as Substrate does', async () => {
    const rpc = testRpc()
    const block = rpc.node.add([], { body: [new Uint8Array([8, 4, 0]), new Uint8Array([4, 4])] })
    const header = {
      parentHash: toHex(rpc.node.genesisHash),
      number: '0x1',
      stateRoot: toHex(block.header.stateRoot),
      extrinsicsRoot: toHex(block.header.extrinsicsRoot),
      digest: { logs: ['0x000401'] },
    }
    expect(await rpc.result('chain_getHeader')).toEqual(header)
    expect(await rpc.result('chain_getHeader', toHex(block.hash))).toEqual(header)
    expect(await rpc.result('chain_getBlock', toHex(block.hash))).toEqual({
      block: { header, extrinsics: ['0x080400', '0x0404'] },
      justifications: null,
    })
    expect(await rpc.result('chain_getHeader', UNKNOWN)).toBeNull()
    expect(await rpc.result('chain_getBlock', UNKNOWN)).toBeNull()
  })

  it('finds hashes by number, hex number, list, or none', async () => {
    const rpc = testRpc()
    const genesis = toHex(rpc.node.genesisHash)
    const best = toHex(rpc.node.add().hash)
    expect(await rpc.result('chain_getBlockHash')).toBe(best)
    expect(await rpc.result('chain_getHead')).toBe(best)
    expect(await rpc.result('chain_getBlockHash', 0)).toBe(genesis)
    expect(await rpc.result('chain_getBlockHash', '0x1')).toBe(best)
    expect(await rpc.result('chain_getBlockHash', '0xcf')).toBeNull()
    expect(await rpc.result('chain_getBlockHash', [0, '0x01', 9])).toEqual([genesis, best, null])
    expect(await rpc.result('chain_getFinalizedHead')).toBe(genesis)
    expect(await rpc.result('chain_getFinalisedHead')).toBe(genesis)
  })

  it('pushes the present head first, then each new one, to each kind of subscription', async () => {
    const rpc = testRpc()
    const heads = await rpc.result('chain_subscribeNewHead')
    const all = await rpc.result('chain_subscribeAllHeads')
    const finalized = await rpc.result('chain_subscribeFinalizedHeads')
    const one = rpc.node.add()
    const fork = rpc.node.add([], { parent: rpc.node.block(rpc.node.genesisHash)!, best: false })
    await rpc.node.finalize(one.hash)
    const numbers = (id: unknown): string[] => rpc.pushed(id).map((header) => (header as { number: string }).number)
    expect(numbers(heads)).toEqual(['0x0', '0x1'])
    expect(numbers(all)).toEqual(['0x0', '0x1', '0x1'])
    expect(rpc.pushed(all).at(-1)).toMatchObject({ extrinsicsRoot: toHex(fork.header.extrinsicsRoot) })
    expect(numbers(finalized)).toEqual(['0x0', '0x1'])
    const methods = rpc.sent.flatMap(({ method }) => (method ? [method] : []))
    expect([...new Set(methods)].sort()).toEqual(['chain_allHead', 'chain_finalizedHead', 'chain_newHead'])
  })

  it('unsubscribes once, by the method of its kind only', async () => {
    const rpc = testRpc()
    const id = await rpc.result('chain_subscribeNewHeads')
    expect(await rpc.result('chain_unsubscribeAllHeads', id)).toBe(false)
    expect(await rpc.result('chain_unsubscribeNewHead', id)).toBe(true)
    expect(await rpc.result('chain_unsubscribeNewHeads', id)).toBe(false)
    expect(await rpc.result('chain_unsubscribeNewHeads', 17)).toBe(false)
    rpc.node.add()
    expect(rpc.pushed(id)).toHaveLength(1)
  })
})

describe('state', () => {
  const long = new Uint8Array(40).fill(9)
  const genesis = [
    [key('a:1'), utf8('one')],
    [key('a:2'), long],
    [key('b'), new Uint8Array(0)],
  ] as const

  it('reads storage at a block, the empty value apart from none', async () => {
    const rpc = testRpc(fakeNode(genesis))
    const at = toHex(rpc.node.genesisHash)
    rpc.node.add([
      [key('a:1'), utf8('two')],
      [key('a:2'), null],
    ])
    expect(await rpc.result('state_getStorage', hex('a:1'))).toBe(hex('two'))
    expect(await rpc.result('state_getStorage', hex('a:1'), at)).toBe(hex('one'))
    expect(await rpc.result('state_getStorageAt', hex('a:2'), at)).toBe(toHex(long))
    expect(await rpc.result('state_getStorage', hex('a:2'))).toBeNull()
    expect(await rpc.result('state_getStorage', hex('b'))).toBe('0x')
    expect(await rpc.result('state_getStorageHash', hex('a:1'))).toBe(toHex(blake2b256(utf8('two'))))
    expect(await rpc.result('state_getStorageHash', '0x3a636f6465')).toBeNull()
    expect(await rpc.result('state_getStorageSize', hex('a:2'), at)).toBe(40)
    expect(await rpc.result('state_getStorageSize', hex('a:'), at)).toBe(43)
    expect(await rpc.result('state_getStorageSize', hex('zz'), at)).toBeNull()
  })

  it('lists keys by page and unpaged, and bounds both', async () => {
    const rpc = testRpc(fakeNode(genesis))
    expect(await rpc.result('state_getKeys', '0x')).toEqual(['a:1', 'a:2', 'b'].map(hex))
    expect(await rpc.result('state_getPairs', hex('a'))).toEqual([
      [hex('a:1'), hex('one')],
      [hex('a:2'), toHex(long)],
    ])
    expect(await rpc.result('state_getKeysPaged', hex('a'), 1)).toEqual([hex('a:1')])
    expect(await rpc.result('state_getKeysPaged', hex('a'), 9, hex('a:1'))).toEqual([hex('a:2')])
    // Apps starts at the prefix itself.
    expect(await rpc.result('state_getKeysPagedAt', hex('a'), 1000, hex('a'))).toEqual([hex('a:1'), hex('a:2')])
    expect(await errorOf(rpc, 'state_getKeysPaged', '0x', 1001)).toEqual({
      code: 4002,
      message: 'count exceeds maximum value. value: 1001, max: 1000',
    })
    rpc.node.add(Array.from({ length: 10_001 }, (_, i) => [key(`many:${i}`), utf8('x')] as const))
    expect((await errorOf(rpc, 'state_getKeys', hex('many:')))!.message).toContain('use state_getKeysPaged')
    expect(await errorOf(rpc, 'state_getPairs', hex('many:'))).toMatchObject({ code: 4003 })
  })

  it('names the block it does not know', async () => {
    const rpc = testRpc()
    const methods: [string, unknown[]][] = [
      ['state_getStorage', ['0x00']],
      ['state_getKeysPaged', ['0x', 1, null]],
      ['state_getRuntimeVersion', []],
      ['state_getMetadata', []],
      ['state_call', ['Core_version', '0x']],
      ['state_getReadProof', [['0x00']]],
    ]
    for (const [method, params] of methods) {
      const error = await errorOf(rpc, method, ...params, UNKNOWN)
      expect(error, method).toMatchObject({ code: 4003 })
      expect(error!.message).toContain(UNKNOWN)
    }
  })

  it('queries changes over a range of blocks, its order and size checked', async () => {
    const rpc = testRpc(fakeNode(genesis))
    const [one, two] = [rpc.node.add([[key('a:1'), utf8('two')]]), rpc.node.add()]
    const three = rpc.node.add([[key('a:1'), null]])
    const from = toHex(rpc.node.genesisHash)
    const keys = [hex('a:1'), hex('b'), hex('a:1')]
    const first = {
      block: from,
      changes: [
        [hex('a:1'), hex('one')],
        [hex('b'), '0x'],
      ],
    }
    expect(await rpc.result('state_queryStorage', keys, from)).toEqual([
      first,
      { block: toHex(one.hash), changes: [[hex('a:1'), hex('two')]] },
      { block: toHex(three.hash), changes: [[hex('a:1'), null]] },
    ])
    expect(await rpc.result('state_queryStorage', keys, from, from)).toEqual([first])
    expect(await rpc.result('state_queryStorageAt', keys, from)).toEqual([first])
    expect(await rpc.result('state_queryStorageAt', [hex('none')])).toEqual([
      { block: toHex(three.hash), changes: [[hex('none'), null]] },
    ])
    expect(await rpc.result('state_queryStorageAt', [])).toEqual([])
    const fork = rpc.node.add([], { parent: one, best: false })
    for (const [a, b, why] of [
      [two.hash, one.hash, 'from number > to number'],
      [fork.hash, three.hash, 'different forks'],
      [utf8('x'.repeat(32)), three.hash, 'UnknownBlock'],
    ] as const) {
      const error = await errorOf(rpc, 'state_queryStorage', keys, toHex(a), toHex(b))
      expect(error).toMatchObject({ code: 4001 })
      expect(error!.message).toContain(why)
    }
    const many = Array.from({ length: 16_384 }, () => '0x00')
    for (let i = 0; i < 5; i++) rpc.node.add()
    expect((await errorOf(rpc, 'state_queryStorage', many, from))!.message).toContain('at most 100000 reads')
  })

  it('proves reads against the state root', async () => {
    const rpc = testRpc(fakeNode(genesis))
    const { at, proof } = (await rpc.result('state_getReadProof', [hex('a:2'), hex('none')])) as {
      at: string
      proof: string[]
    }
    expect(at).toBe(toHex(rpc.node.genesisHash))
    const nodes = proof.map((each) => new Uint8Array(Buffer.from(each.slice(2), 'hex')))
    const root = rpc.node.best().header.stateRoot
    expect(verifyProof(root, nodes, key('a:2'))).toEqual(long)
    expect(verifyProof(root, nodes, key('none'))).toBeUndefined()
  })

  it('pushes all watched values first, then only what changed, also across a fork', async () => {
    const rpc = testRpc(fakeNode(genesis))
    const id = await rpc.result('state_subscribeStorage', [hex('a:1'), hex('none')])
    const first = rpc.node.best()
    const one = rpc.node.add([[key('a:1'), utf8('two')]])
    rpc.node.add([[key('b'), utf8('unwatched')]])
    const fork = rpc.node.add([[key('none'), utf8('now')]], { parent: first })
    expect(rpc.pushed(id)).toEqual([
      {
        block: toHex(first.hash),
        changes: [
          [hex('a:1'), hex('one')],
          [hex('none'), null],
        ],
      },
      { block: toHex(one.hash), changes: [[hex('a:1'), hex('two')]] },
      {
        block: toHex(fork.hash),
        changes: [
          [hex('a:1'), hex('one')],
          [hex('none'), hex('now')],
        ],
      },
    ])
    expect(await rpc.result('state_unsubscribeStorage', id)).toBe(true)
    rpc.node.add([[key('a:1'), utf8('three')]])
    expect(rpc.pushed(id)).toHaveLength(3)
  })

  it('pushes the values that a revert changed back, once, and the new head', async () => {
    const rpc = testRpc(fakeNode(genesis))
    const storage = await rpc.result('state_subscribeStorage', [hex('a:1'), hex('b')])
    const heads = await rpc.result('chain_subscribeNewHeads')
    const all = await rpc.result('chain_subscribeAllHeads')
    const finals = await rpc.result('chain_subscribeFinalizedHeads')
    const one = rpc.node.add([[key('a:1'), utf8('two')]])
    rpc.node.add([[key('b'), utf8('b')]])
    await rpc.node.finalize(one.hash)
    const first = rpc.node.block(rpc.node.genesisHash)!
    rpc.node.revertTo(one)
    rpc.node.revertTo(first, { finalized: true })
    expect(rpc.pushed(storage).slice(-2)).toEqual([
      { block: toHex(one.hash), changes: [[hex('b'), '0x']] },
      { block: toHex(first.hash), changes: [[hex('a:1'), hex('one')]] },
    ])
    const numbers = (id: unknown): string[] => rpc.pushed(id).map((header) => (header as { number: string }).number)
    expect(numbers(heads)).toEqual(['0x0', '0x1', '0x2', '0x1', '0x0'])
    expect(numbers(all)).toEqual(['0x0', '0x1', '0x2', '0x1', '0x0'])
    expect(numbers(finals)).toEqual(['0x0', '0x1', '0x0'])
  })

  it('pushes what was set by hand in the best block, and of no other block', async () => {
    const rpc = testRpc(fakeNode(genesis))
    const first = rpc.node.best()
    const best = rpc.node.add()
    const id = await rpc.result('state_subscribeStorage', [hex('a:1'), hex('b')])
    rpc.node.setState(first, [[key('a:1'), utf8('old')]])
    rpc.node.setState(best, [[key('a:1'), utf8('set')]])
    rpc.node.add([[key('a:1'), utf8('set')]])
    expect(rpc.pushed(id).slice(1)).toEqual([{ block: toHex(best.hash), changes: [[hex('a:1'), hex('set')]] }])
    expect(await rpc.result('state_getStorage', hex('a:1'), toHex(first.hash))).toBe(hex('old'))
  })

  it('pushes every change to who watches everything, and nothing at first', async () => {
    const rpc = testRpc(fakeNode(genesis))
    const id = await rpc.result('state_subscribeStorage')
    const one = rpc.node.add([
      [key('a:2'), null],
      [key('new'), utf8('x')],
    ])
    rpc.node.add()
    const changes = [
      [hex('a:2'), null],
      [hex('new'), hex('x')],
    ]
    expect(rpc.pushed(id)).toEqual([{ block: toHex(one.hash), changes }])
  })

  it('tells the runtime version with its APIs as pairs, at once to subscribers', async () => {
    const rpc = testRpc()
    const version = {
      specName: 'assay',
      implName: 'assay',
      authoringVersion: 1,
      specVersion: 1,
      implVersion: 1,
      apis: [['0xdf6acb689907609b', 5]],
      transactionVersion: 1,
      systemVersion: 1,
      stateVersion: 1,
    }
    expect(await rpc.result('state_getRuntimeVersion')).toEqual(version)
    expect(await rpc.result('chain_getRuntimeVersion', toHex(rpc.node.genesisHash))).toEqual(version)
    const id = await rpc.result('state_subscribeRuntimeVersion')
    expect(rpc.pushed(id)).toEqual([version])
    expect(await rpc.result('state_unsubscribeRuntimeVersion', id)).toBe(true)
  })

  it('calls runtime APIs at a block; the empty string is no bytes', async () => {
    const rpc = testRpc()
    rpc.node.add()
    expect(await rpc.result('state_getMetadata')).toBe(hex('meta14'))
    expect(await rpc.result('state_call', 'Fake_number', '0x')).toBe('0x01')
    expect(await rpc.result('state_callAt', 'Fake_number', '', toHex(rpc.node.genesisHash))).toBe('0x00')
    expect(await errorOf(rpc, 'state_call', 'Fake_absent', '0x')).toEqual({
      code: 4003,
      message: 'Client error: Execution failed: Exported method Fake_absent is not found',
    })
  })
})

describe('author', () => {
  const blockHash = new Uint8Array(32).fill(1)

  it('submits, lists and removes', async () => {
    const rpc = testRpc()
    const hash = toHex(blake2b256(new Uint8Array([1, 2])))
    expect(await rpc.result('author_submitExtrinsic', '0x0102')).toBe(hash)
    expect(await rpc.result('author_pendingExtrinsics')).toEqual(['0x0102'])
    expect(await rpc.result('author_removeExtrinsic', [{ hash }])).toEqual([hash])
    expect(await rpc.result('author_removeExtrinsic', [{ extrinsic: '0x0102' }])).toEqual([hash])
    expect(await rpc.result('author_removeExtrinsic', [{ hash: UNKNOWN }])).toEqual([])
  })

  it('sends the id before the first status, all statuses in order, and ends after the last', async () => {
    const rpc = testRpc()
    const id = await rpc.result('author_submitAndWatchExtrinsic', '0x01')
    const [watch] = rpc.node.watches.values()
    watch!({ kind: 'broadcast', peers: ['p'] })
    watch!({ kind: 'inBlock', block: blockHash, index: 1 })
    watch!({ kind: 'retracted', block: blockHash })
    watch!({ kind: 'finalized', block: blockHash, index: 1 })
    expect(rpc.sent[0]).toMatchObject({ result: id })
    expect(rpc.pushed(id)).toEqual([
      'ready',
      { broadcast: ['p'] },
      { inBlock: toHex(blockHash) },
      { retracted: toHex(blockHash) },
      { finalized: toHex(blockHash) },
    ])
    expect(rpc.node.watches.size).toBe(0)
    expect(await rpc.result('author_unwatchExtrinsic', id)).toBe(false)
  })

  it('ends at each final status, also one that comes before the reply', async () => {
    const finals = [{ kind: 'usurped', by: blockHash }, { kind: 'dropped' }, { kind: 'invalid' }] as const
    for (const final of finals) {
      const rpc = testRpc()
      rpc.node.early.push(final)
      const id = await rpc.result('author_submitAndWatchExtrinsic', '0x01')
      const told = final.kind === 'usurped' ? { usurped: toHex(blockHash) } : final.kind
      expect(rpc.pushed(id)).toEqual(['ready', told])
      expect(rpc.node.watches.size).toBe(0)
    }
  })

  it('unwatches on request and when the connection goes, also while submitting', async () => {
    const rpc = testRpc()
    const id = await rpc.result('author_submitAndWatchExtrinsic', '0x01')
    expect(await rpc.result('author_unwatchExtrinsic', id)).toBe(true)
    expect(rpc.node.watches.size).toBe(0)
    const release = rpc.node.hold()
    const under = rpc.receive('{"jsonrpc":"2.0","id":9,"method":"author_submitAndWatchExtrinsic","params":["0x02"]}')
    rpc.close()
    release()
    await under
    expect(rpc.node.watches.size).toBe(0)
  })

  it('numbers every refusal as Substrate does', async () => {
    const invalid = (reason: string, data: string): [PoolRefusal, object] => [
      { kind: 'validity', error: { kind: 'invalid', reason } } as PoolRefusal,
      { code: 1010, message: 'Invalid Transaction', data },
    ]
    const table: [PoolRefusal, object][] = [
      invalid('Call', 'Transaction call is not expected'),
      invalid('Payment', 'Inability to pay some fees (e.g. account balance too low)'),
      invalid('Future', 'Transaction will be valid in the future'),
      invalid('Stale', 'Transaction is outdated'),
      invalid('BadProof', 'Transaction has a bad signature'),
      invalid('AncientBirthBlock', 'Transaction has an ancient birth block'),
      invalid('ExhaustsResources', 'Transaction would exhaust the block limits'),
      [
        { kind: 'validity', error: { kind: 'unknown', reason: 'CannotLookup' } },
        { code: 1011, message: 'Unknown Transaction Validity', data: 'CannotLookup' },
      ],
      [{ kind: 'temporarilyBanned' }, { code: 1012, message: 'Transaction is temporarily banned' }],
      [
        { kind: 'alreadyImported', hash: blockHash },
        { code: 1013, message: 'Transaction Already Imported', data: toHex(blockHash) },
      ],
      [
        { kind: 'tooLowPriority', old: 9n, new: 3n },
        {
          code: 1014,
          message: 'Priority is too low: (9 vs 3)',
          data: 'The transaction has too low priority to replace another transaction already in the pool.',
        },
      ],
      [{ kind: 'cycleDetected' }, { code: 1015, message: 'Cycle Detected' }],
      [
        { kind: 'immediatelyDropped' },
        {
          code: 1016,
          message: 'Immediately Dropped',
          data: "The transaction couldn't enter the pool because of the limit",
        },
      ],
    ]
    const rpc = testRpc()
    for (const [refusal, error] of table) {
      rpc.node.refuse(new FakePoolError(refusal))
      expect(await errorOf(rpc, 'author_submitExtrinsic', '0x01')).toEqual(error)
      expect(await errorOf(rpc, 'author_submitAndWatchExtrinsic', '0x01')).toEqual(error)
    }
    expect(rpc.logged).toEqual([])
  })

  it('answers 1002 for bytes that are no extrinsic, and logs what is a bug of the pool', async () => {
    const rpc = testRpc()
    const garbage = await errorOf(rpc, 'system_dryRun', '0x')
    rpc.node.refuse(scaleError(rpc))
    expect(await errorOf(rpc, 'author_submitExtrinsic', '0x00')).toEqual({
      code: 1002,
      message: 'Verification Error',
      data: `Extrinsic has invalid format: ${garbage!.data}`,
    })
    rpc.node.refuse(new AssayError('VERIFIER_BUSY', 'submit more slowly'))
    expect(await errorOf(rpc, 'author_submitExtrinsic', '0x00')).toEqual({
      code: 1040,
      message: 'Client error: submit more slowly',
    })
    rpc.node.refuse(new Error('pool bug'))
    expect(await errorOf(rpc, 'author_submitExtrinsic', '0x00')).toMatchObject({ code: -32603, data: 'pool bug' })
    expect(rpc.logged).toHaveLength(1)
  })
})

function scaleError(rpc: TestRpc): Error {
  try {
    rpc.node.runtime.decode(new Uint8Array(0))
  } catch (thrown) {
    return thrown as Error
  }
  throw new Error('the fake runtime decoded nothing')
}

describe('payment, offchain, engine', () => {
  it('answers fees as Substrate does: decimal string, NumberOrHex', async () => {
    const rpc = testRpc()
    expect(await rpc.result('payment_queryInfo', '0x01')).toEqual({
      weight: { ref_time: 4, proof_size: 8 },
      class: 'normal',
      partialFee: (2n ** 65n).toString(),
    })
    expect(await rpc.result('payment_queryFeeDetails', '0x01', toHex(rpc.node.genesisHash))).toEqual({
      inclusionFee: { baseFee: '0x1', lenFee: '0x2', adjustedWeightFee: '0xff' },
    })
    expect(await errorOf(rpc, 'payment_queryInfo', '0x')).toMatchObject({
      code: 2,
      message: 'Unable to query dispatch info.',
    })
    expect(await errorOf(rpc, 'payment_queryFeeDetails', '0x01', UNKNOWN)).toMatchObject({ code: 1 })
  })

  it('keeps off-chain storage by kind', async () => {
    const rpc = testRpc()
    expect(await rpc.result('offchain_localStorageGet', 'PERSISTENT', '0x01')).toBeNull()
    expect(await rpc.result('offchain_localStorageSet', 'PERSISTENT', '0x01', '0xff')).toBeNull()
    expect(await rpc.result('offchain_localStorageGet', 'PERSISTENT', '0x01')).toBe('0xff')
    expect(await rpc.result('offchain_localStorageGet', 'LOCAL', '0x01')).toBeNull()
    expect(await rpc.result('offchain_localStorageClear', 'LOCAL', '0x01')).toBeNull()
    expect(await rpc.result('offchain_localStorageGet', 'PERSISTENT', '0x01')).toBe('0xff')
    expect(await rpc.result('offchain_localStorageClear', 'PERSISTENT', '0x01')).toBeNull()
    expect(await rpc.result('offchain_localStorageGet', 'PERSISTENT', '0x01')).toBeNull()
  })

  it('seals and finalizes on demand', async () => {
    const rpc = testRpc()
    const parent = toHex(rpc.node.genesisHash)
    const created = (await rpc.result('engine_createBlock', true, true, parent)) as { hash: string }
    expect(created).toMatchObject({ aux: { is_new_best: true }, proof_size: 0 })
    expect(rpc.node.sealed).toEqual([{ createEmpty: true, finalize: true, parent: rpc.node.genesisHash }])
    expect(created.hash).toBe(toHex(rpc.node.best().hash))
    expect(await rpc.result('engine_finalizeBlock', created.hash)).toBe(true)
    expect(await rpc.result('chain_getFinalizedHead')).toBe(created.hash)
    rpc.node.refuse(new AssayError('POOL_EMPTY', 'nothing is ready'))
    expect(await errorOf(rpc, 'engine_createBlock', false, false)).toEqual({
      code: 12_000,
      message: 'Transaction pool is empty, set create_empty to true, if you want to create empty blocks',
    })
    rpc.node.refuse(new AssayError('UNKNOWN_BLOCK', 'no such parent'))
    expect(await errorOf(rpc, 'engine_createBlock', true, false, UNKNOWN)).toEqual({
      code: 13_000,
      message: 'Block not found: no such parent',
    })
    rpc.node.refuse(new AssayError('NOT_ON_FINALIZED_BRANCH', 'not alive'))
    expect(await errorOf(rpc, 'engine_createBlock', true, false, parent)).toEqual({
      code: 16_000,
      message: 'Not on the finalized branch: not alive',
    })
    expect(await errorOf(rpc, 'engine_finalizeBlock', UNKNOWN)).toMatchObject({ code: 13_000 })
  })
})

describe('rpc_methods', () => {
  it('lists what is served and nothing else', async () => {
    const rpc = testRpc()
    const { methods } = (await rpc.result('rpc_methods')) as { methods: string[] }
    expect(methods).toContain('rpc_methods')
    expect(methods).toEqual([...new Set(methods)].sort())
    for (const method of methods) {
      const { error } = await rpc.call(method)
      if (error) expect([method, error.code]).toEqual([method, -32602])
    }
  })
})

describe('subscriptions', () => {
  it('are bounded per connection, freed by unsubscribing, and leave the node when the server closes', async () => {
    const rpc = testRpc(undefined, { limits: { subscriptions: 2 } })
    const id = await rpc.result('chain_subscribeNewHeads')
    await rpc.result('chain_subscribeAllHeads')
    expect(await errorOf(rpc, 'chain_subscribeNewHeads')).toMatchObject({ code: -32006 })
    await rpc.result('chain_unsubscribeNewHeads', id)
    await rpc.result('chain_subscribeNewHeads')
    expect(rpc.node.listeners).toBe(1)
    rpc.rpc.close()
    expect(rpc.node.listeners).toBe(0)
  })

  it('free their place if opening fails', async () => {
    const rpc = testRpc(undefined, { limits: { subscriptions: 1 } })
    rpc.node.refuse(new FakePoolError({ kind: 'temporarilyBanned' }))
    await rpc.call('author_submitAndWatchExtrinsic', '0x01')
    expect(await rpc.result('chain_subscribeNewHeads')).toMatch(/^sub-/)
  })
})
