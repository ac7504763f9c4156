/** Pool transactions that consist only of tags. */
import { utf8 } from '#types/bytes.ts'
import { blake2b256 } from '#types/crypto/hash.ts'
import { latin1 } from '#chain/node/db.ts'
import type { PoolTransaction } from '#chain/node/tx-pool/transaction.ts'

let arrivals = 0

/** A transaction whose bytes are its name. Without tags it provides its name. */
export function pooled(name: string, fields: Partial<PoolTransaction> = {}): PoolTransaction {
  const wire = utf8(name)
  const hash = blake2b256(wire)
  return {
    id: latin1(hash),
    hash,
    wire,
    extrinsic: { bytes: wire, hash, signature: undefined, isInherent: false, isOperational: false },
    payload: undefined,
    account: undefined,
    priority: 0n,
    requires: [],
    provides: [name],
    validTill: 0xffff_ffff,
    order: arrivals++,
    ...fields,
  }
}
