/** Folders and addresses of options: refused before anything is opened. */
import { stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { assertOwnAddress, makeFolder } from '#worker/terminal/places.ts'
import { tempDir } from '../../../helpers/temp-dir.ts'

test('a folder is made with those that it lies in, and may be there already', async () => {
  const path = join(await tempDir(), 'a', 'b', 'c')
  await makeFolder('data', path)
  await makeFolder('data', path)
  expect((await stat(path)).isDirectory()).toBe(true)
})

test.runIf(process.platform === 'linux')('a place where none can be made is told at once', async () => {
  await expect(makeFolder('base-path', '/proc/x/y')).rejects.toMatchObject({
    code: 'FOLDER_UNUSABLE',
    message: expect.stringMatching(/^--base-path: expected a folder, or a place for one, at \/proc\/x\/y, got: ENOENT/),
  })
})

test('a folder cannot be made in a file', async () => {
  const file = join(await tempDir(), 'file')
  await writeFile(file, '')
  await expect(makeFolder('data', join(file, 'x'))).rejects.toMatchObject({ code: 'FOLDER_UNUSABLE' })
})

test.each(['203.0.113.1', '2001:db8::1', 'no.such.host.invalid'])(
  '%s is no address of this machine',
  async (address) => {
    await expect(assertOwnAddress('host', address)).rejects.toMatchObject({ code: 'BAD_HOST' })
  },
)

test.each(['127.0.0.1', '0.0.0.0'])('%s is one', async (address) => {
  await assertOwnAddress('host', address)
})
