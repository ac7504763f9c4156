/**
 * Verification of signatures, here or in threads.
 *
 * Owns: how the work is spread over threads, and what happens when one dies. Does not own: the thread's side.
 *
 * Threads start with the first transaction, or when the node has run for a moment: loading them must not delay its first answer.
 * Batching adapts by itself. Jobs that come in one turn of the event loop leave together, shared among the threads. When all threads
 * are busy, jobs gather. A job that comes alone while the threads are idle is verified here, because the way to a thread and back costs
 * a third of its time. Ecdsa, which takes six times as long, goes to a thread also then.
 */
import { Worker } from 'node:worker_threads'
import { AssayError, messageOf } from '#types/errors.ts'
import { verify } from '#types/crypto/signature.ts'
import type { Log } from '#types/log.ts'
import { encodeBatch, type VerifyJob } from './verify-batch.ts'

/** Verifies signatures. */
export interface Verifier {
  /** Whether the signature is right. @throws AssayError `VERIFIER_BUSY` or `VERIFIER_CLOSED`. */
  verify(job: VerifyJob): Promise<boolean>
  close(): Promise<void>
}

/** Signatures in one message to a thread: 16 take it about 9 ms. */
const MAX_BATCH = 16
/** Most unanswered messages to a thread. Many, so that it does not run dry while the node builds a block, about 100 ms. */
const MAX_BATCHES_PER_THREAD = 16
/** Time from the node's start until its threads start, where no transaction came before. */
const WARM_UP_MS = 500
/** Most jobs that wait for a thread. */
const MAX_QUEUED = 16_384

/** Verifies in the caller's thread. That needs no start-up time, but everything else waits meanwhile. */
export const createInlineVerifier = (): Verifier => ({
  verify: async ({ signature, message, account }) => verify(signature, message, account),
  close: async () => undefined,
})

interface Pending {
  readonly job: VerifyJob
  readonly resolve: (valid: boolean) => void
  readonly reject: (error: Error) => void
}

interface Thread {
  readonly worker: Worker
  /** Batches sent and not answered, in order. */
  readonly sent: Pending[][]
}

/** How to make threads. */
export interface ThreadOptions {
  /** The bundled verify-worker.ts: TypeScript cannot be loaded in a thread. */
  readonly entry: URL
  readonly count: number
}

class ThreadVerifier implements Verifier {
  readonly #log: Log
  readonly #threads = new Set<Thread>()
  #queue: Pending[] = []
  /** Jobs of `#queue` that left already. Removing each from the array would move all the others. */
  #taken = 0
  #closed = false
  #isDue = false
  readonly #warmUp: NodeJS.Timeout
  #startThreads: (() => void) | undefined

  constructor({ entry, count }: ThreadOptions, log: Log) {
    this.#log = log
    this.#startThreads = () => {
      clearTimeout(this.#warmUp)
      this.#startThreads = undefined
      for (let i = 0; i < count; i++) this.#start(entry)
    }
    this.#warmUp = setTimeout(() => this.#startThreads?.(), WARM_UP_MS).unref()
  }

  #start(entry: URL): void {
    const worker = new Worker(entry, { name: 'assay-verify' })
    const thread: Thread = { worker, sent: [] }
    this.#threads.add(thread)
    worker.on('message', (results: Uint8Array) => this.#answered(thread, results))
    worker.on('error', (error) => this.#lost(thread, messageOf(error)))
    worker.on('exit', (code) => this.#lost(thread, `exit code ${code}`))
    worker.unref()
  }

  verify(job: VerifyJob): Promise<boolean> {
    if (this.#closed)
      return Promise.reject(new AssayError('VERIFIER_CLOSED', 'expected a running verifier, got a closed one'))
    if (this.#waiting >= MAX_QUEUED)
      return Promise.reject(
        new AssayError(
          'VERIFIER_BUSY',
          `expected at most ${MAX_QUEUED} signatures to wait, got another: submit more slowly`,
        ),
      )
    // The first job would wait longest, so it is verified here while the threads load.
    const first = this.#startThreads !== undefined
    this.#startThreads?.()
    return new Promise((resolve, reject) => {
      if (first) return verifyHere({ job, resolve, reject })
      this.#queue.push({ job, resolve, reject })
      this.#dispatchSoon()
    })
  }

  #dispatchSoon(): void {
    if (this.#isDue) return
    this.#isDue = true
    setImmediate(() => {
      this.#isDue = false
      if (this.#isAlone()) verifyHere(this.#take(1)[0]!)
      else this.#dispatch()
    })
  }

  /** Whether one job that is soon verified waits, and no thread has any. */
  #isAlone(): boolean {
    if (this.#waiting !== 1 || this.#queue.at(-1)!.job.signature.tag === 'Ecdsa') return false
    for (const { sent } of this.#threads) if (sent.length > 0) return false
    return true
  }

  get #waiting(): number {
    return this.#queue.length - this.#taken
  }

  #take(count: number): Pending[] {
    const taken = this.#queue.slice(this.#taken, this.#taken + count)
    this.#taken += taken.length
    if (this.#waiting === 0) {
      this.#queue = []
      this.#taken = 0
    }
    return taken
  }

  /** Gives waiting jobs to the threads that have least to do. */
  #dispatch(): void {
    if (this.#threads.size === 0) {
      for (const pending of this.#take(this.#waiting)) verifyHere(pending)
      return
    }
    while (this.#waiting > 0) {
      const thread = this.#idlest()
      if (thread.sent.length >= MAX_BATCHES_PER_THREAD) return
      this.#send(thread, this.#take(Math.min(MAX_BATCH, Math.ceil(this.#waiting / this.#threads.size))))
    }
  }

  #idlest(): Thread {
    let idlest: Thread | undefined
    for (const thread of this.#threads) if (!idlest || thread.sent.length < idlest.sent.length) idlest = thread
    return idlest!
  }

  #send(thread: Thread, batch: Pending[]): void {
    const bytes = encodeBatch(batch.map(({ job }) => job))
    // Only unfinished work holds the process open.
    if (thread.sent.push(batch) === 1) thread.worker.ref()
    thread.worker.postMessage(bytes, [bytes.buffer])
  }

  #answered(thread: Thread, results: Uint8Array): void {
    const batch = thread.sent.shift() ?? []
    if (thread.sent.length === 0) thread.worker.unref()
    for (const [index, { resolve }] of batch.entries()) resolve(results[index] === 1)
    this.#dispatch()
  }

  /** Handles the end of a thread: the others get its jobs; with none left, they are verified here. */
  #lost(thread: Thread, why: string): void {
    if (!this.#threads.delete(thread) || this.#closed) return
    this.#log.error(
      { why, left: this.#threads.size },
      'a signature verification thread ended; the node goes on without it',
    )
    this.#queue = [...thread.sent.flat(), ...this.#take(this.#waiting)]
    this.#dispatch()
  }

  async close(): Promise<void> {
    if (this.#closed) return
    this.#closed = true
    clearTimeout(this.#warmUp)
    const open = [...[...this.#threads].flatMap(({ sent }) => sent.flat()), ...this.#take(this.#waiting)]
    for (const { reject } of open)
      reject(
        new AssayError(
          'VERIFIER_CLOSED',
          'expected an answer of the verifier, got its end: start the node and submit again',
        ),
      )
    await Promise.all([...this.#threads].map(({ worker }) => worker.terminate()))
  }
}

function verifyHere({ job, resolve }: Pending): void {
  resolve(verify(job.signature, job.message, job.account))
}

/** Verifies in `count` threads. */
export const createThreadVerifier = (options: ThreadOptions, log: Log): Verifier => new ThreadVerifier(options, log)
