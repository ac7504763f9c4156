/**
 * What pallet Workers knows for its draws, against what follows from all workers.
 *
 * Owns: the comparison, read from storage alone. Does not own: a chain with workers.
 */
import { expect } from 'vitest'
import { toHex } from '#types/bytes.ts'
import { Bond, NO_BOND } from '#types/domain/bond.ts'
import { LEAST_WEIGHT, NEWCOMER, PROVEN, Reputation, score, SELECTION_FLOOR } from '#types/domain/reputation.ts'
import { Role, ROLE_NAMES, WorkerRecord, type RoleName } from '#types/domain/worker.ts'
import { AccountId } from '#types/scale/account.ts'
import { decode, encode, type Codec, type ValueOf } from '#types/scale/codec.ts'
import { array, struct } from '#types/scale/compound.ts'
import { bool, u32, u64 } from '#types/scale/primitives.ts'
import { Blake2_128Concat, storageKey, storagePrefix, Twox64Concat } from '#types/scale/storage-key.ts'
import type { Trie } from '#chain/trie/trie.ts'

/** Blocks. */
const SILENCE_LIMIT = 60
const CHILDREN = 32
const LEVELS = [0, 1, 2, 3, 4]

const ascending = <T>(entries: readonly (readonly [number, T])[]) => entries.toSorted(([a], [b]) => a - b)

/** An item's entries that have this role as their first key: the rest of the key, and the value. */
function ofRole<T>(state: Trie, item: string, role: RoleName, codec: Codec<T>): (readonly [Uint8Array, T])[] {
  const prefix = storageKey(storagePrefix('Workers', item), [[Twox64Concat, encode(Role, role)]])
  return [...state.entries(prefix)].map(([key, bytes]) => [key.subarray(prefix.length), decode(codec, bytes)] as const)
}

/** A worker that gets duties as soon as it has room for them. */
interface Standing {
  readonly weight: bigint
  readonly isProven: boolean
  readonly isBusy: boolean
}

/** The standing that follows from a worker's record, reputation and bond. */
function standingOf(
  state: Trie,
  block: number,
  role: RoleName,
  account: Uint8Array,
  record: WorkerRecord,
): Standing | undefined {
  const key = storageKey(storagePrefix('Workers', 'Reputations'), [
    [Blake2_128Concat, account],
    [Twox64Concat, encode(Role, role)],
  ])
  const stored = state.get(key)
  const reputation = score(stored ? decode(Reputation, stored) : NEWCOMER)
  const bytes = state.get(storageKey(storagePrefix('Workers', 'Bonds'), [[Blake2_128Concat, account]]))
  const { held, required } = bytes ? decode(Bond, bytes) : NO_BOND
  const { status, duties, capacity, lastSeen } = record
  const isReady = status === 'Active' && held >= required && block - lastSeen <= SILENCE_LIMIT
  if (!isReady || reputation < SELECTION_FLOOR) return undefined
  const weight = BigInt(Math.max(reputation, LEAST_WEIGHT))
  return { weight, isProven: reputation >= PROVEN, isBusy: duties >= capacity }
}

const StoredStanding = struct({ weight: u64, isProven: bool, isBusy: bool })
const Crowd = struct({ workers: u32, busy: u32, weight: u64, busyWeight: u64 })
const Roster = struct({ places: u32, proven: Crowd, unproven: Crowd })

const sum = (standings: readonly Standing[]): bigint => standings.reduce((total, { weight }) => total + weight, 0n)
const crowdText = (standings: readonly Standing[]): string => {
  const busy = standings.filter(({ isBusy }) => isBusy)
  return `${standings.length} workers, ${busy.length} busy, weight ${sum(standings)}, busy ${sum(busy)}`
}
const standingText = (account: Uint8Array, { weight, isProven, isBusy }: Standing): string =>
  `${toHex(account)} ${weight} ${isProven} ${isBusy}`

/** A node as text: level and number, and its sums. */
const nodeText = (level: number, number: number, sums: readonly bigint[]): string => `${level}/${number} ${sums.join()}`

/** Nodes of the tree of these weights, none of zeros only. */
function treeOf(weights: readonly bigint[]): readonly string[] {
  const nodes: string[] = []
  let sums = weights
  for (const level of LEVELS) {
    const parts = Array.from({ length: Math.ceil(sums.length / CHILDREN) }, (_, i) =>
      Array.from({ length: CHILDREN }, (_, child) => sums[CHILDREN * i + child] ?? 0n),
    )
    for (const [i, part] of parts.entries()) if (part.some((sum) => sum > 0n)) nodes.push(nodeText(level, i, part))
    sums = parts.map((part) => part.reduce((total, sum) => total + sum, 0n))
  }
  return nodes
}

/** What is stored for the draws of a role, as text. */
function storedIndex(state: Trie, role: RoleName): string {
  const seats = ofRole(state, 'WorkerAt', role, AccountId).map(
    ([key, who]) => [decode(u32, key.subarray(-4)), who] as const,
  )
  const places = ofRole(state, 'PlaceOf', role, u32).map(([key, place]) => [place, key.subarray(-32)] as const)
  const nodes = ['Weights', 'UnprovenWeights'].flatMap((item) =>
    ofRole(state, item, role, array(u64, CHILDREN))
      .map(([key, sums]) => nodeText(key[8]!, decode(u32, key.subarray(-4)), sums))
      .toSorted(),
  )
  const standings = ofRole(state, 'Standings', role, StoredStanding).map(([key, standing]) =>
    standingText(key.subarray(-32), standing),
  )
  const rosters = ofRole(state, 'Rosters', role, Roster).map(([, { places, proven, unproven }]) =>
    [`${places} places`, ...[proven, unproven].map(storedCrowdText)].join('; '),
  )
  return [...seatTexts(seats), ...seatTexts(places), ...nodes, ...standings.toSorted(), ...rosters].join('\n')
}

const storedCrowdText = ({ workers, busy, weight, busyWeight }: ValueOf<typeof Crowd>): string =>
  `${workers} workers, ${busy} busy, weight ${weight}, busy ${busyWeight}`

const seatTexts = (seats: readonly (readonly [number, Uint8Array])[]): string[] =>
  ascending(seats).map(([place, who]) => `${place} ${toHex(who)}`)

/** The index is what a look at all workers would make of it, each worker at the place that it has, without gaps. */
export function expectIndexed(state: Trie, block: number): void {
  const workers = [...state.entries(storagePrefix('Workers', 'Workers'))].map(
    ([key, bytes]) => [key.subarray(-32), decode(WorkerRecord, bytes)] as const,
  )
  for (const role of ROLE_NAMES) {
    const placeOf = new Map(
      ofRole(state, 'PlaceOf', role, u32).map(([key, place]) => [toHex(key.subarray(-32)), place]),
    )
    const registered = workers
      .filter(([, { roles }]) => roles.includes(role))
      .toSorted(([a], [b]) => (placeOf.get(toHex(a)) ?? 0) - (placeOf.get(toHex(b)) ?? 0))
    const seats = seatTexts(registered.map(([who], place) => [place, who] as const))
    const standings = registered.map(([who, record]) => standingOf(state, block, role, who, record))
    const trees = [true, false].map((proven) =>
      treeOf(standings.map((each) => (each?.isProven === proven && !each.isBusy ? each.weight : 0n))).toSorted(),
    )
    const known = registered.flatMap(([who], place) => {
      const standing = standings[place]
      return standing ? [standingText(who, standing)] : []
    })
    const crowds = [true, false].map((proven) =>
      crowdText(standings.filter((each) => each?.isProven === proven) as Standing[]),
    )
    const roster = seats.length === 0 ? [] : [[`${seats.length} places`, ...crowds].join('; ')]
    const wanted = [...seats, ...seats, ...trees.flat(), ...known.toSorted(), ...roster].join('\n')
    expect(storedIndex(state, role)).toBe(wanted)
  }
}
