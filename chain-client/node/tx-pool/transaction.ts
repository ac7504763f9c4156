/**
 * A transaction as the pool holds it.
 *
 * Owns: the type and the order in which transactions go into blocks. Does not own: the queues.
 */
import type { DecodedExtrinsic, ValidTransaction } from '#chain/runtime/runtime-interface.ts'
import { latin1 } from '../db.ts'

/** The runtime's verdict on a transaction, with tags and hash as strings, because Maps look up strings. */
export interface PoolTransaction {
  /** Its hash, as a string. */
  readonly id: string
  readonly hash: Uint8Array
  /** With its length prefix. */
  readonly wire: Uint8Array
  readonly extrinsic: DecodedExtrinsic
  /** The bytes whose signature was verified; undefined for bare ones. */
  readonly payload: Uint8Array | undefined
  /** The signer, as a string; undefined for bare ones. */
  readonly account: string | undefined
  readonly priority: bigint
  /** Tags that must be provided, by state or by transactions before this one. */
  readonly requires: readonly string[]
  readonly provides: readonly string[]
  /** Number of the last block that it may be in. */
  readonly validTill: number
  /** Order of arrival, counted by the pool. */
  readonly order: number
}

/** Block numbers are u32; a longevity beyond them means for ever. */
const MAX_BLOCK_NUMBER = 0xffff_ffff

/** Block up to which a transaction validated at `number` is valid. */
const validTill = (number: number, longevity: bigint): number =>
  longevity > BigInt(MAX_BLOCK_NUMBER - number) ? MAX_BLOCK_NUMBER : number + Number(longevity)

/** A transaction of the pool from its parts. */
export function poolTransaction(
  wire: Uint8Array,
  extrinsic: DecodedExtrinsic,
  payload: Uint8Array | undefined,
  valid: ValidTransaction,
  { number, order }: { readonly number: number; readonly order: number },
): PoolTransaction {
  return {
    id: latin1(extrinsic.hash),
    hash: extrinsic.hash,
    wire,
    extrinsic,
    payload,
    account: extrinsic.signature && latin1(extrinsic.signature.signer),
    priority: valid.priority,
    requires: [...new Set(valid.requires.map(latin1))],
    provides: [...new Set(valid.provides.map(latin1))],
    validTill: validTill(number, valid.longevity),
    order,
  }
}

/**
 * Negative where `a` goes before `b`: higher priority first, then the earlier expiry, then the earlier arrival.
 * Source: sc-transaction-pool graph/ready.rs, `Ord for TransactionRef`.
 */
export function blockOrder(a: PoolTransaction, b: PoolTransaction): number {
  if (a.priority !== b.priority) return a.priority > b.priority ? -1 : 1
  return a.validTill - b.validTill || a.order - b.order
}
