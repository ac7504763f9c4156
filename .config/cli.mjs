/**
 * The entry of the bundled `assay` command: it turns on Node's cache of compiled code, and then loads the command.
 *
 * Owns: where the cache lies: beside the bundle, whose owner alone can write there. Does not own: the command. Plain JavaScript,
 * because Node 20 has no such cache and its types do not know it. A folder that cannot be written costs the cache and nothing else.
 */
import module from 'node:module'
import { fileURLToPath } from 'node:url'

module.enableCompileCache?.(fileURLToPath(new URL('compile-cache', import.meta.url)))
await import('../offchain-worker/cli.ts')
