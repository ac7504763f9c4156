/** Opening a hoster: which feed a folder becomes, now and after it was edited. */
import { mkdir, writeFile } from 'node:fs/promises'
import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import { beforeEach, expect, test } from 'vitest'
import { toHex, utf8 } from '#types/bytes.ts'
import { systemClock } from '#types/clock.ts'
import { blake2b256 } from '#types/crypto/hash.ts'
import { silentLog } from '#types/log.ts'
import { noiseKeyPair } from '#worker/p2p/identity.ts'
import { open } from '#worker/systems/hosting/role/open.ts'
import type { OptionValues } from '#worker/systems/system.ts'
import { createOpened } from '#worker/terminal/opened.ts'
import { tempDir } from '../../../../../helpers/temp-dir.ts'

let dir: string
let folder: string

beforeEach(async () => {
  dir = await tempDir()
  folder = join(dir, 'folder')
  await mkdir(folder)
  await mkdir(join(dir, 'data'))
  await writeFile(join(folder, 'a'), 'first')
})

/** Opens a hoster of the folder, closes it again, and gives its feed's key. */
async function feedOf(options: OptionValues = {}): Promise<string> {
  const opened = createOpened()
  let feed: unknown
  try {
    await open({ publish: folder, ...options }, undefined, {
      dataDir: join(dir, 'data'),
      bootstrap: [],
      address: '127.0.0.1',
      keyPair: (label) => noiseKeyPair(blake2b256(utf8(label))),
      clock: systemClock,
      randomBytes: (count) => new Uint8Array(randomBytes(count)),
      log: silentLog,
      opened,
      tell: (notice) => (feed = notice.kind === 'published' ? notice['feed'] : feed),
    })
  } finally {
    await opened.close()
  }
  return toHex(feed as Uint8Array)
}

test('an edited folder is refused until it is published anew, and then keeps its new feed', async () => {
  const first = await feedOf()
  expect(await feedOf()).toBe(first)
  await writeFile(join(folder, 'a'), 'edited')
  await expect(feedOf()).rejects.toMatchObject({
    code: 'FEED_DIFFERS',
    message: expect.stringContaining('start with --republish'),
  })
  const second = await feedOf({ republish: true })
  expect(second).not.toBe(first)
  expect(await feedOf()).toBe(second)
})

test.each([
  [{ 'max-size': '4' }, 'FOLDER_TOO_LARGE'],
  [{ 'max-size': 'much' }, 'BAD_SIZE'],
  [{ 'max-files': 0 }, 'BAD_LIMIT'],
  [{ 'max-depth': 1.5 }, 'BAD_LIMIT'],
])('%j is refused with %s', async (options, code) => {
  await expect(feedOf(options)).rejects.toMatchObject({ code })
})
