/**
 * What a simulated market reads of its chain, all at once, without waiting.
 *
 * Owns: these readings. Does not own: the storage items themselves (the pallets).
 */
import {
  decodeEvent,
  eventOf,
  storageOf,
  type EventDescriptor,
  type StorageDescriptor,
} from '#chain/api/descriptors.ts'
import type { FinalizedBlock } from '#chain/api/chain-port.ts'
import { Contract, Copy } from '#types/domain/hosting/contract.ts'
import { hostingEvents } from '#types/domain/hosting/market.ts'
import { Donation, Pool } from '#types/domain/hosting/pool.ts'
import { AccountId, AccountInfo, H256 } from '#types/scale/account.ts'
import { balanceOf } from '#types/scale/balance.ts'
import { decode, encode, type Codec } from '#types/scale/codec.ts'
import type { AnyCodec, Fields, TupleOf, Values } from '#types/scale/compound.ts'
import { u32, u64 } from '#types/scale/primitives.ts'
import type { World } from '#worker/simulation/play.ts'

type State = Pick<World, 'face' | 'state'>

export const accounts = storageOf('System', 'Account', [AccountId], AccountInfo)
export const pools = storageOf('Hosting', 'Pools', [H256], Pool)
export const donations = storageOf('Hosting', 'Donations', [H256, AccountId], Donation)
export const burned = storageOf('Hosting', 'Burned', [H256], balanceOf)
export const contracts = storageOf('Hosting', 'Contracts', [u32], Contract)

const events = hostingEvents
export const copyAssigned = eventOf('Hosting', 'CopyAssigned', events.CopyAssigned)
export const copyFailed = eventOf('Hosting', 'CopyFailed', events.CopyFailed)
export const storageProven = eventOf('Hosting', 'StorageProven', events.StorageProven)
export const storageMissed = eventOf('Hosting', 'StorageMissed', events.StorageMissed)
export const paid = eventOf('Hosting', 'Paid', events.Paid)
export const bondCharged = eventOf('Workers', 'BondCharged', { account: AccountId, amount: balanceOf })

/** The value of an item; its default or undefined where it is not set. */
export function stored<K extends readonly AnyCodec[], V>(
  { face, state }: State,
  { pallet, name, keys: codecs, value }: StorageDescriptor<K, V>,
  ...keys: TupleOf<K>
): V | undefined {
  const parts = (keys as readonly unknown[]).map((key, at) => encode(codecs[at] as Codec<unknown>, key))
  const bytes = face.get(state, pallet, name, parts)
  return bytes && decode(value, bytes)
}

/** All values of a map under its last key. */
function all<T>(
  { face, state }: State,
  pallet: string,
  item: string,
  codec: Codec<T>,
): readonly (readonly [Uint8Array, T])[] {
  return face.entries(state, pallet, item, []).map(([keys, bytes]) => [keys.at(-1)!, decode(codec, bytes)] as const)
}

/** A copy with its number and its contract. */
export interface PlacedCopy {
  readonly id: bigint
  readonly copy: Copy
  readonly contract: Contract
}

/** All copies, in the order of their numbers. */
export function copiesIn(state: State): readonly PlacedCopy[] {
  const known = new Map<number, Contract>()
  return all(state, 'Hosting', 'Copies', Copy)
    .map(([key, copy]) => {
      const contract = known.get(copy.contract) ?? stored(state, contracts, copy.contract)!
      known.set(copy.contract, contract)
      return { id: decode(u64, key), copy, contract }
    })
    .toSorted((a, b) => (a.id < b.id ? -1 : 1))
}

/** All pools. */
export const poolsIn = (state: State): readonly Pool[] => all(state, 'Hosting', 'Pools', Pool).map(([, pool]) => pool)

/** The fields of the events of one kind in a block. */
export const heard = <F extends Fields>(
  { events: all }: FinalizedBlock,
  event: EventDescriptor<F>,
): readonly Values<F>[] => all.map((record) => decodeEvent(event, record)).filter((fields) => fields !== undefined)
