/**
 * Weights: the limits of a block and the costs of basic steps.
 *
 * Owns: limits, the base weights, arithmetic. Does not own: fees (pallet TransactionPayment). Weights are estimates of a reference
 * machine's time, as in Substrate; proof size is not metered.
 * Source: frame-support weights/{block,extrinsic,rocksdb}_weights.rs, frame-system limits.rs.
 */
import { type DispatchClass, Weight } from '#types/scale/dispatch.ts'
import { option, struct } from '#types/scale/compound.ts'
import { u32, u64, U64_MAX } from '#types/scale/primitives.ts'
import type { ValueOf } from '#types/scale/codec.ts'
import type { Codec } from '#types/scale/codec.ts'

export const ZERO_WEIGHT: Weight = { refTime: 0n, proofSize: 0n }

/** One second of the reference machine, in picoseconds. */
const WEIGHT_REF_TIME_PER_SECOND = 1_000_000_000_000n
/** A block may take two seconds of the reference machine, by Substrate's habit. */
const MAX_BLOCK_REF_TIME = 2n * WEIGHT_REF_TIME_PER_SECOND
const NORMAL_PERCENT = 75n
/** Cost of a block before its first extrinsic. */
const BLOCK_BASE_REF_TIME = 453_383_000n
/** Cost of each extrinsic besides its call: checks, nonce, fee. */
export const EXTRINSIC_BASE_REF_TIME = 98_974_000n
/** Most bytes of all extrinsics of a block. */
const MAX_BLOCK_BYTES = 5 * 1024 * 1024

/**
 * Most weight that the hooks before a block's extrinsics use, but for one item more: a quarter of the block. A pallet leaves one of
 * `HOOK_PARTS` parts to each pallet after it, so that a crowd in one delays no other for ever; what it does not use, the later ones have.
 */
export const HOOKS_REF_TIME = MAX_BLOCK_REF_TIME / 4n
/** More than there are pallets with hooks. */
export const HOOK_PARTS = 16

/** Reading and writing one storage item, picoseconds. */
export const DB_READ_REF_TIME = 25_000_000n
export const DB_WRITE_REF_TIME = 100_000_000n

/** Weight of a computation (picoseconds) with a number of storage reads and writes. */
export const refTime = (computation: bigint, reads = 0n, writes = 0n): bigint =>
  computation + reads * DB_READ_REF_TIME + writes * DB_WRITE_REF_TIME

export const addWeights = (a: Weight, b: Weight): Weight => ({
  refTime: a.refTime + b.refTime,
  proofSize: a.proofSize + b.proofSize,
})

const minimum = (a: bigint, b: bigint): bigint => (a < b ? a : b)

/** The smaller of each dimension. */
export const minWeight = (a: Weight, b: Weight): Weight => ({
  refTime: minimum(a.refTime, b.refTime),
  proofSize: minimum(a.proofSize, b.proofSize),
})

/** `PerDispatchClass<T>`. */
export const perDispatchClass = <T>(of: Codec<T>) =>
  struct(
    { normal: of, operational: of, mandatory: of },
    { path: ['frame_support', 'dispatch', 'PerDispatchClass'], params: [{ name: 'T', type: () => of.type }] },
  )

/** Consumed weight, by class. */
export const ConsumedWeight = perDispatchClass(Weight)
export type ConsumedWeight = ValueOf<typeof ConsumedWeight>

const WeightsPerClass = struct(
  { baseExtrinsic: Weight, maxExtrinsic: option(Weight), maxTotal: option(Weight), reserved: option(Weight) },
  { path: ['frame_system', 'limits', 'WeightsPerClass'] },
)

/** `frame_system::limits::BlockWeights`. */
export const BlockWeights = struct(
  { baseBlock: Weight, maxBlock: Weight, perClass: perDispatchClass(WeightsPerClass) },
  { path: ['frame_system', 'limits', 'BlockWeights'] },
)

/** `frame_system::limits::BlockLength`. */
export const BlockLength = struct({ max: perDispatchClass(u32) }, { path: ['frame_system', 'limits', 'BlockLength'] })

/** `sp_weights::RuntimeDbWeight`. */
export const RuntimeDbWeight = struct({ read: u64, write: u64 }, { path: ['sp_weights', 'RuntimeDbWeight'] })

const time = (picoseconds: bigint): Weight => ({ refTime: picoseconds, proofSize: U64_MAX })
const baseExtrinsic: Weight = { refTime: EXTRINSIC_BASE_REF_TIME, proofSize: 0n }
const normalTotal = (MAX_BLOCK_REF_TIME * NORMAL_PERCENT) / 100n
const operationalReserve = MAX_BLOCK_REF_TIME - normalTotal

export const BLOCK_WEIGHTS: ValueOf<typeof BlockWeights> = {
  baseBlock: { refTime: BLOCK_BASE_REF_TIME, proofSize: 0n },
  maxBlock: time(MAX_BLOCK_REF_TIME),
  perClass: {
    normal: {
      baseExtrinsic,
      maxExtrinsic: time(normalTotal - EXTRINSIC_BASE_REF_TIME),
      maxTotal: time(normalTotal),
      reserved: { refTime: 0n, proofSize: 0n },
    },
    operational: {
      baseExtrinsic,
      maxExtrinsic: time(MAX_BLOCK_REF_TIME - EXTRINSIC_BASE_REF_TIME),
      maxTotal: time(MAX_BLOCK_REF_TIME),
      reserved: { refTime: operationalReserve, proofSize: 0n },
    },
    mandatory: { baseExtrinsic, maxExtrinsic: undefined, maxTotal: undefined, reserved: undefined },
  },
}

export const BLOCK_LENGTH: ValueOf<typeof BlockLength> = {
  max: {
    normal: Math.floor((MAX_BLOCK_BYTES * Number(NORMAL_PERCENT)) / 100),
    operational: MAX_BLOCK_BYTES,
    mandatory: MAX_BLOCK_BYTES,
  },
}

export const DB_WEIGHT = { read: DB_READ_REF_TIME, write: DB_WRITE_REF_TIME } as const

/** The field of per-class structs that belongs to a class. */
export const classKey = (dispatchClass: DispatchClass): 'normal' | 'operational' | 'mandatory' =>
  dispatchClass === 'Normal' ? 'normal' : dispatchClass === 'Operational' ? 'operational' : 'mandatory'
