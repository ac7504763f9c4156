/**
 * Pallet System: accounts, blocks, events.
 *
 * Owns: the storage that every runtime has, and the account references by which accounts live and die. Does not own: balances,
 * which it stores for pallet Balances.
 * Source: frame-system lib.rs. Left out: code upgrades, event topics, off-chain indexing.
 */
import { utf8 } from '#types/bytes.ts'
import { AccountId, AccountInfo, H256, NEW_LOGIC_FLAG } from '#types/scale/account.ts'
import { blake2b256 } from '#types/crypto/hash.ts'
import { encode, type Codec } from '#types/scale/codec.ts'
import { compactU32, struct, tuple, vec } from '#types/scale/compound.ts'
import { Digest } from '#types/scale/digest.ts'
import { DispatchError, DispatchEventInfo } from '#types/scale/dispatch.ts'
import { eventRecord, type EventRecord, Phase } from '#types/scale/events.ts'
import { bytes, str, u16, u32, unit } from '#types/scale/primitives.ts'
import { RuntimeVersion } from '#types/scale/runtime-version.ts'
import { Twox64Concat } from '#types/scale/storage-key.ts'
import { consumerRemaining, noProviders, tooManyConsumers } from '../frame/errors.ts'
import type { CurrentExternalities } from '../frame/externalities.ts'
import { ensureRoot, ensureSigned } from '../frame/origin.ts'
import type { RuntimeEvent } from '../frame/outer-enums.ts'
import { rawKey } from '../frame/overlay.ts'
import { BYTE_REF_TIME } from '../frame/meter.ts'
import { call, constant, event, pallet, type ExportsOf } from '../frame/pallet.ts'
import { map, value } from '../frame/storage.ts'
import {
  BLOCK_LENGTH,
  BLOCK_WEIGHTS,
  BlockLength,
  BlockWeights,
  ConsumedWeight,
  DB_WEIGHT,
  refTime,
  RuntimeDbWeight,
  ZERO_WEIGHT,
} from '../frame/weights.ts'

/** Hashes of this many blocks stay on chain: no mortal transaction can reach further back. */
export const BLOCK_HASH_COUNT = 4096
export const SS58_PREFIX = 42
/** References that may depend on one account. */
const MAX_CONSUMERS = 16

/**
 * `:code`, where other chains keep their Wasm. This runtime has none and keeps its version there: polkadot-api tells runtimes apart
 * by the hash of this value, and does not start without it.
 */
const CODE_KEY = rawKey(utf8(':code'))

const NO_ACCOUNT: AccountInfo = {
  nonce: 0,
  consumers: 0,
  providers: 0,
  sufficients: 0,
  data: { free: 0n, reserved: 0n, frozen: 0n, flags: NEW_LOGIC_FLAG },
}

const LastRuntimeUpgradeInfo = struct(
  { specVersion: compactU32, specName: str },
  { path: ['frame_system', 'LastRuntimeUpgradeInfo'] },
)

/** The phase of execution in a block; only calls inside the block see it. */
const ExecutionPhase = Phase

const keyValue = tuple(bytes, bytes)

/** Picoseconds to store these items. */
const weightOfItems = ({ items }: { readonly items: readonly (readonly [Uint8Array, Uint8Array])[] }): bigint => {
  const length = items.reduce((sum, [, item]) => sum + item.length, 0)
  return refTime(2_000_000n + BYTE_REF_TIME * BigInt(length), 0n, BigInt(items.length))
}

/** Calls for root alone. The pool refuses them from an account. */
const forRoot = { class: 'Operational', validate: (who: Uint8Array) => ensureRoot({ signed: who }) } as const

/** The parts that the runtime gives to System: its version, the outer event enum, the environment. */
export interface SystemConfig {
  readonly version: RuntimeVersion
  readonly runtimeEvent: Codec<RuntimeEvent>
  readonly current: CurrentExternalities
}

/** The pallet for a runtime of this version. */
export const systemPallet = ({ version, runtimeEvent, current }: SystemConfig) => {
  const records: Codec<readonly EventRecord<RuntimeEvent>[]> = vec(eventRecord(runtimeEvent))
  return pallet({
    name: 'System',
    docs: 'Accounts, blocks and events: what every other pallet stands on.',
    constants: {
      blockWeights: constant('Block & extrinsics weights: base values and limits.', BlockWeights, BLOCK_WEIGHTS),
      blockLength: constant('The maximum length of a block (in bytes).', BlockLength, BLOCK_LENGTH),
      blockHashCount: constant(
        'Maximum number of block number to block hash mappings to keep (oldest pruned first).',
        u32,
        BLOCK_HASH_COUNT,
      ),
      dbWeight: constant('The weight of runtime database operations.', RuntimeDbWeight, DB_WEIGHT),
      version: constant("Get the chain's in-code version.", RuntimeVersion, version),
      sS58Prefix: constant('The designated SS58 prefix of this chain.', u16, SS58_PREFIX),
    },
    storage: {
      account: map('The full account information for a particular account ID.', AccountId, AccountInfo, {
        default: NO_ACCOUNT,
      }),
      extrinsicCount: value('Total extrinsics count for the current block.', u32),
      blockWeight: value('The current weight for the block.', ConsumedWeight, {
        normal: ZERO_WEIGHT,
        operational: ZERO_WEIGHT,
        mandatory: ZERO_WEIGHT,
      }),
      allExtrinsicsLen: value('Total length (in bytes) for all extrinsics put together, for the current block.', u32),
      blockHash: map('Map of block numbers to block hashes.', u32, H256, {
        hasher: Twox64Concat,
        default: new Uint8Array(32),
      }),
      extrinsicData: map(
        "Extrinsics data for the current block (maps an extrinsic's index to its data).\nEmptied before the block ends.",
        u32,
        bytes,
        { hasher: Twox64Concat, default: new Uint8Array() },
      ),
      number: value('The current block number being processed. Set by `execute_block`.', u32, 0),
      parentHash: value('Hash of the previous block.', H256, new Uint8Array(32)),
      digest: value('Digest of the current block, also part of the block header.', Digest, { logs: [] }),
      events: value('Events deposited for the current block.', records, []),
      eventCount: value('The number of events in the `Events<T>` list.', u32, 0),
      lastRuntimeUpgrade: value(
        'Stores the `spec_version` and `spec_name` of when the last runtime upgrade happened.',
        LastRuntimeUpgradeInfo,
      ),
      executionPhase: value('The execution phase of the block.', ExecutionPhase),
    },
    events: {
      ExtrinsicSuccess: event('An extrinsic completed successfully.', { dispatchInfo: DispatchEventInfo }),
      ExtrinsicFailed: event('An extrinsic failed.', { dispatchError: DispatchError, dispatchInfo: DispatchEventInfo }),
      NewAccount: event('A new account was created.', { account: AccountId }),
      KilledAccount: event('An account was reaped.', { account: AccountId }),
      Remarked: event('On on-chain remark happened.', { sender: AccountId, hash: H256 }),
    },
    exports: ({ storage, emit }) => ({
      /** The record of an account; all zero where there is none. */
      account: (who: Uint8Array): AccountInfo => storage.account.get(who),
      /** Whether the account exists, which it does while it has a provider. */
      exists: (who: Uint8Array): boolean => storage.account.has(who),
      /** Stores an account; removes it when it has no provider. */
      putAccount(who: Uint8Array, info: AccountInfo): void {
        if (info.providers > 0 || info.sufficients > 0) return storage.account.put(who, info)
        if (!storage.account.has(who)) return
        storage.account.remove(who)
        emit.KilledAccount({ account: who })
      },
      /** Adds a provider, a reason for the account to exist. The caller stores the result. */
      incProviders(who: Uint8Array, info: AccountInfo): AccountInfo {
        if (info.providers === 0 && info.sufficients === 0) emit.NewAccount({ account: who })
        return { ...info, providers: info.providers + 1 }
      },
      /**
       * Removes a provider. @throws DispatchFailure ConsumerRemaining where it is the last and something depends on the account.
       */
      decProviders(info: AccountInfo): AccountInfo {
        if (info.providers === 1 && info.consumers > 0) throw consumerRemaining()
        return { ...info, providers: Math.max(0, info.providers - 1) }
      },
      /** Whether one provider can be removed. */
      canDecProvider: ({ consumers, providers }: AccountInfo): boolean => consumers === 0 || providers > 1,
      /** Adds a consumer, which depends on the account. @throws DispatchFailure NoProviders, TooManyConsumers */
      incConsumers(info: AccountInfo): AccountInfo {
        if (info.providers === 0 && info.sufficients === 0) throw noProviders()
        if (info.consumers >= MAX_CONSUMERS) throw tooManyConsumers()
        return { ...info, consumers: info.consumers + 1 }
      },
      decConsumers: (info: AccountInfo): AccountInfo => ({ ...info, consumers: Math.max(0, info.consumers - 1) }),
      /** Counts a transaction of the account. */
      incNonce(who: Uint8Array): void {
        // Field by field, because object spreads are slow here and every transaction comes here.
        const { nonce, consumers, providers, sufficients, data } = storage.account.get(who)
        storage.account.put(who, { nonce: nonce + 1, consumers, providers, sufficients, data })
      },
      /** Hash of an earlier block; undefined for blocks that are not stored. */
      blockHash: (number: number): Uint8Array | undefined =>
        storage.blockHash.has(number) ? storage.blockHash.get(number) : undefined,
      digest: (): Digest['logs'] => storage.digest.get().logs,
      depositSuccess: (dispatchInfo: DispatchEventInfo): void => emit.ExtrinsicSuccess({ dispatchInfo }),
      depositFailure: (dispatchError: DispatchError, dispatchInfo: DispatchEventInfo): void =>
        emit.ExtrinsicFailed({ dispatchError, dispatchInfo }),
      /** Begins a block: stores its number, its parent, the digest known so far. */
      initialize(): void {
        const { number, parentHash, digest } = current.get().block
        storage.number.put(number)
        storage.parentHash.put(parentHash)
        storage.digest.put({ logs: digest })
        if (number > 0) storage.blockHash.put(number - 1, parentHash)
        storage.events.remove()
        storage.eventCount.remove()
        storage.blockWeight.remove()
      },
      /** Ends a block: stores its events and weight, and drops the oldest block hash. The hash of the genesis block stays. */
      finalize(consumed: ConsumedWeight): void {
        const { number } = current.get().block
        storage.blockWeight.put(consumed)
        current.get().overlay.put(rawKey(storage.events.key()), current.get().encodedEvents())
        storage.eventCount.put(current.get().eventCount)
        const oldest = number - BLOCK_HASH_COUNT - 1
        if (oldest > 0) storage.blockHash.remove(oldest)
      },
    }),
    calls: ({ emit }) => ({
      remark: call(
        'Make some on-chain remark.\n\nCan be executed by every `origin`.',
        { remark: bytes },
        refTime(2_000_000n),
        () => undefined,
      ),
      setStorage: call(
        'Set some items of storage.',
        { items: vec(keyValue) },
        { weight: weightOfItems, ...forRoot, callIndex: 4 },
        (origin, { items }) => {
          ensureRoot(origin)
          for (const [key, item] of items) current.get().overlay.put(rawKey(key), item)
        },
      ),
      killStorage: call(
        'Kill some items from storage.',
        { keys: vec(bytes) },
        { weight: ({ keys }) => refTime(2_000_000n, 0n, BigInt(keys.length)), ...forRoot },
        (origin, { keys }) => {
          ensureRoot(origin)
          for (const key of keys) current.get().overlay.put(rawKey(key), undefined)
        },
      ),
      killPrefix: call(
        'Kill all storage items with a key that starts with the given prefix.\n\n**NOTE:** `subkeys` bounds how many are removed.',
        { prefix: bytes, subkeys: u32 },
        { weight: ({ subkeys }) => refTime(2_000_000n, BigInt(subkeys), BigInt(subkeys)), ...forRoot },
        (origin, { prefix, subkeys }) => {
          ensureRoot(origin)
          const { overlay } = current.get()
          let left = subkeys
          for (const key of overlay.keys(rawKey(prefix))) {
            if (left-- === 0) return
            overlay.put(key, undefined)
          }
        },
      ),
      remarkWithEvent: call(
        'Make some on-chain remark and emit event.',
        { remark: bytes },
        { weight: ({ remark }) => refTime(2_000_000n + 5_000n * BigInt(remark.length)) },
        (origin, { remark }) => emit.Remarked({ sender: ensureSigned(origin), hash: blake2b256(remark) }),
      ),
    }),
    genesis: {
      config: unit,
      fallback: undefined,
      build({ storage }) {
        current.get().overlay.put(CODE_KEY, encode(RuntimeVersion, version))
        storage.parentHash.put(new Uint8Array(32))
        storage.lastRuntimeUpgrade.put({ specVersion: version.specVersion, specName: version.specName })
      },
    },
  })
}

/** The exports of System. */
export type System = ExportsOf<ReturnType<typeof systemPallet>>
