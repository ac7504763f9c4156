/**
 * The journal of a worker, in a `level` database of its own.
 *
 * Owns: opening it, its errors, and writing so that what is written survives a crash. Does not own: what a role writes into it.
 */
import { mkdir } from 'node:fs/promises'
import { utf8 } from '#types/bytes.ts'
import { AssayError, messageOf } from '#types/errors.ts'
import { Disk } from '#chain/disk/disk.ts'
import type { Journal } from './ports.ts'

/** A journal that is open, until it is closed. */
export interface OpenJournal extends Journal {
  close(): Promise<void>
}

/**
 * Opens the journal in the folder `dir`, and makes the folder if it is not there. A write resolves when fsync has put it on the disk.
 * @throws AssayError `JOURNAL_LOCKED` while another process has it open, `JOURNAL_UNREADABLE` where it cannot be opened otherwise
 */
export async function openJournal(dir: string): Promise<OpenJournal> {
  try {
    await mkdir(dir, { recursive: true })
    const disk = await Disk.open(dir)
    return {
      get: async (key) => disk.get(utf8(key)),
      put: (key, value) => disk.write([[utf8(key), value]], true),
      delete: (key) => disk.write([[utf8(key), null]]),
      close: () => disk.close(),
    }
  } catch (thrown) {
    throw openError(dir, thrown)
  }
}

function openError(dir: string, thrown: unknown): AssayError {
  const cause = thrown instanceof Error && thrown.cause instanceof Error ? thrown.cause : thrown
  const locked = cause instanceof Error && 'code' in cause && cause.code === 'LEVEL_LOCKED'
  const message = locked
    ? `expected the journal ${dir} to be free, got one that another process holds: stop it, or give another data folder`
    : `expected a readable and writable journal at ${dir}, got: ${messageOf(cause)}. Check its permissions`
  return new AssayError(locked ? 'JOURNAL_LOCKED' : 'JOURNAL_UNREADABLE', message, { dir }, { cause })
}
