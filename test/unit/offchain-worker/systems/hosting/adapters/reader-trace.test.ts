import { describe, expect, it } from 'vitest'
import { createPrng } from '#types/domain/prng.ts'
import { MAX_READS, MAX_WATCHED_BLOCKS, ReaderTrace } from '#worker/systems/hosting/adapters/reader-trace.ts'
import { processorMs } from '../../../../../helpers/processor-time.ts'

const HUGE = 2 ** 40
const range = (start: number, length = 1): { drop: boolean; start: number; length: number } => ({
  drop: false,
  start,
  length,
})
const random = createPrng([Uint8Array.of(1)])
/** The peer hands out every block that it is asked for. Returns these blocks. */
function prove(trace: ReaderTrace): number[] {
  const asked: number[] = []
  for (let index = trace.toProve(random); index !== undefined; index = trace.toProve(random)) {
    asked.push(index)
    trace.tellProof(true)
  }
  return asked
}
const indices = (trace: ReaderTrace): number[] => {
  prove(trace)
  return trace.reads().map(({ index }) => index)
}

describe('the blocks that a peer has read', () => {
  it('is each block once, in the order in which they came, with times', () => {
    const trace = new ReaderTrace(100)
    for (const [at, index] of [7, 8, 7, 9, 50, 8].entries()) trace.tellRange(range(index), at)
    trace.tellRange({ drop: true, start: 7, length: 1 }, 6)
    trace.tellRange(range(7), 7)
    prove(trace)
    expect(trace.reads()).toEqual([
      { index: 7, at: 0 },
      { index: 8, at: 1 },
      { index: 9, at: 3 },
      { index: 50, at: 4 },
    ])
  })

  it('leaves out what it had when we met, told as bits or as a prefix', () => {
    const trace = new ReaderTrace(100)
    trace.tellBitfield({ start: 32, bitfield: Uint32Array.of(0b101, 1 << 31) })
    for (const index of [32, 33, 34, 95]) trace.tellRange(range(index), 1)
    expect(indices(trace)).toEqual([33])
    const prefix = new ReaderTrace(100)
    prefix.tellRange(range(0, 20), 1)
    for (const index of [19, 20]) prefix.tellRange(range(index), 2)
    expect(indices(prefix)).toEqual([20])
  })

  it('has the last block of one that has read all, which is told together with all others', () => {
    const trace = new ReaderTrace(300)
    for (let index = 0; index < 299; index++) trace.tellRange(range(index), index)
    trace.tellRange(range(0, 300), 299)
    prove(trace)
    expect(trace.reads()).toHaveLength(300)
    expect(trace.reads().at(-1)).toEqual({ index: 299, at: 299 })
  })

  it('is nothing of a seeder, whatever comes later', () => {
    for (const part of [90, 100]) {
      const trace = new ReaderTrace(100)
      trace.tellRange(range(0, part), 1)
      trace.tellRange(range(95), 2)
      expect(indices(trace)).toEqual([])
    }
    const bits = new ReaderTrace(64)
    bits.tellBitfield({ start: 0, bitfield: Uint32Array.of(2 ** 32 - 1, 2 ** 32 - 2) })
    bits.tellRange(range(32), 1)
    expect(indices(bits)).toEqual([])
    const reader = new ReaderTrace(100)
    reader.tellRange(range(0, 89), 1)
    reader.tellRange(range(95), 2)
    expect(indices(reader)).toEqual([95])
  })

  it('is nothing as long as the peer only says so', () => {
    const trace = new ReaderTrace(1_000)
    for (let at = 0; at < 60; at++) trace.tellRange(range(7 * at), at)
    expect(trace.reads()).toEqual([])
    for (const proofs of [1, 2]) {
      expect(trace.toProve(random)! % 7).toBe(0)
      trace.tellProof(true)
      expect(trace.reads(), `${proofs} proofs vouch for ${4 ** proofs} of 60`).toEqual([])
    }
    expect(prove(trace)).toHaveLength(1)
    expect(trace.reads()).toHaveLength(60)
    for (let at = 60; at < 70; at++) trace.tellRange(range(7 * at), at)
    expect(trace.reads()).toEqual([])
    expect(prove(trace)).toHaveLength(1)
    expect(trace.reads()).toHaveLength(70)
  })

  it('is nothing, for good, of a peer that once did not hand out what it says to have', () => {
    const trace = new ReaderTrace(1_000)
    trace.tellRange(range(3), 1)
    expect(prove(trace)).toEqual([3])
    for (let index = 10; index < 20; index++) trace.tellRange(range(index), 2)
    expect(trace.toProve(random)).toBeDefined()
    trace.tellProof(false)
    expect([trace.toProve(random), trace.reads(), trace.hasProven]).toEqual([undefined, [], false])
  })

  it('many blocks at once are none that were read', () => {
    const trace = new ReaderTrace(1000)
    trace.tellRange(range(100, 65), 1)
    trace.tellRange(range(300, 64), 1)
    expect(indices(trace)).toEqual(Array.from({ length: 64 }, (_, i) => 300 + i))
  })

  it('a liar costs neither time nor memory, and is no reader', () => {
    const trace = new ReaderTrace(HUGE)
    const began = processorMs()
    trace.tellRange(range(5), 1)
    expect(indices(trace)).toEqual([5])
    for (let i = 0; i < 10_000; i++) {
      trace.tellRange(range(i, HUGE), 1)
      trace.tellRange(range(HUGE + i, HUGE), 1)
      trace.tellBitfield({ start: 32 * i, bitfield: new Uint32Array(64).fill(2 ** 32 - 1) })
    }
    expect(processorMs() - began).toBeLessThan(2_000)
    expect(indices(trace)).toEqual([])
  })

  it('passes over what is not in the feed, and keeps to its bounds', () => {
    const trace = new ReaderTrace(HUGE)
    for (const index of [-1, 0.5, Number.NaN, Infinity, HUGE, MAX_WATCHED_BLOCKS]) {
      trace.tellRange(range(index), 1)
      trace.tellBitfield({ start: index, bitfield: Uint32Array.of(0) })
    }
    expect(indices(trace)).toEqual([])
    for (let index = 0; index < MAX_READS + 10; index++) trace.tellRange(range(index), 1)
    prove(trace)
    expect(trace.reads()).toHaveLength(MAX_READS)
  })
})
