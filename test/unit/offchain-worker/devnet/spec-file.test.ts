/** The spec file of a devnet: a new chain gets one, and a chain that an earlier run began keeps its own. */
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { specFor } from '#worker/devnet/genesis.ts'
import { writeSpec } from '#worker/devnet/spec-file.ts'
import { worker } from '#worker/devnet/worker-process.ts'
import { tempDir } from '../../../helpers/temp-dir.ts'

const cast = (...names: readonly string[]) => ({
  processes: names.map((name) => worker({ name, suri: `//${name}`, role: 'hoster' })),
})

test('a kept chain keeps its block 0 where another run has other options, or fewer processes', async () => {
  const path = join(await tempDir(), 'chain-spec.json')
  await writeSpec(path, cast('One', 'Two'))
  const first = await readFile(path, 'utf8')
  expect(first).toBe(specFor(cast('One', 'Two')))
  await writeSpec(path, { ...cast('Two'), genesis: { balances: [] } })
  expect(await readFile(path, 'utf8')).toBe(first)
})

test('a process without tokens in the block 0 of a kept chain is refused by name', async () => {
  const path = join(await tempDir(), 'chain-spec.json')
  await writeSpec(path, cast('One'))
  await expect(writeSpec(path, cast('One', 'Two', 'Three'))).rejects.toMatchObject({
    code: 'OTHER_CAST',
    message: expect.stringMatching(/got Two, Three beside them.* another --base-path$/),
  })
})
