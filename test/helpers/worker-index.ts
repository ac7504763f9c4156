/**
 * What pallet Workers knows for its draws, against what follows from all workers.
 *
 * Owns: the comparison, read from storage alone. Does not own: a chain with workers.
 */
import { expect } from 'vitest'
import { toHex } from '#types/bytes.ts'
import { LEAST_WEIGHT, NEWCOMER, Reputation, score, SELECTION_FLOOR } from '#types/domain/reputation.ts'
import { Role, ROLE_NAMES, WorkerRecord, type RoleName } from '#types/domain/worker.ts'
import { AccountId } from '#types/scale/account.ts'
import { decode, encode, type Codec } from '#types/scale/codec.ts'
import { array, struct } from '#types/scale/compound.ts'
import { u32, u64 } from '#types/scale/primitives.ts'
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

/** The weight that follows from a worker's record and reputation. */
function weightOf(state: Trie, block: number, role: RoleName, account: Uint8Array, record: WorkerRecord): bigint {
  const key = storageKey(storagePrefix('Workers', 'Reputations'), [
    [Blake2_128Concat, account],
    [Twox64Concat, encode(Role, role)],
  ])
  const stored = state.get(key)
  const reputation = score(stored ? decode(Reputation, stored) : NEWCOMER)
  const { status, duties, capacity, lastSeen } = record
  const isFree = status === 'Active' && duties < capacity && block - lastSeen <= SILENCE_LIMIT
  return isFree && reputation >= SELECTION_FLOOR ? BigInt(Math.max(reputation, LEAST_WEIGHT)) : 0n
}

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
  const nodes = ofRole(state, 'Weights', role, array(u64, CHILDREN)).map(([key, sums]) =>
    nodeText(key[8]!, decode(u32, key.subarray(-4)), sums),
  )
  const rosters = ofRole(state, 'Rosters', role, struct({ places: u32, eligible: u32 })).map(
    ([, { places, eligible }]) => `${places} places, ${eligible} eligible`,
  )
  return [...seatTexts(seats), ...seatTexts(places), ...nodes.toSorted(), ...rosters].join('\n')
}

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
    const weights = registered.map(([who, record]) => weightOf(state, block, role, who, record))
    const eligible = weights.filter((weight) => weight > 0n).length
    const roster = seats.length === 0 ? [] : [`${seats.length} places, ${eligible} eligible`]
    const wanted = [...seats, ...seats, ...treeOf(weights).toSorted(), ...roster].join('\n')
    expect(storedIndex(state, role)).toBe(wanted)
  }
}
