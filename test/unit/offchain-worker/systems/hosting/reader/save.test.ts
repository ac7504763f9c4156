/** A file is there whole or not at all, and a pipe sets the pace. */
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { PassThrough } from 'node:stream'
import { setImmediate as turn } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { AssayError } from '#types/errors.ts'
import { pour, saveFile } from '#worker/systems/hosting/reader/save.ts'
import { tempDir } from '../../../../../helpers/temp-dir.ts'

async function* pieces(...texts: readonly string[]): AsyncGenerator<Uint8Array> {
  for (const text of texts) yield Buffer.from(text)
}

async function* broken(): AsyncGenerator<Uint8Array> {
  yield Buffer.from('half')
  throw new AssayError('FEED_STALLED', 'nothing comes')
}

test('the pieces become the file, and nothing else stays', async () => {
  const dir = await tempDir()
  await saveFile(join(dir, 'a'), pieces('one ', 'two'))
  expect(await readFile(join(dir, 'a'), 'utf8')).toBe('one two')
  expect(await readdir(dir)).toEqual(['a'])
})

test('an older file stays as it is where the pieces end early', async () => {
  const dir = await tempDir()
  await writeFile(join(dir, 'a'), 'old')
  await expect(saveFile(join(dir, 'a'), broken())).rejects.toMatchObject({ code: 'FEED_STALLED' })
  expect(await readFile(join(dir, 'a'), 'utf8')).toBe('old')
  expect(await readdir(dir)).toEqual(['a'])
})

test('a place that cannot be written is named', async () => {
  const dir = await tempDir()
  await expect(saveFile(join(dir, 'no/a'), pieces('x'))).rejects.toMatchObject({ code: 'OUTPUT_UNWRITABLE' })
  await mkdir(join(dir, 'folder'))
  await expect(saveFile(join(dir, 'folder'), pieces('x'))).rejects.toMatchObject({ code: 'OUTPUT_UNWRITABLE' })
  expect(await readdir(dir)).toEqual(['folder'])
})

test('a full pipe is waited for, and a closed one ends it in silence', async () => {
  const pipe = new PassThrough({ highWaterMark: 4 })
  let given = 0
  const endless = async function* (): AsyncGenerator<Uint8Array> {
    for (;;) {
      given++
      yield Buffer.from('four')
    }
  }
  const pouring = pour(pipe, endless())
  for (let i = 0; i < 20; i++) await turn()
  expect(given).toBeLessThan(4)
  const before = given
  for (let i = 0; i < 20; i++) {
    pipe.read()
    await turn()
  }
  expect(given).toBeGreaterThan(before)
  pipe.destroy()
  await pouring
  expect(['drain', 'error'].map((event) => pipe.listenerCount(event))).toEqual([0, 0])
})
