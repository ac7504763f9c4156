/**
 * Deterministic mode: with a seed and a virtual clock the same requests make the same blocks, hash by hash.
 */
import { expect, it, onTestFinished } from 'vitest'
import { toHex } from '#types/bytes.ts'
import { keypairFromSuri } from '#types/crypto/suri.ts'
import { createVirtualClock } from '#chain/node/clock.ts'
import type { Node } from '#chain/node/node-interface.ts'
import { startNode } from '#chain/node/service.ts'
import { timestampOf } from '#chain/node/slots.ts'
import type { Runtime } from '#chain/runtime/runtime-interface.ts'
import { createRuntime } from '#chain/runtime/runtime.ts'
import { fakeRuntime, signedExtrinsic } from '../../../helpers/node.ts'
import { TestLog } from '../../../helpers/runtime.ts'

const START_MS = 1_800_000_000_000
const STEP_MS = 6_000

// Signatures are random: the same input means the same bytes.
const [alice, bob] = [keypairFromSuri('//Alice'), keypairFromSuri('//Bob')]
const sent = [0, 1, 2].flatMap((nonce) => [signedExtrinsic(alice, nonce), signedExtrinsic(bob, nonce)])

async function start(seed: number, runtime: Runtime): Promise<Node> {
  const node = await startNode(
    { seed, sealing: { kind: 'manual' }, finalityDelayMs: 2 ** 30 },
    { runtime, clock: createVirtualClock(START_MS, STEP_MS) },
  )
  onTestFinished(() => node.close())
  return node
}

const timeAt = (node: Node): number => Number(timestampOf(node.stateAt(node.best().hash)))

/** Some of everything; @returns the hashes of all blocks on the way. */
async function play(node: Node, transactions: readonly Uint8Array[]): Promise<string[]> {
  const seen: string[] = []
  node.onEvent((event) => {
    if ('block' in event) seen.push(`${event.kind} ${toHex(event.block.hash)}`)
  })
  for (const wire of transactions.slice(0, 4)) await node.submit(wire)
  await node.seal()
  const id = await node.dev.snapshot()
  for (const wire of transactions.slice(4)) await node.submit(wire)
  await node.seal()
  await node.dev.reorg(2)
  await node.seal()
  await node.dev.timeTravel(START_MS + 1_000_000)
  await node.seal({ finalize: true })
  node.dev.setNextTimestamp(START_MS + 2_000_000)
  await node.seal()
  await node.dev.revert(id)
  await node.seal()
  return seen
}

it('makes the same blocks twice, and others with another seed', async () => {
  const first = await play(await start(7, fakeRuntime()), sent)
  expect(await play(await start(7, fakeRuntime()), sent)).toEqual(first)
  const other = await play(await start(8, fakeRuntime()), sent)
  expect(other).toHaveLength(first.length)
  expect(other.filter((line) => first.includes(line))).toEqual([])
})

it('holds for the real runtime', async () => {
  const real = (): Runtime => createRuntime({ log: new TestLog() })
  const first = await play(await start(7, real()), [])
  expect(await play(await start(7, real()), [])).toEqual(first)
  expect(await play(await start(8, real()), [])).not.toEqual(first)
})

it('moves time by the block interval, and puts it back', async () => {
  const node = await start(1, fakeRuntime())
  const times: number[] = []
  for (let i = 0; i < 3; i++) {
    await node.seal()
    times.push(timeAt(node))
  }
  expect(times).toEqual([0, 1, 2].map((blocks) => START_MS + blocks * STEP_MS))
  const id = await node.dev.snapshot()
  const next = await node.seal()
  await node.dev.timeTravel(START_MS + 10_000_000)
  await node.dev.revert(id)
  // The same block as before, although another one with its hash was put aside.
  expect(toHex((await node.seal()).hash)).toBe(toHex(next.hash))
  expect(timeAt(node)).toBe(START_MS + 3 * STEP_MS)
})
