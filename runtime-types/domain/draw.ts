/**
 * Deterministic draws from a shared seed: chain and workers must agree on everything that is "random".
 *
 * Owns: numbers, permutations and samples that follow from (seed, label, index). Does not own: a generator with state
 * (prng.ts).
 */
import { concatBytes, u32le, utf8 } from '../bytes.ts'
import { blake2b256Of } from '../crypto/hash.ts'

/** 32 bytes: BLAKE2b-256(seed | label | index). Draws under different labels are independent. */
export const draw = (seed: Uint8Array, label: string, index: number): Uint8Array =>
  blake2b256Of(seed, utf8(label), u32le(index))

/** An integer from 0 to `bound - 1`. The bias of taking 64 bits modulo `bound` is below `bound / 2^64`. */
export function drawBelow(seed: Uint8Array, label: string, index: number, bound: bigint): bigint {
  const bytes = draw(seed, label, index)
  return new DataView(bytes.buffer, bytes.byteOffset).getBigUint64(0, true) % bound
}

/** The numbers 0 to `count - 1` in drawn order (Fisher and Yates). */
export function permutation(seed: Uint8Array, label: string, count: number): number[] {
  const order = Array.from({ length: count }, (_, i) => i)
  for (let last = count - 1; last > 0; last--) {
    const other = Number(drawBelow(seed, label, last, BigInt(last + 1)))
    const kept = order[last]!
    order[last] = order[other]!
    order[other] = kept
  }
  return order
}

/** `min(count, below)` different integers from 0 to `below - 1`, ascending (Floyd's sampling). */
export function sample(seed: Uint8Array, label: string, count: number, below: number): number[] {
  const chosen = new Set<number>()
  for (let bound = below - Math.min(count, below); bound < below; bound++) {
    const candidate = Number(drawBelow(seed, label, bound, BigInt(bound + 1)))
    chosen.add(chosen.has(candidate) ? bound : candidate)
  }
  return [...chosen].toSorted((a, b) => a - b)
}

/** A candidate for {@link weightedSample}, with a weight above zero. */
export interface Candidate<T> {
  readonly id: T
  readonly weight: bigint
}

/**
 * Up to `count` different candidates, without replacement. Each draw is in proportion to the weights of those left. The
 * caller sorts the candidates first: their order is part of the result.
 */
export function weightedSample<T>(
  seed: Uint8Array,
  label: string,
  candidates: readonly Candidate<T>[],
  count: number,
): T[] {
  const left = [...candidates]
  const chosen: T[] = []
  let total = left.reduce((sum, { weight }) => sum + weight, 0n)
  while (chosen.length < count && left.length > 0 && total > 0n) {
    let at = drawBelow(seed, label, chosen.length, total)
    const position = left.findIndex(({ weight }) => (at -= weight) < 0n)
    const [picked] = left.splice(position, 1)
    chosen.push(picked!.id)
    total -= picked!.weight
  }
  return chosen
}

/** A seed for one purpose, derived from others: BLAKE2b-256(label | parts). */
export const subSeed = (label: string, ...parts: readonly Uint8Array[]): Uint8Array =>
  blake2b256Of(utf8(label), concatBytes(...parts))
