/** The socket by which an update reaches the process that serves the feed: what it refuses, and what is left of a killed process. */
import { writeFile } from 'node:fs/promises'
import { createConnection } from 'node:net'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { expect, onTestFinished, test } from 'vitest'
import { AssayError } from '#types/errors.ts'
import { identityOf } from '#worker/simulation/identities.ts'
import { findServed, openControl, type ServedAuthor } from '#worker/systems/hosting/author/control.ts'
import { feedOf } from '#worker/systems/hosting/simulation/feed.ts'
import { tempDir } from '../../../../../helpers/temp-dir.ts'

const { head, branchAt } = feedOf(identityOf('author'), [Uint8Array.of(1), Uint8Array.of(2)])
const WHAT = { folder: '/files', limits: { maxBytes: 1, maxFiles: 2, maxDepth: 3 } }

async function opened(author: Partial<ServedAuthor> = {}) {
  const dir = await tempDir()
  const control = await openControl(dir, { pack: async () => head, branchAt: async (at) => branchAt(at), ...author })
  onTestFinished(() => control.close())
  return { dir, control }
}

/** What a stranger to the protocol gets. */
function send(dir: string, line: string): Promise<string> {
  const socket = createConnection({ path: join(dir, 'control'), allowHalfOpen: true })
  socket.on('error', () => undefined)
  socket.end(line)
  return text(socket).catch(() => '')
}

test('passes requests on and their results back, one after the other', async () => {
  const asked: unknown[] = []
  let under = 0
  const pack: ServedAuthor['pack'] = async (what) => {
    expect(++under).toBe(1)
    asked.push({ folder: what.folder, limits: what.limits })
    await new Promise((go) => setTimeout(go, 10))
    under--
    return head
  }
  const { dir } = await opened({ pack })
  const served = (await findServed(dir))!
  expect(await Promise.all([served.pack(WHAT), served.pack(WHAT)])).toEqual([head, head])
  expect(asked).toEqual([WHAT, WHAT])
  expect(await served.branchAt(1)).toEqual(branchAt(1))
})

test('passes errors back with their code, and says where the process has ended', async () => {
  const pack = () => Promise.reject(new AssayError('FEED_DIFFERS', 'other content'))
  const { dir, control } = await opened({ pack })
  const served = (await findServed(dir))!
  await expect(served.pack(WHAT)).rejects.toMatchObject({ code: 'FEED_DIFFERS', message: 'other content' })
  await control.close()
  await expect(served.pack(WHAT)).rejects.toMatchObject({ code: 'AUTHOR_GONE' })
  expect(await findServed(dir)).toBeUndefined()
})

test.each(['', 'x', '{}', '{"kind":"pack","folder":1,"limits":{}}', '{"kind":"branch","length":-1}'])(
  'refuses the request %j',
  async (line) => {
    const { dir } = await opened()
    expect(JSON.parse(await send(dir, line))).toMatchObject({ code: 'BAD_REQUEST' })
  },
)

test('hangs up on a request without end', async () => {
  const { dir } = await opened()
  expect(await send(dir, 'x'.repeat(20_000))).toBe('')
})

test('takes the place of a socket that a killed process left, and refuses a path that is too long', async () => {
  const dir = await tempDir()
  await writeFile(join(dir, 'control'), '')
  expect(await findServed(dir)).toBeUndefined()
  const control = await openControl(dir, { pack: async () => head, branchAt: async (at) => branchAt(at) })
  expect(await findServed(dir)).toBeDefined()
  await control.close()
  const far = join(dir, 'x'.repeat(100))
  await expect(
    openControl(far, { pack: async () => head, branchAt: async (at) => branchAt(at) }),
  ).rejects.toMatchObject({ code: 'NO_CONTROL' })
})
