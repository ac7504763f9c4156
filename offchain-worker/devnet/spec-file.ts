/**
 * The file with the chain spec of a devnet.
 *
 * Owns: writing it for a new chain, and keeping it for a chain that an earlier run began. Does not own: what is in it (genesis.ts).
 */
import { readFile, writeFile } from 'node:fs/promises'
import { equalBytes } from '#types/bytes.ts'
import { AssayError } from '#types/errors.ts'
import { parseSpec } from '#chain/node/chain-spec.ts'
import { accountsOf, specFor } from './genesis.ts'
import type { Cast } from './scenario.ts'

/**
 * Writes the spec that follows from the cast. Where the folder has one, its chain began with that one, and other options of this run must
 * not make another block 0.
 * @throws AssayError `OTHER_CAST` for processes that sign and that block 0 of that chain does not endow
 */
export async function writeSpec(path: string, cast: Cast): Promise<void> {
  const kept = await readFile(path, 'utf8').catch(() => undefined)
  if (kept === undefined) return writeFile(path, specFor(cast))
  const { balances = [] } = parseSpec(kept, path).genesis
  const poor = accountsOf(cast).filter(([account]) => !balances.some(([known]) => equalBytes(known, account)))
  if (poor.length === 0) return
  const names = poor.map(([, name]) => name).join(', ')
  throw new AssayError(
    'OTHER_CAST',
    `expected the processes with which the chain of ${path} began, got ${names} beside them, without tokens in its block 0: start with ` +
      'the options of the first run, or with another --base-path',
    { path },
  )
}
