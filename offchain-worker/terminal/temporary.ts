/**
 * Folders for temporary files.
 *
 * Owns: making one, and the words where that fails. Does not own: removing it.
 */
import { mkdtemp } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { AssayError, messageOf } from '#types/errors.ts'

/**
 * Makes an empty folder whose name begins so.
 * @throws AssayError `NO_TEMPORARY_FOLDER` where the folder of all temporary files is missing, full or read-only
 */
export async function makeTemporary(prefix: string): Promise<string> {
  const parent = tmpdir()
  try {
    return await mkdtemp(join(parent, prefix))
  } catch (thrown) {
    throw new AssayError(
      'NO_TEMPORARY_FOLDER',
      `expected a folder for temporary files at ${parent}, got: ${messageOf(thrown)}: name another one in TMPDIR`,
      { parent },
      { cause: thrown },
    )
  }
}
