/**
 * Temporary folders that are removed after the test.
 *
 * Owns: making and removing them. Does not own: their content.
 */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'

/** A fresh folder, removed when the running test is over, or by whoever takes `remove` to call it later. */
export async function tempDir(whenDone: (remove: () => Promise<void>) => void = onTestFinished): Promise<string> {
  const dir = await mkdtemp(join(tmpdir(), 'assay-test-'))
  whenDone(() => rm(dir, { recursive: true, force: true, maxRetries: 3 }))
  return dir
}
