/**
 * A LevelDB folder that loses no acknowledged write when the disk refuses one.
 *
 * Owns: the writes in order, and the recovery after a refused one. Does not own: the records, and the errors of opening.
 *
 * LevelDB appends each batch to a log. A batch that the disk cuts off leaves a torn record there; LevelDB then accepts more
 * batches behind it, and loses these at the next start. So after a refused batch nothing more is written until the folder was
 * opened anew, which drops the torn record, and still held every acknowledged batch: each batch also writes its number.
 */
import { open, readdir, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { Level } from 'level'
import { utf8 } from '#types/bytes.ts'
import { AssayError, messageOf } from '#types/errors.ts'

/** One change: the value a key gets, or null to remove it. */
export type DiskChange = readonly [key: Uint8Array, value: Uint8Array | null]

/** What a folder tells about itself, once for each change. */
export type DiskState = 'refuses' | 'accepts' | 'lost'

export interface DiskOptions {
  /** Called when the disk begins to refuse writes, when it accepts them again, and when acknowledged writes are gone for good. */
  readonly onState?: (state: DiskState, error: AssayError) => void
  /** Milliseconds of a clock that never goes back. Default: the machine's. */
  readonly now?: () => number
}

/** Key of the number of the last batch. No other record of a folder begins with a zero byte and has this name. */
const BATCHES_KEY = new Uint8Array([0, ...utf8('batches')])
/** The folder is opened anew at the earliest so long after a refused write; the pause doubles up to the maximum. Milliseconds. */
const FIRST_PAUSE_MS = 250
const MAX_PAUSE_MS = 5_000
/** Space that opening needs besides a copy of the logs. Bytes. */
const SPARE_BYTES = 1 << 20
const PROBE_FILE = 'space-probe'
const KEYS_AT_A_TIME = 500
const VIEW = { keyEncoding: 'view', valueEncoding: 'view' } as const

/** LevelDB gives Buffers, whose `slice` does not copy. */
const plain = (value: Uint8Array): Uint8Array => new Uint8Array(value.buffer, value.byteOffset, value.byteLength)

/** The first key behind all that begin with `prefix`. */
function after(prefix: Uint8Array): Uint8Array {
  const end = prefix.slice()
  end[end.length - 1]!++
  return end
}

interface Waiting {
  readonly changes: readonly DiskChange[]
  readonly sync: boolean
  readonly done: () => void
  readonly failed: (error: unknown) => void
}

/** What the recovery needs. */
interface Refusal {
  readonly error: AssayError
  /** The values under the keys of the refused batch before it: it may be on the disk in spite of the error. */
  readonly before: readonly DiskChange[]
  retryAt: number
  pauseMs: number
}

const u64 = (number: number): Uint8Array => {
  const bytes = new Uint8Array(8)
  new DataView(bytes.buffer).setBigUint64(0, BigInt(number), true)
  return bytes
}

/**
 * Refuses a folder whose tables or logs are there and whose CURRENT is not: LevelDB would begin an empty database over them. A
 * process that is killed while it makes a database leaves neither.
 */
async function checkCurrent(folder: string): Promise<void> {
  const names = await readdir(folder).catch((): string[] => [])
  const data = names.find((name) => /\.(?:ldb|sst|log)$/.test(name))
  if (data !== undefined && !names.includes('CURRENT'))
    throw new Error(`${data} without the file CURRENT, which a database needs: the folder is damaged`)
}

/** See the module's header. */
export class Disk {
  readonly #folder: string
  readonly #level: Level<Uint8Array, Uint8Array>
  readonly #now: () => number
  readonly #onState: (state: DiskState, error: AssayError) => void
  /** The number of the last acknowledged batch. */
  #batches: number
  #queue: Waiting[] = []
  #writing: Promise<void> | undefined
  #refusal: Refusal | undefined
  #lost: AssayError | undefined

  private constructor(folder: string, level: Level<Uint8Array, Uint8Array>, options: DiskOptions) {
    this.#folder = folder
    this.#level = level
    this.#now = options.now ?? (() => performance.now())
    this.#onState = options.onState ?? (() => undefined)
    this.#batches = this.#storedBatches()
  }

  /** Opens the folder, and makes the database where there is none. @throws what LevelDB throws, or Error for a damaged folder. */
  static async open(folder: string, options: DiskOptions = {}): Promise<Disk> {
    await checkCurrent(folder)
    const level = new Level<Uint8Array, Uint8Array>(folder, VIEW)
    try {
      await level.open()
      return new Disk(folder, level, options)
    } catch (error) {
      await level.close()
      throw error
    }
  }

  #storedBatches(): number {
    const stored = this.get(BATCHES_KEY)
    return stored ? Number(new DataView(stored.buffer, stored.byteOffset).getBigUint64(0, true)) : 0
  }

  /** Why the folder takes no writes; undefined where it takes them. */
  get refusal(): AssayError | undefined {
    return this.#lost ?? this.#refusal?.error
  }

  /** @throws what LevelDB throws: the folder is closed, or cannot be read. */
  get(key: Uint8Array): Uint8Array | undefined {
    const value = this.#level.getSync(key)
    return value && plain(value)
  }

  /** Whether the database holds no record. */
  async isEmpty(): Promise<boolean> {
    return (await this.#level.keys({ limit: 1 }).all()).length === 0
  }

  /** The keys that begin with `prefix`, which does not end with 0xff, some hundred at a time. */
  async *keys(prefix: Uint8Array): AsyncGenerator<readonly Uint8Array[], void, void> {
    const keys = this.#level.keys({ gte: prefix, lt: after(prefix) })
    try {
      for (let found = await keys.nextv(KEYS_AT_A_TIME); found.length > 0; found = await keys.nextv(KEYS_AT_A_TIME))
        yield found.map(plain)
    } finally {
      await keys.close()
    }
  }

  /** All records whose keys begin with `prefix`, which does not end with 0xff; the keys come without it. */
  async entries(prefix: Uint8Array): Promise<readonly (readonly [key: Uint8Array, value: Uint8Array])[]> {
    const found = await this.#level.iterator({ gte: prefix, lt: after(prefix) }).all()
    return found.map(([key, value]) => [plain(key).slice(prefix.length), plain(value)] as const)
  }

  /**
   * Writes all changes or none. With `sync` it resolves when they are on the disk.
   * @throws AssayError `DISK_REFUSES` from the first refused write until the folder took writes again, `DISK_LOST` for ever after
   *   acknowledged writes were found missing.
   */
  write(changes: Iterable<DiskChange>, sync = false): Promise<void> {
    return new Promise((done, failed) => {
      this.#queue.push({ changes: [...changes], sync, done, failed })
      this.#writing ??= this.#writeAll()
    })
  }

  /** Writes that wait for one under way go into one batch, so that one fsync serves them all. */
  async #writeAll(): Promise<void> {
    while (this.#queue.length > 0) {
      const group = this.#queue
      this.#queue = []
      try {
        if (this.#refusal || this.#lost) await this.#recover()
        await this.#commit(
          group.flatMap(({ changes }) => changes),
          group.some(({ sync }) => sync),
        )
        for (const { done } of group) done()
      } catch (error) {
        for (const { failed } of group) failed(error)
      }
    }
    this.#writing = undefined
  }

  async #commit(changes: readonly DiskChange[], sync: boolean): Promise<void> {
    try {
      await this.#batch(changes, this.#batches + 1, sync)
      this.#batches++
    } catch (error) {
      throw this.#refused(changes, error)
    }
  }

  #batch(changes: readonly DiskChange[], number: number, sync: boolean): Promise<void> {
    const all: readonly DiskChange[] = [...changes, [BATCHES_KEY, u64(number)]]
    return this.#level.batch(
      all.map(([key, value]) => (value === null ? { type: 'del', key } : { type: 'put', key, value })),
      { sync },
    )
  }

  #refused(changes: readonly DiskChange[], cause: unknown): AssayError {
    const error = new AssayError(
      'DISK_REFUSES',
      `expected to write to ${this.#folder}, got: ${messageOf(innermost(cause))}. Nothing is written until the disk takes it: free ` +
        'some space on it, and try again',
      { folder: this.#folder },
      { cause },
    )
    const before = changes.map(([key]): DiskChange => [key, this.get(key) ?? null])
    this.#refusal = { error, before, retryAt: this.#now() + FIRST_PAUSE_MS, pauseMs: FIRST_PAUSE_MS }
    this.#onState('refuses', error)
    return error
  }

  /** Opens the folder anew, and compares. @throws AssayError `DISK_REFUSES` where it is too early or the disk is still full, `DISK_LOST`. */
  async #recover(): Promise<void> {
    const refusal = this.#refusal
    if (this.#lost || refusal === undefined) throw this.#lost
    if (this.#now() < refusal.retryAt) throw refusal.error
    try {
      await this.#checkSpace()
      await this.#level.close()
      await this.#level.open()
      this.#compare()
      // Proves that the disk takes writes, and undoes the refused batch, which nobody was told is done.
      await this.#batch(refusal.before, this.#batches, true)
    } catch (cause) {
      if (this.#lost) throw this.#lost
      refusal.pauseMs = Math.min(MAX_PAUSE_MS, refusal.pauseMs * 2)
      refusal.retryAt = this.#now() + refusal.pauseMs
      throw new AssayError(refusal.error.code, refusal.error.message, refusal.error.meta, { cause })
    }
    this.#refusal = undefined
    this.#onState('accepts', refusal.error)
  }

  /** Opening copies the logs into tables. Where that fails, the folder could not be read meanwhile. */
  async #checkSpace(): Promise<void> {
    const logs = (await readdir(this.#folder)).filter((name) => name.endsWith('.log'))
    const sizes = await Promise.all(logs.map(async (name) => (await stat(join(this.#folder, name))).size))
    const path = join(this.#folder, PROBE_FILE)
    try {
      const file = await open(path, 'w')
      try {
        const block = new Uint8Array(SPARE_BYTES)
        for (let left = SPARE_BYTES + sizes.reduce((a, b) => a + b, 0); left > 0; left -= block.length)
          await file.writeFile(block)
        await file.sync()
      } finally {
        await file.close()
      }
    } finally {
      await rm(path, { force: true })
    }
  }

  /** Batches are replayed in order and each is whole or missing, so the number of the last one speaks for all before it. */
  #compare(): void {
    const found = this.#storedBatches()
    if (found === this.#batches || found === this.#batches + 1) return
    this.#lost = new AssayError(
      'DISK_LOST',
      `expected ${this.#batches} batches in ${this.#folder} after the disk refused a write, got ${found}: acknowledged writes are ` +
        'gone. Stop the process, and begin anew with a copy of the folder or with another one',
      { folder: this.#folder, expected: this.#batches, got: found },
    )
    this.#onState('lost', this.#lost)
    throw this.#lost
  }

  /** Waits for writes under way. Idempotent. */
  async close(): Promise<void> {
    await this.#writing
    await this.#level.close()
  }
}

/** The error that came first, whose message says what the disk said. */
function innermost(thrown: unknown): unknown {
  let error = thrown
  while (error instanceof Error && error.cause instanceof Error) error = error.cause
  return error
}
