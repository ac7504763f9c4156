/**
 * Keys from secret URIs, such as `//Alice`.
 *
 * Owns: parsing, derivation and signing for the three schemes. No error and no property shows a secret. Does not own:
 * verification.
 * Source: sp-core crypto.rs (SecretUri, DeriveJunction), sr25519.rs, ed25519.rs, ecdsa.rs; RFC 8032 and 8410.
 */
import { createPrivateKey, createPublicKey, sign as signWithKey } from 'node:crypto'
import { secp256k1 } from '@noble/curves/secp256k1.js'
import {
  bip39ToMiniSecret,
  bip39Validate,
  sr25519DeriveKeypairHard,
  sr25519DeriveKeypairSoft,
  sr25519KeypairFromSeed,
  sr25519Sign,
  waitReady,
} from '@polkadot/wasm-crypto'
import { concatBytes, fromHex, u64le } from '../bytes.ts'
import { AssayError } from '../errors.ts'
import { encode } from '../scale/codec.ts'
import { str, U64_MAX } from '../scale/primitives.ts'
import { blake2b256, blake2b256Of } from './hash.ts'

await waitReady()

/** Substrate's development phrase: a URI without a phrase, such as `//Alice`, derives from it. It is not secret. */
const DEV_PHRASE = 'bottom drive obey lake curtain smoke basket hold race lonely fit walk'

/** The seed of the development phrase without password. Stretching a mnemonic takes 15 ms. */
const DEV_SEED = fromHex('0xfac7959dbfe72f052e5a0c3c8d6530f202b02fd8f9f5ca3580ec8deb7797479e')

const JUNCTION_BYTES = 32

export type KeyScheme = 'sr25519' | 'ed25519' | 'ecdsa'

/** A key that signs. The secret is not a property: only the closure has it. */
export interface Keypair {
  readonly scheme: KeyScheme
  /** 32 bytes; for ecdsa the compressed point, 33 bytes. */
  readonly publicKey: Uint8Array
  /** The account: the public key, for ecdsa its BLAKE2b-256. */
  readonly accountId: Uint8Array
  /** The signature, 64 bytes; for ecdsa 65, over the BLAKE2b-256 of the message. Sr25519 signatures are randomised. */
  readonly sign: (message: Uint8Array) => Uint8Array
}

interface Junction {
  readonly hard: boolean
  readonly chainCode: Uint8Array
}

interface SecretUri {
  readonly phrase: string
  readonly junctions: readonly Junction[]
  readonly password: string
}

const badSuri = (expected: string, got: string): AssayError =>
  new AssayError('BAD_SURI', `expected ${expected}, got ${got} (not shown: it may be secret)`)

/** A number becomes u64 little endian, any other name SCALE text. Over 32 bytes, its hash counts. Padded with zeros. */
function chainCodeOf(name: string): Uint8Array {
  const isNumber = /^\+?\d+$/.test(name) && BigInt(name.replace('+', '')) <= U64_MAX
  const code = isNumber ? u64le(BigInt(name.replace('+', ''))) : encode(str, name)
  if (code.length > JUNCTION_BYTES) return blake2b256(code)
  return concatBytes(code, new Uint8Array(JUNCTION_BYTES - code.length))
}

function parseSuri(suri: string): SecretUri {
  const parts = /^([^/]*)((?:\/\/?[^/]+)*)(?:\/\/\/(.*))?$/s.exec(suri)
  if (!parts || suri === '')
    throw badSuri('a secret URI: phrase//hard/soft///password', suri === '' ? 'nothing' : 'other text')
  const [, phrase = '', path = '', password = ''] = parts
  const junctions = [...path.matchAll(/(\/\/?)([^/]+)/g)].map(([, slashes, name]) => ({
    hard: slashes === '//',
    chainCode: chainCodeOf(name!),
  }))
  return { phrase, junctions, password }
}

/** The 32-byte seed of a phrase: hex as it is, or a mnemonic by Substrate's variant of BIP 39 (from the entropy). */
function seedOf({ phrase, password }: SecretUri): Uint8Array {
  if (phrase === '') return password === '' ? DEV_SEED : bip39ToMiniSecret(DEV_PHRASE, password)
  if (phrase.startsWith('0x')) {
    if (!/^0x[0-9a-fA-F]{64}$/.test(phrase)) throw badSuri('a seed of 0x and 64 hex digits', 'other hex')
    return fromHex(phrase)
  }
  if (!bip39Validate(phrase))
    throw badSuri('a BIP 39 mnemonic of 12 to 24 words with a right checksum, or a 0x seed', 'another phrase')
  return bip39ToMiniSecret(phrase, password)
}

/** Hard derivation for schemes whose keys are plain seeds: a hash over a label, the seed and the junction. */
function deriveSeed(seed: Uint8Array, junctions: readonly Junction[], label: string, scheme: KeyScheme): Uint8Array {
  const prefix = encode(str, label)
  return junctions.reduce((parent, { hard, chainCode }) => {
    if (!hard) throw badSuri(`hard junctions only (//name) for ${scheme}`, 'a soft one (/name)')
    return blake2b256Of(prefix, parent, chainCode)
  }, seed)
}

/** Signs with an sr25519 key: its public part (32 bytes), its secret part (64 bytes), the message. */
export type SignSr25519 = (publicKey: Uint8Array, secret: Uint8Array, message: Uint8Array) => Uint8Array

function sr25519Pair(seed: Uint8Array, junctions: readonly Junction[], signWith: SignSr25519 = sr25519Sign): Keypair {
  const pair = junctions.reduce(
    (parent, { hard, chainCode }) =>
      hard ? sr25519DeriveKeypairHard(parent, chainCode) : sr25519DeriveKeypairSoft(parent, chainCode),
    sr25519KeypairFromSeed(seed),
  )
  const secret = pair.slice(0, 64)
  const publicKey = pair.slice(64)
  const sign = (message: Uint8Array): Uint8Array => signWith(publicKey, secret, message)
  return { scheme: 'sr25519', publicKey, accountId: publicKey, sign }
}

/** PrivateKeyInfo of an Ed25519 key, up to the seed itself. */
const ED25519_PKCS8_PREFIX = Buffer.from('302e020100300506032b657004220420', 'hex')
const ED25519_KEY_BYTES = 32

function ed25519Pair(seed: Uint8Array, junctions: readonly Junction[]): Keypair {
  const secret = deriveSeed(seed, junctions, 'Ed25519HDKD', 'ed25519')
  const key = createPrivateKey({ key: Buffer.concat([ED25519_PKCS8_PREFIX, secret]), format: 'der', type: 'pkcs8' })
  const spki = createPublicKey(key).export({ format: 'der', type: 'spki' })
  const publicKey = new Uint8Array(spki.subarray(spki.length - ED25519_KEY_BYTES))
  const sign = (message: Uint8Array): Uint8Array => new Uint8Array(signWithKey(null, message, key))
  return { scheme: 'ed25519', publicKey, accountId: publicKey, sign }
}

function ecdsaPair(seed: Uint8Array, junctions: readonly Junction[]): Keypair {
  const secret = deriveSeed(seed, junctions, 'Secp256k1HDKD', 'ecdsa')
  if (!secp256k1.utils.isValidSecretKey(secret)) throw badSuri('a secp256k1 secret key', 'one out of range')
  const publicKey = secp256k1.getPublicKey(secret, true)
  const sign = (message: Uint8Array): Uint8Array => {
    const signature = secp256k1.sign(blake2b256(message), secret, { prehash: false, format: 'recovered' })
    return concatBytes(signature.subarray(1), signature.subarray(0, 1))
  }
  return { scheme: 'ecdsa', publicKey, accountId: blake2b256(publicKey), sign }
}

const factories = { sr25519: sr25519Pair, ed25519: ed25519Pair, ecdsa: ecdsaPair } as const

/**
 * The key of a secret URI: a mnemonic or a `0x` seed (the development phrase if both are missing), then hard (`//`) and
 * soft (`/`) junctions, then a password after `///`. A hex seed ignores the password, as in Substrate.
 * @param signWith replaces the usual way of signing with sr25519, whose signatures are random.
 * @throws AssayError `BAD_SURI`, which says what is wrong and never shows the URI. Also for an empty URI.
 */
export function keypairFromSuri(suri: string, scheme: KeyScheme = 'sr25519', signWith?: SignSr25519): Keypair {
  const uri = parseSuri(suri)
  return factories[scheme](seedOf(uri), uri.junctions, signWith)
}
