/**
 * Account ids as text.
 *
 * Owns: SS58 of 32-byte accounts. Assay needs no other address length. Does not own: keys.
 * This is our own code because the library that has it (@polkadot/util-crypto) takes 140 ms to import, a third of the
 * node's whole start.
 * Source: Substrate's SS58 address format; sp-core crypto.rs (Ss58Codec); base 58 with Bitcoin's alphabet.
 */
import { createHash } from 'node:crypto'
import { concatBytes, equalBytes, utf8 } from '../bytes.ts'
import { AssayError } from '../errors.ts'
import { ACCOUNT_ID_BYTES } from '../scale/account.ts'

/** The generic Substrate prefix. */
export const DEFAULT_SS58_PREFIX = 42
const MAX_PREFIX = 16_383
/** The largest one-byte prefix. Larger ones take two bytes. */
const MAX_SHORT_PREFIX = 63
const CHECKSUM_BYTES = 2
/** A little more than 36 bytes in base 58. Longer text is refused without reading it. */
const MAX_TEXT_LENGTH = 64

const ALPHABET = '123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz'

function base58(bytes: Uint8Array): string {
  let text = ''
  for (let value = BigInt(`0x0${Buffer.from(bytes).toString('hex')}`); value > 0n; value /= 58n)
    text = ALPHABET[Number(value % 58n)]! + text
  const zeros = bytes.findIndex((byte) => byte !== 0)
  return '1'.repeat(zeros === -1 ? bytes.length : zeros) + text
}

function fromBase58(text: string): Uint8Array | undefined {
  let value = 0n
  for (const letter of text) {
    const digit = ALPHABET.indexOf(letter)
    if (digit < 0) return undefined
    value = value * 58n + BigInt(digit)
  }
  const hex = value === 0n ? '' : value.toString(16)
  const zeros = text.length - text.replace(/^1+/, '').length
  return concatBytes(new Uint8Array(zeros), Buffer.from(hex.length % 2 ? `0${hex}` : hex, 'hex'))
}

const checksum = (body: Uint8Array): Uint8Array =>
  createHash('blake2b512').update(utf8('SS58PRE')).update(body).digest().subarray(0, CHECKSUM_BYTES)

/** One byte for prefixes up to 63. Above that, fourteen bits in two bytes that begin with 01. */
function prefixBytes(prefix: number): Uint8Array {
  if (prefix <= MAX_SHORT_PREFIX) return Uint8Array.of(prefix)
  return Uint8Array.of(((prefix & 0xfc) >> 2) | 0x40, (prefix >> 8) | ((prefix & 3) << 6))
}

function readPrefix(bytes: Uint8Array): { prefix: number; length: number } | undefined {
  const first = bytes[0]!
  if (first <= MAX_SHORT_PREFIX) return { prefix: first, length: 1 }
  const second = bytes[1]
  if (first > 127 || second === undefined) return undefined
  const prefix = ((first & 0x3f) << 2) | (second >> 6) | ((second & 0x3f) << 8)
  return prefix > MAX_SHORT_PREFIX ? { prefix, length: 2 } : undefined
}

/**
 * The SS58 text of an account (32 bytes).
 * @throws AssayError `BAD_ACCOUNT` for another length, `BAD_SS58_PREFIX` for a prefix outside 0 to 16383 or reserved.
 */
export function toSs58(account: Uint8Array, prefix: number = DEFAULT_SS58_PREFIX): string {
  if (account.length !== ACCOUNT_ID_BYTES)
    throw new AssayError('BAD_ACCOUNT', `expected an account of ${ACCOUNT_ID_BYTES} bytes, got ${account.length} bytes`)
  const isPrefix = Number.isInteger(prefix) && prefix >= 0 && prefix <= MAX_PREFIX && prefix !== 46 && prefix !== 47
  if (!isPrefix)
    throw new AssayError('BAD_SS58_PREFIX', `expected an SS58 prefix from 0 to 16383 (not 46 or 47), got ${prefix}`)
  const body = concatBytes(prefixBytes(prefix), account)
  return base58(concatBytes(body, checksum(body)))
}

/**
 * The account of an SS58 address. With `prefix`, the address must have that prefix.
 * @throws AssayError `BAD_ADDRESS`, which says what is wrong with the text.
 */
export function fromSs58(text: string, prefix?: number): Uint8Array {
  const refuse = (got: string): never => {
    const shown = text.length > MAX_TEXT_LENGTH ? `${text.slice(0, MAX_TEXT_LENGTH)}…` : text
    throw new AssayError('BAD_ADDRESS', `expected an SS58 address of a 32-byte account, got ${got}`, { address: shown })
  }
  if (text.length > MAX_TEXT_LENGTH) return refuse(`${text.length} characters`)
  const bytes = fromBase58(text)
  if (!bytes) return refuse('a character that is not in base 58')
  const head = bytes.length > 0 ? readPrefix(bytes) : undefined
  if (!head) return refuse(bytes.length > 0 ? 'a reserved prefix' : 'nothing')
  const expected = head.length + ACCOUNT_ID_BYTES + CHECKSUM_BYTES
  if (bytes.length !== expected) return refuse(`${bytes.length} bytes`)
  const end = head.length + ACCOUNT_ID_BYTES
  if (!equalBytes(checksum(bytes.subarray(0, end)), bytes.subarray(end))) return refuse('a wrong checksum: mistyped?')
  if (prefix !== undefined && head.prefix !== prefix) return refuse(`one with prefix ${head.prefix}, not ${prefix}`)
  return bytes.slice(head.length, end)
}
