/** transaction_v1_* and transactionWatch_v1_* by the JSON-RPC interface specification. */
import { describe, expect, it, vi } from 'vitest'
import { toHex } from '#types/bytes.ts'
import { MAX_BROADCASTS } from '#chain/rpc/transaction.ts'
import { until } from '../../helpers/until.ts'
import { alice, bob } from '../../helpers/runtime.ts'
import { hex, realRpc, type RealRpc } from './real-rpc.ts'

const pooled = (rpc: RealRpc, count: number): Promise<unknown> =>
  until(`${count} pooled`, () => rpc.node.pending().length === count)

describe('transaction_v1_broadcast', () => {
  it('puts a transaction into the pool, from where it gets into a block', async () => {
    const rpc = await realRpc()
    const wire = toHex(rpc.transfer(0))
    expect(await rpc.result('transaction_v1_broadcast', wire)).toBeTypeOf('string')
    await pooled(rpc, 1)
    const block = await rpc.seal()
    expect(block.body.map(toHex)).toContain(wire)
  })

  it('is silent about what is invalid: bytes that are no transaction, a stale nonce, one sent twice', async () => {
    const rpc = await realRpc()
    await rpc.seal({ transactions: [rpc.transfer(0)] })
    for (const wire of ['0x', '0x1234', toHex(rpc.transfer(0)), toHex(rpc.transfer(1)), toHex(rpc.transfer(1))])
      expect(await rpc.result('transaction_v1_broadcast', wire)).toBeTypeOf('string')
    await pooled(rpc, 1)
    expect(rpc.sent.filter(({ method }) => method !== undefined)).toEqual([])
    expect(await rpc.error('transaction_v1_broadcast', 'transaction')).toMatchObject({ code: -32602 })
    expect(await rpc.error('transaction_v1_broadcast')).toMatchObject({ code: -32602 })
  })

  it(`gives null beyond ${MAX_BROADCASTS} per connection, invalid ones counted, until one is stopped`, async () => {
    const rpc = await realRpc()
    const ids: unknown[] = []
    for (let i = 0; i < MAX_BROADCASTS; i++) ids.push(await rpc.result('transaction_v1_broadcast', '0x00'))
    expect(new Set(ids).size).toBe(MAX_BROADCASTS)
    expect(await rpc.result('transaction_v1_broadcast', toHex(rpc.transfer(0)))).toBeNull()
    expect(await rpc.connect().result('transaction_v1_broadcast', '0x00')).toBeTypeOf('string')
    expect(await rpc.result('transaction_v1_stop', ids[5])).toBeNull()
    expect(await rpc.result('transaction_v1_broadcast', toHex(rpc.transfer(0)))).toBeTypeOf('string')
    expect(await rpc.result('transaction_v1_broadcast', '0x00')).toBeNull()
  })

  describe('if the pool drops the transaction', () => {
    // Room for one: a better one displaces it.
    const bounds = { count: 1, bytes: 1_000_000 }
    const poolLimits = { ready: bounds, future: bounds, futurePerAccount: 1 }

    async function displaced(): Promise<{ rpc: RealRpc; id: unknown; wire: string }> {
      const rpc = await realRpc({ poolLimits })
      const wire = toHex(rpc.transfer(0))
      const id = await rpc.result('transaction_v1_broadcast', wire)
      await pooled(rpc, 1)
      const better = toHex(rpc.transfer(0, { signer: bob, tip: 10n ** 9n }))
      await rpc.result('author_submitExtrinsic', better)
      expect(rpc.node.pending().map(toHex)).toEqual([better])
      return { rpc, id, wire }
    }

    it('gives it back to the pool with the next best block', async () => {
      const { rpc, wire } = await displaced()
      await rpc.seal()
      await pooled(rpc, 1)
      expect(rpc.node.pending().map(toHex)).toEqual([wire])
      expect((await rpc.seal()).body.map(toHex)).toContain(wire)
    })

    it('does not if it was stopped, or its client has left', async () => {
      for (const end of [
        ({ rpc, id }: Awaited<ReturnType<typeof displaced>>) => rpc.result('transaction_v1_stop', id),
        async ({ rpc }: Awaited<ReturnType<typeof displaced>>) => rpc.close(),
      ]) {
        const broadcast = await displaced()
        await end(broadcast)
        const { rpc } = broadcast
        await rpc.seal()
        // By then a transaction that was given back would have been verified, and come before this one.
        await rpc.node.submit(rpc.transfer(1, { signer: bob }))
        expect(rpc.node.pending()).toHaveLength(1)
        expect((await rpc.seal()).body).toHaveLength(2)
        expect(rpc.node.nextNonce(alice.accountId)).toBe(0)
      }
    })
  })

  it('stops what goes on, of the same connection only', async () => {
    const rpc = await realRpc()
    const id = await rpc.result('transaction_v1_broadcast', toHex(rpc.transfer(0)))
    expect(await rpc.connect().error('transaction_v1_stop', id)).toMatchObject({ code: -32602 })
    expect(await rpc.result('transaction_v1_stop', id)).toBeNull()
    expect(await rpc.error('transaction_v1_stop', id)).toMatchObject({ code: -32602 })
    expect(await rpc.error('transaction_v1_stop', 'nothing')).toMatchObject({ code: -32602 })
  })
})

describe('transactionWatch_v1_submitAndWatch', () => {
  const watch = (rpc: RealRpc, wire: Uint8Array | string): Promise<string> =>
    rpc.result('transactionWatch_v1_submitAndWatch', typeof wire === 'string' ? wire : toHex(wire))

  it('tells validated, included and finalized, and then ends', async () => {
    const rpc = await realRpc()
    const id = await watch(rpc, rpc.transfer(0))
    await rpc.event(id, ({ event }) => event === 'validated')
    const block = await rpc.seal()
    await rpc.finalize(block)
    await rpc.event(id, ({ event }) => event === 'finalized')
    const place = { hash: hex(block), index: 1 }
    expect(rpc.events(id)).toEqual([
      { event: 'validated' },
      { event: 'bestChainBlockIncluded', block: place },
      { event: 'finalized', block: place },
    ])
    expect(rpc.sent.at(-1)).toMatchObject({ method: 'transactionWatch_v1_watchEvent' })
    expect(await rpc.error('transactionWatch_v1_unwatch', id)).toMatchObject({ code: -32602 })
  })

  it('tells that a block left the best branch, and the next one', async () => {
    const rpc = await realRpc()
    const base = await rpc.seal({ finalize: true })
    const id = await watch(rpc, rpc.transfer(0))
    await rpc.event(id, ({ event }) => event === 'validated')
    const a = await rpc.seal()
    const b = await rpc.seal({ parent: base.hash, transactions: [], best: false })
    await rpc.node.setBest(b.hash)
    await rpc.event(id, (event) => event['block'] === null)
    await pooled(rpc, 1)
    const c = await rpc.seal()
    await rpc.event(id, (event) => (event['block'] as { hash?: string } | null)?.hash === hex(c))
    const included = rpc.events(id).filter(({ event }) => event === 'bestChainBlockIncluded')
    expect(included.map((event) => event['block'])).toEqual([
      { hash: hex(a), index: 1 },
      null,
      { hash: hex(c), index: 1 },
    ])
  })

  it('tells invalid transactions by an event, after the reply', async () => {
    const rpc = await realRpc()
    await rpc.seal({ transactions: [rpc.transfer(0)] })
    const forged = rpc.transfer(1)
    forged[50]! ^= 1
    for (const [wire, reason] of [
      [rpc.transfer(0), /outdated/],
      [forged, /bad signature/],
      ['0x1234', /invalid format/],
      ['0x', /invalid format/],
    ] as const) {
      const id = await watch(rpc, wire)
      const event = await rpc.event(id, () => true)
      expect(event).toMatchObject({ event: 'invalid' })
      expect(event['error']).toMatch(reason)
      const reply = rpc.sent.findIndex(({ result }) => result === id)
      expect(rpc.sent.findIndex(({ params }) => params?.subscription === id)).toBeGreaterThan(reply)
    }
    expect(await rpc.error('transactionWatch_v1_submitAndWatch', '0x123')).toMatchObject({ code: -32602 })
  })

  it('tells one that is usurped, and drops one that the pool has already or would not replace', async () => {
    const rpc = await realRpc()
    const id = await watch(rpc, rpc.transfer(0))
    await rpc.event(id, ({ event }) => event === 'validated')
    for (const wire of [rpc.node.pending()[0]!, rpc.transfer(0)]) {
      const refused = await watch(rpc, wire)
      await rpc.event(refused, () => true)
      expect(rpc.events(refused)).toMatchObject([{ event: 'dropped' }])
    }
    const better = await watch(rpc, rpc.transfer(0, { tip: 10n ** 9n }))
    await rpc.event(better, ({ event }) => event === 'validated')
    expect(rpc.events(id)).toMatchObject([{ event: 'validated' }, { event: 'invalid' }])
  })

  it('stops telling after unwatch, and the transaction stays in the pool', async () => {
    const rpc = await realRpc()
    const unwatched = vi.spyOn(rpc.node, 'unwatch')
    const id = await watch(rpc, rpc.transfer(0))
    await rpc.event(id, ({ event }) => event === 'validated')
    expect(await rpc.result('transactionWatch_v1_unwatch', id)).toBeNull()
    await expect.poll(() => unwatched).toHaveBeenCalledOnce()
    const block = await rpc.seal()
    expect(block.body).toHaveLength(2)
    expect(rpc.events(id)).toEqual([{ event: 'validated' }])
    expect(await rpc.error('transactionWatch_v1_unwatch', id)).toMatchObject({ code: -32602 })
  })
})
