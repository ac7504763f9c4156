/**
 * Fake processes and a fake chain, which unit tests of the devnet control.
 *
 * Owns: these fakes.
 */
import { AssayError } from '#types/errors.ts'
import type { ChainEventRecord, FinalizedBlock } from '#chain/api/chain-port.ts'
import type { ChainClient } from '#chain/api/connect.ts'
import type { Child, ChildEnd, ChildOptions, Told } from '#worker/devnet/child.ts'

/** A process in memory: `say` has it tell a line, `die` ends it unasked. */
export interface FakeChild extends Child {
  readonly args: readonly string[]
  say(told: Told): void
  die(error?: AssayError): void
}

/** Launches fakes, and keeps all of them and the order of what was done to them. */
export function fakeProcesses() {
  const children: FakeChild[] = []
  const log: string[] = []
  const launch = (options: ChildOptions): FakeChild => {
    const child = fakeChild(options, log)
    children.push(child)
    log.push(`start ${options.name}`)
    return child
  }
  /** The last process of that name. */
  const last = (name: string): FakeChild => children.findLast((child) => child.name === name)!
  return { launch, children, log, last }
}

function fakeChild({ name, args, onTold, onDied }: ChildOptions, log: string[]): FakeChild {
  const lines: Told[] = []
  const waiters = new Set<{ look: () => void; reject: (error: AssayError) => void }>()
  let end: ChildEnd | undefined
  const finish = (how: ChildEnd, error: AssayError): void => {
    end = how
    for (const { reject } of waiters) reject(error)
  }
  return {
    name,
    args,
    lines,
    pid: 1,
    get isRunning() {
      return end === undefined
    },
    told: (kind, _ms, fits = () => true) =>
      new Promise((resolve, reject) => {
        const look = (): void => {
          const found = lines.find((told) => told.kind === kind && fits(told))
          if (found) resolve(found)
        }
        waiters.add({ look, reject })
        look()
      }),
    send: () => undefined,
    async stop(signal = 'SIGTERM') {
      log.push(`${signal} ${name}`)
      await new Promise((resolve) => setImmediate(resolve))
      finish(end ?? signal, new AssayError('CHILD_DIED', `${name} was stopped`))
      return end!
    },
    say(told) {
      lines.push(told)
      onTold(told)
      for (const { look } of waiters) look()
    },
    die(error = new AssayError('CHILD_DIED', `${name} died`)) {
      finish(1, error)
      onDied(error)
    },
  }
}

/** A client of a chain of which a test makes the blocks. */
export interface FakeClient extends ChainClient {
  readonly isClosed: boolean
  /** Finalizes a block with these events. */
  block(number: number, events?: readonly ChainEventRecord[]): Promise<void>
  /** Ends the following with an error. */
  fail(error: Error): void
}

export function fakeClient(): FakeClient {
  let onBlock: ((block: FinalizedBlock) => Promise<void>) | undefined
  let fail: (error: Error) => void = () => undefined
  let isClosed = false
  const unasked = (): never => {
    throw new Error('expected nothing to be asked')
  }
  return {
    genesisHash: new Uint8Array(32),
    get isClosed() {
      return isClosed
    },
    storage: unasked,
    entries: unasked,
    constant: unasked,
    callRuntime: unasked,
    finalizedHash: unasked,
    submit: unasked,
    follow(callback) {
      onBlock = callback
      return { done: new Promise((_resolve, reject) => (fail = reject)), stop: async () => undefined }
    },
    close: async () => void (isClosed = true),
    block: (number, events = []) => onBlock!({ number, hash: new Uint8Array(32).fill(number), events }),
    fail: (error) => fail(error),
  }
}

/** An event without fields. */
export const eventCalled = (pallet: string, name: string, data: Uint8Array = new Uint8Array()): ChainEventRecord => ({
  pallet,
  name,
  data,
  extrinsicIndex: undefined,
})
