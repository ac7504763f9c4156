/** The pool when blocks leave the best branch: it loses none of their transactions. */
import { expect, it } from 'vitest'
import { toHex } from '#types/bytes.ts'
import { keypairFromSuri } from '#types/crypto/suri.ts'
import { headerHash } from '#types/scale/header.ts'
import { BlockStore } from '#chain/node/block-store.ts'
import { Impersonation } from '#chain/node/impersonation.ts'
import { createMemoryDb } from '#chain/node/memory-db.ts'
import { silentLog } from '#types/log.ts'
import type { Block, TransactionStatus } from '#chain/node/node-interface.ts'
import { PoolUpkeep } from '#chain/node/pool-upkeep.ts'
import { Submission } from '#chain/node/submission.ts'
import { DEFAULT_POOL_LIMITS } from '#chain/node/tx-pool/limits.ts'
import { TransactionPool } from '#chain/node/tx-pool/pool.ts'
import { createInlineVerifier } from '#chain/node/verifier.ts'
import type { At } from '#chain/runtime/runtime-interface.ts'
import { Trie } from '#chain/trie/trie.ts'
import { fakeRuntime, signedExtrinsic } from '../../../helpers/node.ts'

const alice = keypairFromSuri('//Alice')
const bob = keypairFromSuri('//Bob')

async function setup() {
  const runtime = fakeRuntime()
  const store = await BlockStore.open(createMemoryDb(), (nodes) => {
    const state = Trie.empty({ store: nodes }).apply(runtime.genesis({}))
    const none = new Uint8Array(32)
    const header = { parentHash: none, number: 0, stateRoot: state.root(), extrinsicsRoot: none, digest: [] }
    return { block: { hash: headerHash(header), header, body: [] }, state }
  })
  const at = (hash: Uint8Array): At => ({ state: store.state(hash), number: store.known(hash).header.number, hash })
  const pool = new TransactionPool(DEFAULT_POOL_LIMITS, { now: () => 0, log: silentLog })
  const submission = new Submission({
    runtime,
    verifier: createInlineVerifier(),
    pool,
    best: () => at(store.best.hash),
    at,
    impersonation: new Impersonation(),
  })
  const upkeep = new PoolUpkeep({ runtime, pool, submission, at })
  const build = async (parent: Block, wires: readonly Uint8Array[], timestampMs: bigint): Promise<Block> => {
    const context = { parentHash: parent.hash, number: parent.header.number + 1, digest: [] }
    const open = runtime.openBlock(store.state(parent.hash), context)
    const inherents = open.applyInherents({ timestampMs })
    for (const wire of wires) expect(open.apply(runtime.decode(wire))).toEqual({ kind: 'success' })
    const { header, state } = open.finalize()
    const block = { hash: headerHash(header), header, body: [...inherents, ...wires] }
    await store.import(block, state, false)
    return block
  }
  const makeBest = async (block: Block): Promise<void> => {
    await upkeep.bestChanged(await store.setBest(block))
  }
  return { store, pool, submission, build, makeBest }
}

it('gives back what was only in the blocks that left, and drops what the new branch has', async () => {
  const { store, pool, submission, build, makeBest } = await setup()
  const wires = { a0: signedExtrinsic(alice, 0), a1: signedExtrinsic(alice, 1), b0: signedExtrinsic(bob, 0) }
  const seen: Record<string, TransactionStatus[]> = {}
  for (const [name, wire] of Object.entries(wires)) {
    seen[name] = []
    await submission.submit(wire, (status) => seen[name]!.push(status))
  }
  const kinds = (name: string): string[] => seen[name]!.map(({ kind }) => kind)

  const old = await build(store.genesis, [wires.a0, wires.a1, wires.b0], 1n)
  await makeBest(old)
  expect(pool.readyCount).toBe(0)
  expect(seen['a1']![1]).toEqual({ kind: 'inBlock', block: old.hash, index: 2 })

  // The other branch has alice's first transaction, and another one of bob's.
  const rival = signedExtrinsic(bob, 0, { tip: 1 })
  const fork = await build(store.genesis, [wires.a0, rival], 2n)
  await makeBest(fork)
  expect(kinds('a0')).toEqual(['ready', 'inBlock', 'retracted', 'inBlock'])
  expect(kinds('a1')).toEqual(['ready', 'inBlock', 'retracted', 'ready'])
  expect(kinds('b0')).toEqual(['ready', 'inBlock', 'retracted', 'invalid'])
  expect([...pool.pending()].map(({ wire }) => toHex(wire))).toEqual([toHex(wires.a1)])

  const next = await build(fork, [wires.a1], 3n)
  await makeBest(next)
  pool.finalize(fork.hash)
  pool.finalize(next.hash)
  expect(kinds('a0').at(-1)).toBe('finalized')
  expect(kinds('a1').at(-1)).toBe('finalized')
})

it('moves transactions whose nonce went back to the future ones', async () => {
  const { store, pool, submission, build, makeBest } = await setup()
  const first = signedExtrinsic(alice, 0)
  const block = await build(store.genesis, [first], 1n)
  await makeBest(block)
  const second = signedExtrinsic(alice, 1)
  await submission.submit(second)
  expect(pool.readyCount).toBe(1)
  const empty = await build(store.genesis, [], 2n)
  await makeBest(empty)
  // The first came back from its block, so that the second is ready after it.
  expect([...pool.pending()].map(({ wire }) => toHex(wire))).toEqual([toHex(first), toHex(second)])
  expect(pool.readyCount).toBe(2)
})
