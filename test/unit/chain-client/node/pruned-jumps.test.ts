/** Jumps of a pruned chain: to block 0, to a branch that the chain left, to a snapshot, and after a restart. */
import { expect, it, onTestFinished } from 'vitest'
import { toHex, u32le, utf8 } from '#types/bytes.ts'
import { keypairFromSuri } from '#types/crypto/suri.ts'
import { silentLog } from '#types/log.ts'
import type { Block, Node } from '#chain/node/node-interface.ts'
import type { Kept } from '#chain/node/pruning.ts'
import { startNode, type NodeOptions } from '#chain/node/service.ts'
import { fakeRuntime, manualClock, recomputeRoot, settle, signedExtrinsic } from '../../../helpers/node.ts'
import { tempDir } from '../../../helpers/temp-dir.ts'
import { until } from '../../../helpers/until.ts'

const KEPT = 16
const alice = keypairFromSuri('//Alice')
const code = (expected: string): object => expect.objectContaining({ code: expected })

/** @param errors gets what the node logs as an error */
async function start(kept: Kept, options: NodeOptions = {}, errors: unknown[] = []): Promise<Node> {
  const log = { ...silentLog, error: (...told: unknown[]) => void errors.push(told) }
  const node = await startNode(
    { sealing: { kind: 'manual' }, finalityDelayMs: 2 ** 30, kept, ...options },
    { runtime: fakeRuntime(), clock: manualClock(), log },
  )
  onTestFinished(() => node.close())
  return node
}

/** Seals final blocks, and lets the pruning follow. */
async function grow(node: Node, count: number): Promise<Block[]> {
  const blocks: Block[] = []
  for (let i = 0; i < count; i++) {
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

it('a chain whose states were pruned goes back to block 0, on, and opens again', async () => {
  const basePath = await tempDir()
  const node = await start({ states: KEPT }, { basePath })
  const blocks = await grow(node, 60)
  await until('the first state is gone', () => !isStateThere(node, blocks[0]!))
  await node.dev.setHead(node.genesisHash)
  await node.submit(signedExtrinsic(alice, 0))
  const again = await grow(node, 10)
  for (const block of again) expect(recomputeRoot(node, block.hash)).toEqual(block.header.stateRoot)
  expect(() => node.stateAt(blocks[2]!.hash)).toThrow(/^State already discarded/)
  await expect(node.dev.setHead(blocks[2]!.hash)).rejects.toThrow(code('UNKNOWN_BLOCK'))
  await node.close()
  const reopened = await start({ states: KEPT }, { basePath })
  expect(toHex(reopened.best().hash)).toBe(toHex(again.at(-1)!.hash))
  for (const block of again) expect(recomputeRoot(reopened, block.hash)).toEqual(block.header.stateRoot)
  await expect(reopened.dev.setHead(blocks[2]!.hash)).rejects.toThrow(code('UNKNOWN_BLOCK'))
  await grow(reopened, 40)
  await until('the new states are pruned too', () => !isStateThere(reopened, again[0]!))
})

it('a chain goes to block 0 and back, over blocks whose states are gone, and is pruned again', async () => {
  const errors: unknown[] = []
  const node = await start({ states: KEPT }, {}, errors)
  for (const nonce of [0, 1]) {
    await node.submit(signedExtrinsic(alice, nonce))
    await grow(node, 1)
  }
  const blocks = await grow(node, 60)
  await until('the first state is gone', () => !isStateThere(node, blocks[0]!))
  await node.dev.setHead(node.genesisHash)
  await node.dev.setHead(blocks.at(-1)!.hash)
  await grow(node, 40)
  await until('later states are gone as well', () => !isStateThere(node, blocks.at(-1)!))
  expect(errors).toEqual([])
})

it('a chain whose states were pruned takes a dump in, goes on, and opens again', async () => {
  const other = await start({})
  await other.submit(signedExtrinsic(alice, 0))
  const loaded = await grow(other, 20)
  const dump = await other.dev.dumpState()
  const basePath = await tempDir()
  const node = await start({ states: KEPT }, { basePath })
  const blocks = await grow(node, 60)
  await until('the first state is gone', () => !isStateThere(node, blocks[0]!))
  await node.dev.loadState(dump)
  for (const block of loaded) expect(recomputeRoot(node, block.hash)).toEqual(block.header.stateRoot)
  await grow(node, 1)
  await node.close()
  const reopened = await start({ states: KEPT }, { basePath })
  expect(reopened.best().header.number).toBe(21)
  await grow(reopened, 40)
  await until('the first state is gone again', () => !isStateThere(reopened, loaded[0]!))
  await reopened.dev.loadState(dump)
  for (const block of loaded) expect(recomputeRoot(reopened, block.hash)).toEqual(block.header.stateRoot)
})

it('a branch that was left, and whose first states are gone, is no place for the head', async () => {
  const basePath = await tempDir()
  const node = await start({ states: 64 }, { basePath })
  const left = await grow(node, 100)
  await node.dev.setHead(left[49]!.hash)
  await node.submit(signedExtrinsic(alice, 0))
  await grow(node, 30)
  await node.close()
  const reopened = await start({ states: 64 }, { basePath })
  // It is read, and so it is open in memory.
  expect(isStateThere(reopened, left[99]!)).toBe(true)
  await grow(reopened, 50)
  await until('older states are gone', () => !isStateThere(reopened, left[49]!))
  await expect(reopened.dev.setHead(left[99]!.hash)).rejects.toThrow(code('UNKNOWN_BLOCK'))
  expect(() => reopened.stateAt(left[99]!.hash)).toThrow(/^State already discarded/)
  await grow(reopened, 1)
})

it('a snapshot stays whose branch the chain has left', async () => {
  const node = await start({ blocks: KEPT })
  const first = await grow(node, 20)
  const id = await node.dev.snapshot()
  await node.dev.setHead(first[9]!.hash)
  await node.submit(signedExtrinsic(alice, 0))
  await grow(node, 80)
  expect(await node.dev.revert(id)).toBe(true)
  expect(toHex(node.best().hash)).toBe(toHex(first[19]!.hash))
  for (const block of first.slice(10)) expect(recomputeRoot(node, block.hash)).toEqual(block.header.stateRoot)
  await grow(node, 60)
  expect(await node.dev.revert(id)).toBe(true)
})

it('a state that was set after a block which is gone is no part of a revert', async () => {
  const node = await start({ states: KEPT })
  const blocks = await grow(node, 30)
  const id = await node.dev.snapshot()
  await node.dev.setStorage(blocks[19]!.hash, () => [[utf8('by hand'), u32le(1)]])
  await grow(node, 60)
  await until('that state is gone', () => !isStateThere(node, blocks[19]!))
  expect(await node.dev.revert(id)).toBe(true)
  expect(toHex(node.best().hash)).toBe(toHex(blocks.at(-1)!.hash))
})

it('live branches go that a jump left, also where states go before blocks', async () => {
  const node = await start({ blocks: 2 * KEPT, states: KEPT })
  const [first] = await grow(node, 3)
  const parent = node.finalized().hash
  const left = [await node.seal()]
  left.push(await node.seal({ parent, best: false, transactions: [signedExtrinsic(alice, 0)] }))
  await node.dev.setHead(first!.hash)
  await node.submit(signedExtrinsic(alice, 0))
  await grow(node, 100)
  for (const { hash } of left) expect(node.block(hash)).toBeUndefined()
})

it('what an earlier process left beside the best branch goes as well', async () => {
  const basePath = await tempDir()
  const first = await start({ blocks: KEPT }, { basePath })
  const blocks = await grow(first, 60)
  await until('the first is gone', () => first.block(blocks[0]!.hash) === undefined)
  const left = await first.seal({ best: false, transactions: [signedExtrinsic(alice, 0)] })
  await grow(first, 1)
  await first.close()
  const node = await start({ blocks: KEPT }, { basePath })
  expect(node.block(left.hash)).toBeDefined()
  await grow(node, 60)
  await until('the block is gone', () => node.block(left.hash) === undefined)
})
