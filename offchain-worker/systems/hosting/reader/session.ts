/**
 * One session of an ordinary reader: it reads its runs and gets its receipt, like every reader.
 *
 * Owns: order, pauses, and how many requests are under way. Does not own: the kinds of readers.
 */
import type { Clock } from '#types/clock.ts'
import type { ReadingSession } from './manners.ts'

/** @see playSession */
export interface ReaderConnection {
  /** Rejects if the chunk does not come in time. */
  getBlock(index: number, timeoutMs: number): Promise<{ readonly bytes: Uint8Array }>
  /** Rejects if no receipt comes in time. */
  requestReceipt(request: Uint8Array, timeoutMs: number): Promise<Uint8Array>
}

/** @see playSession */
export interface SessionOptions {
  readonly session: Pick<ReadingSession, 'depth' | 'runs'>
  /** An encoded ReceiptRequest. */
  readonly receiptRequest: Uint8Array
  readonly chunkMs: number
  readonly receiptMs: number
}

/** The result of a session. */
export interface SessionOutcome {
  readonly asked: number
  readonly served: number
  readonly bytes: number
  /** Why it ended early; absent if it got everything that it wanted and its receipt. */
  readonly failure?: unknown
}

const wait = (clock: Clock, ms: number): Promise<void> => new Promise((resolve) => clock.setTimer(ms, resolve))

/** Reads to the end, or until a chunk does not come: a refused reader gives up. Never rejects. */
export async function playSession(
  connection: ReaderConnection,
  { session, receiptRequest, chunkMs, receiptMs }: SessionOptions,
  clock: Clock,
): Promise<SessionOutcome> {
  const asked = new Set<number>()
  const pending = new Set<Promise<void>>()
  let [served, bytes] = [0, 0]
  const read = async (index: number): Promise<void> => {
    const block = await connection.getBlock(index, chunkMs)
    served++
    bytes += block.bytes.length
  }
  const ask = (index: number): void => {
    asked.add(index)
    const reading = read(index).then(() => void pending.delete(reading))
    // The code that awaits it gets a failure. By then maybe nothing awaits it.
    reading.catch(() => undefined)
    pending.add(reading)
  }
  try {
    for (const { begin, length, pauseMs } of session.runs) {
      if (pauseMs > 0) {
        await Promise.all(pending)
        await wait(clock, pauseMs)
      }
      for (let index = begin; index < begin + length; index++) {
        if (asked.has(index)) continue
        while (pending.size >= session.depth) await Promise.race(pending)
        ask(index)
      }
    }
    await Promise.all(pending)
    await connection.requestReceipt(receiptRequest, receiptMs)
    return { asked: asked.size, served, bytes }
  } catch (failure) {
    return { asked: asked.size, served, bytes, failure }
  }
}
