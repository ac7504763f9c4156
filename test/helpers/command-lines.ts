/**
 * Command lines that end before they open anything, such as wrong ones and questions for help: many in one process, because most of the
 * time of each would be the start of Node.
 *
 * Owns: running them before the tests, and finding how each ended. Does not own: commands that work (cli.ts).
 */
import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { beforeAll } from 'vitest'
import { CLI } from './bundle.ts'
import { errorIn } from './cli.ts'
import { patiently } from './patience.ts'

const CHILD = fileURLToPath(new URL('./command-lines-child.ts', import.meta.url))
const DEADLINE_MS = patiently(30_000)

/** How a command line ended. */
export interface Ended {
  readonly code: number
  readonly stdout: string
  readonly stderr: string
}

async function endingsOf(commandLines: readonly (readonly string[])[]): Promise<readonly Ended[]> {
  const args = ['--import', 'tsx', CHILD, CLI, JSON.stringify(commandLines)]
  const { stdout } = await promisify(execFile)(process.execPath, args, { timeout: DEADLINE_MS, killSignal: 'SIGKILL' })
  return JSON.parse(stdout) as readonly Ended[]
}

/** Runs these command lines before the tests of the file. The function returned tells how one of them ended. */
export function useCommandLines(commandLines: readonly (readonly string[])[]): (...args: readonly string[]) => Ended {
  const endings = new Map<string, Ended>()
  beforeAll(async () => {
    for (const [index, ended] of (await endingsOf(commandLines)).entries())
      endings.set(JSON.stringify(commandLines[index]), ended)
  }, DEADLINE_MS)
  return (...args) => {
    const ended = endings.get(JSON.stringify(args))
    if (!ended) throw new Error(`expected one of the command lines that were run, got ${args.join(' ')}`)
    return ended
  }
}

/** How a command line with `--json` was refused: the exit code, the error as a person reads it, and what it printed beside it. */
export function refusalIn({ code, stdout, stderr }: Ended): { code: number; error: string; stdout: string } {
  return { code, error: errorIn(stderr), stdout }
}
