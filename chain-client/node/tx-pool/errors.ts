/**
 * The pool's answer to a transaction that it refuses.
 *
 * Owns: PoolError and its messages. Does not own: JSON-RPC numbers.
 */
import { toHex } from '#types/bytes.ts'
import { AssayError } from '#types/errors.ts'
import type { PoolRefusal } from '../node-interface.ts'

function messageOfRefusal(refusal: PoolRefusal): string {
  switch (refusal.kind) {
    case 'validity':
      return (
        `expected a valid transaction, the runtime says ${refusal.error.kind}: ` +
        (refusal.error.reason === 'Custom' ? refusal.error.name : refusal.error.reason)
      )
    case 'temporarilyBanned':
      return 'expected a transaction that was not refused or included before, got one that is banned for a while: sign it anew'
    case 'alreadyImported':
      return `expected a new transaction, got one that is in the pool: ${toHex(refusal.hash)}`
    case 'tooLowPriority':
      return (
        `expected a priority above ${refusal.old}, which the transaction to be replaced has, got ${refusal.new}: ` +
        'give a higher tip, or the next nonce'
      )
    case 'cycleDetected':
      return 'expected requirements that others provide, got a transaction that depends on itself'
    default:
      return 'expected room in the pool, got none for a transaction of this priority: wait for blocks, or give a higher tip'
  }
}

/** The pool refused a transaction; `refusal` says why. Code `POOL_REFUSED`. */
export class PoolError extends AssayError {
  readonly refusal: PoolRefusal

  constructor(refusal: PoolRefusal) {
    super('POOL_REFUSED', messageOfRefusal(refusal), { refusal: refusal.kind })
    this.refusal = refusal
  }
}
