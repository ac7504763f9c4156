/**
 * The import boundaries of the map, as the linter enforces them: each forbidden arrow is tried and must be refused. A pattern
 * that matches nothing stays silent, which is how such a rule dies unnoticed.
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
  ['chain-client/node/b.ts', '#chain/in-process/start-chain.ts', 'forbidden'],
  ['chain-client/in-process/a.ts', '#chain/node/service.ts', 'allowed'],
  ['offchain-worker/kernel/a.ts', '#chain/api/chain-port.ts', 'allowed'],
  ['offchain-worker/kernel/b.ts', '#chain/runtime/runtime.ts', 'forbidden'],
  ['offchain-worker/kernel/c.ts', '../systems/attestation/role/attestor.ts', 'forbidden'],
  ['offchain-worker/kernel/d.ts', '../systems.ts', 'forbidden'],
  ['offchain-worker/kernel/e.ts', '../simulation/world.ts', 'forbidden'],
  ['offchain-worker/kernel/f.ts', '../../chain-client/node/service.ts', 'forbidden'],
  ['offchain-worker/p2p/a.ts', '@polkadot/api', 'forbidden'],
  ['offchain-worker/p2p/b.ts', '#worker/systems/hosting/ports.ts', 'forbidden'],
  ['offchain-worker/terminal/a.ts', '../commands/chain.ts', 'forbidden'],
  ['offchain-worker/devnet/a.ts', '#chain/node/chain-spec.ts', 'allowed'],
  ['offchain-worker/devnet/b.ts', '../systems/attestation/devnet/play.ts', 'forbidden'],
  ['offchain-worker/simulation/a.ts', '#chain/node/service.ts', 'allowed'],
  ['offchain-worker/simulation/b.ts', '#worker/systems/coinflip/simulation/run.ts', 'forbidden'],
  ['offchain-worker/simulation/c.ts', '../systems.ts', 'forbidden'],
  ['offchain-worker/systems/attestation/a.ts', '#chain/node/service.ts', 'forbidden'],
  ['offchain-worker/systems/attestation/b.ts', '#worker/kernel/ports.ts', 'allowed'],
  ['offchain-worker/systems/attestation/role/a.ts', '#worker/systems/hosting/ports.ts', 'allowed'],
  ['offchain-worker/systems/attestation/role/b.ts', '#worker/systems/hosting/adapters/feed-client.ts', 'forbidden'],
  ['offchain-worker/systems/attestation/role/c.ts', 'node:fs/promises', 'forbidden'],
  ['offchain-worker/systems/attestation/role/d.ts', '../simulation/world.ts', 'forbidden'],
  ['offchain-worker/systems/attestation/role/open.ts', '#worker/systems/hosting/adapters/feed-client.ts', 'allowed'],
  ['offchain-worker/systems/hosting/role/open.ts', '#chain/node/service.ts', 'forbidden'],
  ['offchain-worker/systems/coinflip/session/a.ts', '../protocol/coinflip.ts', 'allowed'],
  ['offchain-worker/systems/coinflip/session/b.ts', '#worker/devnet/child.ts', 'forbidden'],
  ['offchain-worker/systems/coinflip/protocol/a.ts', 'node:crypto', 'forbidden'],
  ['offchain-worker/systems/coinflip/protocol/b.ts', '#worker/p2p/mesh.ts', 'forbidden'],
  ['offchain-worker/systems/coinflip/protocol/c.ts', '#chain/api/chain-port.ts', 'forbidden'],
  ['offchain-worker/systems/coinflip/protocol/d.ts', '../role/attestor.ts', 'forbidden'],
  ['offchain-worker/systems/coinflip/protocol/e.ts', '#worker/kernel/machine.ts', 'allowed'],
  ['offchain-worker/systems/coinflip/protocol/f.ts', 'hyperswarm', 'forbidden'],
  ['offchain-worker/systems/coinflip/simulation/a.ts', '#chain/runtime/runtime.ts', 'allowed'],
  ['offchain-worker/commands/a.ts', '../systems/hosting/reader/run.ts', 'allowed'],
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
