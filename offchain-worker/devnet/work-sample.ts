/**
 * A fixed piece of work, to see how fast this machine is at the moment.
 *
 * Owns: the work, and what it takes on a quiet machine.
 */
import { blake2b256 } from '#types/crypto/hash.ts'

const BLOCK_BYTES = 65_536
/** Enough work that a busy machine interrupts it: a process that has slept gets some milliseconds at once. */
const BLOCKS = 320
/** Milliseconds that it takes on a quiet machine with two cores, on which a round of five attestors passes with the usual times. */
const USUAL_MS = 22

const block = new Uint8Array(BLOCK_BYTES)

/** Does the work. Returns how many times longer it took than usual; below 1 on a faster machine. */
export function sampleWork(): number {
  const began = performance.now()
  for (let i = 0; i < BLOCKS; i++) blake2b256(block)
  return (performance.now() - began) / USUAL_MS
}
