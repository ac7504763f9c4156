/**
 * The node's store in memory: it ends with the process.
 *
 * Owns: the form in which each record is kept. Does not own: the archive's compression. Under `--tmp` the whole history of a chain
 * lives here, so bytes count. Blocks and changes of states go into the archive. Records that are rewritten or read at random stay
 * strings, which cost a third of as many small Uint8Arrays.
 */
import { Archive } from './archive.ts'
import { COLUMN, latin1, type Db } from './db.ts'

/** Columns whose records are never removed; a rewritten record has the same value. */
const ARCHIVED: readonly number[] = [COLUMN.block, COLUMN.stateChanges]

function archivable(value: Uint8Array | null): Uint8Array {
  if (value !== null) return value
  throw new TypeError('expected a block or the changes of a state to be kept for good, got its removal')
}

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
        if (isArchived(key)) archive.set(key, archivable(value))
        else if (value === null) entries.delete(latin1(key))
        else entries.set(latin1(key), latin1(value))
      }
    },
    refusal: () => undefined,
    close: async () => undefined,
  }
}
