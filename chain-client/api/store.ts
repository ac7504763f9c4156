/**
 * The data that outlives the client's process: the cursor and the journal, in one `level` database.
 *
 * Owns: opening, locking errors, the two parts, and a store in memory for clients that keep nothing. Does not own: the
 * entries of the journal.
 */
import { mkdir } from 'node:fs/promises'
import { fromUtf8, utf8 } from '#types/bytes.ts'
import { AssayError, messageOf } from '#types/errors.ts'
import { Disk } from '#chain/disk/disk.ts'

/** A few values under text keys. */
export interface KeyValue {
  get(key: string): Promise<Uint8Array | undefined>
  put(key: string, value: Uint8Array): Promise<void>
  delete(key: string): Promise<void>
  entries(): Promise<readonly (readonly [key: string, value: Uint8Array])[]>
}

export interface ChainStore {
  /** Written without fsync: after a power cut a few blocks come again, and followers must accept that anyway. */
  readonly cursor: KeyValue
  /** Written with fsync: the client must not send a transaction before its entry is safe. */
  readonly journal: KeyValue
  close(): Promise<void>
}

/** The keys of a part begin with its name, in the form of a sublevel of `level`. */
function part(disk: Disk, name: string, sync: boolean): KeyValue {
  const prefix = `!${name}!`
  return {
    get: async (key) => disk.get(utf8(prefix + key)),
    put: (key, value) => disk.write([[utf8(prefix + key), value]], sync),
    delete: (key) => disk.write([[utf8(prefix + key), null]], sync),
    async entries() {
      const entries = await disk.entries(utf8(prefix))
      return entries.map(([key, value]) => [fromUtf8(key), value] as const)
    },
  }
}

function openError(dir: string, thrown: unknown): AssayError {
  const cause = thrown instanceof Error && thrown.cause instanceof Error ? thrown.cause : thrown
  const code = cause instanceof Error && 'code' in cause ? cause.code : undefined
  if (code === 'LEVEL_LOCKED')
    return new AssayError(
      'DB_LOCKED',
      `expected the database ${dir} to be free, got one that another process holds: stop the other worker, or give this ` +
        `one its own data folder`,
      { dir },
      { cause },
    )
  return new AssayError(
    'DB_UNREADABLE',
    `expected a readable and writable database folder at ${dir}, got: ${messageOf(cause)}. Check its permissions, or give ` +
      `another data folder`,
    { dir },
    { cause },
  )
}

/**
 * Opens the database in the folder `dir`, and makes the folder if it does not exist.
 * @throws AssayError `DB_LOCKED` while another process has it open, `DB_UNREADABLE` if it cannot be opened.
 */
export async function openStore(dir: string): Promise<ChainStore> {
  try {
    await mkdir(dir, { recursive: true })
    const disk = await Disk.open(dir)
    return { cursor: part(disk, 'cursor', false), journal: part(disk, 'journal', true), close: () => disk.close() }
  } catch (thrown) {
    throw openError(dir, thrown)
  }
}

function memoryPart(): KeyValue {
  const values = new Map<string, Uint8Array>()
  return {
    get: async (key) => values.get(key),
    put: async (key, value) => void values.set(key, value),
    delete: async (key) => void values.delete(key),
    entries: async () => [...values],
  }
}

/** A store that forgets, for clients that only read, such as a progress display. */
export const memoryStore = (): ChainStore => ({
  cursor: memoryPart(),
  journal: memoryPart(),
  close: async () => {},
})
