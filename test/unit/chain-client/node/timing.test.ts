/** When the node builds and finalizes blocks, on a clock that tests move by hand; and which time the blocks get. */
import { describe, expect, it } from 'vitest'
import { concatBytes, u64le, utf8 } from '#types/bytes.ts'
import { twox128 } from '#types/crypto/hash.ts'
import { createFinality } from '#chain/node/finality.ts'
import type { Block } from '#chain/node/node-interface.ts'
import { startSealing, type Sealing } from '#chain/node/sealing.ts'
import { nextTimestamp, slotDigest } from '#chain/node/slots.ts'
import { Trie } from '#chain/trie/trie.ts'
import { manualClock, settle } from '../../../helpers/node.ts'

/** An author whose blocks take `blockMs`, and a pool that tests fill. */
function author(sealing: Sealing, { blockMs = 0, isVirtual = false } = {}) {
  const clock = manualClock()
  const began: number[] = []
  let ready = 0
  let coming = 0
  let works = true
  let wake = (): void => undefined
  const running = startSealing(sealing, {
    clock,
    isVirtual,
    readyCount: () => ready,
    comingCount: () => coming,
    onReady(listener) {
      wake = listener
      return () => (wake = () => undefined)
    },
    async author() {
      began.push(clock.now())
      if (blockMs > 0) await new Promise<void>((resolve) => clock.setTimer(blockMs, resolve))
      if (works) ready = 0
      return works
    },
  })
  return {
    clock,
    began,
    stop: () => running.stop(),
    settled: () => running.settled(),
    submit() {
      ready++
      wake()
    },
    /** Begins a submission, which arrives with the returned function. */
    begin() {
      coming++
      return () => {
        coming--
        ready++
        wake()
      }
    },
    fail: (fails: boolean) => (works = !fails),
  }
}

describe('instant sealing', () => {
  it('begins at once when nothing more is on its way, after a block as when idle', async () => {
    const { clock, began, submit } = author({ kind: 'instant' }, { blockMs: 10 })
    submit()
    await clock.advance(5)
    submit()
    await clock.advance(5)
    expect(began).toEqual([0])
    submit()
    await clock.advance(0)
    expect(began).toEqual([0, 10])
  })

  it('gathers what is on its way for four times the time of a block', async () => {
    const { clock, began, submit, begin } = author({ kind: 'instant' }, { blockMs: 10 })
    submit()
    await clock.advance(10)
    begin()
    submit()
    await clock.advance(39)
    expect(began).toEqual([0])
    await clock.advance(1)
    expect(began).toEqual([0, 50])
    await clock.advance(500)
    submit()
    await clock.advance(0)
    expect(began).toEqual([0, 50, 550])
  })

  it('gathers no longer than until the last on its way has come', async () => {
    const { clock, began, submit, begin } = author({ kind: 'instant' }, { blockMs: 10 })
    submit()
    await clock.advance(10)
    const [arrive, arriveLast] = [begin(), begin()]
    arrive()
    await clock.advance(15)
    expect(began).toEqual([0])
    arriveLast()
    await clock.advance(0)
    expect(began).toEqual([0, 25])
  })

  it('gathers 100 ms at most', async () => {
    const { clock, began, submit, begin } = author({ kind: 'instant' }, { blockMs: 1000 })
    submit()
    await clock.advance(1000)
    begin()
    submit()
    await clock.advance(1000)
    expect(began).toEqual([0, 1100])
  })

  it('tries again after a second where a block failed', async () => {
    const { clock, began, submit, fail } = author({ kind: 'instant' })
    fail(true)
    submit()
    await clock.advance(999)
    expect(began).toEqual([0])
    fail(false)
    await clock.advance(2000)
    expect(began).toEqual([0, 1000])
  })

  it('stops, also with a block due', async () => {
    const { clock, began, submit, stop } = author({ kind: 'instant' })
    submit()
    stop()
    submit()
    await clock.advance(1000)
    expect(began).toEqual([])
  })
})

describe('interval sealing', () => {
  it('keeps step although blocks take time, and skips what it missed', async () => {
    const { clock, began } = author({ kind: 'interval', blockTimeMs: 100 }, { blockMs: 30 })
    await clock.advance(350)
    expect(began).toEqual([100, 200, 300])
    const slow = author({ kind: 'interval', blockTimeMs: 100 }, { blockMs: 250 })
    await slow.clock.advance(1000)
    expect(slow.began).toEqual([100, 450, 800])
  })

  it.each([0, -1, Number.NaN, Infinity, 19])('refuses a block time of %s ms', (blockTimeMs) => {
    expect(() => author({ kind: 'interval', blockTimeMs })).toThrow(expect.objectContaining({ code: 'BAD_BLOCK_TIME' }))
  })
})

describe.each<Sealing>([{ kind: 'instant' }, { kind: 'interval', blockTimeMs: 6000 }])(
  '$kind sealing on a virtual clock',
  (sealing) => {
    const start = (options = {}) => author(sealing, { isVirtual: true, ...options })

    it('begins within the submission, pauses for nothing, and stands still without a transaction', async () => {
      const { clock, began, submit, settled } = start({ blockMs: 10 })
      submit()
      submit()
      expect(began).toEqual([0])
      let isSettled = false
      void settled().then(() => (isSettled = true))
      await clock.advance(9)
      expect(isSettled).toBe(false)
      await clock.advance(1)
      expect(isSettled).toBe(true)
      submit()
      await clock.advance(60_000)
      expect(began).toEqual([0, 10])
    })

    it('tries again after a second where a block failed, and holds nobody up meanwhile', async () => {
      const { clock, began, submit, fail, settled } = start()
      fail(true)
      submit()
      await settled()
      await clock.advance(999)
      expect(began).toEqual([0])
      fail(false)
      await clock.advance(5000)
      expect(began).toEqual([0, 1000])
    })

    it('stops, also where it would try again', async () => {
      const { clock, began, submit, fail, stop } = start()
      fail(true)
      submit()
      await clock.advance(1)
      stop()
      submit()
      await clock.advance(5000)
      expect(began).toEqual([0])
    })
  },
)

describe('finality', () => {
  const block = (number: number): Block => ({
    hash: new Uint8Array(32).fill(number),
    header: {
      parentHash: new Uint8Array(32),
      number,
      stateRoot: new Uint8Array(32),
      extrinsicsRoot: new Uint8Array(32),
      digest: [],
    },
    body: [],
  })

  it('comes again for a block that could not be finalized, unless the chain moved elsewhere meanwhile', async () => {
    const clock = manualClock()
    const tried: number[] = []
    let works = false
    const finality = createFinality(100, {
      clock,
      finalized: () => block(0),
      async finalize({ header }) {
        tried.push(header.number)
        return works
      },
    })
    finality.follow(block(1))
    await clock.advance(100)
    works = true
    await clock.advance(999)
    expect(tried).toEqual([1])
    await clock.advance(1)
    expect(tried).toEqual([1, 1])
    works = false
    finality.follow(block(2))
    await clock.advance(100)
    finality.clear()
    await clock.advance(2000)
    expect(tried).toEqual([1, 1, 2])
  })

  it.each([
    { delayMs: 100, at: ['1 at 100', '3 at 120', '6 at 200'] },
    { delayMs: 0, at: ['1 at 0', '2 at 5', '3 at 10', '6 at 100'] },
  ])('pauses between quick blocks and for no other, after $delayMs ms', async ({ delayMs, at }) => {
    const clock = manualClock()
    const finalized: string[] = []
    const finality = createFinality(delayMs, {
      clock,
      finalized: () => block(0),
      async finalize({ header }) {
        finalized.push(`${header.number} at ${clock.now()}`)
        return true
      },
    })
    for (const number of [1, 2, 3]) {
      finality.follow(block(number))
      await clock.advance(5)
    }
    await clock.advance(85)
    finality.follow(block(6))
    await clock.advance(1000)
    expect(finalized).toEqual(at)
  })

  it('comes after the delay, in order, once for those due together, and never while another is under way', async () => {
    const clock = manualClock()
    const finalized: string[] = []
    let release = (): void => undefined
    const finality = createFinality(100, {
      clock,
      finalized: () => block(0),
      async finalize({ header }) {
        finalized.push(`${header.number} at ${clock.now()}`)
        await new Promise<void>((resolve) => (release = resolve))
        return true
      },
    })
    finality.follow(block(1))
    await clock.advance(60)
    finality.follow(block(2))
    finality.follow(block(3))
    await clock.advance(39)
    expect(finalized).toEqual([])
    await clock.advance(200)
    expect(finalized).toEqual(['1 at 100'])
    release()
    await settle()
    await clock.advance(0)
    expect(finalized).toEqual(['1 at 100', '3 at 299'])
    finality.follow(block(4))
    finality.stop()
    release()
    await clock.advance(1000)
    expect(finalized).toHaveLength(2)
  })
})

describe('a block’s time', () => {
  const at = (ms: bigint): Trie =>
    Trie.empty().apply([[concatBytes(twox128(utf8('Timestamp')), twox128(utf8('Now'))), u64le(ms)]])

  it('is the clock’s, but always after its parent’s', () => {
    expect(nextTimestamp(Trie.empty(), 5000.7, 1n)).toBe(5000n)
    expect(nextTimestamp(at(4000n), 5000, 1n)).toBe(5000n)
    expect(nextTimestamp(at(5000n), 5000, 1n)).toBe(5001n)
    expect(nextTimestamp(at(9000n), 5000, 1n)).toBe(9001n)
    expect(nextTimestamp(at(9000n), 5000, 0n)).toBe(9000n)
  })

  it('gives the slot', () => {
    expect(slotDigest(12_999n, 1000n)).toEqual({ tag: 'PreRuntime', value: [utf8('aura'), u64le(12n)] })
  })
})
