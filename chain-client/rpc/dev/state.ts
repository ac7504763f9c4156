/**
 * dev_setStorage, dev_setBalance, dev_timeTravel, dev_setNextTimestamp, dev_setTimestampInterval: setting state and time by hand.
 *
 * Owns: these methods, with Chopsticks' names and options where it has them. Does not own: the names of storage items.
 * Source: Chopsticks, packages/chopsticks/src/plugins/{set-storage,time-travel}.
 *
 * dev_setStorage asks no pallet: sums, counters and indexes that a pallet keeps beside an item stay as they are. So a
 * caller that sets an account's balance with it must set the total issuance too. The other methods see to that.
 */
import { toHex } from '#types/bytes.ts'
import { AccountInfo, NEW_LOGIC_FLAG } from '#types/scale/account.ts'
import { decode, encode } from '#types/scale/codec.ts'
import { U128_MAX, u128 } from '#types/scale/primitives.ts'
import { Blake2_128Concat, storageKey, storagePrefix } from '#types/scale/storage-key.ts'
import { EXISTENTIAL_DEPOSIT } from '#chain/runtime/pallets/balances/ledger.ts'
import type { Node } from '#chain/node/node-interface.ts'
import type { Change, Trie } from '#chain/trie/trie.ts'
import { RPC_CODE, RpcError } from '../errors.ts'
import type { Methods } from '../method.ts'
import { accountId, balance, bytes, either, hash, integer, jsonObject, listOf, optional, text } from '../params.ts'
import { devMethod } from './dev-error.ts'

/** Keys that one call may set, at most. */
const MAX_KEYS = 1_000_000
const TOTAL_ISSUANCE = storagePrefix('Balances', 'TotalIssuance')
const ACCOUNT = storagePrefix('System', 'Account')
const PAIR_LENGTH = 2

const NO_ACCOUNT: AccountInfo = {
  nonce: 0,
  consumers: 0,
  providers: 0,
  sufficients: 0,
  data: { free: 0n, reserved: 0n, frozen: 0n, flags: NEW_LOGIC_FLAG },
}

type Pairs = readonly (readonly (Uint8Array | undefined)[])[]
const pairs = listOf(listOf(optional(bytes), PAIR_LENGTH), MAX_KEYS)

/** `[key, value]` pairs, or an object of pallets. A value that is null or left out removes the key. */
function changesOf(node: Node, state: Trie, values: Pairs | object): readonly Change[] {
  if (!Array.isArray(values)) return node.runtime.storageChanges(state, values)
  return (values as Pairs).map(([key, value]) => {
    if (key === undefined)
      throw new RpcError(RPC_CODE.invalidParams, 'Invalid params: expected [key, value], got no key')
    return [key, value ?? null]
  })
}

/**
 * Sets an account's free balance as Balances.forceSetBalance does, and changes the total issuance by the same amount. A balance
 * below the existential deposit becomes 0, and an account that nothing else keeps alive is removed.
 */
function balanceChanges(state: Trie, account: Uint8Array, wanted: bigint): Change[] {
  const free = wanted < EXISTENTIAL_DEPOSIT ? 0n : wanted
  const key = storageKey(ACCOUNT, [[Blake2_128Concat, account]])
  const stored = state.get(key)
  const before = stored ? decode(AccountInfo, stored) : NO_ACCOUNT
  const provided = before.data.free >= EXISTENTIAL_DEPOSIT ? 1 : 0
  const providers = Math.max(0, before.providers - provided) + (free > 0n ? 1 : 0)
  const isKept = providers > 0 || before.sufficients > 0
  if (!isKept && before.consumers > 0)
    throw new RpcError(
      RPC_CODE.invalidParams,
      `Invalid params: expected a balance of at least ${EXISTENTIAL_DEPOSIT} for an account that something depends on, such as ` +
        `reserved funds, got ${wanted}`,
    )
  const after = { ...before, providers, data: { ...before.data, free } }
  const issued = state.get(TOTAL_ISSUANCE)
  const total = (issued ? decode(u128, issued) : 0n) + free - before.data.free
  if (total < 0n || total > U128_MAX)
    throw new RpcError(
      RPC_CODE.invalidParams,
      `Invalid params: expected a balance with which the total issuance is from 0 to ${U128_MAX}, got ${wanted}, which makes it ${total}`,
    )
  return [
    [key, isKept ? encode(AccountInfo, after) : null],
    [TOTAL_ISSUANCE, encode(u128, total)],
  ]
}

/** A point in time: Unix milliseconds, or a date that JavaScript can parse. */
function timeOf(date: string | number): number {
  const time = typeof date === 'number' ? date : Date.parse(date)
  if (Number.isSafeInteger(time)) return time
  throw new RpcError(RPC_CODE.invalidParams, `Invalid params: expected a date or Unix milliseconds, got ${date}`)
}

export function devStateMethods(node: Node): Methods {
  return {
    dev_setStorage: devMethod(
      { values: either(pairs, jsonObject), blockHash: optional(hash) },
      async ({ values, blockHash }) => {
        return toHex(await node.dev.setStorage(blockHash, (state) => changesOf(node, state, values)))
      },
    ),
    dev_setBalance: devMethod({ account: accountId, free: balance }, async ({ account, free }) =>
      toHex(await node.dev.setStorage(undefined, (state) => balanceChanges(state, account, free))),
    ),
    dev_timeTravel: devMethod({ date: either(integer, text) }, async ({ date }) => {
      const time = timeOf(date)
      await node.dev.timeTravel(time)
      return time
    }),
    dev_setNextTimestamp: devMethod({ timestamp: integer }, ({ timestamp }) => {
      node.dev.setNextTimestamp(timestamp)
      return timestamp
    }),
    dev_setTimestampInterval: devMethod({ interval: optional(integer) }, ({ interval }) => {
      node.dev.setTimestampInterval(interval)
      return interval ?? null
    }),
  }
}
