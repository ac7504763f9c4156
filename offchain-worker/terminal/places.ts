/**
 * Folders and addresses that an option names, checked before anything is opened.
 *
 * Owns: making the folder, its free space, trying the address, and the words where they cannot be used. Does not own: what is kept or
 * opened there.
 */
import { createSocket } from 'node:dgram'
import { mkdir, stat, statfs } from 'node:fs/promises'
import { dirname, resolve } from 'node:path'
import { AssayError, messageOf } from '#types/errors.ts'
import { sizeText } from './quantities.ts'
import { UsageError } from './usage-error.ts'

const codeOf = (thrown: unknown): string | undefined => (thrown as NodeJS.ErrnoException).code

/** The folders on the way to a path that are not there, the outermost first. */
async function missingOn(path: string): Promise<readonly string[]> {
  const missing: string[] = []
  for (let at = resolve(path); ; at = dirname(at)) {
    const isThere = await stat(at).then(
      () => true,
      () => false,
    )
    if (isThere || at === dirname(at)) return missing.toReversed()
    missing.push(at)
  }
}

/**
 * Makes a folder and those that it lies in. One by one: where none can be made, as in /proc, Node tries for ever to make them together.
 * @param option names it in the error
 * @throws AssayError `FOLDER_UNUSABLE`
 */
export async function makeFolder(option: string, path: string): Promise<void> {
  for (const folder of await missingOn(path)) {
    await mkdir(folder).catch((thrown: unknown) => {
      if (codeOf(thrown) === 'EEXIST') return
      throw new AssayError(
        'FOLDER_UNUSABLE',
        `--${option}: expected a folder, or a place for one, at ${path}, got: ${messageOf(thrown)}`,
        { path },
        { cause: thrown },
      )
    })
  }
}

/**
 * Refuses a folder on a disk with less free space. A folder that is not there, or whose disk does not say, passes.
 * @param wayOut the options or variables that name another folder
 * @throws AssayError `NO_ROOM`
 */
export async function assertRoom(path: string, bytes: number, wayOut: string): Promise<void> {
  const disk = await statfs(path).catch(() => undefined)
  if (!disk || disk.bavail * disk.bsize >= bytes) return
  throw new AssayError(
    'NO_ROOM',
    `expected ${sizeText(bytes)} of free space at ${path}, got ${sizeText(disk.bavail * disk.bsize)}: make room, or name another folder in ${wayOut}`,
    { path },
  )
}

/**
 * Refuses an address that is not one of this machine's: nothing could listen on it.
 * @throws UsageError `BAD_HOST`
 */
export function assertOwnAddress(option: string, address: string): Promise<void> {
  const socket = createSocket(address.includes(':') ? 'udp6' : 'udp4')
  return new Promise<void>((done, reject) => {
    socket.once('error', reject)
    socket.bind({ port: 0, address, exclusive: true }, done)
  })
    .catch((thrown: unknown) => {
      const message = `--${option}: expected an address of this machine, such as 127.0.0.1 or 0.0.0.0, got ${JSON.stringify(address)}`
      throw new UsageError('BAD_HOST', `${message} (${messageOf(thrown)})`, {}, { cause: thrown })
    })
    .finally(() => socket.close())
}
