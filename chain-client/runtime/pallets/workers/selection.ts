/**
 * Drawing workers for duties in pallet Workers: trees of weights for each role, kept up to date with every change of a worker.
 *
 * Owns: the places of workers in a role, their weights, the draw. Does not own: computing a worker's weight (the register).
 *
 * Every registered worker has a place in each of its roles, in any state. Places are numbered from 0 without gaps: when a worker
 * leaves, the last one moves into its place. A worker that may get no duty has weight zero. So a draw costs the same among ten
 * workers and among a million, and swarms of newcomers that are dead, busy, paused or in disrepute cost it nothing.
 *
 * Proven and unproven workers lie in trees of their own. Unproven ones get at most a fifth of the seats of a draw, and at least one
 * seat is open to them. They get more only where a role has too few proven ones, busy ones included, as on a young chain. Workers that
 * have as many duties as they take do not make room for others: where more than a third of the weight is busy, nobody is drawn.
 */
import { drawBelow } from '#types/domain/draw.ts'
import { Role, type RoleName } from '#types/domain/worker.ts'
import { AccountId } from '#types/scale/account.ts'
import { struct } from '#types/scale/compound.ts'
import type { ValueOf } from '#types/scale/codec.ts'
import { bool, u32, u64 } from '#types/scale/primitives.ts'
import { Blake2_128Concat, Twox64Concat } from '#types/scale/storage-key.ts'
import type { Self } from '../../frame/pallet.ts'
import { doubleMap, map } from '../../frame/storage.ts'
import { openSumTree, SUM_TREE_PLACES, sumTrees, type SumTree } from '../../frame/sum-tree.ts'

/** Unproven workers get one of so many seats. */
const SEATS_PER_UNPROVEN = 5
/** A draw waits where more than one of so many parts of the weight is busy. */
const BUSY_PARTS = 3n

const Standing = struct(
  {
    /** Its weight in draws. Above zero. */
    weight: u64,
    isProven: bool,
    /** Whether it has all the duties that it takes. It keeps its weight and is not drawn. */
    isBusy: bool,
  },
  { path: ['pallet_workers', 'Standing'], docs: ['A worker that gets duties as soon as it has room for them.'] },
)
/** @see Standing */
export type Standing = ValueOf<typeof Standing>

const Crowd = struct(
  { workers: u32, busy: u32, weight: u64, busyWeight: u64 },
  {
    path: ['pallet_workers', 'Crowd'],
    docs: ['Workers with a standing: how many, and their weight; and those that are busy.'],
  },
)
type Crowd = ValueOf<typeof Crowd>
const NOBODY: Crowd = { workers: 0, busy: 0, weight: 0n, busyWeight: 0n }

const Roster = struct(
  {
    /** Number of used places, which is the number of workers. */
    places: u32,
    proven: Crowd,
    unproven: Crowd,
  },
  { path: ['pallet_workers', 'Roster'], docs: ['How many workers a role has, and how many get duties.'] },
)

export const selectionStorage = {
  rosters: map('How many workers a role has.', Role, Roster, {
    hasher: Twox64Concat,
    default: { places: 0, proven: NOBODY, unproven: NOBODY },
  }),
  placeOf: doubleMap('The place of a worker in a role.', [Role, AccountId], u32, {
    hashers: [Twox64Concat, Blake2_128Concat],
  }),
  workerAt: doubleMap('The worker at a place in a role.', [Role, u32], AccountId, {
    hashers: [Twox64Concat, Twox64Concat],
  }),
  standings: doubleMap('Workers that get duties as soon as they have room for them.', [Role, AccountId], Standing, {
    hashers: [Twox64Concat, Blake2_128Concat],
  }),
  weights: sumTrees(
    'Weights of proven workers in draws: of the places in a role (level 0), 32 a node, and sums of 32 nodes of the level below.',
    Role,
  ),
  unprovenWeights: sumTrees('The same of unproven workers.', Role),
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

/** A worker that was drawn. */
export interface Drawn {
  readonly account: Uint8Array
  readonly noiseKey: Uint8Array
}

/** @see createSelection */
export interface Available {
  /** Seats of the draw that workers could take. */
  readonly eligible: number
  /** Too much of the weight is busy, so nobody is drawn, whoever is eligible. */
  readonly areBusy: boolean
}

/** The crowd with a worker more (1) or less (-1). */
const counted = (crowd: Crowd, { weight, isBusy }: Standing, sign: 1 | -1): Crowd => ({
  workers: crowd.workers + sign,
  busy: crowd.busy + (isBusy ? sign : 0),
  weight: crowd.weight + BigInt(sign) * weight,
  busyWeight: crowd.busyWeight + (isBusy ? BigInt(sign) * weight : 0n),
})

const isCrowded = ({ weight, busyWeight }: Crowd): boolean => busyWeight * BUSY_PARTS > weight
const free = ({ workers, busy }: Crowd): number => workers - busy

const isSame = (a: Standing | undefined, b: Standing | undefined): boolean =>
  a?.weight === b?.weight && a?.isProven === b?.isProven && a?.isBusy === b?.isBusy

/** Places of one class in the order drawn, and the weight that is left in the class. */
interface Line {
  readonly places: readonly number[]
  readonly tree: SumTree
  weight: bigint
}

/**
 * The first `count` places of two lines. Each seat goes to a class by the weight that is left in it, so that the two give the same
 * chances as one draw from both.
 */
function merge(seed: Uint8Array, label: string, count: number, first: Line, second: Line): readonly number[] {
  const chosen: number[] = []
  const at = [0, 0]
  while (chosen.length < count) {
    const isSecondDue =
      at[0] === first.places.length ||
      (at[1]! < second.places.length &&
        drawBelow(seed, label, chosen.length, first.weight + second.weight) >= first.weight)
    const [line, index] = isSecondDue ? [second, at[1]!++] : [first, at[0]!++]
    const place = line.places[index]!
    line.weight -= line.tree.weight(place)
    chosen.push(place)
  }
  return chosen
}

/** The functions by which the pallet changes places and weights. */
export function createSelection(storage: SelectionStorage) {
  const treeOf = (role: RoleName, isProven: boolean): SumTree =>
    openSumTree(isProven ? storage.weights : storage.unprovenWeights, role)

  const addPlaces = (role: RoleName, places: 1 | -1): void => {
    const roster = storage.rosters.get(role)
    const changed = { ...roster, places: roster.places + places }
    if (changed.places === 0) storage.rosters.remove(role)
    else storage.rosters.put(role, changed)
  }

  const count = (role: RoleName, standing: Standing, sign: 1 | -1): void => {
    const roster = storage.rosters.get(role)
    const crowd = standing.isProven ? 'proven' : 'unproven'
    storage.rosters.put(role, { ...roster, [crowd]: counted(roster[crowd], standing, sign) })
  }

  /** Gives a place the weight of a standing; none leaves it without. */
  const weigh = (role: RoleName, place: number, before: Standing | undefined, after: Standing | undefined): void => {
    if (before && before.isProven !== after?.isProven) treeOf(role, before.isProven).set(place, 0n)
    if (after) treeOf(role, after.isProven).set(place, after.isBusy ? 0n : after.weight)
  }

  const seat = (role: RoleName, place: number, account: Uint8Array): void => {
    storage.placeOf.put(role, account, place)
    storage.workerAt.put(role, place, account)
  }

  const setStanding = (
    role: RoleName,
    account: Uint8Array,
    place: number,
    before: Standing | undefined,
    after: Standing | undefined,
  ): void => {
    if (isSame(before, after)) return
    weigh(role, place, before, after)
    if (before) count(role, before, -1)
    if (after) count(role, after, 1)
    if (after) storage.standings.put(role, account, after)
    else storage.standings.remove(role, account)
  }

  /** The workers among whom a draw chooses, and how many seats they can take. */
  const field = ({ role, count, without }: Draw) => {
    let { proven, unproven } = storage.rosters.get(role)
    const barred = new Set<number>()
    for (const account of without) {
      const standing = storage.standings.get(role, account)
      const place = standing && storage.placeOf.get(role, account)!
      if (!standing || place === undefined || barred.has(place)) continue
      barred.add(place)
      if (standing.isProven) proven = counted(proven, standing, -1)
      else unproven = counted(unproven, standing, -1)
    }
    const share = Math.max(1, Math.floor(count / SEATS_PER_UNPROVEN))
    const open = Math.max(share, count - proven.workers)
    const areBusy = isCrowded(proven) || (open > share && isCrowded(unproven))
    return { proven, unproven, barred, open, areBusy, eligible: free(proven) + Math.min(open, free(unproven)) }
  }

  return {
    /** Whether a role has no place for another worker. */
    isFull: (role: RoleName): boolean => storage.rosters.get(role).places === SUM_TREE_PLACES,
    /** Sets the standing of a worker in a role; undefined for one that gets no duties. A worker without a place there gets one. */
    set(role: RoleName, account: Uint8Array, standing: Standing | undefined): void {
      let place = storage.placeOf.get(role, account)
      if (place === undefined) {
        place = storage.rosters.get(role).places
        seat(role, place, account)
        addPlaces(role, 1)
      }
      setStanding(role, account, place, storage.standings.get(role, account), standing)
    },
    /** Gives up a worker's place in a role, where it has one. */
    remove(role: RoleName, account: Uint8Array): void {
      const place = storage.placeOf.get(role, account)
      if (place === undefined) return
      setStanding(role, account, place, storage.standings.get(role, account), undefined)
      const last = storage.rosters.get(role).places - 1
      if (place !== last) {
        const mover = storage.workerAt.get(role, last)!
        const standing = storage.standings.get(role, mover)
        weigh(role, last, standing, undefined)
        seat(role, place, mover)
        weigh(role, place, undefined, standing)
      }
      storage.placeOf.remove(role, account)
      storage.workerAt.remove(role, last)
      addPlaces(role, -1)
    },
    /** Whom a draw could seat now. */
    available(wanted: Draw): Available {
      const { eligible, areBusy } = field(wanted)
      return { eligible: Math.min(eligible, wanted.count), areBusy }
    },
    /**
     * Draws `count` different workers by weight, in the order drawn; undefined where fewer may get a duty, or where too much of the
     * weight is busy.
     */
    draw(wanted: Draw): readonly Uint8Array[] | undefined {
      const { role, seed, label, count } = wanted
      const { proven, unproven, barred, open, areBusy, eligible } = field(wanted)
      if (areBusy || eligible < count) return undefined
      const line = (isProven: boolean, most: number, { weight, busyWeight }: Crowd): Line => {
        const tree = treeOf(role, isProven)
        const own = isProven ? label : `${label}/unproven`
        return { tree, places: tree.sample(seed, own, most, [...barred]), weight: weight - busyWeight }
      }
      return merge(seed, `${label}/class`, count, line(true, count, proven), line(false, open, unproven)).map((place) =>
        storage.workerAt.get(role, place)!,
      )
    },
  }
}
