/**
 * Drawing workers for duties in pallet Workers: a tree of weights for each role, kept up to date with every change of a worker.
 *
 * Owns: the places of workers in a role, their weights, the draw. Does not own: computing a worker's weight (the register).
 *
 * Every registered worker has a place in each of its roles, in any state. Places are numbered from 0 without gaps: when a worker
 * leaves, the last one moves into its place. A worker that may get no duty has weight zero. So a draw costs the same among ten
 * workers and among a million, and swarms of newcomers that are dead, busy, paused or in disrepute cost it nothing.
 */
import { Role, type RoleName } from '#types/domain/worker.ts'
import { AccountId } from '#types/scale/account.ts'
import { struct } from '#types/scale/compound.ts'
import { u32 } from '#types/scale/primitives.ts'
import { Blake2_128Concat, Twox64Concat } from '#types/scale/storage-key.ts'
import type { Self } from '../../frame/pallet.ts'
import { doubleMap, map } from '../../frame/storage.ts'
import { openSumTree, SUM_TREE_PLACES, sumTrees } from '../../frame/sum-tree.ts'

const Roster = struct(
  {
    /** Number of used places, which is the number of workers. */
    places: u32,
    /** Workers with a weight. */
    eligible: u32,
  },
  { path: ['pallet_workers', 'Roster'], docs: ['How many workers a role has, and how many may be given a duty now.'] },
)

export const selectionStorage = {
  rosters: map('How many workers a role has.', Role, Roster, {
    hasher: Twox64Concat,
    default: { places: 0, eligible: 0 },
  }),
  placeOf: doubleMap('The place of a worker in a role.', [Role, AccountId], u32, {
    hashers: [Twox64Concat, Blake2_128Concat],
  }),
  workerAt: doubleMap('The worker at a place in a role.', [Role, u32], AccountId, {
    hashers: [Twox64Concat, Twox64Concat],
  }),
  weights: sumTrees(
    'Weights in draws: of the places in a role (level 0), 32 a node, and sums of 32 nodes of the level below.',
    Role,
  ),
}

type SelectionStorage = Self<object, typeof selectionStorage, object, object, object>['storage']

/** A draw. `seed` and `label` as in `weightedSample`. */
export interface Draw {
  readonly role: RoleName
  readonly seed: Uint8Array
  readonly label: string
  readonly count: number
  /** Accounts that must not be drawn. */
  readonly without: readonly Uint8Array[]
}

/** The functions by which the pallet changes places and weights. */
export function createSelection(storage: SelectionStorage) {
  const count = (role: RoleName, places: number, eligible: number): void => {
    const roster = storage.rosters.get(role)
    const changed = { places: roster.places + places, eligible: roster.eligible + eligible }
    if (changed.places === 0) storage.rosters.remove(role)
    else storage.rosters.put(role, changed)
  }

  const weigh = (role: RoleName, place: number, weight: bigint): void => {
    const tree = openSumTree(storage.weights, role)
    const before = tree.weight(place)
    tree.set(place, weight)
    if (before === 0n && weight > 0n) count(role, 0, 1)
    if (before > 0n && weight === 0n) count(role, 0, -1)
  }

  const seat = (role: RoleName, place: number, account: Uint8Array): void => {
    storage.placeOf.put(role, account, place)
    storage.workerAt.put(role, place, account)
  }

  return {
    /** Whether a role has no place for another worker. */
    isFull: (role: RoleName): boolean => storage.rosters.get(role).places === SUM_TREE_PLACES,
    /** Sets the weight of a worker in a role. A worker without a place there gets one. */
    set(role: RoleName, account: Uint8Array, weight: bigint): void {
      let place = storage.placeOf.get(role, account)
      if (place === undefined) {
        place = storage.rosters.get(role).places
        seat(role, place, account)
        count(role, 1, 0)
      }
      weigh(role, place, weight)
    },
    /** Gives up a worker's place in a role, where it has one. */
    remove(role: RoleName, account: Uint8Array): void {
      const place = storage.placeOf.get(role, account)
      if (place === undefined) return
      const last = storage.rosters.get(role).places - 1
      const weight = openSumTree(storage.weights, role).weight(last)
      weigh(role, last, 0n)
      if (place !== last) {
        seat(role, place, storage.workerAt.get(role, last)!)
        weigh(role, place, weight)
      }
      storage.placeOf.remove(role, account)
      storage.workerAt.remove(role, last)
      count(role, -1, 0)
    },
    /** Draws `count` different workers by weight, in the order drawn; undefined where fewer may get a duty. */
    draw({ role, seed, label, count, without }: Draw): readonly Uint8Array[] | undefined {
      const tree = openSumTree(storage.weights, role)
      const places = without.flatMap((account) => storage.placeOf.get(role, account) ?? [])
      const barred = [...new Set(places)].filter((place) => tree.weight(place) > 0n)
      if (storage.rosters.get(role).eligible - barred.length < count) return undefined
      return tree.sample(seed, label, count, barred).map((place) => storage.workerAt.get(role, place)!)
    },
  }
}
