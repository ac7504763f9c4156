/**
 * A folder for the temporary files of one test run. The run can see which files it leaves behind.
 *
 * Owns: that folder, and looking into it. Does not own: the folders of single tests.
 */
import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { patiently } from './patience.ts'

/** Processes that were told to end may still be on their way out. */
const DEADLINE_MS = patiently(5_000)
const LOOK_EVERY_MS = 100

/** Vitest's hook before all tests, and after them. */
export function setup(): () => void {
  const dir = mkdtempSync(join(tmpdir(), 'assay-run-'))
  process.env['TMPDIR'] = dir
  return () => rmSync(dir, { recursive: true, force: true })
}

/** What of ours is left in the folder for temporary files, by name: others, such as tsx, keep caches there. */
export async function leftBehind(): Promise<readonly string[]> {
  for (const deadline = performance.now() + DEADLINE_MS; ; await pause(LOOK_EVERY_MS)) {
    const left = readdirSync(tmpdir()).filter((name) => name.startsWith('assay-'))
    if (left.length === 0 || performance.now() > deadline) return left
  }
}
