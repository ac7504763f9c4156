import { describe, expect, it } from 'vitest'
import { createWake } from '#chain/api/waiting.ts'
import type { FinalizedBlock, Following } from '#chain/api/chain-port.ts'
import { followFinalized, type FollowFrom } from '#chain/api/cursor.ts'
import { silentLog } from '#types/log.ts'
import { findRewind, keepCursor } from '#chain/api/progress.ts'
import { memoryStore } from '#chain/api/store.ts'
import { createFakeChain, type FakeChain } from './fake-chain.ts'
import { createFakeClock } from './fake-clock.ts'

function setup(blocks: number) {
  const clock = createFakeClock()
  const wake = createWake(clock)
  const chain = createFakeChain()
  const store = memoryStore().cursor
  const seen: number[] = []
  for (let i = 0; i < blocks; i++) chain.build()
  const goBack = async (): Promise<void> => {
    const rewind = await findRewind(chain, store)
    if (rewind) await keepCursor(store, rewind.to)
  }
  const follow = (
    from: FollowFrom = 'finalized',
    onBlock: (block: FinalizedBlock) => Promise<void> = async ({ number }) => void seen.push(number),
  ): Following => followFinalized(from, onBlock, { blocks: chain, store, goBack, wake, clock, log: silentLog })
  return { clock, wake, chain, store, seen, follow }
}

const range = (from: number, to: number): number[] => Array.from({ length: to - from + 1 }, (_, i) => from + i)
const grow = (chain: FakeChain, count: number): void => {
  for (let i = 0; i < count; i++) chain.build()
}

describe('cursor', () => {
  it('begins at the latest finalized block, at block 1, or at a number', async () => {
    for (const [from, expected] of [
      ['finalized', [20]],
      ['genesis', range(1, 20)],
      [17, range(17, 20)],
    ] as const) {
      const { clock, seen, follow } = setup(20)
      const following = follow(from)
      await clock.pass(10)
      expect(seen).toEqual(expected)
      await following.stop()
    }
  })

  it('hands out each block once and in order, also those the subscription never named', async () => {
    const { clock, wake, chain, seen, follow } = setup(1)
    const following = follow('genesis')
    await clock.pass(10)
    grow(chain, 40)
    wake.fire()
    await clock.pass(10)
    grow(chain, 3)
    // No wake at all: the poll finds them.
    await clock.pass(7_000)
    expect(seen).toEqual(range(1, 44))
    await following.stop()
    await expect(following.done).resolves.toBeUndefined()
  })

  it('gives number, hash and events of each block', async () => {
    const { clock, chain, follow } = setup(3)
    const got: FinalizedBlock[] = []
    const following = follow(2, async (block) => void got.push(block))
    await clock.pass(10)
    expect(got.map(({ hash }) => hash)).toEqual([chain.blocks[2]?.hash, chain.blocks[3]?.hash])
    expect(got[0]?.events).toEqual([
      { pallet: 'Fake', name: 'Block', data: Uint8Array.of(2, 0, 0, 0), extrinsicIndex: undefined },
    ])
    await following.stop()
  })

  it('goes on after the last block that was done with, in a new run', async () => {
    const { clock, chain, seen, follow } = setup(5)
    const first = follow('genesis')
    await clock.pass(10)
    await first.stop()
    grow(chain, 30)
    const second = follow('finalized')
    await clock.pass(10)
    expect(seen).toEqual(range(1, 35))
    await second.stop()
  })

  it('does not move over a block whose follower failed, and ends with its error', async () => {
    const { clock, seen, follow } = setup(5)
    const failing = follow('genesis', async ({ number }) => {
      if (number === 3) throw new Error('no')
      seen.push(number)
    })
    await expect(clock.run(failing.done)).rejects.toThrow('no')
    const again = follow()
    await clock.pass(10)
    expect(seen).toEqual([1, 2, 3, 4, 5])
    await again.stop()
  })

  it('waits out a node that is away', async () => {
    const { clock, chain, seen, follow } = setup(2)
    const following = follow('genesis')
    await clock.pass(10)
    chain.isAway = true
    await clock.pass(30_000)
    grow(chain, 2)
    chain.isAway = false
    await clock.pass(10_000)
    expect(seen).toEqual([1, 2, 3, 4])
    await following.stop()
  })

  it('waits for a node whose finalized head is behind the cursor but that knows its block', async () => {
    const { clock, chain, seen, follow } = setup(8)
    await clock.pass(0)
    const first = follow('genesis')
    await clock.pass(10)
    await first.stop()
    chain.finalized = 4
    const second = follow()
    await clock.pass(10_000)
    grow(chain, 1)
    await clock.pass(10_000)
    expect(seen).toEqual(range(1, 9))
    await second.stop()
  })

  it.each([
    ['shorter', 2, 0],
    ['as long', 2, 6],
    ['longer', 2, 20],
  ])('goes back with a chain that was reverted and is %s, in the next run', async (_, keep, added) => {
    const { clock, chain, seen, follow } = setup(8)
    const first = follow('genesis')
    await clock.pass(10)
    await first.stop()
    chain.fork(keep)
    grow(chain, added)
    const second = follow()
    await clock.pass(10)
    grow(chain, 1)
    await clock.pass(7_000)
    expect(seen.slice(8)).toEqual(range(keep + 1, keep + added + 1))
    await second.stop()
  })

  it('goes back in the middle of a following, whose next block comes from another branch', async () => {
    const { clock, wake, chain, seen, follow } = setup(8)
    const following = follow('genesis')
    await clock.pass(10)
    chain.fork(7)
    grow(chain, 2)
    wake.fire()
    await expect(clock.run(following.done)).rejects.toMatchObject({ code: 'CHAIN_WENT_BACK' })
    expect(seen).toEqual(range(1, 8))
    const again = follow()
    await clock.pass(10)
    expect(seen.slice(8)).toEqual([8, 9])
    await again.stop()
  })

  it('takes no chain for its own that has none of the processed blocks', async () => {
    const { clock, chain, store, follow } = setup(8)
    const first = follow('genesis')
    await clock.pass(10)
    await first.stop()
    const other = createFakeChain()
    grow(other, 3)
    other.fork(0)
    grow(other, 8)
    await expect(findRewind(other, store)).rejects.toMatchObject({ code: 'CURSOR_UNKNOWN' })
    expect(await findRewind(chain, store)).toBeUndefined()
  })

  it('stops after the block in progress', async () => {
    const { clock, seen, follow } = setup(5)
    let release = (): void => {}
    const following = follow('genesis', async ({ number }) => {
      await new Promise<void>((resolve) => {
        release = resolve
      })
      seen.push(number)
    })
    await clock.pass(10)
    const stopped = following.stop()
    release()
    await stopped
    expect(seen).toEqual([1])
  })
})
