/**
 * Ends a test run with one plain line that counts it: `N passed, N failed`. A run that leaves temporary files behind
 * fails.
 *
 * Owns: that line. Does not own: the rest of the output (vitest's default reporter).
 */
import type { Reporter, TestModule } from 'vitest/node'
import { leftBehind } from './scratch.ts'

export class CountReporter implements Reporter {
  async onTestRunEnd(modules: readonly TestModule[]): Promise<void> {
    const counts = { passed: 0, failed: 0, skipped: 0, pending: 0 }
    for (const module of modules) {
      for (const test of module.children.allTests()) counts[test.result().state]++
      // A file that does not even load has no tests to count, and must not pass for a clean run.
      if (module.errors().length > 0) counts.failed++
    }
    const left = await leftBehind()
    if (left.length > 0) {
      process.stdout.write(`\nexpected no temporary files to be left, got ${left.join(', ')}\n`)
      counts.failed++
      process.exitCode = 1
    }
    const skipped = counts.skipped + counts.pending
    process.stdout.write(
      `\n${counts.passed} passed, ${counts.failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}\n`,
    )
  }
}
