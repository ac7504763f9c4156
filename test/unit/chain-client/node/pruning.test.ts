/** Pruning: what goes, what stays and can still be read, and that nothing grows. */
import { describe, expect, it, onTestFinished } from 'vitest'
import { equalBytes, toHex, u32le, utf8 } from '#types/bytes.ts'
import { blake2b256 } from '#types/crypto/hash.ts'
import { keypairFromSuri } from '#types/crypto/suri.ts'
import { headerHash } from '#types/scale/header.ts'
import { silentLog } from '#types/log.ts'
import { developmentSpec } from '#chain/node/chain-spec.ts'
import { checkChain } from '#chain/node/chain-check.ts'
import { BlockStore } from '#chain/node/block-store.ts'
import { COLUMN } from '#chain/node/db.ts'
import { createMemoryDb } from '#chain/node/memory-db.ts'
import type { Block, Node } from '#chain/node/node-interface.ts'
import { Turns, type PruningWork } from '#chain/node/pruned-records.ts'
import type { Kept } from '#chain/node/pruning.ts'
import { startNode, type NodeOptions } from '#chain/node/service.ts'
import { trieNodeStore } from '#chain/node/state-records.ts'
import type { Runtime } from '#chain/runtime/runtime-interface.ts'
import { createRuntime } from '#chain/runtime/runtime.ts'
import type { NodeStore } from '#chain/trie/node-source.ts'
import { Trie } from '#chain/trie/trie.ts'
import { fakeRuntime, manualClock, recomputeRoot, settle, signedExtrinsic } from '../../../helpers/node.ts'
import { patiently } from '../../../helpers/patience.ts'
import { until } from '../../../helpers/until.ts'
import { TestLog } from '../../../helpers/runtime.ts'
import { tempDir } from '../../../helpers/temp-dir.ts'

const KEPT = 16
const code = (expected: string): object => expect.objectContaining({ code: expected })
const alice = keypairFromSuri('//Alice')

async function start(kept: Kept, options: NodeOptions = {}, runtime: Runtime = fakeRuntime()) {
  const errors: unknown[] = []
  const log = { ...silentLog, error: (...told: unknown[]) => void errors.push(told) }
  const node = await startNode(
    { sealing: { kind: 'manual' }, finalityDelayMs: 2 ** 30, kept, ...options },
    { runtime, clock: manualClock(), log },
  )
  onTestFinished(() => node.close())
  return { node, errors }
}

/** Seals final blocks, and lets the pruning follow. */
async function grow(node: Node, count: number, each: (i: number) => Promise<unknown> = async () => undefined) {
  const blocks: Block[] = []
  for (let i = 0; i < count; i++) {
    await each(i)
    blocks.push(await node.seal({ finalize: true }))
    await settle()
  }
  return blocks
}

const isStateThere = (node: Node, { hash }: Block): boolean => {
  try {
    return recomputeRoot(node, hash).length > 0
  } catch {
    return false
  }
}

const free: PruningWork = { inTurn: (task) => task(), turns: new Turns(() => 0) }

/** A block that sets so many keys to a value. */
function childOf(parent: Block | undefined, state: Trie, keys: number, value: string) {
  const number = parent ? parent.header.number + 1 : 0
  const next = state.apply([
    [utf8('number'), u32le(number)],
    ...Array.from({ length: keys }, (_, i) => [blake2b256(u32le(i * 7)), utf8(value.repeat(40))] as const),
  ])
  const header = {
    parentHash: parent?.hash ?? new Uint8Array(32),
    number,
    stateRoot: next.root(),
    extrinsicsRoot: new Uint8Array(32),
    digest: [],
  }
  return { block: { hash: headerHash(header), header, body: [] }, state: next }
}

describe.each(['in memory', 'on disk'])('%s', (where) => {
  const place = async (): Promise<NodeOptions> => (where === 'on disk' ? { basePath: await tempDir() } : {})

  it('old blocks go with their states; the later ones, and the genesis, are whole', async () => {
    const { node } = await start({ blocks: KEPT }, await place())
    const blocks = await grow(node, 60, async (i) => {
      await node.submit(signedExtrinsic(alice, i))
      if (i % 9 === 0) await node.dev.setStorage(node.best().hash, () => [[utf8(`by hand ${i}`), u32le(i)]])
    })
    const kept = (): Block[] => blocks.filter(({ hash }) => node.block(hash) !== undefined)
    const there = await until('the old ones are gone', () => (kept().length < 2 * KEPT ? kept() : undefined))
    expect(there.length).toBeGreaterThanOrEqual(KEPT)
    expect(there.at(-1)).toBe(blocks.at(-1))
    for (const { hash, header } of there) {
      expect(toHex(node.hashAt(header.number)!)).toBe(toHex(hash))
      expect(equalBytes(recomputeRoot(node, hash), node.stateAt(hash).root())).toBe(true)
    }
    for (const { hash, header } of blocks.slice(0, -there.length)) {
      expect(node.hashAt(header.number)).toBeUndefined()
      expect(() => node.stateAt(hash)).toThrow(code('UNKNOWN_BLOCK'))
    }
    expect(equalBytes(recomputeRoot(node, node.genesisHash), node.stateAt(node.genesisHash).root())).toBe(true)
    await expect(node.dev.setHead(blocks[0]!.hash)).rejects.toThrow(code('UNKNOWN_BLOCK'))
    await expect(node.dev.dumpState()).rejects.toThrow(code('DUMP_PRUNED'))
    await node.dev.setHead(there.at(1 - KEPT)!.hash)
    await grow(node, 3)
  })

  it('states alone go, and say so', async () => {
    const { node } = await start({ states: KEPT }, await place())
    const blocks = await grow(node, 50)
    await until('the first state is gone', () => !isStateThere(node, blocks[0]!))
    expect(blocks.every(({ hash }) => node.block(hash) !== undefined)).toBe(true)
    expect(() => node.stateAt(blocks[0]!.hash)).toThrow(/^State already discarded for 0x/)
    await expect(node.dev.setHead(blocks[0]!.hash)).rejects.toThrow(code('UNKNOWN_BLOCK'))
    const there = blocks.filter((block) => isStateThere(node, block))
    expect(there.length).toBeGreaterThanOrEqual(KEPT)
    expect(there.length).toBeLessThan(2 * KEPT)
  })
})

it('a pruned folder opens again, goes on, and is whole', async () => {
  const basePath = await tempDir()
  const real = (): Runtime => createRuntime({ log: new TestLog() })
  const first = await start({ blocks: KEPT }, { basePath }, real())
  const blocks = await grow(first.node, 40)
  await until('the first is gone', () => first.node.block(blocks[0]!.hash) === undefined)
  await first.node.close()
  const runtime = real()
  const checked = await checkChain(basePath, developmentSpec(), { runtime, log: silentLog })
  expect(checked).toMatchObject({ best: 40, finalized: 40 })
  expect(checked.blocks).toBeLessThan(2 * KEPT)
  const { node, errors } = await start({ blocks: KEPT }, { basePath }, runtime)
  expect(() => node.stateAt(blocks[0]!.hash)).toThrow(code('UNKNOWN_BLOCK'))
  const more = await grow(node, 40)
  await until('those are gone too', () => node.block(blocks.at(-1)!.hash) === undefined)
  expect(recomputeRoot(node, more.at(-1)!.hash)).toEqual(more.at(-1)!.header.stateRoot)
  expect([...errors, ...first.errors]).toEqual([])
})

it('what a snapshot holds stays, so that a revert finds it', async () => {
  const { node } = await start({ blocks: KEPT })
  await grow(node, 5)
  const id = await node.dev.snapshot()
  const at = node.best()
  await grow(node, 60)
  expect(await node.dev.revert(id)).toBe(true)
  expect(toHex(node.best().hash)).toBe(toHex(at.hash))
  expect(recomputeRoot(node, at.hash)).toEqual(at.header.stateRoot)
  await grow(node, 3)
})

it('blocks beside the best branch go when their time comes', async () => {
  const { node, errors } = await start({ blocks: KEPT })
  await grow(node, 3)
  const before = node.best()
  const left = await node.seal()
  await node.dev.setHead(before.hash)
  const fork = await node.seal({ parent: before.hash, best: false, transactions: [signedExtrinsic(alice, 0)] })
  await grow(node, 2)
  for (const { hash } of [left, fork]) expect(node.block(hash)).toBeDefined()
  await grow(node, 60)
  await until('both are gone', () => [left, fork].every(({ hash }) => node.block(hash) === undefined))
  expect(errors).toEqual([])
})

it.each([0, 15, 1.5, Number.NaN, -1, 2 ** 33])('refuses to keep %s', async (blocks) => {
  await expect(start({ blocks })).rejects.toThrow(code('BAD_PRUNING'))
  await expect(start({ states: blocks })).rejects.toThrow(code('BAD_PRUNING'))
})

it(
  'leaves exactly the nodes that the genesis, the oldest state and later states kept as nodes need',
  async () => {
    const BIG = 33_000
    const db = createMemoryDb()
    const store = await BlockStore.open(db, (nodes) =>
      childOf(undefined, Trie.empty({ store: nodes }), 3_000, 'genesis'),
    )
    const blocks = [store.genesis]
    for (let i = 1; i <= 40; i++) {
      // Values that several keys share, so that parts of the trie are equal; and a state that changes much.
      const made = childOf(blocks.at(-1), store.state(blocks.at(-1)!.hash), i === 15 ? BIG : 50, `${i % 4}`)
      await store.import(made.block, made.state, true)
      blocks.push(made.block)
    }
    await store.setFinalized(blocks.at(-1)!)
    const keys = async (): Promise<string[]> => {
      const found: string[] = []
      for await (const some of db.keys(COLUMN.trieNode))
        found.push(...some.map((key) => Buffer.from(key.subarray(1)).toString('latin1')))
      return found.sort()
    }
    for (const number of [8, 33]) {
      expect(await store.prune({ block: blocks[number], state: blocks[number]! }, [], free)).toBe(true)
      expect(store.block(blocks[number - 1]!.hash)).toBeUndefined()
      const needed = new Set<string>()
      for (const each of number < 15 ? [0, number, 15] : [0, number])
        for (const _ of Trie.open(blocks[each]!.header.stateRoot, trieNodeStore(db)).storedHashes(needed));
      expect(await keys()).toEqual([...needed].sort())
    }
    const reopened = await BlockStore.open(db, (nodes) =>
      childOf(undefined, Trie.empty({ store: nodes }), 3_000, 'genesis'),
    )
    for (const block of [blocks[33]!, blocks.at(-1)!]) {
      const entries = reopened.state(block.hash).entries(new Uint8Array())
      expect(Trie.empty().apply(entries).root()).toEqual(block.header.stateRoot)
    }
  },
  patiently(60_000),
)

it('gives up at its next pause when the node ends, and has removed nothing', async () => {
  const turns = new Turns(() => 0)
  turns.stop()
  await expect(turns.rest()).rejects.toThrow(code('WORK_STOPPED'))
  const KEYS = 4_000
  const db = createMemoryDb()
  const make = (nodes: NodeStore) => childOf(undefined, Trie.empty({ store: nodes }), KEYS, 'genesis')
  const store = await BlockStore.open(db, make)
  const { block, state } = childOf(store.genesis, store.state(store.genesis.hash), KEYS, 'other')
  await store.import(block, state, true)
  await store.setFinalized(block)
  const inTurn: PruningWork['inTurn'] = async () => Promise.reject(new Error('the removal began'))
  await expect(store.prune({ block, state: block }, [], { inTurn, turns })).rejects.toThrow(code('WORK_STOPPED'))
})
