/**
 * Ids of subscriptions that no client can guess.
 *
 * Owns: random ids, made many at a time: to ask the system for randomness takes longer than all else that opens a subscription.
 */
import { randomBytes } from 'node:crypto'

const ID_BYTES = 12
const IDS_AT_A_TIME = 64

/** Gives a new random id at each call: 96 bits, in base64url. */
export function randomIds(): () => string {
  let drawn = Buffer.alloc(0)
  let next = 0
  return () => {
    if (next === drawn.length) {
      drawn = randomBytes(ID_BYTES * IDS_AT_A_TIME)
      next = 0
    }
    const start = next
    next += ID_BYTES
    return drawn.toString('base64url', start, next)
  }
}
