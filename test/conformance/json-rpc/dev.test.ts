/** dev_*: each method against the real node, including its errors. */
import { describe, expect, it } from 'vitest'
import { fromHex, toHex } from '#types/bytes.ts'
import { blake2b256 } from '#types/crypto/hash.ts'
import { toSs58 } from '#types/crypto/ss58.ts'
import { keypairFromSuri } from '#types/crypto/suri.ts'
import { AccountInfo } from '#types/scale/account.ts'
import { decode } from '#types/scale/codec.ts'
import { u128, u64 } from '#types/scale/primitives.ts'
import { Blake2_128Concat, storageKey, storagePrefix } from '#types/scale/storage-key.ts'
import { alice, bob, charlie, UNIT } from '../../helpers/runtime.ts'
import { UNKNOWN_HASH, hex, realRpc, type RealRpc } from './real-rpc.ts'

const SLOT_MS = 1_000
const NOW = storagePrefix('Timestamp', 'Now')
const ISSUANCE = storagePrefix('Balances', 'TotalIssuance')
const accountKey = (who: Uint8Array): Uint8Array =>
  storageKey(storagePrefix('System', 'Account'), [[Blake2_128Concat, who]])

function free({ node }: RealRpc, who: Uint8Array): bigint {
  const stored = node.stateAt(node.best().hash).get(accountKey(who))
  return stored ? decode(AccountInfo, stored).data.free : 0n
}
const now = ({ node }: RealRpc): number => Number(decode(u64, node.stateAt(node.best().hash).get(NOW)!))
const issuance = ({ node }: RealRpc): bigint => decode(u128, node.stateAt(node.best().hash).get(ISSUANCE)!)
const number = ({ node }: RealRpc): number => node.best().header.number

describe('dev_newBlock', () => {
  it('builds one block, several, or up to a number', async () => {
    const rpc = await realRpc()
    expect(await rpc.result('dev_newBlock')).toBe(toHex(rpc.node.best().hash))
    await rpc.result('dev_newBlock', { count: 3 })
    expect(number(rpc)).toBe(4)
    await rpc.result('dev_newBlock', { to: 10 })
    expect(number(rpc)).toBe(10)
  })

  it('takes given transactions instead of the pool, at a given time', async () => {
    const rpc = await realRpc()
    await rpc.result('author_submitExtrinsic', toHex(rpc.transfer(0, { tip: 5n })))
    const time = Date.UTC(2033, 0, 1)
    const given = rpc.transfer(0)
    await rpc.result('dev_newBlock', { transactions: [toHex(given)], timestamp: time })
    expect(rpc.node.best().body.map(toHex)).toContain(toHex(given))
    expect(rpc.node.best().body).toHaveLength(2)
    expect(now(rpc)).toBe(time)
  })

  it('names the transaction that does not go in, and builds nothing', async () => {
    const rpc = await realRpc()
    const error = await rpc.error('dev_newBlock', { transactions: [toHex(rpc.transfer(0)), toHex(rpc.transfer(7))] })
    expect(error).toMatchObject({ code: -32602, data: 'TRANSACTION_REFUSED' })
    expect(error.message).toContain('number 1')
    expect(number(rpc)).toBe(0)
  })

  it('takes in what arrived before it, though nobody waited for the answer', async () => {
    const rpc = await realRpc()
    rpc.send('author_submitExtrinsic', toHex(rpc.transfer(0)))
    rpc.send('transaction_v1_broadcast', toHex(rpc.transfer(1)))
    await rpc.result('dev_newBlock')
    const inherents = 1
    expect(rpc.node.best().body).toHaveLength(inherents + 2)
  })

  it('may leap to a height', async () => {
    const rpc = await realRpc()
    await rpc.result('dev_newBlock', { unsafeBlockHeight: 1_000_000 })
    expect(number(rpc)).toBe(1_000_000)
    await rpc.result('dev_newBlock')
    expect(number(rpc)).toBe(1_000_001)
    expect(await rpc.error('dev_newBlock', { unsafeBlockHeight: 5 })).toEqual({
      code: 1,
      message: 'unsafeBlockHeight must be greater than current block height',
      data: "BAD_BLOCK_NUMBER: expected a block number above its parent's (1000001), got 5",
    })
  })

  it('refuses what belongs to a relay chain, times that go back, and more blocks than a call may build', async () => {
    const rpc = await realRpc()
    await rpc.seal()
    expect((await rpc.error('dev_newBlock', { dmp: [] })).message).toContain('"dmp"')
    expect((await rpc.error('dev_newBlock', { timestamp: 5 })).data).toBe('TIME_GOES_BACK')
    expect((await rpc.error('dev_newBlock', { count: 1e9 })).message).toContain('at most')
    expect(number(rpc)).toBe(1)
  })
})

describe('dev_setHead', () => {
  it('goes by hash, by number, and by distance, back and forth', async () => {
    const rpc = await realRpc()
    await rpc.result('dev_newBlock', { count: 5 })
    const top = rpc.node.best()
    await rpc.finalize(top)
    await rpc.result('dev_setHead', 2)
    expect([number(rpc), rpc.node.finalized().header.number]).toEqual([2, 2])
    await rpc.result('dev_setHead', hex(top))
    expect(number(rpc)).toBe(5)
    await rpc.result('dev_setHead', -1)
    expect(number(rpc)).toBe(4)
    await rpc.result('dev_setHead', 0)
    expect(number(rpc)).toBe(4)
    expect((await rpc.error('dev_setHead', 99)).code).toBe(-32602)
    expect((await rpc.error('dev_setHead', UNKNOWN_HASH)).data).toBe('UNKNOWN_BLOCK')
  })
})

describe('dev_setStorage', () => {
  it('takes raw pairs, and null to remove', async () => {
    const rpc = await realRpc()
    await rpc.result('dev_setStorage', [['0x1234', '0xabcd']])
    expect(await rpc.result('state_getStorage', '0x1234')).toBe('0xabcd')
    await rpc.result('dev_newBlock')
    expect(await rpc.result('state_getStorage', '0x1234')).toBe('0xabcd')
    await rpc.result('dev_setStorage', [['0x1234', null]])
    expect(await rpc.result('state_getStorage', '0x1234')).toBeNull()
  })

  it('takes pallets by name, with what is left out at zero', async () => {
    const rpc = await realRpc()
    const who = toSs58(charlie.accountId)
    const values = { System: { Account: [[[who], { providers: 1, data: { free: '7000000000000' } }]] } }
    await rpc.result('dev_setStorage', values)
    expect(free(rpc, charlie.accountId)).toBe(7n * UNIT)
    await rpc.result('dev_setStorage', { System: { $removePrefix: ['Account'] }, Balances: { TotalIssuance: '12' } })
    expect(free(rpc, charlie.accountId)).toBe(0n)
    expect(issuance(rpc)).toBe(12n)
    await rpc.result('dev_setStorage', { Balances: { TotalIssuance: `0x05${'00'.repeat(15)}` } })
    expect(issuance(rpc)).toBe(5n)
    expect((await rpc.error('dev_setStorage', { Balances: { TotalIssuance: '0x05' } })).message).toContain('neither')
  })

  it('tells storage subscribers, and sets an older block on request', async () => {
    const rpc = await realRpc()
    const first = await rpc.seal()
    await rpc.seal()
    const subscription = await rpc.result('state_subscribeStorage', ['0x77'])
    rpc.clear()
    await rpc.result('dev_setStorage', [['0x77', '0x01']], hex(first))
    expect(await rpc.result('state_getStorage', '0x77')).toBeNull()
    expect(await rpc.result('state_getStorage', '0x77', hex(first))).toBe('0x01')
    await rpc.result('dev_setStorage', [['0x77', '0x02']])
    const told = rpc.sent.flatMap(({ params }) =>
      params && params.subscription === subscription ? [params.result] : [],
    )
    expect(told).toEqual([{ block: hex(rpc.node.best()), changes: [['0x77', '0x02']] }])
  })

  it.each([
    [{ Balances: { TotalIssuance: 'many' } }, 'Balances.TotalIssuance'],
    [{ System: { Account: [['5Grw', {}]] } }, 'System.Account'],
  ])('refuses %j', async (values, why) => {
    const rpc = await realRpc()
    const before = toHex(rpc.node.stateAt(rpc.node.best().hash).root())
    const error = await rpc.error('dev_setStorage', values)
    expect(error.code).toBe(-32602)
    expect(error.message).toContain(why)
    expect(toHex(rpc.node.stateAt(rpc.node.best().hash).root())).toBe(before)
  })
})

describe('dev_setStorage of what there is not', () => {
  const ITEMS = /^UNKNOWN_ITEM: System: expected one of the items Account, .*, got AAccount$/
  it.each([
    [
      { SSystem: { Account: [] } },
      'Error: Cannot find pallet SSystem',
      /^UNKNOWN_PALLET: expected one of the pallets System, .*, got SSystem$/,
    ],
    [{ System: { AAccount: [] } }, 'Error: Cannot find storage AAccount in pallet System', ITEMS],
    [{ system: { $removePrefix: ['AAccount'] } }, 'Error: Cannot find storage AAccount in pallet system', ITEMS],
  ])('is refused in the words of Chopsticks, with ours as data: %j', async (values, message, data) => {
    const rpc = await realRpc()
    const before = toHex(rpc.node.stateAt(rpc.node.best().hash).root())
    const error = await rpc.error('dev_setStorage', values)
    expect(error).toEqual({ code: 1, message, data: expect.stringMatching(data) })
    expect(toHex(rpc.node.stateAt(rpc.node.best().hash).root())).toBe(before)
  })
})

describe('dev_setBalance', () => {
  it('sets what an account has, and what there is in all by as much', async () => {
    const rpc = await realRpc()
    const before = issuance(rpc)
    await rpc.result('dev_setBalance', toSs58(charlie.accountId), String(3n * UNIT))
    const had = free(rpc, alice.accountId)
    await rpc.result('dev_setBalance', toSs58(alice.accountId), String(UNIT / 2n))
    expect([free(rpc, charlie.accountId), free(rpc, alice.accountId)]).toEqual([3n * UNIT, UNIT / 2n])
    expect(issuance(rpc)).toBeLessThan(before)
    expect(had).toBeGreaterThan(UNIT)
    expect((await rpc.error('dev_setBalance', toSs58(alice.accountId), '-1')).message).toContain('an amount')
  })

  it('refuses in words what the total issuance cannot hold', async () => {
    const rpc = await realRpc()
    const before = issuance(rpc)
    const error = await rpc.error('dev_setBalance', toSs58(charlie.accountId), String(2n ** 128n - 1n))
    expect(error).toMatchObject({ code: -32602, message: expect.stringContaining('the total issuance') })
    expect(issuance(rpc)).toBe(before)
  })

  it('leaves no account that Balances cannot have', async () => {
    const rpc = await realRpc()
    const eve = keypairFromSuri('//Eve//new').accountId
    const account = async () => {
      const stored = (await rpc.result('state_getStorage', toHex(accountKey(eve)))) as string | null
      return stored === null ? undefined : decode(AccountInfo, fromHex(stored))
    }
    const before = issuance(rpc)
    for (const [set, found] of [
      [String(UNIT), { providers: 1, free: UNIT }],
      [String(2n * UNIT), { providers: 1, free: 2n * UNIT }],
      // Below the existential deposit.
      ['5', undefined],
      [String(UNIT), { providers: 1, free: UNIT }],
      ['0', undefined],
    ] as const) {
      await rpc.result('dev_setBalance', toSs58(eve), set)
      const now = await account()
      expect(now && { providers: now.providers, free: now.data.free }).toEqual(found)
    }
    expect(issuance(rpc)).toBe(before)
  })

  it('loses nothing when several come at once, with blocks between them', async () => {
    const rpc = await realRpc()
    const before = { issuance: issuance(rpc), alice: free(rpc, alice.accountId), bob: free(rpc, bob.accountId) }
    await Promise.all([
      rpc.result('dev_setBalance', toSs58(alice.accountId), String(before.alice + 1n)),
      rpc.result('dev_newBlock'),
      rpc.result('dev_setBalance', toSs58(bob.accountId), String(before.bob + 10n)),
      rpc.result('dev_setStorage', { timestamp: { now: 5 } }),
      rpc.result('dev_setBalance', toSs58(charlie.accountId), String(free(rpc, charlie.accountId) + 100n)),
    ])
    expect(number(rpc)).toBe(1)
    expect(free(rpc, alice.accountId)).toBe(before.alice + 1n)
    expect(free(rpc, bob.accountId)).toBe(before.bob + 10n)
    expect(issuance(rpc)).toBe(before.issuance + 111n)
  })
})

describe('time', () => {
  it('is as dev_timeTravel sets it, at once and in the next block', async () => {
    const rpc = await realRpc()
    await rpc.seal()
    const time = Date.parse('2035-05-05T00:00:00Z')
    expect(await rpc.result('dev_timeTravel', '2035-05-05T00:00:00Z')).toBe(time)
    expect(now(rpc)).toBe(time)
    await rpc.result('dev_newBlock')
    expect(now(rpc)).toBe(time + SLOT_MS)
    expect((await rpc.error('dev_timeTravel', 'tomorrow')).message).toContain('a date')
  })

  it('is what dev_setNextTimestamp says for one block', async () => {
    const rpc = await realRpc()
    await rpc.seal()
    const time = Date.now() + 1e9
    await rpc.result('dev_setNextTimestamp', time)
    await rpc.result('dev_newBlock')
    expect(now(rpc)).toBe(time)
    expect((await rpc.error('dev_setNextTimestamp', 1)).data).toBe('TIME_GOES_BACK')
  })

  it('moves by what dev_setTimestampInterval says, until it says null', async () => {
    const rpc = await realRpc()
    await rpc.seal()
    const before = now(rpc)
    expect(await rpc.result('dev_setTimestampInterval', 12_000)).toBe(12_000)
    await rpc.result('dev_newBlock', { count: 3 })
    expect(now(rpc)).toBe(before + 36_000)
    expect(await rpc.result('dev_setTimestampInterval', null)).toBeNull()
    await rpc.result('dev_newBlock')
    expect(now(rpc)).toBeLessThan(before + 48_000)
    expect((await rpc.error('dev_setTimestampInterval', 0)).data).toBe('BAD_TIMESTAMP_INTERVAL')
  })
})

describe('dev_dumpState and dev_loadState', () => {
  it('carry a chain to another node, history included; what was changed is refused', async () => {
    const origin = await realRpc()
    const wire = origin.transfer(0)
    await origin.result('dev_newBlock', { transactions: [toHex(wire)] })
    await origin.result('dev_newBlock', { count: 2 })
    await origin.result('dev_setBalance', toSs58(charlie.accountId), '7000000')
    const dump = JSON.parse(JSON.stringify(await origin.result('dev_dumpState'))) as Record<string, unknown>
    expect(dump).toMatchObject({ format: 'assay-chain-dump', version: 1, best: toHex(origin.node.best().hash) })
    const rpc = await realRpc()
    expect(await rpc.result('dev_loadState', dump)).toBe(dump['best'])
    expect(free(rpc, charlie.accountId)).toBe(7_000_000n)
    const first = rpc.node.hashAt(1)!
    expect(await rpc.result('state_getStorage', toHex(accountKey(bob.accountId)), toHex(first))).toBe(
      await origin.result('state_getStorage', toHex(accountKey(bob.accountId)), toHex(first)),
    )
    expect(rpc.node.block(first)!.body.map(toHex)).toContain(toHex(wire))
    await rpc.result('dev_newBlock')
    expect(number(rpc)).toBe(4)
    expect((await rpc.error('dev_loadState', { ...dump, version: 7 })).data).toBe('DUMP_VERSION')
    expect((await rpc.error('dev_loadState', {})).message).toContain('dump.format')
    expect((await rpc.error('dev_loadState', 'a dump')).code).toBe(-32602)
    expect(number(rpc)).toBe(4)
  })
})

describe('dev_snapshot and dev_revert', () => {
  it('go back with chain, pool and balances; an outer one survives inner reverts', async () => {
    const rpc = await realRpc()
    await rpc.seal()
    const outer = await rpc.result<number>('dev_snapshot')
    await rpc.result('author_submitExtrinsic', toHex(rpc.transfer(0)))
    const inner = await rpc.result<number>('dev_snapshot')
    await rpc.result('dev_newBlock')
    expect(rpc.node.pending()).toHaveLength(0)
    expect(await rpc.result('dev_revert', inner)).toBe(true)
    expect(number(rpc)).toBe(1)
    await rpc.result('dev_newBlock', { transactions: [toHex(rpc.transfer(0))] })
    expect(await rpc.result('dev_revert', inner)).toBe(true)
    expect(await rpc.result('dev_revert', outer)).toBe(true)
    expect([number(rpc), rpc.node.pending().length]).toEqual([1, 0])
    expect(await rpc.result('dev_revert', inner)).toBe(false)
    expect(await rpc.result('dev_revert', outer)).toBe(true)
    // What was in a block that is gone may come again.
    await rpc.result('author_submitExtrinsic', toHex(rpc.transfer(0)))
    await rpc.result('dev_newBlock')
    expect(rpc.node.best().body).toHaveLength(2)
  })
})

describe('dev_impersonate', () => {
  const forged = (rpc: RealRpc, fill: (index: number) => number): Uint8Array => {
    const wire = rpc.transfer(0)
    // Length (2), version, address (33), kind of signature; then 64 bytes of it.
    for (let i = 0; i < 64; i++) wire[2 + 1 + 33 + 1 + i] = fill(i)
    return wire
  }

  it('lets an account act with any signature, until it is stopped', async () => {
    const rpc = await realRpc()
    const wire = toHex(forged(rpc, (i) => i))
    expect((await rpc.error('author_submitExtrinsic', wire)).code).toBe(1010)
    await rpc.result('dev_impersonate', toSs58(alice.accountId))
    // Banned for being invalid: time does not heal that, another tip does.
    const other = forged(rpc, () => 7)
    await rpc.result('author_submitExtrinsic', toHex(other))
    await rpc.result('dev_newBlock')
    expect(rpc.node.best().body.map(toHex)).toContain(toHex(other))
    await rpc.result('dev_stopImpersonating', toSs58(alice.accountId))
    expect((await rpc.error('author_submitExtrinsic', toHex(forged(rpc, () => 9)))).code).toBe(1010)
  })

  it('takes the mock signature of Chopsticks for any account', async () => {
    const rpc = await realRpc()
    const mock = toHex(forged(rpc, (i) => [0xde, 0xad, 0xbe, 0xef][i] ?? 0xcd))
    await rpc.result('dev_impersonate', 'all')
    await rpc.result('author_submitExtrinsic', mock)
    expect((await rpc.error('author_submitExtrinsic', toHex(forged(rpc, () => 3)))).code).toBe(1010)
  })
})

describe('dev_reorg', () => {
  it('replaces blocks; what they had returns to the pool', async () => {
    const rpc = await realRpc()
    await rpc.finalize(await rpc.seal())
    const wire = toHex(rpc.transfer(0))
    await rpc.result('author_submitExtrinsic', wire)
    const replaced = [await rpc.seal(), await rpc.seal()]
    const heads = await rpc.result('chain_subscribeNewHeads')
    const head = await rpc.result<string>('dev_reorg', 2)
    expect(head).toBe(hex(rpc.node.best()))
    expect(number(rpc)).toBe(3)
    expect(replaced.map(hex)).not.toContain(head)
    expect(rpc.events(heads).length).toBeGreaterThan(1)
    await expect.poll(() => rpc.node.pending().map(toHex)).toEqual([wire])
    expect((await rpc.error('dev_reorg', 3)).data).toBe('REORG_TOO_DEEP')
  })
})

describe('dev_setBlockBuildMode and dev_dropTransaction', () => {
  it('seal at once, or not', async () => {
    const rpc = await realRpc()
    await rpc.result('dev_setBlockBuildMode', 'Instant')
    await rpc.result('author_submitExtrinsic', toHex(rpc.transfer(0)))
    await expect.poll(() => number(rpc)).toBe(1)
    await rpc.result('dev_setBlockBuildMode', 3)
    await rpc.result('author_submitExtrinsic', toHex(rpc.transfer(1)))
    expect(rpc.node.pending()).toHaveLength(1)
    const dropped = toHex(blake2b256(rpc.node.pending()[0]!))
    expect(await rpc.result('dev_dropTransaction', dropped)).toEqual([dropped])
    expect(rpc.node.pending()).toHaveLength(0)
    expect((await rpc.error('dev_setBlockBuildMode', 'Sometimes')).message).toContain('one of')
  })
})

describe('dev_dryRun', () => {
  it('tells what an extrinsic would do, and leaves nothing', async () => {
    const rpc = await realRpc()
    await rpc.seal()
    const before = free(rpc, bob.accountId)
    const told = await rpc.result<Record<string, unknown>>('dev_dryRun', { extrinsic: toHex(rpc.transfer(0)) })
    expect(told['outcome']).toEqual({ kind: 'success' })
    expect(JSON.stringify(told['events'])).toContain('Transfer')
    const keys = (told['storageDiff'] as { key: string }[]).map(({ key }) => key)
    expect(keys).toContain(toHex(accountKey(bob.accountId)))
    expect([free(rpc, bob.accountId), number(rpc)]).toEqual([before, 1])
    const raw = await rpc.result<[string, string][]>('dev_dryRun', { extrinsic: toHex(rpc.transfer(0)), raw: true })
    expect(raw.map(([key]) => key)).toContain(toHex(accountKey(bob.accountId)))
    const refused = await rpc.error('dev_dryRun', { extrinsic: toHex(rpc.transfer(9)), raw: true })
    expect(refused.message).toContain('Future')
  })

  it('tries a call in the name of anyone', async () => {
    const rpc = await realRpc()
    await rpc.seal()
    // System.remark with nothing.
    const call = '0x000000'
    const told = await rpc.result('dev_dryRun', { extrinsic: { call, address: toSs58(charlie.accountId) } })
    expect(told).toMatchObject({ outcome: { kind: 'success' } })
    expect((await rpc.error('dev_dryRun', { extrinsic: { call: '0xffff', address: 'root' } })).code).toBe(1002)
  })
})

describe('dev_trace', () => {
  it('tells calls, storage, events of an extrinsic found by its hash, or by its place', async () => {
    const rpc = await realRpc()
    const wire = rpc.transfer(0)
    await rpc.result('author_submitExtrinsic', toHex(wire))
    const block = await rpc.seal()
    await rpc.seal()
    const byHash = await rpc.result<Record<string, unknown>>('dev_trace', toHex(blake2b256(wire)))
    expect(byHash['blockHash']).toBe(hex(block))
    const text = JSON.stringify(byHash)
    for (const part of ['transferKeepAlive', 'System', 'Account', 'Transfer']) expect(text).toContain(part)
    expect(await rpc.result('dev_trace', { block: hex(block), index: 1 })).toEqual(byHash)
    const whole = await rpc.result<{ children: unknown[] }>('dev_trace', { block: hex(block) })
    expect(whole.children.length).toBeGreaterThan(1)
    expect((await rpc.error('dev_trace', UNKNOWN_HASH)).code).toBe(-32602)
    expect((await rpc.error('dev_trace', { block: hex(block), index: 9 })).data).toBe('UNKNOWN_EXTRINSIC')
  })
})
