/**
 * Deterministic mode: with a seed and a virtual clock the same requests make the same blocks, hash by hash.
 */
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { describe, expect, it, onTestFinished } from 'vitest'
import { toHex } from '#types/bytes.ts'
import type { Clock } from '#types/clock.ts'
import { keypairFromSuri } from '#types/crypto/suri.ts'
import { createVirtualClock } from '#chain/node/clock.ts'
import type { Node } from '#chain/node/node-interface.ts'
import { startNode, type NodeOptions } from '#chain/node/service.ts'
import type { Sealing } from '#chain/node/sealing.ts'
import { timestampOf } from '#chain/node/slots.ts'
import type { Runtime } from '#chain/runtime/runtime-interface.ts'
import { createRuntime } from '#chain/runtime/runtime.ts'
import { fakeRuntime, manualClock, settle, signedExtrinsic } from '../../../helpers/node.ts'
import { CLI } from '../../../helpers/bundle.ts'
import { until } from '../../../helpers/until.ts'
import { TestLog } from '../../../helpers/runtime.ts'

const START_MS = 1_800_000_000_000
const STEP_MS = 6_000

// Signatures are random: the same input means the same bytes.
const [alice, bob] = [keypairFromSuri('//Alice'), keypairFromSuri('//Bob')]
const sent = [0, 1, 2].flatMap((nonce) => [signedExtrinsic(alice, nonce), signedExtrinsic(bob, nonce)])

const MANUAL: NodeOptions = { sealing: { kind: 'manual' } }

async function start(seed: number, runtime: Runtime, options = MANUAL, timing?: Clock): Promise<Node> {
  const node = await startNode(
    { seed, finalityDelayMs: 2 ** 30, ...options },
    { runtime, clock: createVirtualClock(START_MS, STEP_MS, timing) },
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

describe.each<Sealing>([{ kind: 'interval', blockTimeMs: STEP_MS }, { kind: 'instant' }])(
  '$kind sealing on the virtual clock',
  (sealing) => {
    /** Hashes, times and numbers of transactions of all blocks. */
    const history = (node: Node): string[] =>
      Array.from({ length: node.best().header.number }, (_, i) => {
        const { hash, body } = node.block(node.hashAt(i + 1)!)!
        return `${toHex(hash)} +${Number(timestampOf(node.stateAt(hash))) - START_MS} ms, ${body.length - 1}`
      })

    it('waits for no time of the machine: each block moves the clock by the interval, and nothing else does', async () => {
      const timing = manualClock()
      const node = await start(1, fakeRuntime(), { sealing }, timing)
      const times = [timeAt(node)]
      for (const wire of sent.slice(0, 3)) {
        await node.submit(wire)
        await settle()
        times.push(timeAt(node))
        await timing.advance(3_600_000)
      }
      expect(times).toEqual([0, 1, 2, 3].map((blocks) => START_MS + blocks * STEP_MS))
      await node.dev.timeTravel(START_MS + 1_000_000)
      await timing.advance(3_600_000)
      expect(node.best().header.number).toBe(4)
      await node.submit(sent[3]!)
      await settle()
      // Time on chain is what was travelled to, and a block is a step later.
      expect(timeAt(node)).toBe(START_MS + 1_000_000 + STEP_MS)
      await node.seal()
      expect(timeAt(node)).toBe(START_MS + 1_000_000 + 2 * STEP_MS)
    })

    const inFlight = async (options: NodeOptions, between: () => Promise<unknown>): Promise<string[]> => {
      const node = await start(7, fakeRuntime(), { ...options, sealing })
      const submitting: Promise<unknown>[] = []
      for (const wire of sent) {
        submitting.push(node.submit(wire))
        await between()
      }
      await Promise.all(submitting)
      await until('all in blocks', () => node.pending().length === 0)
      return history(node)
    }

    it('makes the same blocks of transactions under way together, whenever they arrive', async () => {
      const together = await inFlight({}, () => Promise.resolve())
      expect(together).toHaveLength(1 + sent.length)
      expect(await inFlight({}, settle)).toEqual(together)
      const entry = pathToFileURL(join(CLI, '..', 'verify-worker.js'))
      const threads: NodeOptions = { verifyThreads: { entry, count: 2 } }
      expect(await inFlight(threads, () => Promise.resolve())).toEqual(together)
      expect(await inFlight(threads, () => new Promise(setImmediate))).toEqual(together)
    })

    it('takes a chain that was sealed by hand on with what waits', async () => {
      const node = await start(7, fakeRuntime())
      for (const wire of sent) await node.submit(wire)
      expect(node.best().header.number).toBe(0)
      node.dev.setSealing(sealing)
      await until('all in a block', () => node.pending().length === 0)
      expect(node.best().header.number).toBe(1)
    })
  },
)
