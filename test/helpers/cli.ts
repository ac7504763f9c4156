/**
 * The `assay` command as tests run it: a real process, its JSON lines, its exit.
 *
 * Owns: spawning with a deadline and collecting the output. Does not own: the bundle.
 */
import { spawn, type ChildProcess } from 'node:child_process'
import { createInterface } from 'node:readline'
import { CLI } from './bundle.ts'

/** A line that the command printed with `--json`. */
export type Line = { readonly kind: string } & Readonly<Record<string, unknown>>

export interface Run {
  readonly process: ChildProcess
  readonly lines: readonly Line[]
  stderr(): string
  /** The error of a command with `--json`, all that it says on stderr, as a person reads it: `message [CODE]`. */
  error(): string
  /** The first line that fits, told already or to come. Rejects when the command ends without it, or after `ms`. */
  line(fits: (line: Line) => boolean, ms: number): Promise<Line>
  /** The exit code, or the signal's name. Kills the command and rejects after `ms`. */
  exit(ms: number): Promise<number | NodeJS.Signals>
}

function parse(text: string): Line | undefined {
  try {
    return JSON.parse(text) as Line
  } catch {
    return undefined
  }
}

/** The error, as a person reads it, that a command with `--json` told on stderr. Throws unless it is one JSON line with an error. */
export function errorIn(stderr: string): string {
  const { kind, code, message } = JSON.parse(stderr) as Line
  if (kind !== 'error') throw new Error(`expected an error, got ${stderr}`)
  return `${String(message)} [${String(code)}]`
}

/** Starts `assay` with these arguments, and with `env` over this process's environment. @param cli another bundle than ours */
export function startCli(args: readonly string[], env: Readonly<Record<string, string>> = {}, cli: string = CLI): Run {
  const child = spawn(process.execPath, [cli, ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, ...env },
  })
  const lines: Line[] = []
  const listeners = new Set<() => void>()
  let stderr = ''
  let ended: number | NodeJS.Signals | undefined
  const tell = (): void => {
    for (const listener of listeners) listener()
  }
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text))
  createInterface({ input: child.stdout }).on('line', (text) => {
    const line = parse(text)
    if (line) lines.push(line)
    tell()
  })
  child.once('close', (code, signal) => {
    ended = signal ?? code ?? -1
    tell()
  })
  const until = <T>(look: () => T | undefined, what: string, ms: number): Promise<T> =>
    new Promise((resolve, reject) => {
      const done = (settle: () => void): void => {
        clearTimeout(timer)
        listeners.delete(check)
        settle()
      }
      const check = (): void => {
        const found = look()
        if (found !== undefined) done(() => resolve(found))
        else if (ended !== undefined)
          done(() => reject(new Error(`assay ${args[0]} ended (${ended}) before ${what}: ${stderr}`)))
      }
      const timer = setTimeout(() => {
        child.kill('SIGKILL')
        done(() =>
          reject(
            new Error(
              `assay ${args[0]}: no ${what} within ${ms} ms; told ${JSON.stringify(lines.slice(-5))}; ${stderr}`,
            ),
          ),
        )
      }, ms)
      listeners.add(check)
      check()
    })
  return {
    process: child,
    lines,
    stderr: () => stderr,
    error: () => errorIn(stderr),
    line: (fits, ms) => until(() => lines.find(fits), 'the line waited for', ms),
    exit: (ms) => until(() => ended, 'an end', ms),
  }
}
