/**
 * The node's store in memory: it ends with the process.
 *
 * Owns: the form in which each record is kept. Does not own: the archive's compression. Under `--tmp` the whole history of a chain
 * lives here, so bytes count. Blocks and changes of states go into the archive. Records that are rewritten or read at random stay
 * strings, which cost a third of as many small Uint8Arrays.
 */
import { Archive } from './archive.ts'
import { COLUMN, latin1, type Db } from './db.ts'

/** Columns whose records are read seldom and removed in about the order in which they were written. */
const ARCHIVED: readonly number[] = [COLUMN.block, COLUMN.stateChanges]

const KEYS_AT_A_TIME = 500

/** See the module's header. */
export function createMemoryDb(): Db {
  const entries = new Map<string, string>()
  const archive = new Archive()
  const isArchived = (key: Uint8Array): boolean => ARCHIVED.includes(key[0]!)
  return {
    get(key) {
      if (isArchived(key)) return archive.get(key)
      const value = entries.get(latin1(key))
      return value === undefined ? undefined : new Uint8Array(Buffer.from(value, 'latin1'))
    },
    async write(changes) {
      for (const [key, value] of changes) {
        if (isArchived(key) && value === null) archive.delete(key)
        else if (isArchived(key)) archive.set(key, value!)
        else if (value === null) entries.delete(latin1(key))
        else entries.set(latin1(key), latin1(value))
      }
    },
    async *keys(column) {
      let found: Uint8Array[] = []
      for (const key of entries.keys()) {
        if (key.charCodeAt(0) !== column) continue
        if (found.push(new Uint8Array(Buffer.from(key, 'latin1'))) < KEYS_AT_A_TIME) continue
        yield found
        found = []
      }
      yield found
    },
    refusal: () => undefined,
    close: async () => undefined,
  }
}
