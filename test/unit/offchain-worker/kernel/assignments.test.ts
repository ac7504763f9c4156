/** Assignments: a worker takes each once, resumes, declines, updates and drains them, and loses none when a read fails. */
import { beforeEach, describe, expect, test } from 'vitest'
import type { ChainEventRecord, ChainPort, FinalizedBlock } from '#chain/api/chain-port.ts'
import { AssayError } from '#types/errors.ts'
import { silentLog } from '#types/log.ts'
import { WorkerRecord } from '#types/domain/worker.ts'
import { encode } from '#types/scale/codec.ts'
import { u32 } from '#types/scale/primitives.ts'
import {
  createAssignments,
  type Assignment,
  type AssignmentKind,
  type AssignmentProgress,
  type Assignments,
} from '#worker/kernel/assignments.ts'
import { blockReader } from '#worker/kernel/block-events.ts'

const ACCOUNT = new Uint8Array(32).fill(1)
const WORKER: WorkerRecord = {
  name: '',
  noiseKey: new Uint8Array(32).fill(2),
  roles: ['Hoster'],
  capacity: 1,
  duties: 0,
  status: 'Active',
  registeredAt: 0,
  lastSeen: 0,
}

type Names = { readonly job: number }

/** A record on chain: the worker of the job, and whether the job is done. */
interface Job {
  readonly worker: string
  readonly isDone?: boolean
}

/** The work on one job: remembers its updates, and is over when the chain says that the job is done. */
class TestWork implements Assignment<Job, string> {
  readonly updates: string[] = []
  over: string | undefined
  isClosed = false

  async update(job: Job | undefined, shared: string, now: number): Promise<void> {
    this.updates.push(`${shared}@${now}`)
    if (!job || job.isDone) this.over = 'the job is done'
  }

  close(): void {
    this.isClosed = true
  }
}

/** A chain of jobs, and one process of a worker on it. */
class TestChain {
  readonly jobs = new Map<number, Job>()
  readonly storage = new Map<string, Uint8Array>()
  readonly journal = new Set<number>()
  readonly told: AssignmentProgress<Names>[] = []
  readonly works: TestWork[] = []
  shared: string | undefined = 'parameters'
  number = 100
  /** Delays a read, or makes it fail. */
  beforeRead: () => Promise<void> | void = () => {}
  #begun: number[] = []

  constructor() {
    this.setStatus('Active')
  }

  setStatus(status: WorkerRecord['status']): void {
    this.storage.set('Workers.Workers', encode(WorkerRecord, { ...WORKER, status }))
  }

  /** Puts a job on the chain; the next block tells of it. */
  post(job: number, record: Job = { worker: 'us' }): void {
    this.jobs.set(job, record)
    this.#begun.push(job)
  }

  next(): FinalizedBlock {
    this.number++
    const begun = this.#begun.splice(0)
    const events = begun.map((job) => ({ pallet: 'Jobs', name: 'Posted', data: Uint8Array.of(job), extrinsicIndex: 0 }))
    this.storage.set('System.Number', encode(u32, this.number))
    return { number: this.number, hash: new Uint8Array(32), events }
  }

  start(): Assignments {
    const read = async <T>(value: () => T): Promise<T> => {
      await this.beforeRead()
      return value()
    }
    const kind: AssignmentKind<number, Job, string, Names> = {
      underWay: () => read(() => [...this.jobs.keys()]),
      begunIn: ({ events }) => events.map(({ data }) => data[0]!),
      read: (job) => read(() => this.jobs.get(job)),
      isOurs: ({ worker, isDone }) => worker === 'us' && !isDone,
      isBegun: async (job) => this.journal.has(job),
      readShared: () => read(() => this.shared),
      begin: () => {
        const work = new TestWork()
        this.works.push(work)
        return work
      },
      names: (job) => ({ job }),
    }
    const chain: Pick<ChainPort, 'storage'> = {
      storage: (pallet, item) => read(() => this.storage.get(`${pallet}.${item}`)),
    }
    const report = (progress: AssignmentProgress<Names>): void => void this.told.push(progress)
    return createAssignments(ACCOUNT, kind, { chain: chain as ChainPort, log: silentLog, report })
  }

  kinds(): string[] {
    return this.told.map(({ kind }) => kind)
  }
}

let chain: TestChain
let assignments: Assignments
const block = (): Promise<void> => assignments.onBlock(chain.next())
const noAnswer = (): never => {
  throw new AssayError('CHAIN_TIMEOUT', 'expected an answer')
}

beforeEach(() => {
  chain = new TestChain()
  assignments = chain.start()
})

describe('a record is', () => {
  test('taken once, and updated with every block at the latest state', async () => {
    chain.post(5)
    await block()
    chain.post(5)
    await block()
    expect(chain.told).toEqual([{ kind: 'duty-taken', job: 5 }])
    expect(chain.works.map(({ updates }) => updates)).toEqual([['parameters@101', 'parameters@102']])
  })

  test('found at the start without an event, and later by an event alone', async () => {
    chain.jobs.set(5, { worker: 'us' })
    await block()
    chain.jobs.set(6, { worker: 'us' })
    await block()
    expect(chain.told).toEqual([{ kind: 'duty-taken', job: 5 }])
    chain.post(6)
    await block()
    expect(chain.told.at(-1)).toEqual({ kind: 'duty-taken', job: 6 })
  })

  test('left alone where it is not ours, done, or gone', async () => {
    await block()
    chain.post(5, { worker: 'another' })
    chain.post(6, { worker: 'us', isDone: true })
    chain.post(7)
    chain.jobs.delete(7)
    await block()
    expect(chain.told).toEqual([])
  })

  test('over when its work says so, and taken again when it begins anew', async () => {
    chain.post(5)
    await block()
    chain.jobs.set(5, { worker: 'us', isDone: true })
    await block()
    await block()
    expect(chain.told.slice(1)).toEqual([{ kind: 'duty-ended', job: 5, why: 'the job is done' }])
    expect(chain.works[0]!.updates).toHaveLength(2)
    chain.post(5)
    await block()
    expect(chain.works).toHaveLength(2)
  })

  test('not updated while the chain lacks what all work needs', async () => {
    chain.shared = undefined
    chain.post(5)
    await block()
    expect(chain.works[0]!.updates).toEqual([])
  })
})

test('blocks that are handed out late find the work at the latest block, not at their own', async () => {
  chain.post(5)
  const [first, second] = [chain.next(), chain.next()]
  await assignments.onBlock(first)
  await assignments.onBlock(second)
  expect(chain.works[0]!.updates).toEqual(['parameters@102', 'parameters@102'])
})

describe('while the worker is paused, a record is', () => {
  beforeEach(() => chain.setStatus('Paused'))

  test('declined, and taken when an event comes again after the pause', async () => {
    await block()
    chain.post(5)
    await block()
    chain.setStatus('Active')
    await block()
    expect(chain.told).toEqual([{ kind: 'duty-declined', job: 5, why: 'the worker is paused' }])
    chain.post(5)
    await block()
    expect(chain.told.at(-1)).toEqual({ kind: 'duty-taken', job: 5 })
  })

  test('taken up again where the journal shows that the work has begun', async () => {
    chain.journal.add(5)
    chain.post(5)
    await block()
    expect(chain.told).toEqual([{ kind: 'duty-taken', job: 5 }])
  })
})

describe('nothing is lost when', () => {
  test.each([1, 2, 3, 4, 5, 6, 7, 8])('read number %i of a block fails', async (failing) => {
    await block()
    chain.post(5)
    chain.post(6)
    let reads = 0
    chain.beforeRead = () => (++reads === failing ? noAnswer() : undefined)
    await expect(block()).rejects.toThrow(/expected an answer/)
    await block()
    expect(chain.kinds()).toEqual(['duty-taken', 'duty-taken'])
    expect(chain.works.map(({ updates }) => updates.at(-1))).toEqual(['parameters@103', 'parameters@103'])
  })

  test('a block is not handed on, because something before it failed', async () => {
    await block()
    chain.post(5)
    chain.next()
    await block()
    expect(chain.kinds()).toEqual(['duty-taken'])
  })

  test('a block is handed out again after a crash in it', async () => {
    await block()
    chain.post(5)
    const again = chain.next()
    chain.beforeRead = noAnswer
    await expect(assignments.onBlock(again)).rejects.toThrow(/expected an answer/)
    chain.beforeRead = () => {}
    await assignments.onBlock(again)
    await assignments.onBlock(again)
    expect(chain.kinds()).toEqual(['duty-taken'])
  })
})

describe('a worker that is to end', () => {
  test('drains at once where it has no work', async () => {
    await block()
    await assignments.drain()
  })

  test('waits for its work, asked once or twice, and takes nothing new', async () => {
    chain.post(5)
    await block()
    let drained = 0
    const draining = [assignments.drain(), assignments.drain()].map((drain) => drain.then(() => drained++))
    chain.post(6)
    await block()
    expect(drained).toBe(0)
    chain.jobs.set(5, { worker: 'us', isDone: true })
    await block()
    await Promise.all(draining)
    expect(chain.works).toHaveLength(1)
  })

  test.each(['drain', 'close'] as const)('takes nothing that it was still reading: %s', async (end) => {
    chain.post(5)
    let release = (): void => {}
    const held = new Promise<void>((resolve) => (release = resolve))
    let reads = 0
    chain.beforeRead = () => (++reads === 3 ? held : undefined)
    const handled = block()
    await expect.poll(() => reads).toBe(3)
    await assignments[end]()
    release()
    await handled
    expect([chain.told, chain.works]).toEqual([[], []])
  })

  test('stops its work at once when it closes, drained or not, and tells of no end', async () => {
    chain.post(5)
    await block()
    const drained = assignments.drain()
    assignments.close()
    await drained
    expect(chain.works[0]!.isClosed).toBe(true)
    await block()
    expect(chain.kinds()).toEqual(['duty-taken'])
    expect(chain.works[0]!.updates).toHaveLength(1)
  })
})

test('the events of a block are read once for all workers that share it', () => {
  let read = 0
  const jobsIn = blockReader(({ data }: ChainEventRecord) => {
    read++
    return data[0] === 0 ? undefined : data[0]
  })
  for (const job of [5, 0, 6]) chain.post(job)
  const [shared, next] = [chain.next(), chain.next()]
  expect([jobsIn(shared), jobsIn(shared), jobsIn(next)]).toEqual([[5, 6], [5, 6], []])
  expect(read).toBe(3)
})
