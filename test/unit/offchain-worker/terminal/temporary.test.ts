/** Folders for temporary files: one sentence where there can be none. */
import { rm } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { afterEach, expect, test } from 'vitest'
import { openWorkspace } from '#worker/devnet/workspace.ts'
import { makeTemporary } from '#worker/terminal/temporary.ts'
import { tempDir } from '../../../helpers/temp-dir.ts'

const before = process.env['TMPDIR']
afterEach(() => {
  if (before === undefined) delete process.env['TMPDIR']
  else process.env['TMPDIR'] = before
})

test('a folder is made in the place that TMPDIR names', async () => {
  const place = await tempDir()
  process.env['TMPDIR'] = place
  const folder = await makeTemporary('it-')
  expect(dirname(folder)).toBe(place)
  expect(basename(folder)).toMatch(/^it-/)
  await rm(folder, { recursive: true })
})

test('a place that is missing is told with what to do, also by a devnet', async () => {
  const missing = join(await tempDir(), 'not', 'there')
  process.env['TMPDIR'] = missing
  const error = { code: 'NO_TEMPORARY_FOLDER', message: expect.stringContaining(`at ${missing}, got: ENOENT`) }
  await expect(makeTemporary('it-')).rejects.toMatchObject(error)
  await expect(openWorkspace(undefined)).rejects.toMatchObject(error)
})

test('a folder that is to be kept is made and stays; a place for none is told', async () => {
  const kept = join(await tempDir(), 'a', 'devnet')
  const workspace = await openWorkspace(kept)
  await workspace.remove()
  expect((await openWorkspace(kept)).folder).toBe(kept)
  await expect(openWorkspace('/dev/null/x')).rejects.toMatchObject({ code: 'FOLDER_UNUSABLE' })
})
