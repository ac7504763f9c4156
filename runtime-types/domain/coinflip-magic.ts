/**
 * MAGIC and CONFIRM: how the members' numbers become one, and what shows that a member knows it.
 *
 * Owns: the three candidates of magic(), what the chain stores of the number, the words of ping and pong, and who pings whom.
 * Does not own: when they are said (offchain-worker/protocols/coinflip-confirm.ts) or that a wrong one convicts
 * (coinflip-evidence.ts). Source: "Spontaneous random number consensus" (datdot), "candidates for magic()" and "confirmation".
 */
import { compareBytes } from '../bytes.ts'
import { blake2b256 } from '../crypto/hash.ts'
import type { ValueOf } from '../scale/codec.ts'
import { enumeration } from '../scale/enumeration.ts'
import { subSeed } from './draw.ts'
import { createPrng } from './prng.ts'

/**
 * Candidates for magic(), chosen for a session on chain. All need commitments before reveals: without them the last to reveal
 * chooses the number.
 *
 * - `Concat`, the default: m = H(sid | x of every member, in order). Assumes nothing of the numbers but that one of them cannot
 *   be guessed; nothing but a collision of the hash makes two inputs cancel.
 * - `XorHash`: m = H(sid | x1 ^ ... ^ xn). Assumes besides that no member's number depends on another's: equal numbers cancel
 *   out, so that a member who could copy a number would take its author out of the result. Hashes 32 bytes, however many members.
 * - `Xor`: m = x1 ^ ... ^ xn. Assumes besides that one number is uniformly random: m has every flaw that all numbers share (a
 *   bit that is always 0, a stuck generator), and is not bound to the session. Needs no hash.
 *
 * Commitments bound to identity and session (commitTo) keep the assumption that none is copied: nobody can open a copied one.
 */
export const MagicRule = enumeration(['Concat', 'XorHash', 'Xor'], {
  path: ['assay_primitives', 'coinflip', 'MagicRule'],
})
export type MagicRuleName = ValueOf<typeof MagicRule>

const NUMBER_BYTES = 32
const CONCAT_LABEL = 'assay/coinflip/magic/concat/1'
const XOR_HASH_LABEL = 'assay/coinflip/magic/xor-hash/1'

const xorAll = (values: readonly Uint8Array[]): Uint8Array => {
  const sum = new Uint8Array(NUMBER_BYTES)
  for (const value of values) for (let at = 0; at < NUMBER_BYTES; at++) sum[at] = sum[at]! ^ value[at]!
  return sum
}

/** m, 32 bytes, out of numbers of 32 bytes each in the order of the members. */
export function magic(session: Uint8Array, values: readonly Uint8Array[], rule: MagicRuleName = 'Concat'): Uint8Array {
  if (rule === 'Concat') return subSeed(CONCAT_LABEL, session, ...values)
  const sum = xorAll(values)
  return rule === 'Xor' ? sum : subSeed(XOR_HASH_LABEL, session, sum)
}

/** What the chain stores of m until the round's END. */
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

const PING_LABEL = 'assay/coinflip/ping/1'
const PONG_LABEL = 'assay/coinflip/pong/1'

/**
 * What only those who know m can say, from one member to another: ping H(sid | from | to | m+1), pong H(sid | from | to | m)+1.
 * Bound to both ends, so that nobody passes on the word of another as its own.
 */
export const confirmationWord = (
  kind: ConfirmationKindName,
  session: Uint8Array,
  { from, to }: { readonly from: Uint8Array; readonly to: Uint8Array },
  number: Uint8Array,
): Uint8Array =>
  kind === 'Ping'
    ? subSeed(PING_LABEL, session, from, to, plusOne(number))
    : plusOne(subSeed(PONG_LABEL, session, from, to, number))

/** Members that each pings in CONFIRM, where there are as many. */
export const DEFAULT_PINGS = 4

/**
 * Whom a member pings: `pings` others, or all of them where they are fewer, drawn from its own number x. So nobody can foresee it
 * before REVEAL, everybody knows it after, and a member that was killed pings the same again.
 */
export const pingTargets = (
  session: Uint8Array,
  members: readonly Uint8Array[],
  member: Uint8Array,
  value: Uint8Array,
  pings: number = DEFAULT_PINGS,
): Uint8Array[] =>
  createPrng([session, member, value]).pick(
    members.filter((other) => compareBytes(other, member) !== 0),
    pings,
  )
