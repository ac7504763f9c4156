/** States that a caller sets by hand while snapshots exist: the node keeps what the snapshots need, and no more. */
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { expect, it, onTestFinished } from 'vitest'
import { u32le, utf8 } from '#types/bytes.ts'
import type { Node } from '#chain/node/node-interface.ts'
import { startNode } from '#chain/node/service.ts'
import type { Trie } from '#chain/trie/trie.ts'
import { fakeRuntime } from '../../../helpers/node.ts'

const KEY = utf8('by hand')
const CHANGES = 50

async function start(): Promise<Node> {
  const node = await startNode({ sealing: { kind: 'manual' } }, { runtime: fakeRuntime() })
  onTestFinished(() => node.close())
  return node
}

const set = (node: Node, value: number): Promise<Uint8Array> =>
  node.dev.setStorage(node.best().hash, () => [[KEY, u32le(value)]])
const valueOf = (node: Node): Uint8Array | undefined => node.stateAt(node.best().hash).get(KEY)

/** Collects garbage, when nothing of the running turn is held any more. */
async function collectGarbage(): Promise<void> {
  setFlagsFromString('--expose-gc')
  const collect = runInNewContext('gc') as () => void
  for (let i = 0; i < 3; i++) {
    await new Promise((resolve) => setImmediate(resolve))
    collect()
  }
}

it('are kept as they were before the first change of each block and snapshot, and no others', async () => {
  const node = await start()
  await set(node, 0)
  const before: WeakRef<Trie>[] = []
  node.onEvent((event) => void (event.kind === 'stateSet' && before.push(new WeakRef(event.before))))
  const outer = await node.dev.snapshot()
  for (let value = 1; value <= CHANGES; value++) await set(node, value)
  const inner = await node.dev.snapshot()
  for (let value = 1; value <= CHANGES; value++) await set(node, CHANGES + value)
  await collectGarbage()
  const kept = before.flatMap((state, index) => (state.deref() === undefined ? [] : [index]))
  expect(before).toHaveLength(2 * CHANGES)
  expect(kept).toEqual([0, CHANGES])
  await node.dev.revert(inner)
  expect(valueOf(node)).toEqual(u32le(CHANGES))
  await set(node, 1000)
  await node.dev.revert(inner)
  expect(valueOf(node)).toEqual(u32le(CHANGES))
  await node.dev.revert(outer)
  expect(valueOf(node)).toEqual(u32le(0))
})
