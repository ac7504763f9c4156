/** A worker's memory of finalized blocks: it keeps the last 1,024, and gives no wrong answer after a gap. */
import { describe, expect, it } from 'vitest'
import { u32le } from '#types/bytes.ts'
import { blake2b256 } from '#types/crypto/hash.ts'
import { createBlockWindow } from '#worker/kernel/block-window.ts'

const hashOf = (number: number): Uint8Array => blake2b256(u32le(number))
const windowOf = (from: number, to: number) => {
  const blocks = createBlockWindow()
  for (let number = from; number <= to; number++) blocks.note(number, hashOf(number))
  return blocks
}
const other = hashOf(1_000_000)

describe('a block window', () => {
  it('knows the latest block, and that another hash of a block it saw is wrong', () => {
    const blocks = windowOf(1, 5)
    expect(blocks.latest()).toEqual({ number: 5, hash: hashOf(5) })
    expect([blocks.agrees(3, hashOf(3)), blocks.agrees(3, other)]).toEqual([true, false])
  })

  it('says nothing against what it has not seen', () => {
    expect(createBlockWindow().agrees(1, other)).toBe(true)
    const blocks = windowOf(100, 110)
    expect([blocks.agrees(99, other), blocks.agrees(111, other)]).toEqual([true, true])
  })

  it('remembers 1,024 blocks', () => {
    const blocks = windowOf(1, 3_000)
    expect([blocks.agrees(1_977, other), blocks.agrees(1_976, other)]).toEqual([false, true])
    expect(blocks.agrees(1_977, hashOf(1_977))).toBe(true)
  })

  it('takes a block that comes again, and forgets what was before a gap', () => {
    const blocks = windowOf(1, 5)
    blocks.note(5, hashOf(5))
    expect(blocks.agrees(4, other)).toBe(false)
    blocks.note(1_500, hashOf(1_500))
    expect([blocks.agrees(1_027, other), blocks.agrees(1_500, other)]).toEqual([true, false])
  })
})
