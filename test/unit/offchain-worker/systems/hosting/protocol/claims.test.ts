import { describe, expect, it } from 'vitest'
import { cutBitfield, cutRange } from '#worker/systems/hosting/protocol/claims.ts'

const FEED = { length: 100, fork: 0 }
const LONG = { length: 2 ** 30, fork: 0 }

describe('claims are cut to the feed', () => {
  it('ranges', () => {
    expect(cutRange({ drop: false, start: 3, length: 1 }, FEED)).toEqual({ drop: false, start: 3, length: 1 })
    expect(cutRange({ drop: true, start: 90, length: 1000 }, FEED)).toEqual({ drop: true, start: 90, length: 10 })
    expect(cutRange({ drop: false, start: 100, length: 1 }, FEED)).toBeUndefined()
  })

  it('of a very long feed a whole copy is known, a copy with gaps up to 2^24', () => {
    expect(cutRange({ drop: false, start: 0, length: 2 ** 31 }, LONG)?.length).toBe(2 ** 30)
    expect(cutRange({ drop: false, start: 1, length: 2 ** 31 }, LONG)?.length).toBe(2 ** 24 - 1)
    expect(cutRange({ drop: false, start: 2 ** 29, length: 1 }, LONG)).toBeUndefined()
  })

  it('bitfields, to the bit, in a copy', () => {
    const told = Uint32Array.of(0xffff_ffff, 0xffff_ffff, 0xffff_ffff)
    const cut = cutBitfield({ start: 64, bitfield: told }, FEED)
    expect(cut).toEqual({ start: 64, bitfield: Uint32Array.of(0xffff_ffff, 0xf) })
    expect(told[1]).toBe(0xffff_ffff)
    expect(cutBitfield({ start: 32, bitfield: told.subarray(0, 1) }, FEED)?.bitfield).toEqual(told.subarray(0, 1))
    expect(cutBitfield({ start: 0, bitfield: told }, { length: 64, fork: 0 })?.bitfield).toEqual(told.subarray(0, 2))
    expect(cutBitfield({ start: 128, bitfield: told }, FEED)).toBeUndefined()
  })
})
