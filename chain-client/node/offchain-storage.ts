/**
 * Local storage of off-chain workers.
 *
 * Owns: keys, values and their bounds. Does not own: the RPC methods. It is no part of the state, nor of consensus.
 */
import { AssayError } from '#types/errors.ts'
import { COLUMN, columnKey, type Db } from './db.ts'
import type { Node } from './node-interface.ts'

const MAX_KEY_BYTES = 1024
const MAX_VALUE_BYTES = 1024 * 1024
/** First byte of a key in the column. */
const KINDS = { PERSISTENT: 1, LOCAL: 2 } as const

/** Storage in `db`. When `set` resolves, the operating system has the value. */
export function createOffchainStorage(db: Db): Node['offchain'] {
  const keyOf = (kind: keyof typeof KINDS, key: Uint8Array): Uint8Array =>
    columnKey(COLUMN.offchain, Uint8Array.of(KINDS[kind]), key)
  return {
    get: (kind, key) => db.get(keyOf(kind, key)),
    async set(kind, key, value) {
      if (key.length > MAX_KEY_BYTES || value.length > MAX_VALUE_BYTES)
        throw new AssayError(
          'OFFCHAIN_TOO_LARGE',
          `expected a key of at most ${MAX_KEY_BYTES} and a value of at most ${MAX_VALUE_BYTES} bytes, got ${key.length} and ${value.length}`,
        )
      await db.write([[keyOf(kind, key), value]])
    },
    clear: (kind, key) => db.write([[keyOf(kind, key), null]]),
  }
}
