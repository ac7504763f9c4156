/**
 * MAGIC and CONFIRM: how the members' numbers become one, and how a member shows that it knows it.
 *
 * Owns: the three candidates of magic(), the number's form on chain, the words of ping and pong, and the order in which members
 * ping each other. Does not own: evidence from a wrong word.
 * Source: "Spontaneous random number consensus" (datdot), "candidates for magic()" and "confirmation".
 */
import { u32le, utf8 } from '../../bytes.ts'
import { blake2b256, blake2b256Of } from '../../crypto/hash.ts'
import type { ValueOf } from '../../scale/codec.ts'
import { enumeration } from '../../scale/enumeration.ts'

/**
 * Candidates for magic(), chosen for a session on chain. All need commitments before reveals: without them the last member to
 * reveal chooses the number.
 *
 * - `Concat`, the default: m = H(sid | x of every member, in order). Assumes only that one of the numbers cannot be guessed; only a
 *   collision of the hash makes two inputs cancel.
 * - `XorHash`: m = H(sid | x1 ^ ... ^ xn). Assumes besides that no member's number depends on another's. Equal numbers cancel out,
 *   so a member that could copy a number would remove its author from the result. Hashes 32 bytes for any number of members.
 * - `Xor`: m = x1 ^ ... ^ xn. Assumes besides that one number is uniformly random: m has every flaw that all numbers share (a bit
 *   that is always 0, a stuck generator), and is not bound to the session. Needs no hash.
 *
 * Commitments are bound to identity and session (commitTo), so nobody can open a copied one. That keeps the assumption that no
 * number is copied.
 */
export const MagicRule = enumeration(['Concat', 'XorHash', 'Xor'], {
  path: ['assay_primitives', 'coinflip', 'MagicRule'],
})
export type MagicRuleName = ValueOf<typeof MagicRule>

const NUMBER_BYTES = 32
const CONCAT_LABEL = utf8('assay/coinflip/magic/concat/1')
const XOR_HASH_LABEL = utf8('assay/coinflip/magic/xor-hash/1')

const xorAll = (values: readonly Uint8Array[]): Uint8Array => {
  const sum = new Uint8Array(NUMBER_BYTES)
  for (const value of values) for (let at = 0; at < NUMBER_BYTES; at++) sum[at] = sum[at]! ^ value[at]!
  return sum
}

/** m, 32 bytes, from numbers of 32 bytes each in the order of the members. */
export function magic(session: Uint8Array, values: readonly Uint8Array[], rule: MagicRuleName = 'Concat'): Uint8Array {
  if (rule === 'Concat') return blake2b256Of(CONCAT_LABEL, session, ...values)
  const sum = xorAll(values)
  return rule === 'Xor' ? sum : blake2b256Of(XOR_HASH_LABEL, session, sum)
}

/** The form of m that the chain stores until the round's END. */
export const hideMagic = (number: Uint8Array): Uint8Array => blake2b256(number)

/** The bytes as an unsigned big-endian integer, plus one, modulo 2^256 for 32 bytes: m + 1, and hash(m) + 1. */
export function plusOne(number: Uint8Array): Uint8Array {
  const next = Uint8Array.from(number)
  for (let at = next.length - 1; at >= 0; at--) {
    next[at] = next[at]! + 1
    if (next[at] !== 0) break
  }
  return next
}

/** `Ping`: I know the number, do you? `Pong`: I know it too, see? */
export const ConfirmationKind = enumeration(['Ping', 'Pong'], {
  path: ['assay_primitives', 'coinflip', 'ConfirmationKind'],
})
export type ConfirmationKindName = ValueOf<typeof ConfirmationKind>

const PING_LABEL = utf8('assay/coinflip/ping/1')
const PONG_LABEL = utf8('assay/coinflip/pong/1')

/**
 * The word from one member to another that only members which know m can make: ping H(sid | from | to | m+1), pong H(sid | from |
 * to | m)+1. It is bound to both ends, so that nobody can pass on the word of another as its own.
 */
export const confirmationWord = (
  kind: ConfirmationKindName,
  session: Uint8Array,
  { from, to }: { readonly from: Uint8Array; readonly to: Uint8Array },
  number: Uint8Array,
): Uint8Array =>
  kind === 'Ping'
    ? blake2b256Of(PING_LABEL, session, from, to, plusOne(number))
    : plusOne(blake2b256Of(PONG_LABEL, session, from, to, number))

/** Number of members that each pings in CONFIRM, or all others where they are fewer. */
export const DEFAULT_PINGS = 4

const ORDER_LABEL = utf8('assay/coinflip/ping-order/1')
const DRAW_BYTES = 8
const DRAWS_PER_HASH = 4

/**
 * The order in which members ping each other, by rank: the numbers from 0 to `count - 1`, shuffled by m. Nobody can foresee it
 * before REVEAL, and everybody knows it after. A restarted member pings the same members again.
 *
 * Method of Fisher and Yates, the first place first. Each H(label | sid | m | i) gives four draws of 64 bits; the bias of a draw
 * modulo a count of members is below 2^-57.
 */
export function pingOrder(session: Uint8Array, count: number, number: Uint8Array): number[] {
  const order = Array.from({ length: count }, (_, rank) => rank)
  let view: DataView = new DataView(new ArrayBuffer(0))
  for (let drawn = 0; drawn < count - 1; drawn++) {
    const at = drawn % DRAWS_PER_HASH
    if (at === 0) {
      const hash = blake2b256Of(ORDER_LABEL, session, number, u32le(drawn / DRAWS_PER_HASH))
      view = new DataView(hash.buffer, hash.byteOffset)
    }
    const left = count - drawn
    const other = drawn + remainder(view.getUint32(at * DRAW_BYTES), view.getUint32(at * DRAW_BYTES + 4), left)
    const kept = order[drawn]!
    order[drawn] = order[other]!
    order[other] = kept
  }
  return order
}

/** The remainder of `high * 2^32 + low`, without a bigint; `bound` below 2^20. */
const remainder = (high: number, low: number, bound: number): number =>
  ((high % bound) * (2 ** 32 % bound) + (low % bound)) % bound

/**
 * The members that a member pings, by rank: the `pings` members after it in the order of pings, in a circle, or all others where
 * they are fewer. So each member gets as many pings as it sends. The members that ping it come before it: `way` -1.
 */
export function pingTargets(
  order: readonly number[],
  member: number,
  pings: number = DEFAULT_PINGS,
  way: 1 | -1 = 1,
): number[] {
  const own = order.indexOf(member)
  const count = Math.min(pings, order.length - 1)
  return Array.from({ length: count }, (_, at) => order[(own + way * (at + 1) + order.length) % order.length]!)
}
