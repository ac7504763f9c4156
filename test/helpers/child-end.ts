/**
 * A script in a process of its own that must end by itself once it has closed all that it opened.
 *
 * Owns: running it, and ending it where it does not. Does not own: what the scripts do.
 */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { patiently } from './patience.ts'

/** Loading libraries without a bundle takes seconds. */
const WORK_MS = patiently(50_000)
/** @polkadot/api keeps a subscription that nobody wants for 1.75 s. */
const END_MS = patiently(4_000)
const CLOSED = 'closed\n'

/** How long a test may take that runs such a script, in milliseconds. */
export const CHILD_TEST_MS: number = WORK_MS + END_MS + patiently(5_000)

/** How a script ended. */
export interface ChildEnd {
  readonly code: number | null
  /** SIGKILL where it worked for too long, or did not end after it had said `closed`. */
  readonly signal: string | null
  readonly output: string
}

/** Runs a TypeScript file with tsx. It says `closed` as its last line, and shall then end. */
export async function childEnd(script: string, ...args: readonly string[]): Promise<ChildEnd> {
  const child = spawn(process.execPath, ['--import', 'tsx', script, ...args], { stdio: ['ignore', 'pipe', 'inherit'] })
  const kill = (): void => void child.kill('SIGKILL')
  let giveUp = setTimeout(kill, WORK_MS)
  let output = ''
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    output += text
    if (!output.endsWith(CLOSED)) return
    clearTimeout(giveUp)
    giveUp = setTimeout(kill, END_MS)
  })
  const [code, signal] = (await once(child, 'close')) as [number | null, string | null]
  clearTimeout(giveUp)
  return { code, signal, output }
}
