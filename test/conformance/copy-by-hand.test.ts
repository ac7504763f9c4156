/** The page on unique copies: openssl and a shell decode a block by the lines that it shows. */
import { execFileSync, spawnSync } from 'node:child_process'
import { expect, test } from 'vitest'
import { blocks } from './readme/readmes.ts'
import { tempDir } from '../helpers/temp-dir.ts'

const PAGE = 'runtime-types/domain/hosting/copy/README.md'
const hasTools = ['openssl', 'bash', 'od'].every((tool) => spawnSync(tool, ['--version']).error === undefined)
/** "hello" after its length. */
const DECODED = '0500000068656c6c6f'

test.skipIf(!hasTools)('openssl and a shell decode a block', async () => {
  const [shown] = blocks('bash').filter(({ path }) => path === PAGE)
  const decoded = execFileSync('bash', ['-c', shown!.text], { cwd: await tempDir(), encoding: 'utf8' })
  expect(decoded.trim()).toBe(DECODED)
})
