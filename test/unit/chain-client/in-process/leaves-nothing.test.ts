/**
 * A chain in a process leaves nothing behind: no timer, no thread, no open database.
 */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { expect, it, vi } from 'vitest'
import { startChain } from '#chain/in-process/start-chain.ts'
import { LocalNode } from '#chain/node/local-node.ts'
import { CLI } from '../../../helpers/bundle.ts'
import { tempDir } from '../../../helpers/temp-dir.ts'

const CHILD = fileURLToPath(new URL('./exit-child.ts', import.meta.url))
/** Loading three libraries without a bundle takes seconds, several times as many on a busy machine. */
const CHILD_DEADLINE_MS = 50_000
const TEST_TIMEOUT_MS = 60_000
/** @polkadot/api keeps a subscription that nobody wants for 1.75 s. */
const LIBRARIES_END_WITHIN_MS = 3_000

it(
  'leaves a process no timer and no thread, so that it ends by itself although no client was closed',
  async () => {
    const basePath = await tempDir()
    const threads = pathToFileURL(join(CLI, '..', 'verify-worker.js')).href
    const child = spawn(process.execPath, ['--import', 'tsx', CHILD, JSON.stringify({ basePath, threads })], {
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    const giveUp = setTimeout(() => child.kill('SIGKILL'), CHILD_DEADLINE_MS)
    let output = ''
    let closedAt = Infinity
    child.stdout.on('data', (chunk: Buffer) => {
      output += chunk.toString()
      if (output.includes('closed')) closedAt = Math.min(closedAt, performance.now())
    })
    const [code, signal] = (await once(child, 'exit')) as [number | null, string | null]
    clearTimeout(giveUp)
    expect({ code, signal, output }).toEqual({ code: 0, signal: null, output: '{"left":[]}\nclosed\n' })
    expect(performance.now() - closedAt).toBeLessThan(LIBRARIES_END_WITHIN_MS)
  },
  TEST_TIMEOUT_MS,
)

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
