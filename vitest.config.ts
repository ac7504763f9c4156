import { defineConfig } from 'vitest/config'
import { CountReporter } from './test/helpers/count-reporter.ts'
import { patiently } from './test/helpers/patience.ts'

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    globalSetup: ['./test/helpers/scratch.ts', './test/helpers/bundle.ts'],
    testTimeout: patiently(20_000),
    expect: { poll: { timeout: patiently(5_000) } },
    hookTimeout: patiently(30_000),
    pool: 'forks',
    // Files of one process share the modules that they load, which would be a third of the work: so none may change one.
    isolate: false,
    // Most tests wait for processes and deadlines more than they compute: a core less would leave half a machine idle.
    maxWorkers: '100%',
    // Of one file. Each has a dozen processes, and as many at a time as there were cores would let none be in time.
    maxConcurrency: 2,
    reporters: ['default', new CountReporter()],
  },
})
