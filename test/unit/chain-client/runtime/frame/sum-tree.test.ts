/** A tree of sums draws like a list of all weights, and reads few nodes. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { utf8 } from '#types/bytes.ts'
import { blake2b256 } from '#types/crypto/hash.ts'
import { weightedSample } from '#types/domain/draw.ts'
import { u8 } from '#types/scale/primitives.ts'
import { FrameBuilder } from '#chain/runtime/frame/construct.ts'
import { Externalities } from '#chain/runtime/frame/externalities.ts'
import { pallet } from '#chain/runtime/frame/pallet.ts'
import { openSumTree, SUM_TREE_PLACES, sumTrees, type SumTree } from '#chain/runtime/frame/sum-tree.ts'
import { Trie } from '#chain/trie/trie.ts'
import { TestLog } from '../../../../helpers/runtime.ts'

const forest = pallet({
  name: 'Forest',
  docs: 'Trees of sums.',
  storage: { nodes: sumTrees('Nodes.', u8) },
  exports: ({ storage }) => ({ tree: (key: number): SumTree => openSumTree(storage.nodes, key) }),
})

/** Trees in a block of their own, on a state that says how many values were read. */
function open() {
  const builder = new FrameBuilder(new TestLog())
  const exports = builder.add(1, forest)
  builder.build()
  let state = Trie.empty()
  return {
    tree: exports.tree,
    block<T>(act: () => T): { readonly result: T; readonly reads: number; readonly writes: number } {
      let reads = 0
      const counting = {
        get(key: Uint8Array) {
          reads++
          return state.get(key)
        },
        keys: state.keys.bind(state),
      }
      const env = new Externalities(counting, { number: 1, parentHash: new Uint8Array(32), digest: [] })
      const result = builder.current.run(env, act)
      const changes = env.overlay.changes()
      state = state.apply(changes.map(([key, value]) => [new Uint8Array(key), value && new Uint8Array(value)] as const))
      return { result, reads, writes: changes.length }
    },
    size: (): number => [...state.entries(new Uint8Array())].length,
  }
}

const seedOf = (text: string): Uint8Array => blake2b256(utf8(text))

describe('a sum tree', () => {
  it('draws what a weighted sample of all places draws, whatever was set before, and without whom it is told', () => {
    const place = fc.oneof(fc.nat({ max: 70 }), fc.constantFrom(1_023, 1_024, 40_000, SUM_TREE_PLACES - 1))
    const setting = fc.tuple(place, fc.bigInt({ min: 0n, max: 5n }))
    fc.assert(
      fc.property(
        fc.array(setting, { maxLength: 60 }),
        fc.array(place, { maxLength: 4 }),
        fc.nat({ max: 9 }),
        fc.string(),
        (settings, without, count, text) => {
          const { tree, block } = open()
          const model = new Map<number, bigint>()
          block(() => {
            for (const [at, weight] of settings) {
              tree(1).set(at, weight)
              model.set(at, weight)
            }
            tree(2).set(3, 1_000n)
          })
          const candidates = [...model]
            .toSorted(([a], [b]) => a - b)
            .filter(([at]) => !without.includes(at))
            .map(([id, weight]) => ({ id, weight }))
          const seed = seedOf(text)
          const { result } = block(() => tree(1).sample(seed, 'who', count, without))
          expect(result).toEqual(weightedSample(seed, 'who', candidates, count))
        },
      ),
    )
  })

  it('draws these', () => {
    const { tree, block } = open()
    block(() => {
      for (let place = 0; place < 100; place++) tree(0).set(place, BigInt(1 + (place % 7)))
    })
    const { result } = block(() => tree(0).sample(seedOf('a seed'), 'label', 6, [3, 50]))
    expect(result).toEqual([58, 33, 6, 65, 26, 5])
  })

  it('draws in proportion to weight', () => {
    const { tree, block } = open()
    const weights = [1n, 0n, 2n, 5n]
    const places = [0, 40, 2_000, 70_000]
    block(() => places.forEach((place, i) => tree(0).set(place, weights[i]!)))
    const hits = new Map<number, number>()
    block(() => {
      for (let i = 0; i < 4_000; i++)
        for (const place of tree(0).sample(seedOf(`draw ${i}`), 'w', 1, [])) hits.set(place, (hits.get(place) ?? 0) + 1)
    })
    // 500, 1,000 and 2,500 expected; four standard deviations are 84, 110 and 123.
    expect(hits.get(40)).toBeUndefined()
    expect(Math.abs(hits.get(0)! - 500)).toBeLessThan(84)
    expect(Math.abs(hits.get(2_000)! - 1_000)).toBeLessThan(110)
    expect(Math.abs(hits.get(70_000)! - 2_500)).toBeLessThan(123)
  })

  it('draws in proportion to weight among those left', () => {
    const { tree, block } = open()
    const weights = [1n, 2n, 5n]
    block(() => weights.forEach((weight, place) => tree(0).set(place, weight)))
    let lightFirst = 0
    let thenHeavy = 0
    block(() => {
      for (let i = 0; i < 8_000; i++) {
        const [first, second] = tree(0).sample(seedOf(`pair ${i}`), 'w', 2, [])
        if (first !== 0) continue
        lightFirst++
        if (second === 2) thenHeavy++
      }
    })
    // Five of seven of about a thousand; four standard deviations are 57.
    expect(Math.abs(thenHeavy - (lightFirst * 5) / 7)).toBeLessThan(58)
  })

  it('reads as many nodes a draw as it is high, of ten thousand places with weight and as many without', () => {
    const { tree, block } = open()
    block(() => {
      for (let place = 0; place < 20_000; place++) tree(0).set(place, place % 2 === 0 ? 500_000n : 1n)
      for (let place = 1; place < 20_000; place += 2) tree(0).set(place, 0n)
    })
    const { result, reads, writes } = block(() => tree(0).sample(seedOf('x'), 'w', 10, []))
    expect([new Set(result).size, result.every((place) => place % 2 === 0), writes]).toEqual([10, true, 0])
    expect(reads).toBeLessThanOrEqual(50)
    const change = block(() => tree(0).set(7_777, 3n))
    expect([change.reads, change.writes]).toEqual([5, 5])
  })

  it('stores nothing where no weight is left', () => {
    const { tree, block, size } = open()
    block(() => [5, 2_000_000].forEach((place) => tree(0).set(place, 9n)))
    expect(size()).toBe(9)
    block(() => [5, 2_000_000].forEach((place) => tree(0).set(place, 0n)))
    expect([size(), block(() => tree(0).sample(seedOf('x'), 'w', 1, [])).result]).toEqual([0, []])
  })
})
