/**
 * `assay devnet --scenario hosting`: a feed is paid for, encoded, hosted and challenged; a hoster is killed and its copy repaired; then the
 * author is killed, and a plain Hypercore client reads the same data.
 */
import { mkdir, readdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { startCli, type Line } from '../helpers/cli.ts'
import { patiently } from '../helpers/patience.ts'
import { tempDir } from '../helpers/temp-dir.ts'

const PLAY_MS = patiently(180_000)
const FILES = 6

test('the scenario passes, tells its story, and leaves nothing behind', { timeout: PLAY_MS + 10_000 }, async () => {
  const dir = await tempDir()
  const [folder, scratch] = [join(dir, 'folder'), join(dir, 'tmp')]
  await Promise.all([folder, scratch].map((path) => mkdir(path)))
  for (let i = 0; i < FILES; i++) await writeFile(join(folder, `${i}.txt`), `${i} `.repeat(1_000 * (i + 1)))
  const run = startCli(['devnet', '--scenario', 'hosting', '--folder', folder, '--once', '--json', '--rpc-port', '0'], {
    TMPDIR: scratch,
  })
  const code = await run.exit(PLAY_MS)
  const only = (kind: string): readonly Line[] => run.lines.filter((line) => line.kind === kind)
  const [result] = only('result')
  expect(result, run.stderr()).toMatchObject({ copies: 2, isSame: true })
  expect(code).toBe(0)
  expect(only('published')[0]).toMatchObject({ from: 'author', blocks: 2 * FILES })
  expect(only('read-back')).toMatchObject([{ blocks: 2 * FILES }])
  const { killed, repairedBy } = result!
  expect(only('killed').map(({ name }) => name)).toEqual([killed, 'author'])
  expect(repairedBy).not.toBe(killed)
  expect(only('copy-failed')).toContainEqual(expect.objectContaining({ fault: 'StorageMissed', blamed: killed }))
  const live = only('copy-live').map(({ hoster }) => hoster)
  expect(new Set(live).size).toBe(3)
  expect(live.at(-1)).toBe(repairedBy)
  const earned = only('paid').filter((line) => line['for'] === 'Storage')
  expect(earned.map(({ who }) => who)).toEqual(expect.arrayContaining([killed, repairedBy]))
  expect(await readdir(scratch)).toEqual([])
})
