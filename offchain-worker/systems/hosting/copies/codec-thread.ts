/**
 * Entry point of a codec thread: it does one job after the other, in the order in which they come.
 *
 * Owns: the thread's loop. Does not own: the work (codec-work.ts).
 */
import { parentPort } from 'node:worker_threads'
import { doCodecJob, type CodecJob, type CodecResult } from './codec-work.ts'

/** The answer to a job. An error ends no thread: it belongs to its job alone. */
export type CodecAnswer = { readonly result: CodecResult } | { readonly error: string }

/** The memory that goes with an answer instead of a copy of it. */
function memoryOf(result: CodecResult): ArrayBuffer[] {
  if (result instanceof Uint8Array) return []
  if ('encoded' in result) return [result.encoded.buffer as ArrayBuffer]
  return 'plain' in result ? [result.plain.buffer as ArrayBuffer] : []
}

function answer(job: CodecJob): void {
  try {
    const result = doCodecJob(job)
    parentPort?.postMessage({ result } satisfies CodecAnswer, memoryOf(result))
  } catch (error) {
    const message = error instanceof Error ? error.message : 'unknown'
    parentPort?.postMessage({ error: message } satisfies CodecAnswer, [])
  }
}

parentPort?.on('message', answer)
