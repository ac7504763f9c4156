/**
 * A chain in a process leaves nothing behind: no timer, no thread, no open database.
 */
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { expect, it, vi } from 'vitest'
import { startChain } from '#chain/in-process/start-chain.ts'
import { LocalNode } from '#chain/node/local-node.ts'
import { CLI } from '../../../helpers/bundle.ts'
import { CHILD_TEST_MS, childEnd } from '../../../helpers/child-end.ts'
import { tempDir } from '../../../helpers/temp-dir.ts'

const CHILD = fileURLToPath(new URL('./exit-child.ts', import.meta.url))
const LEAVES_NOTHING =
  'leaves a process no timer and no thread, so that it ends by itself although no client was closed'

it(LEAVES_NOTHING, { timeout: CHILD_TEST_MS }, async () => {
  const basePath = await tempDir()
  const threads = pathToFileURL(join(CLI, '..', 'verify-worker.js')).href
  const end = await childEnd(CHILD, JSON.stringify({ basePath, threads }))
  expect(end).toEqual({ code: 0, signal: null, output: '{"left":[]}\nclosed\n' })
})

it('frees its database for the next one even if it could not start', async () => {
  const basePath = await tempDir()
  // The first to listen to a node is its RPC.
  const listening = vi.spyOn(LocalNode.prototype, 'onEvent').mockImplementation(() => {
    throw new Error('no RPC today')
  })
  await expect(startChain({ basePath })).rejects.toThrow('no RPC today')
  listening.mockRestore()
  const chain = await startChain({ basePath })
  await chain.close()
})
