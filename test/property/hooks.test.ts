/**
 * Hooks and their budget: over random agendas each item is taken in the end, in the order of the blocks in which they are due, and no
 * block uses more than the budget and one item.
 */
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { decode } from '#types/scale/codec.ts'
import { u32 } from '#types/scale/primitives.ts'
import { storagePrefix } from '#types/scale/storage-key.ts'
import { agenda, openAgenda } from '#chain/runtime/frame/agenda.ts'
import { pallet } from '#chain/runtime/frame/pallet.ts'
import { map } from '#chain/runtime/frame/storage.ts'
import { BLOCK_WEIGHTS, ConsumedWeight, HOOKS_REF_TIME } from '#chain/runtime/frame/weights.ts'
import { devGenesis, TestChain } from '../helpers/runtime.ts'

/** An item is due in a block, and writes so many keys when it is taken. */
interface Item {
  readonly due: number
  readonly keys: number
}

/** Blocks in which items are due; the test goes on until all are taken. */
const LAST_DUE = 8
const MOST_KEYS = 500
const MOST_ITEMS = 40
const MAX_BLOCKS = 100
/** An item's keys, its entry, and the block's own steps: timestamp, slot, beacon. */
const ITEM_REF_TIME = 120_000_000n * BigInt(MOST_KEYS)
const OTHER_REF_TIME = 5_000_000_000n

interface Taken {
  readonly block: number
  readonly item: number
}

/** A pallet that has these items to deal with from block 1 on, and tells what it took. */
const busy = (name: string, items: readonly Item[], taken: Taken[]) =>
  pallet({
    name,
    docs: 'Work for later blocks.',
    storage: { due: agenda('Items by block.', u32), keys: map('What items write.', u32, u32) },
    hooks: ({ storage, block }) => {
      const due = openAgenda(storage.due)
      let keys = 0
      return {
        onInitialize(meter) {
          if (block() === 1) for (const [item, { due: at }] of items.entries()) due.insert(at, item)
          else
            for (const item of due.take(block(), meter)) {
              taken.push({ block: block(), item })
              for (let left = items[item]!.keys; left > 0; left--) storage.keys.put(keys++, item)
            }
        },
      }
    },
  })

const items = (most: number) =>
  fc.array(fc.record({ due: fc.integer({ min: 2, max: LAST_DUE }), keys: fc.integer({ min: 1, max: most }) }), {
    maxLength: MOST_ITEMS,
  })

/** Weight of the last block before and after its extrinsics. */
const usedIn = (chain: TestChain): bigint =>
  decode(ConsumedWeight, chain.state.get(storagePrefix('System', 'BlockWeight'))!).mandatory.refTime

it('each item is taken in the end, in order, and no block exceeds its budget by more than one item', () => {
  fc.assert(
    fc.property(items(MOST_KEYS), items(MOST_KEYS), items(3), (first, second, light) => {
      const taken: readonly Taken[][] = [[], [], []]
      const all = [first, second, light]
      const chain = new TestChain(devGenesis, (builder) => {
        for (const [at, list] of all.entries()) builder.add(90 + at, busy(`Busy${at}`, list, taken[at]!))
      })
      chain.build()
      const isDone = (): boolean =>
        chain.number > LAST_DUE && all.every((list, at) => taken[at]!.length === list.length)
      while (!isDone() && chain.number < MAX_BLOCKS) {
        chain.build()
        const most = HOOKS_REF_TIME + ITEM_REF_TIME + OTHER_REF_TIME + BLOCK_WEIGHTS.baseBlock.refTime
        expect(usedIn(chain)).toBeLessThan(most)
      }
      expect(chain.log.errors).toEqual([])
      for (const [at, list] of all.entries()) {
        const dues = taken[at]!.map(({ item }) => list[item]!.due)
        expect(dues).toEqual(list.map(({ due }) => due).toSorted((a, b) => a - b))
        expect(taken[at]!.every(({ block, item }) => block >= list[item]!.due)).toBe(true)
      }
      // However much the others have to do, a light pallet's items are taken in their block.
      expect(taken[2]!.every(({ block, item }) => block === light[item]!.due)).toBe(true)
    }),
    { numRuns: 12 },
  )
})

it('the work of a hook is in the weight of its block, and leaves that much less room for extrinsics', () => {
  const weigh = (keys: number): bigint => {
    const chain = new TestChain(devGenesis, (builder) => builder.add(90, busy('Busy', [{ due: 2, keys }], [])))
    chain.build()
    chain.build()
    return usedIn(chain)
  }
  const [idle, hard] = [weigh(1), weigh(101)]
  expect(hard - idle).toBeGreaterThan(100n * 100_000_000n)
  expect(hard - idle).toBeLessThan(100n * 120_000_000n)
})
