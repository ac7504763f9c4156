/**
 * Unsigned and general transactions in the node's pool, with the real runtime and a pallet that accepts unsigned ones.
 */
import { expect, it, onTestFinished } from 'vitest'
import { toHex, utf8 } from '#types/bytes.ts'
import type { Node } from '#chain/node/node-interface.ts'
import { startNode } from '#chain/node/service.ts'
import { createRuntime } from '#chain/runtime/runtime.ts'
import { withBox } from '../../../helpers/box-pallet.ts'
import { callOf, devGenesis, TestChain, TestLog } from '../../../helpers/runtime.ts'

const signer = new TestChain(devGenesis, withBox)
const open = (word: string): Uint8Array => signer.bare(callOf('Box', 'open', { word: utf8(word) }))

async function start(): Promise<Node> {
  const runtime = createRuntime({ log: new TestLog(), extend: withBox })
  const node = await startNode({ sealing: { kind: 'manual' } }, { runtime })
  onTestFinished(() => node.close())
  return node
}

const refusal = (kind: string, reason: string) => ({ refusal: { kind: 'validity', error: { kind, reason } } })

it('an unsigned transaction waits in the pool, goes into a block once, and is outdated then', async () => {
  const node = await start()
  const wire = open('sesame')
  await node.submit(wire)
  expect(node.pending().map(toHex)).toEqual([toHex(wire)])
  await expect(node.submit(wire)).rejects.toMatchObject({ refusal: { kind: 'alreadyImported' } })
  // The same in other bytes provides the same tag: it cannot stand beside the first.
  const same = signer.bare(callOf('Box', 'open', { word: utf8('sesame') }), 5)
  await expect(node.submit(same)).rejects.toMatchObject({ refusal: { kind: 'tooLowPriority' } })
  const block = await node.seal()
  expect(block.body.map(toHex)).toContain(toHex(wire))
  expect(node.pending()).toEqual([])
  await expect(node.submit(same)).rejects.toMatchObject(refusal('invalid', 'Stale'))
})

it('what no pallet vouches for is refused', async () => {
  const node = await start()
  const remark = callOf('System', 'remark', { remark: utf8('a') })
  await expect(node.submit(open('please'))).rejects.toMatchObject(refusal('invalid', 'BadProof'))
  await expect(node.submit(signer.bare(remark))).rejects.toMatchObject(refusal('unknown', 'NoUnsignedValidator'))
  await expect(node.submit(signer.bare(callOf('Timestamp', 'set', { now: 1n })))).rejects.toMatchObject(
    refusal('invalid', 'MandatoryValidation'),
  )
  await expect(node.submit(signer.general(remark))).rejects.toMatchObject(refusal('invalid', 'UnknownOrigin'))
  expect(node.pending()).toEqual([])
})

it('a dry run tells what would come of it', async () => {
  const node = await start()
  const at = node.best().hash
  expect(await node.dryRun(open('sesame'), at)).toEqual({ kind: 'success' })
  expect(await node.dryRun(open('please'), at)).toEqual({
    kind: 'refused',
    error: { kind: 'invalid', reason: 'BadProof' },
  })
})
