/**
 * Bundles the command line once before the tests that run it as processes.
 *
 * Owns: a fresh bundle for the run. Does not own: how to make it (package.json, script `build`).
 */
import { execFileSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'

const REPOSITORY = fileURLToPath(new URL('../..', import.meta.url))

/** The bundled `assay` command. */
export const CLI = fileURLToPath(new URL('../../.build/cli.js', import.meta.url))

/** Vitest's hook before all tests. */
export function setup(): void {
  execFileSync('npm', ['run', '-s', 'build'], { cwd: REPOSITORY, stdio: 'inherit' })
}
