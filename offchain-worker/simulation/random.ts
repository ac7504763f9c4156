/**
 * Chance from one seed: fast streams of numbers, each named by its purpose and its peer.
 *
 * Owns: how streams follow from a seed, and the draws. Does not own: draws on which chain and workers must agree. Nothing here is
 * fit for secrets outside a simulation.
 *
 * A stream depends on its name alone, so one more draw in one place does not move the others.
 * Source: Blackman and Vigna, "Scrambled linear pseudorandom number generators" (xoshiro128**); MurmurHash3's finalizer.
 */
import { u32le, utf8 } from '#types/bytes.ts'
import { blake2b256Of } from '#types/crypto/hash.ts'

/** A stream of draws, each following from the ones before. */
export interface Random {
  /** An integer from 0 to 2^32 - 1. */
  u32(): number
  /** A number from 0 to below 1, of 53 bits. */
  unit(): number
  /** An integer from 0 to `bound - 1`; `bound` at most 2^32. */
  below(bound: number): number
  /** Whether something of this probability happens. Draws nothing where it is 0. */
  chance(probability: number): boolean
  bytes(count: number): Uint8Array
}

/** Streams of one purpose. */
export interface Streams {
  /** The stream for a peer, or for a pair of peers in this order. */
  at(first: number, second?: number): Random
}

/** The streams that follow from a seed. */
export interface Chance {
  streams(purpose: string): Streams
  /** The chance of one part, such as one of many sessions. */
  part(name: string, index: number): Chance
}

const TWO_TO_32 = 2 ** 32
const TWO_TO_53 = 2 ** 53

/** MurmurHash3's finalizer: every bit of the result depends on every bit of the 32. */
export const mix = (value: number): number => {
  let hash = Math.imul(value ^ (value >>> 16), 0x85ebca6b)
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35)
  return (hash ^ (hash >>> 16)) >>> 0
}

const rotated = (value: number, by: number): number => (value << by) | (value >>> (32 - by))

class Xoshiro implements Random {
  #a: number
  #b: number
  #c: number
  #d: number

  constructor(a: number, b: number, c: number, d: number) {
    this.#a = a | 0
    this.#b = b | 0
    this.#c = c | 0
    // An all-zero state would never change.
    this.#d = a === 0 && b === 0 && c === 0 && d === 0 ? 1 : d | 0
  }

  u32(): number {
    const result = Math.imul(rotated(Math.imul(this.#b, 5), 7), 9) >>> 0
    const shifted = this.#b << 9
    this.#c ^= this.#a
    this.#d ^= this.#b
    this.#b ^= this.#c
    this.#a ^= this.#d
    this.#c ^= shifted
    this.#d = rotated(this.#d, 11)
    return result
  }

  unit(): number {
    return ((this.u32() >>> 5) * 2 ** 26 + (this.u32() >>> 6)) / TWO_TO_53
  }

  below(bound: number): number {
    return Math.floor((this.u32() / TWO_TO_32) * bound)
  }

  chance(probability: number): boolean {
    return probability > 0 && this.unit() < probability
  }

  bytes(count: number): Uint8Array {
    const bytes = new Uint8Array(count)
    let word = 0
    for (let at = 0; at < count; at++) {
      if (at % 4 === 0) word = this.u32()
      bytes[at] = word >>> (8 * (at % 4))
    }
    return bytes
  }
}

class HashedChance implements Chance {
  readonly #seed: Uint8Array

  constructor(seed: Uint8Array) {
    this.#seed = seed
  }

  streams(purpose: string): Streams {
    const view = new DataView(blake2b256Of(this.#seed, utf8(`stream/${purpose}`)).buffer)
    const [a, b, c, d] = [0, 4, 8, 12].map((at) => view.getUint32(at, true)) as [number, number, number, number]
    return {
      at(first, second = TWO_TO_32 - 1) {
        // Both names go into every word, because the first draw uses one word alone.
        const one = mix(mix(first ^ a) ^ second ^ b)
        const other = mix(mix(second ^ c) ^ first ^ d)
        return new Xoshiro(mix(a ^ one), mix(b ^ other), mix(c ^ one) ^ other, mix(d ^ other) ^ one)
      },
    }
  }

  part(name: string, index: number): Chance {
    return new HashedChance(blake2b256Of(this.#seed, utf8(`part/${name}`), u32le(index)))
  }
}

/** The chance of a seed. Any text is a seed. */
export const chanceFrom = (seed: string): Chance => new HashedChance(blake2b256Of(utf8(`assay/simulation/1/${seed}`)))
