/** The devnet's folder: one without room is refused before anything is started, and a temporary one is removed. */
import { readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, expect, test, vi } from 'vitest'
import { openWorkspace } from '#worker/devnet/workspace.ts'
import { smallDisk } from '../../../helpers/small-disk.ts'
import { tempDir } from '../../../helpers/temp-dir.ts'

afterEach(() => vi.unstubAllEnvs())

test('a folder on a full disk is refused in one sentence, kept or temporary', async ({ skip }) => {
  const disk = await smallDisk(1 << 20)
  if (!disk) return skip('needs to mount a file system')
  const said = `expected 200 MiB of free space at ${disk.path}, got 1 MiB: make room, or name another folder in`
  await expect(openWorkspace(disk.path)).rejects.toMatchObject({ code: 'NO_ROOM', message: `${said} --base-path` })
  vi.stubEnv('TMPDIR', disk.path)
  await expect(openWorkspace(undefined)).rejects.toMatchObject({
    code: 'NO_ROOM',
    message: `${said} TMPDIR or --base-path`,
  })
  expect(await readdir(disk.path)).toEqual([])
})

test('a temporary folder is removed, and one that is to be kept stays', async () => {
  const dir = await tempDir()
  vi.stubEnv('TMPDIR', dir)
  const temporary = await openWorkspace(undefined)
  expect(await readdir(dir)).toHaveLength(1)
  await temporary.remove()
  expect(await readdir(dir)).toEqual([])
  const kept = await openWorkspace(join(dir, 'a', 'b'))
  await kept.remove()
  expect((await stat(kept.folder)).isDirectory()).toBe(true)
})
