/** An agenda gives due items in order and once. Its cost does not grow with items that are not due. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { u32 } from '#types/scale/primitives.ts'
import { agenda, openAgenda } from '#chain/runtime/frame/agenda.ts'
import { FrameBuilder } from '#chain/runtime/frame/construct.ts'
import { Externalities } from '#chain/runtime/frame/externalities.ts'
import type { Room } from '#chain/runtime/frame/meter.ts'
import { pallet } from '#chain/runtime/frame/pallet.ts'
import { Trie } from '#chain/trie/trie.ts'
import { TestLog } from '../../../../helpers/runtime.ts'

const diary = pallet({
  name: 'Diary',
  docs: 'Numbers to be dealt with in some block.',
  storage: { due: agenda('Numbers by block.', u32) },
  exports: ({ storage }) => openAgenda(storage.due),
})

/** An agenda on a state that counts what is asked of it. */
function open() {
  const builder = new FrameBuilder(new TestLog())
  const entries = builder.add(1, diary)
  builder.build()
  let state = Trie.empty()
  const asked = { keys: 0, values: 0 }
  const counting = {
    get: (key: Uint8Array) => {
      asked.values++
      return state.get(key)
    },
    keys: (prefix: Uint8Array, after: Uint8Array | undefined, limit: number) => {
      const found = state.keys(prefix, after, limit)
      asked.keys += found.length
      return found
    },
  }
  return {
    asked,
    /** Runs in a block of its own, whose changes the state then has; returns how many those were. */
    block(act: (due: typeof entries) => void): number {
      Object.assign(asked, { keys: 0, values: 0 })
      const env = new Externalities(counting, { number: 1, parentHash: new Uint8Array(32), digest: [] })
      builder.current.run(env, () => act(entries))
      const changes = env.overlay.changes()
      state = state.apply(changes.map(([key, value]) => [new Uint8Array(key), value && new Uint8Array(value)] as const))
      return changes.length
    },
  }
}

/** Room for so many items. */
function roomFor(items: number): Room {
  let left = items
  return { hasRoom: () => left-- > 0 }
}

/** Items that one block takes. */
function taken(diary: ReturnType<typeof open>, block: number, most = 100): readonly number[] {
  let due: readonly number[] = []
  diary.block((entries) => (due = [...entries.take(block, roomFor(most))]))
  return due
}

describe('an agenda', () => {
  it('gives what is due by a block, the oldest first, and each once', () => {
    const diary = open()
    diary.block((due) => {
      due.insert(300, 5)
      due.insert(7, 9)
      due.insert(7, 2)
      due.insert(255, 1)
      due.insert(7, 2)
    })
    expect(taken(diary, 6)).toEqual([])
    expect(taken(diary, 7)).toEqual([2, 9])
    expect(taken(diary, 7)).toEqual([])
    expect(taken(diary, 300)).toEqual([1, 5])
  })

  it('keeps what does not fit for the next block, before what is due later', () => {
    const diary = open()
    diary.block((due) => {
      for (let item = 0; item < 5; item++) due.insert(10, item)
      due.insert(11, 50)
    })
    expect(taken(diary, 10, 2)).toEqual([0, 1])
    expect(taken(diary, 11, 2)).toEqual([2, 3])
    expect(taken(diary, 12, 3)).toEqual([4, 50])
  })

  it('forgets what is removed, and nothing else', () => {
    const diary = open()
    diary.block((due) => {
      due.insert(3, 1)
      due.insert(3, 2)
      due.insert(4, 1)
    })
    diary.block((due) => {
      due.remove(3, 1)
      due.remove(9, 9)
    })
    expect(taken(diary, 9)).toEqual([2, 1])
  })

  it('gives what is inserted while its block is dealt with to the next one', () => {
    const diary = open()
    diary.block((due) => due.insert(3, 1))
    diary.block((due) => {
      for (const item of due.take(3, roomFor(10))) due.insert(3, item + 1)
    })
    expect(taken(diary, 4)).toEqual([2])
  })

  it('is what a sorted list would be, whatever is done with it', () => {
    const item = fc.constantFrom(0, 1, 7, 300)
    const at = fc.constantFrom(0, 1, 255, 256, 70_000)
    const step = fc.record({
      act: fc.constantFrom('insert', 'insert', 'remove', 'take'),
      at,
      item,
      most: fc.nat({ max: 4 }),
    })
    fc.assert(
      fc.property(fc.array(fc.array(step, { maxLength: 6 }), { maxLength: 6 }), (blocks) => {
        const diary = open()
        const model = new Set<string>()
        // An item's order is that of its bytes: 300 is 2c 01, before 1.
        const sorted = () =>
          [...model]
            .map((entry) => entry.split(' ').map(Number) as [number, number])
            .sort(([a, x], [b, y]) => a - b || (x & 255) - (y & 255) || x - y)
        for (const steps of blocks) {
          diary.block((due) => {
            for (const { act, at: block, item: number, most } of steps) {
              if (act === 'insert') due.insert(block, number)
              else if (act === 'remove') due.remove(block, number)
              else {
                const wanted = sorted()
                  .filter(([when]) => when <= block)
                  .slice(0, most)
                expect([...due.take(block, roomFor(most))]).toEqual(wanted.map(([, what]) => what))
                for (const entry of wanted) model.delete(entry.join(' '))
              }
              if (act === 'insert') model.add(`${block} ${number}`)
              if (act === 'remove') model.delete(`${block} ${number}`)
            }
          })
        }
      }),
      { numRuns: 100 },
    )
  })

  it('costs what is due, with ten thousand items in one block', () => {
    const diary = open()
    diary.block((due) => {
      for (let item = 0; item < 10_000; item++) due.insert(50, item)
    })
    const idle = diary.block((due) => expect([...due.take(49, roomFor(100))]).toEqual([]))
    expect([idle, diary.asked.keys < 20, diary.asked.values < 20]).toEqual([0, true, true])
    const changes = diary.block((due) => {
      due.insert(50, 10_000)
      due.remove(50, 5_000)
    })
    expect([changes, diary.asked]).toEqual([2, { keys: 0, values: 0 }])
    const removed = diary.block((due) => expect([...due.take(50, roomFor(100))]).toHaveLength(100))
    expect([removed, diary.asked.keys < 300]).toEqual([100, true])
  })
})
