/** dev_transactionStatus: a transaction is found wherever it is, and however it ended, also after a restart. */
import { expect, it } from 'vitest'
import { toHex } from '#types/bytes.ts'
import { blake2b256 } from '#types/crypto/hash.ts'
import { toSs58 } from '#types/crypto/ss58.ts'
import { alice, bob, UNIT } from '../../helpers/runtime.ts'
import { tempDir } from '../../helpers/temp-dir.ts'
import { until } from '../../helpers/until.ts'
import { hex, realRpc, UNKNOWN_HASH, type RealRpc } from './real-rpc.ts'

const statusOf = (rpc: RealRpc, wire: Uint8Array): Promise<unknown> =>
  rpc.result('dev_transactionStatus', toHex(blake2b256(wire)))
const submit = (rpc: RealRpc, wire: Uint8Array): Promise<unknown> => rpc.result('author_submitExtrinsic', toHex(wire))

it('in the pool, and in a block with its outcome in words', async () => {
  const rpc = await realRpc()
  const [good, bad] = [rpc.transfer(0), rpc.transfer(1, { value: 10n ** 30n })]
  await submit(rpc, bad)
  expect(await statusOf(rpc, bad)).toEqual({ status: 'future' })
  // What arrived is found, although nobody waited for the answer.
  rpc.send('author_submitExtrinsic', toHex(good))
  expect(await statusOf(rpc, good)).toEqual({ status: 'ready' })
  expect(await statusOf(rpc, bad)).toEqual({ status: 'ready' })
  const block = await rpc.seal()
  await rpc.result('dev_newBlock', { count: 3 })
  const at = { block: hex(block), number: 1 }
  expect(await statusOf(rpc, good)).toEqual({ status: 'inBlock', ...at, index: 1, outcome: { kind: 'success' } })
  expect(await statusOf(rpc, bad)).toEqual({
    status: 'inBlock',
    ...at,
    index: 2,
    outcome: { kind: 'failed', error: expect.stringMatching(/^Token\.FundsUnavailable: the funds cannot do this$/) },
  })
  await rpc.finalize(block)
  expect(await statusOf(rpc, good)).toMatchObject({ status: 'finalized', ...at })
})

it('after a restart, and on the branch that is best', async () => {
  const basePath = await tempDir()
  const first = await realRpc({ basePath })
  const wire = first.transfer(0)
  await submit(first, wire)
  const block = await first.seal()
  await first.result('dev_newBlock', { count: 5 })
  await first.node.close()
  const rpc = await realRpc({ basePath })
  const there = { status: 'inBlock', block: hex(block), number: 1, index: 1, outcome: { kind: 'success' } }
  expect(await statusOf(rpc, wire)).toEqual(there)
  await rpc.result('dev_reorg', 6, [[], [toHex(wire)]])
  expect(await statusOf(rpc, wire)).toEqual({ ...there, block: toHex(rpc.node.hashAt(2)!), number: 2 })
})

it('in a block whose state is pruned: without its outcome', async () => {
  const rpc = await realRpc({ kept: { states: 16 } })
  const wire = rpc.transfer(0)
  await submit(rpc, wire)
  const block = await rpc.seal()
  await rpc.finalize(block)
  await until('the state is gone', async () => {
    await rpc.finalize(await rpc.seal())
    return ((await statusOf(rpc, wire)) as { outcome: unknown }).outcome === null
  })
  expect(await statusOf(rpc, wire)).toEqual({
    status: 'finalized',
    block: hex(block),
    number: 1,
    index: 1,
    outcome: null,
    reason: expect.stringContaining('pruned'),
  })
})

it('where it left the pool: with the reason, until it comes back', async () => {
  const rpc = await realRpc()
  const [dropped, cheap, dear, later] = [
    rpc.transfer(0),
    rpc.transfer(0, { tip: 1n }),
    rpc.transfer(0, { tip: 2n }),
    rpc.transfer(5),
  ]
  await submit(rpc, dropped)
  await rpc.result('dev_dropTransaction', toHex(blake2b256(dropped)))
  expect(await statusOf(rpc, dropped)).toEqual({ status: 'invalid', reason: 'a caller removed it' })
  await submit(rpc, cheap)
  await submit(rpc, dear)
  const usurped = { status: 'usurped', by: toHex(blake2b256(dear)), reason: expect.stringContaining('took its place') }
  expect(await statusOf(rpc, cheap)).toEqual(usurped)
  // A nonce that is used: what waited for it is outdated.
  await submit(rpc, later)
  await rpc.result('dev_setStorage', {
    System: { Account: [[[toSs58(alice.accountId)], { nonce: 9, providers: 1, data: { free: String(UNIT) } }]] },
  })
  expect(await statusOf(rpc, later)).toEqual({
    status: 'invalid',
    reason: 'Invalid Transaction: Transaction is outdated',
  })
  await rpc.result('dev_newBlock', { transactions: [toHex(rpc.transfer(0, { signer: bob }))] })
  expect(await statusOf(rpc, rpc.transfer(0, { signer: bob }))).toMatchObject({ status: 'unknown' })
})

it('where it was refused, also without an answer to its sender', async () => {
  const rpc = await realRpc()
  const forged = rpc.transfer(0)
  forged[50]! ^= 1
  await rpc.result('transaction_v1_broadcast', toHex(forged))
  expect(await statusOf(rpc, forged)).toEqual({
    status: 'invalid',
    reason: 'Invalid Transaction: Transaction has a bad signature',
  })
  // Refused while the block is built.
  const [poor, poorer] = [0, 1].map((nonce) => rpc.transfer(nonce, { signer: bob, tip: 600_000n * UNIT }))
  await submit(rpc, poor!)
  await submit(rpc, poorer!)
  await rpc.seal()
  expect(await statusOf(rpc, poor!)).toMatchObject({ status: 'inBlock' })
  expect(await statusOf(rpc, poorer!)).toEqual({
    status: 'invalid',
    reason: 'Invalid Transaction: Inability to pay some fees (e.g. account balance too low)',
  })
})

it('is not known of any other hash', async () => {
  const rpc = await realRpc()
  await rpc.seal()
  expect(await rpc.result('dev_transactionStatus', UNKNOWN_HASH)).toMatchObject({ status: 'unknown' })
  expect((await rpc.error('dev_transactionStatus', '0x12')).code).toBe(-32602)
})
