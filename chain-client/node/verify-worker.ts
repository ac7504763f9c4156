/**
 * Entry point of a verification thread: a batch comes in, one byte per signature goes out (1 where it is right).
 *
 * Owns: the thread's loop. Does not own: batching (the verifier).
 */
import { parentPort } from 'node:worker_threads'
import { verify } from '#types/crypto/signature.ts'
import { decodeBatch } from './verify-batch.ts'

parentPort?.on('message', (batch: Uint8Array) => {
  const results = Uint8Array.from(decodeBatch(batch), ({ signature, message, account }) =>
    verify(signature, message, account) ? 1 : 0,
  )
  parentPort?.postMessage(results, [results.buffer])
})
