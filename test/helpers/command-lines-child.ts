/**
 * A process in which the bundled command line runs again and again, one command line after the other, and which prints how each ended.
 *
 * Owns: running the command line's module anew, and catching its output. Does not own: which command lines (command-lines.ts).
 */
import { readFileSync } from 'node:fs'
import { pathToFileURL } from 'node:url'
import type { Ended } from './command-lines.ts'

const [cli, commandLines] = process.argv.slice(2) as [string, string]
const answer = process.stdout.write.bind(process.stdout)
const endings: Ended[] = []

/** The part of the bundle that the entry loads: the command line. */
function commandLineOf(entry: string): URL {
  const [, part] = /import\("(\.\/cli-[^"]+)"\)/.exec(readFileSync(entry, 'utf8')) ?? []
  if (part === undefined) throw new Error(`expected ${entry} to import ./cli-*.js, got something else`)
  return new URL(part, pathToFileURL(entry))
}

/** Catches what is written to a stream from here on. The function returned gives it. */
function caught(stream: NodeJS.WriteStream): () => string {
  let text = ''
  stream.write = (chunk) => {
    text += String(chunk)
    return true
  }
  // The command line listens to the streams each time.
  stream.removeAllListeners('error')
  return () => text
}

/** The exit code that a process would have which ends at this point. */
const exitCode = (): number => Number(process.exitCode ?? 0)

const part = commandLineOf(cli).href
for (const [index, args] of (JSON.parse(commandLines) as string[][]).entries()) {
  const [stdout, stderr] = [caught(process.stdout), caught(process.stderr)]
  process.exitCode = undefined
  process.argv = [process.execPath, cli, ...args]
  // The address differs, so the module runs anew. What it imports is there already.
  await import(`${part}?${index}`)
  endings.push({ code: exitCode(), stdout: stdout(), stderr: stderr() })
}
process.exitCode = 0
answer(JSON.stringify(endings))
