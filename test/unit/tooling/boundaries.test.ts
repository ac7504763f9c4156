/**
 * The import boundaries of the map: the test tries each forbidden import, and the linter must refuse it. Without this
 * test a pattern that matches nothing would go unnoticed.
 */
import { execFileSync } from 'node:child_process'
import { cp, mkdir, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { tempDir } from '../../helpers/temp-dir.ts'

const REPOSITORY = fileURLToPath(new URL('../../..', import.meta.url))

/** Who imports what, and whether that is allowed. */
const ARROWS = [
  ['runtime-types/domain/a.ts', '#chain/trie/trie.ts', 'forbidden'],
  ['runtime-types/domain/b.ts', '@polkadot/api', 'forbidden'],
  ['runtime-types/domain/c.ts', '../scale/codec.ts', 'allowed'],
  ['chain-client/node/a.ts', '#chain/api/connect.ts', 'forbidden'],
  ['chain-client/runtime/pallets/a.ts', '#worker/p2p/mesh.ts', 'forbidden'],
  ['chain-client/rpc/a.ts', '@polkadot/api', 'forbidden'],
  ['chain-client/rpc/b.ts', '#chain/node/node-interface.ts', 'allowed'],
  ['chain-client/api/a.ts', '#chain/node/service.ts', 'forbidden'],
  ['chain-client/api/b.ts', '#chain/runtime/pallets/system.ts', 'forbidden'],
  ['chain-client/api/c.ts', '@polkadot/api', 'allowed'],
  ['offchain-worker/roles/a.ts', '#chain/runtime/runtime.ts', 'forbidden'],
  ['offchain-worker/p2p/a.ts', '@polkadot/api', 'forbidden'],
  ['offchain-worker/roles/b.ts', '../../chain-client/node/service.ts', 'forbidden'],
  ['offchain-worker/roles/d.ts', '#chain/in-process/start-chain.ts', 'forbidden'],
  ['chain-client/node/b.ts', '#chain/in-process/start-chain.ts', 'forbidden'],
  ['chain-client/in-process/a.ts', '#chain/node/service.ts', 'allowed'],
  ['offchain-worker/roles/c.ts', '#chain/api/chain-port.ts', 'allowed'],
  ['offchain-worker/devnet/a.ts', '#chain/node/chain-spec.ts', 'allowed'],
  ['offchain-worker/simulation/a.ts', '#chain/node/service.ts', 'allowed'],
] as const

test('the linter refuses every import that the map forbids, and no other', async () => {
  const dir = await tempDir()
  await cp(join(REPOSITORY, '.oxlintrc.json'), join(dir, '.oxlintrc.json'))
  for (const [file, imported] of ARROWS) {
    await mkdir(dirname(join(dir, file)), { recursive: true })
    await writeFile(join(dir, file), `import { x } from '${imported}'\nexport const y = x\n`)
  }
  const found = lint(dir)
  const forbidden = ARROWS.filter(([, , verdict]) => verdict === 'forbidden').map(([file]) => file)
  expect(found.toSorted()).toEqual(forbidden.toSorted())
})

/** The files in which oxlint finds a restricted import. It exits non-zero when it finds any. */
function lint(dir: string): string[] {
  const oxlint = join(REPOSITORY, 'node_modules/.bin/oxlint')
  let output: string
  try {
    output = execFileSync(oxlint, ['--format', 'json'], { cwd: dir, encoding: 'utf8' })
  } catch (thrown) {
    output = (thrown as { stdout: string }).stdout
  }
  const { diagnostics } = JSON.parse(output) as { diagnostics: { code: string; filename: string }[] }
  return [
    ...new Set(
      diagnostics.filter(({ code }) => code.includes('no-restricted-imports')).map(({ filename }) => filename),
    ),
  ]
}
