/** The keys in an author's folder. */
import { mkdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { openAuthor } from '#worker/systems/hosting/author/author-key.ts'
import { tempDir } from '../../../../../helpers/temp-dir.ts'

test('a folder has one feed, until it is given another; its process stays known under one key', async () => {
  const dir = await tempDir()
  const first = await openAuthor(dir, 'any')
  expect((await stat(join(dir, 'author.key'))).mode & 0o777).toBe(0o600)
  expect(await openAuthor(dir, 'any')).toEqual(first)
  expect(await openAuthor(dir, 'old')).toEqual(first)
  const second = await openAuthor(dir, 'new')
  expect(second.feed).not.toEqual(first.feed)
  expect(second.noise).toEqual(first.noise)
  expect(await openAuthor(dir, 'old')).toEqual(second)
})

test('folders have different keys, and one without a feed is not appended to', async () => {
  const dir = await tempDir()
  await Promise.all(['a', 'b'].map((name) => mkdir(join(dir, name))))
  const [a, b] = [await openAuthor(join(dir, 'a'), 'any'), await openAuthor(join(dir, 'b'), 'new')]
  expect(a.feed.publicKey).not.toEqual(b.feed.publicKey)
  await expect(openAuthor(dir, 'old')).rejects.toMatchObject({ code: 'NO_FEED' })
})
