/** A development chain's powers: what they change, what they restore, and which listeners they tell. */
import { describe, expect, it, onTestFinished } from 'vitest'
import { concatBytes, toHex, u32le, u64le, utf8 } from '#types/bytes.ts'
import { keypairFromSuri } from '#types/crypto/suri.ts'
import type { ChainEvent, Node, TransactionStatus } from '#chain/node/node-interface.ts'
import { startNode, type NodeOptions } from '#chain/node/service.ts'
import { TIMESTAMP_NOW, timestampOf } from '#chain/node/slots.ts'
import { SLOT_DURATION_MS } from '#chain/runtime/pallets/aura.ts'
import { createRuntime } from '#chain/runtime/runtime.ts'
import { encode, decode } from '#types/scale/codec.ts'
import { bytes as opaque } from '#types/scale/primitives.ts'
import { fakeRuntime, manualClock, signedExtrinsic } from '../../../helpers/node.ts'
import { processorMs } from '../../../helpers/processor-time.ts'
import { TestLog } from '../../../helpers/runtime.ts'
import { tempDir } from '../../../helpers/temp-dir.ts'

const alice = keypairFromSuri('//Alice')
const bob = keypairFromSuri('//Bob')
const NEVER_MS = 2 ** 30
const SLOT_MS = Number(SLOT_DURATION_MS)
const KEY = utf8('a key')
const nonceKey = concatBytes(utf8('nonce'), alice.accountId)

async function start(options: NodeOptions = {}) {
  const clock = manualClock()
  const node = await startNode(
    { sealing: { kind: 'manual' }, finalityDelayMs: NEVER_MS, ...options },
    { runtime: fakeRuntime(), clock },
  )
  onTestFinished(() => node.close())
  const events: ChainEvent[] = []
  node.onEvent((event) => events.push(event))
  return { node, clock, events }
}

const head = (node: Node): string => toHex(node.best().hash)
const wires = (node: Node): string[] => node.pending().map(toHex)
const code = (expected: string): object => expect.objectContaining({ code: expected })
const valueAt = (node: Node, key = KEY): string | undefined => {
  const value = node.stateAt(node.best().hash).get(key)
  return value && toHex(value)
}
const timeAt = (node: Node): number => Number(timestampOf(node.stateAt(node.best().hash)))

/** The same extrinsic with another signature. */
function resign(wire: Uint8Array, signature: (index: number) => number): Uint8Array {
  const bytes = decode(opaque, wire)
  return encode(
    opaque,
    concatBytes(
      bytes.slice(0, -64),
      Uint8Array.from({ length: 64 }, (_, i) => signature(i)),
    ),
  )
}
const MOCK = [0xde, 0xad, 0xbe, 0xef]
const mockSigned = (wire: Uint8Array): Uint8Array => resign(wire, (index) => MOCK[index] ?? 0xcd)

describe('snapshots', () => {
  it('nest: an outer one survives the inner, later ones are gone', async () => {
    const { node, events } = await start()
    const outer = await node.dev.snapshot()
    await node.seal()
    const at1 = head(node)
    const inner = await node.dev.snapshot()
    await node.seal({ finalize: true })
    const innermost = await node.dev.snapshot()
    expect(await node.dev.revert(inner)).toBe(true)
    expect([head(node), node.finalized().header.number]).toEqual([at1, 0])
    expect(events.at(-1)).toMatchObject({ kind: 'reverted', from: { header: { number: 2 } } })
    expect(await node.dev.revert(innermost)).toBe(false)
    expect(await node.dev.revert(inner)).toBe(true)
    expect(await node.dev.revert(outer)).toBe(true)
    expect([node.best().header.number, node.unfinalized()]).toEqual([0, []])
    expect([await node.dev.revert(inner), await node.dev.revert(outer), await node.dev.revert(99)]).toEqual([
      false,
      true,
      false,
    ])
  })

  it('put back exactly the pool they had, also what blocks took meanwhile', async () => {
    const { node } = await start()
    const [ready, other, future] = [signedExtrinsic(alice, 0), signedExtrinsic(bob, 0), signedExtrinsic(bob, 2)]
    for (const wire of [ready, other, future]) await node.submit(wire)
    const before = wires(node)
    const id = await node.dev.snapshot()
    const seen: TransactionStatus['kind'][] = []
    const late = signedExtrinsic(alice, 1)
    await node.seal()
    await node.submit(late, ({ kind }) => seen.push(kind))
    await node.seal({ finalize: true })
    await node.submit(signedExtrinsic(alice, 2))
    node.removeExtrinsics([node.runtime.decode(future).hash])
    expect(wires(node)).toHaveLength(1)
    for (let i = 0; i < 2; i++) {
      await node.dev.revert(id)
      expect(wires(node)).toEqual(before)
    }
    // A removed transaction may come again, and the chain goes on.
    await node.submit(late)
    expect((await node.seal()).body.slice(1).map(toHex)).toEqual([ready, other, late].map(toHex))
    expect(seen).toEqual(['ready', 'inBlock', 'finalized'])
  })

  it('end the watch on what is in no block and no pool any more', async () => {
    const { node } = await start()
    const id = await node.dev.snapshot()
    const seen: Record<string, TransactionStatus['kind'][]> = { included: [], pooled: [] }
    await node.submit(signedExtrinsic(alice, 0), ({ kind }) => seen['included']!.push(kind))
    await node.seal()
    await node.submit(signedExtrinsic(alice, 1), ({ kind }) => seen['pooled']!.push(kind))
    await node.dev.revert(id)
    expect(seen).toEqual({ included: ['ready', 'inBlock', 'retracted', 'dropped'], pooled: ['ready', 'dropped'] })
    expect(wires(node)).toEqual([])
  })

  it('put back clock, impersonations and states set by hand, also on disk', async () => {
    const basePath = await tempDir()
    const { node, clock } = await start({ basePath })
    await node.seal()
    await node.dev.setStorage(node.best().hash, () => [[KEY, utf8('first')]])
    const first = valueAt(node)
    const id = await node.dev.snapshot()
    await node.dev.setStorage(node.best().hash, () => [[KEY, utf8('second')]])
    await node.dev.setStorage(node.best().hash, () => [[KEY, utf8('third')]])
    await node.dev.timeTravel(clock.unixMs() + 1_000_000)
    node.dev.impersonate(alice.accountId, true)
    await node.dev.revert(id)
    expect(valueAt(node)).toBe(first)
    expect(Math.abs(timeAt(node) - clock.unixMs())).toBeLessThan(1000)
    await expect(node.submit(mockSigned(signedExtrinsic(alice, 0)))).rejects.toThrow()
    await clock.advance(5)
    await node.seal()
    expect(timeAt(node)).toBe(clock.unixMs())
    await node.dev.revert(id)
    await node.close()
    const again = await start({ basePath })
    expect([again.node.best().header.number, valueAt(again.node)]).toEqual([1, first])
  })

  it('leave nothing half-done where the block under way comes first', async () => {
    const { node } = await start()
    const id = await node.dev.snapshot()
    const sealing = node.seal()
    const reverting = node.dev.revert(id)
    const after = node.seal()
    await Promise.all([sealing, reverting, after])
    expect(node.best().header.number).toBe(1)
    expect(toHex((await after).hash)).toBe(head(node))
  })

  it('do not bring back what was reverted by way of finality', async () => {
    const { node, clock } = await start({ finalityDelayMs: 100 })
    const id = await node.dev.snapshot()
    const gone = await node.seal()
    await clock.advance(50)
    await node.dev.revert(id)
    await expect(node.finalize(gone.hash)).rejects.toThrow(code('NOT_ON_FINALIZED_BRANCH'))
    await clock.advance(500)
    expect([node.best().header.number, node.finalized().header.number]).toEqual([0, 0])
    const kept = await node.seal()
    await clock.advance(500)
    expect(toHex(node.finalized().hash)).toBe(toHex(kept.hash))
  })
})

describe('the head', () => {
  it('goes back below the finalized block and forth again', async () => {
    const { node, events } = await start()
    const [one, , three] = [await node.seal(), await node.seal(), await node.seal()]
    await node.finalize(three.hash)
    await node.dev.setHead(one.hash)
    expect([head(node), toHex(node.finalized().hash), node.hashAt(2)]).toEqual([
      toHex(one.hash),
      toHex(one.hash),
      undefined,
    ])
    expect(events.at(-1)).toEqual({ kind: 'reverted', from: three })
    await node.dev.setHead(three.hash)
    expect([head(node), node.finalized().header.number, node.unfinalized().length]).toEqual([toHex(three.hash), 1, 2])
    const four = await node.seal({ finalize: true })
    expect([node.finalized().header.number, toHex(node.hashAt(2)!).length]).toEqual([4, 66])
    expect(toHex(four.header.parentHash)).toBe(toHex(three.hash))
    await expect(node.dev.setHead(utf8('unknown'.padEnd(32)))).rejects.toThrow(code('UNKNOWN_BLOCK'))
  })

  it('tells of what blocks include as they come and go', async () => {
    const { node } = await start()
    const wire = signedExtrinsic(alice, 0)
    const seen: TransactionStatus['kind'][] = []
    await node.submit(wire, ({ kind }) => seen.push(kind))
    const block = await node.seal()
    await node.dev.setHead(node.genesisHash)
    expect(seen).toEqual(['ready', 'inBlock', 'retracted', 'dropped'])
    await node.submit(wire, ({ kind }) => seen.push(kind))
    await node.dev.setHead(block.hash)
    expect([seen.slice(4), wires(node)]).toEqual([['ready', 'inBlock'], []])
    await node.finalize(block.hash)
    expect(seen.at(-1)).toBe('finalized')
  })
})

describe('a reorganisation', () => {
  it('replaces the last blocks, and gives back what they had', async () => {
    const { node, events } = await start()
    const first = await node.seal()
    const [a0, a1] = [signedExtrinsic(alice, 0), signedExtrinsic(alice, 1)]
    for (const wire of [a0, a1]) {
      await node.submit(wire)
      await node.seal()
    }
    const retracted = [node.best().hash, node.best().header.parentHash]
    const best = await node.dev.reorg(2, [[a0]])
    expect([head(node), best.header.number]).toEqual([toHex(best.hash), 3])
    expect(toHex(node.block(best.header.parentHash)!.header.parentHash)).toBe(toHex(first.hash))
    expect(events.at(-1)).toEqual({ kind: 'best', block: best, retracted })
    expect(wires(node)).toEqual([toHex(a1)])
  })

  it('does not touch the finalized block, whatever the numbers say', async () => {
    const { node } = await start()
    await node.seal({ finalize: true })
    await node.seal({ number: 50 })
    for (const depth of [0, 2, 1.5]) await expect(node.dev.reorg(depth)).rejects.toThrow(code('REORG_TOO_DEEP'))
    await expect(node.dev.reorg(1, [[], []])).rejects.toThrow(code('REORG_TOO_DEEP'))
    await node.dev.reorg(1)
    expect(node.finalized().header.number).toBe(1)
  })
})

describe('time', () => {
  it('travels both ways, and goes on from there', async () => {
    const { node, clock } = await start()
    await node.seal()
    for (const by of [86_400_000, -86_400_000]) {
      const target = clock.unixMs() + by
      await node.dev.timeTravel(target)
      expect(timeAt(node)).toBe(target)
      await clock.advance(250)
      // As with Chopsticks: the parent's time and a slot, however long the block was in coming.
      for (const slots of [1, 2]) {
        await node.seal()
        expect(timeAt(node)).toBe(target + slots * SLOT_MS)
      }
      await clock.advance(5_000)
      await node.seal()
      expect(timeAt(node)).toBe(target + SLOT_MS + 5_000)
    }
    await expect(node.dev.timeTravel(-1)).rejects.toThrow(code('BAD_TIME'))
  })

  it('of the next block is given once', async () => {
    const { node, clock } = await start()
    await node.seal()
    const target = clock.unixMs() + 5_000
    node.dev.setNextTimestamp(target)
    await clock.advance(10)
    const side = await node.seal({ parent: node.genesisHash, best: false })
    expect(Number(timestampOf(node.stateAt(side.hash)))).toBe(target)
    await node.seal()
    expect(timeAt(node)).toBe(clock.unixMs())
    expect(() => node.dev.setNextTimestamp(timeAt(node))).toThrow(code('TIME_GOES_BACK'))
  })

  it('is the same for the real runtime, slots going back included', async () => {
    const clock = manualClock()
    const runtime = createRuntime({ log: new TestLog() })
    const node = await startNode({ sealing: { kind: 'manual' } }, { runtime, clock })
    onTestFinished(() => node.close())
    await node.seal()
    for (const by of [7 * 86_400_000, -86_400_000]) {
      await node.dev.timeTravel(clock.unixMs() + by)
      await node.seal()
      expect(timeAt(node)).toBe(clock.unixMs() + by + SLOT_MS)
    }
  })

  it('has a fixed step from block to block where it is asked for, which a revert puts back', async () => {
    const { node, clock } = await start({ timestampIntervalMs: 12_000 })
    await node.seal()
    const first = timeAt(node)
    await clock.advance(1_000_000)
    await node.seal()
    expect(timeAt(node)).toBe(first + 12_000)
    const id = await node.dev.snapshot()
    node.dev.setTimestampInterval(5)
    await node.dev.timeTravel(first + 1_000_000_000)
    await node.seal()
    expect(timeAt(node)).toBe(first + 1_000_000_005)
    await node.dev.revert(id)
    await node.seal()
    expect(timeAt(node)).toBe(first + 24_000)
    node.dev.setTimestampInterval(undefined)
    await node.seal()
    expect(timeAt(node)).toBe(clock.unixMs())
    for (const wrong of [0, -1, 1.5, Number.NaN, 2 ** 40])
      expect(() => node.dev.setTimestampInterval(wrong)).toThrow(code('BAD_TIMESTAMP_INTERVAL'))
  })

  it("may be equal to the parent's where the runtime allows it, and nowhere else", async () => {
    const clock = manualClock()
    const begin = async (allowSameTimestamps: boolean) => {
      const runtime = createRuntime({ log: new TestLog(), allowSameTimestamps })
      const node = await startNode({ sealing: { kind: 'manual' } }, { runtime, clock })
      onTestFinished(() => node.close())
      await node.seal()
      return { node, at: timeAt(node) }
    }
    const usual = await begin(false)
    await expect(usual.node.seal({ timestampMs: usual.at })).rejects.toThrow(/--allow-same-timestamps/)
    await usual.node.seal()
    expect(timeAt(usual.node)).toBe(usual.at + 1)
    const { node, at } = await begin(true)
    await node.seal()
    await node.seal({ timestampMs: at })
    node.dev.setTimestampInterval(0)
    await clock.advance(1_000)
    await node.seal()
    expect([timeAt(node), node.best().header.number]).toEqual([at, 4])
    await expect(node.seal({ timestampMs: at - 1 })).rejects.toThrow(code('TIME_GOES_BACK'))
  })
})

describe('states set by hand', () => {
  it('are what the next transaction is judged by, and what children are built on', async () => {
    const { node, events } = await start()
    const block = await node.seal()
    await node.submit(signedExtrinsic(alice, 0))
    await node.dev.setStorage(block.hash, () => [[nonceKey, u32le(5)]])
    expect(events.at(-1)).toMatchObject({ kind: 'stateSet', block })
    expect(wires(node)).toEqual([])
    const fit = signedExtrinsic(alice, 5)
    await node.submit(fit)
    expect(node.nextNonce(alice.accountId)).toBe(6)
    expect((await node.seal()).body.slice(1).map(toHex)).toEqual([toHex(fit)])
    await expect(node.dev.setStorage(utf8('unknown'.padEnd(32)), () => [])).rejects.toThrow(code('UNKNOWN_BLOCK'))
  })

  it('leave transactions in their blocks, up to finality', async () => {
    const { node, clock } = await start()
    const seen: TransactionStatus['kind'][] = []
    await node.submit(signedExtrinsic(alice, 0), ({ kind }) => seen.push(kind))
    const block = await node.seal()
    await node.dev.setStorage(block.hash, () => [[KEY, utf8('set')]])
    await node.dev.timeTravel(clock.unixMs() + 1000)
    await node.finalize(block.hash)
    expect(seen).toEqual(['ready', 'inBlock', 'finalized'])
  })

  it('are on disk', async () => {
    const basePath = await tempDir()
    const { node } = await start({ basePath })
    const block = await node.seal()
    await node.dev.setStorage(block.hash, () => [[KEY, utf8('set')]])
    await node.seal()
    await node.close()
    const again = await start({ basePath })
    expect([valueAt(again.node), again.node.stateAt(block.hash).get(KEY)]).toEqual([toHex(utf8('set')), utf8('set')])
    await again.node.dev.setStorage(block.hash, () => [[KEY, null]])
    expect(toHex(again.node.stateAt(block.hash).root())).toBe(toHex(block.header.stateRoot))
  })
})

describe('impersonation', () => {
  it('covers an account, or the mock signature of any', async () => {
    const { node } = await start()
    const wrong = resign(signedExtrinsic(alice, 0), () => 1)
    const mock = mockSigned(signedExtrinsic(bob, 0))
    await expect(node.submit(mock)).rejects.toMatchObject({ refusal: { error: { reason: 'BadProof' } } })
    await expect(node.submit(wrong)).rejects.toThrow()
    node.dev.impersonate('all', true)
    node.removeExtrinsics([])
    const other = mockSigned(signedExtrinsic(bob, 0, { tip: 1 }))
    await node.submit(other)
    const alsoWrong = resign(signedExtrinsic(alice, 0, { tip: 1 }), () => 1)
    await expect(node.submit(alsoWrong)).rejects.toThrow()
    node.dev.impersonate(alice.accountId, true)
    const any = resign(signedExtrinsic(alice, 0, { tip: 2 }), () => 1)
    await node.submit(any)
    expect((await node.seal()).body).toHaveLength(3)
    node.dev.impersonate(alice.accountId, false)
    node.dev.impersonate('all', false)
    await expect(node.submit(resign(signedExtrinsic(alice, 1), () => 1))).rejects.toThrow()
    await expect(node.submit(mockSigned(signedExtrinsic(bob, 1)))).rejects.toThrow()
  })
})

describe('sealing', () => {
  it('changes at once, and stays as it was where the new way is none', async () => {
    const { node, clock } = await start()
    node.dev.setSealing({ kind: 'interval', blockTimeMs: 1000 })
    await clock.advance(3500)
    expect(node.best().header.number).toBe(3)
    expect(() => node.dev.setSealing({ kind: 'interval', blockTimeMs: 1 })).toThrow(code('BAD_BLOCK_TIME'))
    await clock.advance(1000)
    expect(node.best().header.number).toBe(4)
    await node.submit(signedExtrinsic(alice, 0))
    node.dev.setSealing({ kind: 'instant' })
    await clock.advance(10)
    expect([node.best().header.number, wires(node)]).toEqual([5, []])
    node.dev.setSealing({ kind: 'manual' })
    await clock.advance(10_000)
    expect(node.best().header.number).toBe(5)
  })
})

it('every power is refused on a closed node', async () => {
  const { node } = await start()
  await node.close()
  const { dev } = node
  const hash = node.genesisHash
  for (const power of [
    () => dev.setHead(hash),
    () => dev.setStorage(hash, () => [[TIMESTAMP_NOW, u64le(1n)]]),
    () => dev.timeTravel(1),
    async () => dev.setNextTimestamp(1),
    async () => dev.setTimestampInterval(1),
    async () => dev.setSealing({ kind: 'manual' }),
    () => dev.snapshot(),
    () => dev.revert(1),
    async () => dev.impersonate('all', true),
    () => dev.reorg(1),
  ])
    await expect(power()).rejects.toThrow(code('NODE_CLOSED'))
})

it('snapshot and revert copy nothing: their time does not depend on the size of the state', async () => {
  const KEYS = 100_000
  const LIMIT_MS = 20
  const { node } = await start()
  await node.seal()
  const many = Array.from({ length: KEYS }, (_, i) => [concatBytes(utf8('key'), u32le(i)), u32le(i)] as const)
  await node.dev.setStorage(node.best().hash, () => many)
  const took: number[] = []
  for (let i = 0; i < 5; i++) {
    const began = processorMs()
    const id = await node.dev.snapshot()
    const taken = processorMs()
    await node.seal()
    const sealed = processorMs()
    await node.dev.revert(id)
    took.push(taken - began + processorMs() - sealed)
  }
  expect(Math.min(...took)).toBeLessThan(LIMIT_MS)
})
