/**
 * The price of an order of rounds, and how long the chain keeps what came of it.
 *
 * Owns: these constants. Does not own: the pay of rounds.
 *
 * The chain has room for a limited number of open orders. So a place costs something that does not come back, and each account
 * has a limited number of places.
 */
const TOKEN = 10n ** 12n

/**
 * For each paid round of an order, when the round is scheduled. The chain burns it. If an account got it, an author or attestor
 * that places orders of its own could get it back.
 */
export const ORDER_FEE = TOKEN
/** Reserved for each order, for the records of its rounds. It returns when the chain has removed these. */
export const ORDER_STORAGE_DEPOSIT = TOKEN
/** Most open orders of an account. */
export const MAX_ORDERS_PER_ACCOUNT = 32
/** Most accounts that are kept apart from the rounds of an order. */
export const MAX_APART = 128
/**
 * The chain keeps a closed round and its reports for this many blocks, then removes them. That is far longer than its absences can be
 * reported. Events tell the rest for ever.
 */
export const RETENTION_BLOCKS = 600
