/**
 * The node's store on disk: LevelDB.
 *
 * Owns: opening a folder, with an error for each way in which that can fail, and the layout's version. Does not own: the records.
 * LevelDB's log makes every batch atomic, also under SIGKILL; see `Db.write` for power cuts.
 */
import { mkdir } from 'node:fs/promises'
import { u32le, utf8 } from '#types/bytes.ts'
import { AssayError, messageOf } from '#types/errors.ts'
import { Disk, type DiskState } from '#chain/disk/disk.ts'
import type { Log } from '#types/log.ts'
import { COLUMN, columnKey, type Db } from './db.ts'

/** Raise it when records change their meaning. */
const DB_LAYOUT_VERSION = 3
const VERSION_KEY = columnKey(COLUMN.meta, utf8('version'))

/** Innermost code and all messages of an error and its causes. */
function causesOf(thrown: unknown): { code: string; text: string } {
  let code = ''
  const texts: string[] = []
  for (let error = thrown; error instanceof Error; error = error.cause) {
    if ('code' in error && typeof error.code === 'string') code = error.code
    texts.push(messageOf(error))
  }
  return { code, text: texts.join(': ') }
}

function openError(folder: string, thrown: unknown): AssayError {
  const { code, text } = causesOf(thrown)
  if (code === 'LEVEL_LOCKED')
    return new AssayError(
      'DB_LOCKED',
      `expected ${folder} to be free, got a lock held by another process: stop that node, or choose another --base-path`,
      { folder },
      { cause: thrown },
    )
  return new AssayError(
    'DB_UNREADABLE',
    `expected a database or an empty, writable folder at ${folder}, got: ${text}. Choose another --base-path, or delete ` +
      'the folder to begin anew',
    { folder, cause: code },
    { cause: thrown },
  )
}

/** Writes the version into a new database, and refuses one of another version or of another program. */
async function checkVersion(disk: Disk, folder: string): Promise<void> {
  const wrong = (got: string): AssayError =>
    new AssayError(
      'DB_VERSION',
      `expected a database of layout ${DB_LAYOUT_VERSION} at ${folder}, got ${got}: choose another --base-path, or delete the ` +
        'folder to begin anew',
      { folder, expected: DB_LAYOUT_VERSION },
    )
  const version = disk.get(VERSION_KEY)
  if (version?.length === 4) {
    const got = new DataView(version.buffer, version.byteOffset).getUint32(0, true)
    if (got !== DB_LAYOUT_VERSION) throw wrong(`layout ${got}`)
    return
  }
  if (version !== undefined || !(await disk.isEmpty())) throw wrong('a database of another program')
  await disk.write([[VERSION_KEY, u32le(DB_LAYOUT_VERSION)]], true)
}

async function openDisk(folder: string, onState: (state: DiskState, error: AssayError) => void): Promise<Disk> {
  let disk: Disk | undefined
  try {
    await mkdir(folder, { recursive: true })
    disk = await Disk.open(folder, { onState })
    await checkVersion(disk, folder)
    return disk
  } catch (error) {
    await disk?.close()
    throw error instanceof AssayError && error.code === 'DB_VERSION' ? error : openError(folder, error)
  }
}

/** What the caller gives to the database. */
export interface LevelDbDeps {
  readonly log: Log
  /** Called when acknowledged writes are gone: the process must end with a code that is not 0. */
  readonly onLost?: (error: AssayError) => void
}

/**
 * Opens the database in `folder`; makes the folder where it is missing. One process at a time. A disk that refuses writes is told
 * in one line, and in another when it takes them again.
 * @throws AssayError `DB_LOCKED`, `DB_UNREADABLE` (no folder, no permission, damaged) or `DB_VERSION`.
 */
export async function openLevelDb(folder: string, { log, onLost }: LevelDbDeps): Promise<Db> {
  const disk = await openDisk(folder, (state, error) => {
    if (state === 'accepts')
      return log.warn({ folder }, 'the disk takes writes again, and nothing acknowledged was lost')
    log.error({ err: error }, error.message)
    if (state === 'lost') onLost?.(error)
  })
  return {
    get(key) {
      try {
        return disk.get(key)
      } catch (error) {
        throw new AssayError(
          'DB_UNREADABLE',
          `expected to read the database at ${folder}, got: ${causesOf(error).text}`,
          { folder },
          { cause: error },
        )
      }
    },
    write: (changes, { sync = false } = {}) => disk.write(changes, sync),
    keys: (column) => disk.keys(columnKey(column)),
    refusal: () => disk.refusal,
    close: () => disk.close(),
  }
}
