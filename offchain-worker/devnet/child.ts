/**
 * One child process of the devnet: an `assay` command that tells its steps in JSON lines.
 *
 * Owns: spawning, the lines it tells, the error it ends with, and stopping it. Does not own: what the steps mean (devnet.ts).
 * Its stderr is passed on, but for the error that it ends with: that one is ours to throw, and is so told once. Children hold an IPC channel to us and stop when it closes, so they do not outlive us however we end.
 */
import { spawn, type ChildProcess } from 'node:child_process'
import { createInterface } from 'node:readline'
import { AssayError } from '#types/errors.ts'

/** What a child told: `kind` names the step. */
export type Told = { readonly kind: string } & Readonly<Record<string, unknown>>

export interface ChildOptions {
  /** How it is called in what people read. */
  readonly name: string
  /** Arguments of the `assay` command. */
  readonly args: readonly string[]
  /** The bundled command line. */
  readonly cli: string
  readonly onTold: (told: Told) => void
  /** Called once when it ended without having been asked to. */
  readonly onDied: (error: AssayError) => void
}

export interface Child {
  readonly name: string
  readonly pid: number
  /**
   * The first line of that kind, told already or to come. Throws what the child ended with, such as `PORT_IN_USE`, `CHILD_DIED`
   * where it did not say, or `CHILD_SILENT` after `ms`.
   */
  told(kind: string, ms: number): Promise<Told>
  /** Gives it a message over the IPC channel; one that is gone gets nothing. */
  send(message: Readonly<Record<string, unknown>>): void
  /** Ends it with a signal and waits until it is gone; SIGKILL after a deadline. */
  stop(signal?: NodeJS.Signals): Promise<void>
}

const STOP_DEADLINE_MS = 5_000
/** How the command line tells the error that ends a command (cli.ts). */
const LAST_WORDS = /^assay: (?<message>.*) \[(?<code>[A-Z0-9_]+)\]$/

interface Waiter {
  readonly kind: string
  readonly resolve: (told: Told) => void
  readonly reject: (error: AssayError) => void
}

/** Starts a child. It is running when this returns; wait for a line it tells before using it. */
export function startChild(options: ChildOptions): Child {
  const child = spawn(process.execPath, [options.cli, ...options.args, '--json'], {
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  })
  const history: Told[] = []
  const waiters = new Set<Waiter>()
  let lastWords: AssayError | undefined
  let stopping = false
  let death: AssayError | undefined

  createInterface({ input: child.stderr! }).on('line', (line) => {
    const said = stopping ? undefined : parseLastWords(options.name, line)
    if (said) lastWords = said
    else process.stderr.write(`${line}\n`)
  })
  createInterface({ input: child.stdout! }).on('line', (line) => {
    const told = parseLine(line)
    if (!told) return
    history.push(told)
    for (const waiter of waiters) if (waiter.kind === told.kind) waiter.resolve(told)
    options.onTold(told)
  })
  const gone = new Promise<void>((resolve) => {
    child.once('error', ({ message }) => (lastWords = new AssayError('CHILD_DIED', `${options.name}: ${message}`)))
    child.once('close', (code, signal) => {
      const how = signal ?? `exit code ${code}`
      death = lastWords ?? new AssayError('CHILD_DIED', `${options.name}: expected it to go on, it ended (${how})`)
      for (const waiter of waiters) waiter.reject(death)
      if (!stopping) options.onDied(death)
      resolve()
    })
  })

  return {
    name: options.name,
    pid: child.pid ?? -1,
    told(kind, ms) {
      const earlier = history.find((told) => told.kind === kind)
      if (earlier) return Promise.resolve(earlier)
      if (death) return Promise.reject(death)
      return waitFor(options.name, kind, ms, waiters)
    },
    send(message) {
      // The callback takes the error of a child that dies meanwhile: its end is told by onDied.
      if (child.connected) child.send({ ...message }, () => undefined)
    },
    async stop(signal = 'SIGTERM') {
      stopping = true
      await endProcess(child, signal, gone)
    },
  }
}

function parseLastWords(name: string, line: string): AssayError | undefined {
  const { code, message } = LAST_WORDS.exec(line)?.groups ?? {}
  return code === undefined ? undefined : new AssayError(code, `${name}: ${message}`)
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

function waitFor(name: string, kind: string, ms: number, waiters: Set<Waiter>): Promise<Told> {
  return new Promise((resolve, reject) => {
    const done = (): void => {
      clearTimeout(timer)
      waiters.delete(waiter)
    }
    const waiter: Waiter = {
      kind,
      resolve: (told) => (done(), resolve(told)),
      reject: (error) => (done(), reject(error)),
    }
    const timer = setTimeout(
      () => waiter.reject(new AssayError('CHILD_SILENT', `${name}: expected "${kind}" within ${ms} ms, got nothing`)),
      ms,
    )
    waiters.add(waiter)
  })
}

async function endProcess(child: ChildProcess, signal: NodeJS.Signals, gone: Promise<void>): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return gone
  child.kill(signal)
  const timer = setTimeout(() => child.kill('SIGKILL'), STOP_DEADLINE_MS)
  await gone
  clearTimeout(timer)
}
