import { defineConfig } from 'vitest/config'
import { CountReporter } from './test/helpers/count-reporter.ts'

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    globalSetup: ['./test/helpers/bundle.ts'],
    testTimeout: 20_000,
    hookTimeout: 30_000,
    pool: 'forks',
    reporters: ['default', new CountReporter()],
  },
})
