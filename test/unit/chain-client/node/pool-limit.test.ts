/** The number of transactions that the pool holds, as the starter of a node sets it. */
import { expect, it, onTestFinished } from 'vitest'
import { keypairFromSuri } from '#types/crypto/suri.ts'
import { startNode } from '#chain/node/service.ts'
import { DEFAULT_POOL_LIMITS, poolLimits } from '#chain/node/tx-pool/limits.ts'
import { fakeRuntime, signedExtrinsic } from '../../../helpers/node.ts'
import { tempDir } from '../../../helpers/temp-dir.ts'

const alice = keypairFromSuri('//Alice')

it('refuses the newcomer where nothing less urgent can leave', async () => {
  const node = await startNode({ poolLimit: 2, sealing: { kind: 'manual' } }, { runtime: fakeRuntime() })
  onTestFinished(() => node.close())
  for (const nonce of [0, 1]) await node.submit(signedExtrinsic(alice, nonce))
  await expect(node.submit(signedExtrinsic(alice, 2))).rejects.toMatchObject({
    refusal: { kind: 'immediatelyDropped' },
  })
  expect(node.pending()).toHaveLength(2)
  await node.seal()
  await node.submit(signedExtrinsic(alice, 2))
})

it('is 8192 by default, and changes nothing else', () => {
  expect(poolLimits(undefined)).toBe(DEFAULT_POOL_LIMITS)
  expect(DEFAULT_POOL_LIMITS.ready.count).toBe(8192)
  const { ready, ...others } = DEFAULT_POOL_LIMITS
  expect(poolLimits(10)).toEqual({ ...others, ready: { ...ready, count: 10 } })
})

it.each([0, -1, 1.5, Number.NaN])('refuses %s, and leaves nothing open', async (poolLimit) => {
  const basePath = await tempDir()
  const starting = startNode({ basePath, poolLimit }, { runtime: fakeRuntime() })
  await expect(starting).rejects.toMatchObject({ code: 'BAD_POOL_LIMIT' })
  const node = await startNode({ basePath }, { runtime: fakeRuntime() })
  await node.close()
})
