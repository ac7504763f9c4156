/**
 * A tree of sums: weights at numbered places, and draws of places in proportion to weight.
 *
 * Owns: the storage of the tree, changing one weight, drawing.
 *
 * A node holds the sums of its children; a leaf holds the weights of as many places. So changing a weight writes one node per
 * level, and a draw reads one per level, for any number of places and any weights. Places of weight zero cost a draw nothing,
 * however many there are. Nodes whose sums are all zero are not stored.
 */
import { drawBelow } from '#types/domain/draw.ts'
import { AssayError } from '#types/errors.ts'
import type { Codec } from '#types/scale/codec.ts'
import { array } from '#types/scale/compound.ts'
import { u32, u64, u8 } from '#types/scale/primitives.ts'
import { Twox64Concat } from '#types/scale/storage-key.ts'
import { nMap, type Item, type MapAccess } from './storage.ts'

const CHILD_BITS = 5
const CHILDREN = 1 << CHILD_BITS
/** Levels of nodes; the leaves are level 0. */
export const SUM_TREE_LEVELS = 5
/** Places that a tree has, numbered from 0. */
export const SUM_TREE_PLACES = CHILDREN ** SUM_TREE_LEVELS

const NO_SUMS: readonly bigint[] = Array.from({ length: CHILDREN }, () => 0n)

type Nodes<K> = [K, number, number]

/** Declares the storage of trees, one for each key: nodes by key, level and number in the level. */
export const sumTrees = <K>(docs: string, key: Codec<K>): Item<Nodes<K>, readonly bigint[], readonly bigint[]> =>
  nMap<Nodes<K>, readonly bigint[]>(docs, [key, u8, u32], array(u64, CHILDREN), {
    hashers: [Twox64Concat, Twox64Concat, Twox64Concat],
    default: NO_SUMS,
  })

/** One tree. Places are numbers below {@link SUM_TREE_PLACES}, a weight is zero until it is set. */
export interface SumTree {
  weight(place: number): bigint
  /** @throws ScaleError where the weight is negative, or the sum of all passes 64 bits. */
  set(place: number, weight: bigint): void
  /**
   * Draws up to `count` different places, in proportion to weight among those left; never those of `without`. Gives the same as
   * `weightedSample` of all places in their order. Fewer where no more have a weight.
   * @throws AssayError `BAD_SUMS` where stored sums do not add up, because somebody wrote them by hand.
   */
  sample(seed: Uint8Array, label: string, count: number, without: readonly number[]): number[]
}

/** The weights to subtract from the sums of a tree during a draw, by level and number in the level. */
class LeftOut {
  readonly #weights = new Map<number, bigint>()
  #total = 0n

  /** The sum of all weights that are left out. */
  get total(): bigint {
    return this.#total
  }

  add(place: number, weight: bigint): void {
    this.#total += weight
    for (let level = 0; level < SUM_TREE_LEVELS; level++) {
      const key = this.#key(level, place >> (level * CHILD_BITS))
      this.#weights.set(key, (this.#weights.get(key) ?? 0n) + weight)
    }
  }

  of(level: number, child: number): bigint {
    return this.#weights.get(this.#key(level, child)) ?? 0n
  }

  #key(level: number, child: number): number {
    return level * SUM_TREE_PLACES + child
  }
}

/** The tree under a key. */
export function openSumTree<K>(nodes: MapAccess<Nodes<K>, readonly bigint[], readonly bigint[]>, key: K): SumTree {
  const sumsOf = (level: number, index: number): readonly bigint[] => nodes.get(key, level, index)
  const weight = (place: number): bigint => sumsOf(0, place >> CHILD_BITS)[place % CHILDREN]!

  const add = (level: number, child: number, difference: bigint): void => {
    const index = child >> CHILD_BITS
    const sums = sumsOf(level, index).with(child % CHILDREN, sumsOf(level, index)[child % CHILDREN]! + difference)
    if (sums.every((sum) => sum === 0n)) nodes.remove(key, level, index)
    else nodes.put(key, level, index, sums)
  }

  /** The place where the sum of all weights before it passes `at`. */
  const find = (at: bigint, leftOut: LeftOut): number => {
    let node = 0
    let before = 0n
    for (let level = SUM_TREE_LEVELS - 1; level >= 0; level--) {
      const child = sumsOf(level, node).findIndex((sum, i) => {
        const own = sum - leftOut.of(level, node * CHILDREN + i)
        if (at < before + own) return true
        before += own
        return false
      })
      if (child === -1)
        throw new AssayError('BAD_SUMS', `expected a child of node ${node} in level ${level} at ${at}, got none`)
      node = node * CHILDREN + child
    }
    return node
  }

  return {
    weight,
    set(place, wanted) {
      const difference = wanted - weight(place)
      if (difference === 0n) return
      for (let level = 0; level < SUM_TREE_LEVELS; level++) add(level, place >> (level * CHILD_BITS), difference)
    },
    sample(seed, label, count, without) {
      const leftOut = new LeftOut()
      const all = sumsOf(SUM_TREE_LEVELS - 1, 0).reduce((sum, child) => sum + child, 0n)
      for (const place of new Set(without)) leftOut.add(place, weight(place))
      const chosen: number[] = []
      while (chosen.length < count && leftOut.total < all) {
        const place = find(drawBelow(seed, label, chosen.length, all - leftOut.total), leftOut)
        leftOut.add(place, weight(place))
        chosen.push(place)
      }
      return chosen
    },
  }
}
