import { execFile } from 'node:child_process'
import { realpath, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { build } from 'esbuild'
import { describe, expect, it } from 'vitest'
import { mapStack } from '#worker/terminal/source-stack.ts'
import { tempDir } from '../../../helpers/temp-dir.ts'
import { patiently } from '../../../helpers/patience.ts'

/** Fails at line 4, column 9. */
const SOURCE = `interface Nothing {}

export function inPage(value: Nothing): never {
  throw new Error(String(value))
}
try {
  inPage('broken')
} catch (thrown) {
  process.stdout.write((thrown as Error).stack!)
}
`

/** Bundles as .config/bundle.mjs does, runs the bundle, and gives its folder and the stack that it prints. */
async function bundledStack() {
  const dir = await realpath(await tempDir())
  await writeFile(join(dir, 'page.ts'), SOURCE)
  await build({
    entryPoints: [join(dir, 'page.ts')],
    outfile: join(dir, 'out', 'page.mjs.js'),
    bundle: true,
    format: 'esm',
    platform: 'node',
    minify: true,
    sourcemap: 'external',
    sourcesContent: false,
  })
  await writeFile(join(dir, 'package.json'), '{"type":"module"}')
  const { stdout } = await promisify(execFile)(process.execPath, [join(dir, 'out', 'page.mjs.js')], {
    timeout: patiently(10_000),
  })
  return { dir, stack: stdout }
}

describe('a stack of the bundle', () => {
  it('gets the positions of the sources', async () => {
    const { dir, stack } = await bundledStack()
    expect(stack).toContain('page.mjs.js:')
    const mapped = mapStack(stack)
    expect(mapped).toContain(`${join(dir, 'page.ts')}:4:9`)
    expect(mapped).not.toContain('page.mjs.js:')
    expect(mapped).toContain('broken')
  })

  it('stays unchanged if there is no map', async () => {
    const { dir, stack } = await bundledStack()
    await rm(join(dir, 'out', 'page.mjs.js.map'))
    expect(mapStack(stack)).toBe(stack)
    expect(mapStack('Error: x\n    at node:internal/main:1:1')).toBe('Error: x\n    at node:internal/main:1:1')
  })
})
