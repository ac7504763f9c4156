/**
 * One child process: an `assay` command that tells its steps in JSON lines.
 *
 * Owns: spawning, the lines that it tells, the error with which it ends, and stopping it. Does not own: several processes together.
 * The caller gets the error that ends a child; `onSaid` gets every other line of its stderr. A child holds an IPC channel to this
 * process and stops when the channel closes. So it never outlives us, even when we are killed.
 */
import { spawn, type ChildProcess } from 'node:child_process'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { AssayError } from '#types/errors.ts'
import { parseErrorLine } from '../terminal/error-report.ts'

/** The bundled command line, beside which this file is bundled. */
export const CLI = fileURLToPath(new URL('cli.js', import.meta.url))

/** One JSON line of a process: `kind` names the step, the rest are its values in JSON form. */
export type Told = { readonly kind: string } & Readonly<Record<string, unknown>>

/** How a process ended: its exit code, or the signal that ended it. */
export type ChildEnd = number | NodeJS.Signals

export interface ChildOptions {
  /** The name for people. */
  readonly name: string
  /** Arguments of the `assay` command. */
  readonly args: readonly string[]
  /** The bundled command line. */
  readonly cli: string
  readonly onTold: (told: Told) => void
  /** Called with each line of its stderr, without the error that ends it. */
  readonly onSaid: (line: string) => void
  /** Called once if it ends unasked. */
  readonly onDied: (error: AssayError) => void
}

export interface Child {
  readonly name: string
  readonly pid: number
  readonly isRunning: boolean
  /** All lines that it told, in order. */
  readonly lines: readonly Told[]
  /**
   * The first line of that kind that fits; waits for it if it was not told yet.
   * @throws AssayError the child's own error, such as `PORT_IN_USE`; `CHILD_DIED` where it ended without one; `CHILD_SILENT` after
   *   `ms`; the error that `fits` throws
   */
  told(kind: string, ms: number, fits?: (told: Told) => boolean): Promise<Told>
  /** Sends it a message over the IPC channel. Does nothing if it has ended. */
  send(message: Readonly<Record<string, unknown>>): void
  /** Ends it with a signal and waits until it is gone; SIGKILL after a deadline. */
  stop(signal?: NodeJS.Signals): Promise<ChildEnd>
}

/** Shorter than the time that a devnet has to close (terminal/lifecycle.ts), so that it leaves no child behind that hangs. */
const STOP_DEADLINE_MS = 9_000

interface Waiter {
  readonly look: (told: Told) => void
  readonly reject: (error: AssayError) => void
}

/** Starts a child. It runs when this returns; wait for its ready line before you use it. */
export function startChild(options: ChildOptions): Child {
  const { name } = options
  const child = spawn(process.execPath, [options.cli, ...options.args, '--json'], {
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  })
  const lines: Told[] = []
  const waiters = new Set<Waiter>()
  let lastWords: AssayError | undefined
  let isStopping = false
  let death: AssayError | undefined

  createInterface({ input: child.stderr! }).on('line', (line) => {
    const said = isStopping ? undefined : parseLastWords(name, line)
    if (said) lastWords = said
    else options.onSaid(line)
  })
  createInterface({ input: child.stdout! }).on('line', (line) => {
    const told = parseLine(line)
    if (!told) return
    lines.push(told)
    for (const waiter of waiters) waiter.look(told)
    options.onTold(told)
  })
  const gone = new Promise<ChildEnd>((resolve) => {
    child.once('error', ({ message }) => (lastWords = new AssayError('CHILD_DIED', `${name}: ${message}`)))
    child.once('close', (code, signal) => {
      const end = signal ?? code ?? -1
      const how = typeof end === 'number' ? `exit code ${end}` : end
      death =
        lastWords ?? new AssayError('CHILD_DIED', `${name}: expected a running process, it ended (${how})`, { end })
      for (const waiter of waiters) waiter.reject(death)
      if (!isStopping) options.onDied(death)
      resolve(end)
    })
  })

  return {
    name,
    lines,
    pid: child.pid ?? -1,
    get isRunning() {
      return !death
    },
    async told(kind, ms, fits = () => true) {
      const isIt = (told: Told): boolean => told.kind === kind && fits(told)
      const earlier = lines.find(isIt)
      if (earlier) return earlier
      if (death) throw death
      return waitFor(`${name}: expected "${kind}"`, isIt, ms, waiters)
    },
    send(message) {
      // The callback swallows the error of a child that dies meanwhile: `onDied` tells its end.
      if (child.connected) child.send({ ...message }, () => undefined)
    },
    stop(signal = 'SIGTERM') {
      isStopping = true
      return endProcess(child, signal, gone)
    },
  }
}

function parseLastWords(name: string, line: string): AssayError | undefined {
  const error = parseErrorLine(line)
  return error && new AssayError(error.code, `${name}: ${error.message}`)
}

function parseLine(line: string): Told | undefined {
  try {
    const value: unknown = JSON.parse(line)
    return typeof value === 'object' && value !== null && typeof (value as Told).kind === 'string'
      ? (value as Told)
      : undefined
  } catch {
    return undefined
  }
}

function waitFor(what: string, fits: (told: Told) => boolean, ms: number, waiters: Set<Waiter>): Promise<Told> {
  return new Promise((resolve, reject) => {
    const done = (): void => {
      clearTimeout(timer)
      waiters.delete(waiter)
    }
    const waiter: Waiter = {
      // What `fits` throws is for the caller that waits: out of the stream's event it would end our own process.
      look(told) {
        try {
          if (!fits(told)) return
          done()
          resolve(told)
        } catch (thrown) {
          done()
          reject(thrown)
        }
      },
      reject: (error) => (done(), reject(error)),
    }
    const timer = setTimeout(
      () => waiter.reject(new AssayError('CHILD_SILENT', `${what} within ${ms} ms, got nothing`)),
      ms,
    )
    waiters.add(waiter)
  })
}

async function endProcess(child: ChildProcess, signal: NodeJS.Signals, gone: Promise<ChildEnd>): Promise<ChildEnd> {
  if (child.exitCode !== null || child.signalCode !== null) return gone
  child.kill(signal)
  const timer = setTimeout(() => child.kill('SIGKILL'), STOP_DEADLINE_MS)
  const end = await gone
  clearTimeout(timer)
  return end
}
