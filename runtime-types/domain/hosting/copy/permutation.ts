/**
 * A keyed permutation of byte strings of any length: a change of one bit changes all bytes.
 *
 * Owns: four rounds of an unbalanced Feistel network, and their inverse. Does not own: keys, padding, lengths.
 *
 * The key is public. The permutation hides nothing: it spreads each byte over all pieces of a block, so that a hoster
 * can leave out none of them.
 * Source: R. Anderson, E. Biham, "Two practical and provably secure block ciphers: BEAR and LION", FSE 1996.
 */
import { createCipheriv } from 'node:crypto'
import { sha256 } from '../../../crypto/sha256.ts'

/** The left half. The right half is the rest, of any length. Bytes. */
const LEFT_BYTES = 32
const NO_IV = new Uint8Array(16)

type Round = (left: Uint8Array, right: Uint8Array, key: Uint8Array) => void

const hashIntoLeft: Round = (left, right, key) => {
  const hash = sha256(key, right)
  for (let i = 0; i < LEFT_BYTES; i++) left[i]! ^= hash[i]!
}

const streamIntoRight: Round = (left, right, key) => {
  right.set(createCipheriv('aes-256-ctr', sha256(key, left), NO_IV).update(right))
}

/** Each is its own inverse. */
const ROUNDS: readonly Round[] = [hashIntoLeft, streamIntoRight, hashIntoLeft, streamIntoRight]

const roundKey = (key: Uint8Array, round: number): Uint8Array => sha256(key, Uint8Array.of(round))

function run(key: Uint8Array, block: Uint8Array, order: readonly number[]): void {
  const left = block.subarray(0, LEFT_BYTES)
  const right = block.subarray(LEFT_BYTES)
  for (const round of order) ROUNDS[round]!(left, right, roundKey(key, round))
}

/** Permutes the bytes in place. @param block at least 33 bytes */
export const permute = (key: Uint8Array, block: Uint8Array): void => run(key, block, [0, 1, 2, 3])

/** The inverse of `permute`, in place. */
export const unpermute = (key: Uint8Array, block: Uint8Array): void => run(key, block, [3, 2, 1, 0])
