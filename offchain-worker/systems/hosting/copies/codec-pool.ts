/**
 * Encoding and decoding of blocks in threads.
 *
 * Owns: how jobs are spread over threads, and what happens when a thread dies. Does not own: the work (codec-work.ts).
 *
 * Threads start with the first job. Each has at most two jobs, so that it finds the next one when it is done; all others wait here,
 * as the bytes that their callers hold anyway. A caller that has many blocks reads no more of them than it can use: see `inOrder`.
 */
import { Worker } from 'node:worker_threads'
import type { KeyObject } from 'node:crypto'
import { AssayError, messageOf } from '#types/errors.ts'
import type { Log } from '#types/log.ts'
import type { CodecAnswer } from './codec-thread.ts'
import { doCodecJob } from './codec-work.ts'
import type { CodecJob, CodecResult, CodecResults, Decoded, Encoded } from './codec-work.ts'

/** Jobs that a thread has at the same time: one under work, and the next. */
const JOBS_PER_THREAD = 2
/** Beside the bundled command. */
const BUNDLED_ENTRY = new URL('codec-thread.js', import.meta.url)

/** How to make threads. */
export interface CodecPoolOptions {
  /** 0: the work is done in the thread that calls, which stands still meanwhile. */
  readonly threads: number
  /** The bundled codec-thread.ts: TypeScript cannot be loaded in a thread. By default the one beside the bundled command. */
  readonly entry?: URL
}

interface Pending {
  readonly job: CodecJob
  readonly resolve: (result: CodecResult) => void
  readonly reject: (error: Error) => void
}

interface Thread {
  readonly worker: Worker
  /** Jobs sent and not answered, in order. */
  readonly sent: Pending[]
}

const closedError = (): AssayError =>
  new AssayError('CODEC_CLOSED', 'expected an open codec pool, got a closed one: open another one')

/** Bytes in memory of their own: a view would take all the memory behind it along to the thread. */
const owned = (bytes: Uint8Array): Uint8Array<ArrayBuffer> => new Uint8Array(bytes)

/** The job with bytes of its own, and the memory that goes to the thread. */
function packed(job: CodecJob): { readonly job: CodecJob; readonly memory: ArrayBuffer[] } {
  if (job.kind === 'encode') {
    const plain = owned(job.plain)
    return { job: { ...job, plain, key: owned(job.key) }, memory: [plain.buffer] }
  }
  const encoded = owned(job.encoded)
  if (job.kind === 'top') return { job: { ...job, encoded }, memory: [encoded.buffer] }
  return { job: { ...job, encoded, key: owned(job.key), modulus: owned(job.modulus) }, memory: [encoded.buffer] }
}

/** Encodes and decodes blocks. createCodecPool makes it. */
export class CodecPool {
  /** Jobs that keep all threads busy: a caller with a row of blocks gives it so many at the same time. */
  readonly width: number
  readonly #options: CodecPoolOptions
  readonly #log: Pick<Log, 'error'>
  readonly #threads = new Set<Thread>()
  readonly #queue: Pending[] = []
  #isStarted = false
  #closing: Promise<void> | undefined

  constructor(options: CodecPoolOptions, log: Pick<Log, 'error'>) {
    this.#options = options
    this.#log = log
    this.width = Math.max(1, options.threads) * JOBS_PER_THREAD
  }

  /** Encodes a block. @param secret the encoder's RSA key @throws AssayError `CODEC_CLOSED`, `CODEC_FAILED` */
  encode(plain: Uint8Array, key: Uint8Array, leafBytes: number, secret: KeyObject): Promise<Encoded> {
    return this.#do({ kind: 'encode', plain, key, leafBytes, secret })
  }

  /** Decodes a block, and hashes its leaves if `withTop`. @throws AssayError `CODEC_CLOSED`, `CODEC_FAILED` */
  decode(encoded: Uint8Array, key: Uint8Array, modulus: Uint8Array, withTop = false): Promise<Decoded> {
    return this.#do({ kind: 'decode', encoded, key, modulus, withTop })
  }

  /** The top over the leaves of a block of whole leaves. @throws AssayError `CODEC_CLOSED`, `CODEC_FAILED` */
  top(encoded: Uint8Array, leafBytes: number): Promise<Uint8Array> {
    return this.#do({ kind: 'top', encoded, leafBytes })
  }

  /** Ends all threads. Jobs that are not done fail with `CODEC_CLOSED`. */
  close(): Promise<void> {
    this.#closing ??= this.#close()
    return this.#closing
  }

  async #close(): Promise<void> {
    const open = [...[...this.#threads].flatMap(({ sent }) => sent), ...this.#queue.splice(0)]
    for (const { reject } of open) reject(closedError())
    await Promise.all([...this.#threads].map(({ worker }) => worker.terminate()))
  }

  #do<J extends CodecJob>(job: J): Promise<CodecResults[J['kind']]> {
    if (this.#closing) return Promise.reject(closedError())
    return new Promise<CodecResult>((resolve, reject) => {
      this.#queue.push({ job, resolve, reject })
      this.#start()
      this.#dispatch()
    }) as Promise<CodecResults[J['kind']]>
  }

  #start(): void {
    if (this.#isStarted) return
    this.#isStarted = true
    const { threads, entry = BUNDLED_ENTRY } = this.#options
    for (let i = 0; i < threads; i++) {
      const worker = new Worker(entry, { name: 'assay-codec' })
      const thread: Thread = { worker, sent: [] }
      this.#threads.add(thread)
      worker.on('message', (answer: CodecAnswer) => this.#answered(thread, answer))
      worker.on('error', (error) => this.#lost(thread, messageOf(error)))
      worker.on('exit', (code) => this.#lost(thread, `exit code ${code}`))
      worker.unref()
    }
  }

  #dispatch(): void {
    if (this.#threads.size === 0) {
      for (const pending of this.#queue.splice(0)) doHere(pending)
      return
    }
    while (this.#queue.length > 0) {
      const idlest = [...this.#threads].reduce((least, thread) =>
        thread.sent.length < least.sent.length ? thread : least,
      )
      if (idlest.sent.length >= JOBS_PER_THREAD) return
      this.#send(idlest, this.#queue.shift()!)
    }
  }

  #send(thread: Thread, pending: Pending): void {
    const { job, memory } = packed(pending.job)
    // Only unfinished work holds the process open.
    if (thread.sent.push(pending) === 1) thread.worker.ref()
    thread.worker.postMessage(job, memory)
  }

  #answered(thread: Thread, answer: CodecAnswer): void {
    const pending = thread.sent.shift()
    if (thread.sent.length === 0) thread.worker.unref()
    if ('error' in answer) pending?.reject(failed(answer.error))
    else pending?.resolve(answer.result)
    this.#dispatch()
  }

  /** Handles the end of a thread: the others get its jobs; with none left, they are done here. */
  #lost(thread: Thread, why: string): void {
    if (!this.#threads.delete(thread) || this.#closing) return
    this.#log.error({ why, left: this.#threads.size }, 'a codec thread ended; the others go on without it')
    this.#queue.unshift(...thread.sent.splice(0))
    this.#dispatch()
  }
}

const failed = (why: string): AssayError =>
  new AssayError('CODEC_FAILED', `expected a block to be encoded or decoded, got an error of the codec: ${why}`)

function doHere({ job, resolve, reject }: Pending): void {
  try {
    resolve(doCodecJob(job))
  } catch (error) {
    reject(failed(messageOf(error)))
  }
}

/** A pool, which its caller closes. */
export const createCodecPool = (options: CodecPoolOptions, log: Pick<Log, 'error'>): CodecPool =>
  new CodecPool(options, log)

/**
 * Maps a row in its order, several items at the same time. It takes an item from the row only when fewer than `width` are under way
 * or wait to be taken, so its memory does not grow with the row. When it ends early, it takes no more, and waits for those under way.
 * @throws what the row or `map` throws, in the place of the item
 */
export async function* inOrder<T, R>(
  row: AsyncIterable<T> | Iterable<T>,
  width: number,
  map: (item: T) => Promise<R>,
): AsyncGenerator<R, void, undefined> {
  const underway: Promise<R>[] = []
  try {
    for await (const item of row) {
      const result = map(item)
      // It is awaited in its turn: until then its error is nobody's.
      result.catch(() => undefined)
      underway.push(result)
      if (underway.length >= width) yield await underway.shift()!
    }
    while (underway.length > 0) yield await underway.shift()!
  } finally {
    await Promise.allSettled(underway)
  }
}
