/**
 * The node's store on disk: LevelDB.
 *
 * Owns: opening a folder, with an error for each way in which that can fail, and the layout's version. Does not own: the records.
 * LevelDB's log makes every batch atomic, also under SIGKILL; see `Db.write` for power cuts.
 */
import { mkdir } from 'node:fs/promises'
import { Level } from 'level'
import { u32le, utf8 } from '#types/bytes.ts'
import { AssayError, messageOf } from '#types/errors.ts'
import { COLUMN, columnKey, type Db } from './db.ts'

/** Raise it when records change their meaning. */
const DB_LAYOUT_VERSION = 2
const VERSION_KEY = columnKey(COLUMN.meta, utf8('version'))
const VIEW = { keyEncoding: 'view', valueEncoding: 'view' } as const

type ByteLevel = Level<Uint8Array, Uint8Array>

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
async function checkVersion(level: ByteLevel, folder: string): Promise<void> {
  const wrong = (got: string): AssayError =>
    new AssayError(
      'DB_VERSION',
      `expected a database of layout ${DB_LAYOUT_VERSION} at ${folder}, got ${got}: choose another --base-path, or delete the ` +
        'folder to begin anew',
      { folder, expected: DB_LAYOUT_VERSION },
    )
  const version = await level.get(VERSION_KEY)
  if (version?.length === 4) {
    const got = new DataView(version.buffer, version.byteOffset).getUint32(0, true)
    if (got !== DB_LAYOUT_VERSION) throw wrong(`layout ${got}`)
    return
  }
  const [anything] = await level.keys({ limit: 1 }).all()
  if (version !== undefined || anything !== undefined) throw wrong('a database of another program')
  await level.put(VERSION_KEY, u32le(DB_LAYOUT_VERSION), { sync: true })
}

async function openLevel(folder: string): Promise<ByteLevel> {
  let level: ByteLevel | undefined
  try {
    await mkdir(folder, { recursive: true })
    level = new Level<Uint8Array, Uint8Array>(folder, VIEW)
    await level.open()
    await checkVersion(level, folder)
    return level
  } catch (error) {
    await level?.close()
    throw error instanceof AssayError ? error : openError(folder, error)
  }
}

/**
 * Opens the database in `folder`; makes the folder where it is missing. One process at a time.
 * @throws AssayError `DB_LOCKED`, `DB_UNREADABLE` (no folder, no permission, damaged) or `DB_VERSION`.
 */
export async function openLevelDb(folder: string): Promise<Db> {
  const level = await openLevel(folder)
  const damaged = (error: unknown): AssayError =>
    new AssayError(
      'DB_UNREADABLE',
      `expected to read and write the database at ${folder}, got: ${causesOf(error).text}`,
      { folder },
      { cause: error },
    )
  return {
    get(key) {
      try {
        const value = level.getSync(key)
        // LevelDB gives Buffers, whose `slice` does not copy.
        return value && new Uint8Array(value.buffer, value.byteOffset, value.byteLength)
      } catch (error) {
        throw damaged(error)
      }
    },
    async write(changes, { sync = false } = {}) {
      const operations = Array.from(changes, ([key, value]) =>
        value === null ? { type: 'del' as const, key } : { type: 'put' as const, key, value },
      )
      try {
        await level.batch(operations, { sync })
      } catch (error) {
        throw damaged(error)
      }
    },
    close: () => level.close(),
  }
}
