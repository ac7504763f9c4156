/**
 * Keys given to the node by hand: those of author_insertKey, rotateKeys and hasKey.
 *
 * Owns: keeping secret URIs by key type and public key, in memory or in files that nobody else may read. Does not own: the
 * authority's key, which signs blocks. No secret leaves it.
 * Source: polkadot-sdk substrate/client/keystore/src/local.rs. A file is named after key type and public key in hex, and holds the
 * secret URI as a JSON string, so files of Substrate nodes fit.
 */
import { randomBytes } from 'node:crypto'
import { mkdir, readdir, rename, rm, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { concatBytes, equalBytes, toHex, utf8 } from '#types/bytes.ts'
import { AssayError, messageOf } from '#types/errors.ts'
import { keypairFromSuri, type KeyScheme } from '#types/crypto/suri.ts'

const OWNER_ONLY_FILE = 0o600
const OWNER_ONLY_FOLDER = 0o700
const OTHERS_MAY_READ = 0o077
const KEY_TYPE_BYTES = 4
const SEED_BYTES = 32
/** Keys that one node keeps. */
const MAX_KEYS = 1_000
/** UTF-16 units of a secret URI: 24 words, a path and a password. */
const MAX_SURI_LENGTH = 1_024
/** Sr25519 and ed25519 keys; compressed points of ecdsa. */
const PUBLIC_KEY_BYTES = [32, 33]
const SCHEMES: readonly KeyScheme[] = ['sr25519', 'ed25519', 'ecdsa']

export interface SessionKeystore {
  /**
   * Keeps the secret of a public key.
   * @throws AssayError `BAD_KEY_TYPE`, `BAD_SURI`, `KEY_MISMATCH` where the secret gives another key in every scheme,
   *   `KEYSTORE_FULL`, `KEYSTORE_UNWRITABLE`; the store keeps nothing then.
   */
  insert(keyType: string, suri: string, publicKey: Uint8Array): Promise<void>
  /** Makes a new sr25519 key, keeps it and gives its public half. @throws as {@link insert} */
  generate(keyType: string): Promise<Uint8Array>
  /** Whether the secret of a public key is kept. @throws AssayError `BAD_KEY_TYPE`. */
  has(keyType: string, publicKey: Uint8Array): boolean
}

/** A name of four bytes, such as `aura`. */
function typeOf(keyType: string): Uint8Array {
  // A text that is too long need not be encoded.
  const bytes = keyType.length <= KEY_TYPE_BYTES ? utf8(keyType) : undefined
  if (bytes?.length === KEY_TYPE_BYTES) return bytes
  throw new AssayError('BAD_KEY_TYPE', `expected a key type of ${KEY_TYPE_BYTES} bytes, such as aura`)
}

/** The file's name: key type and public key in hex. */
const nameOf = (keyType: string, publicKey: Uint8Array): string =>
  toHex(concatBytes(typeOf(keyType), publicKey)).slice(2)

/** @throws AssayError `BAD_SURI` or `KEY_MISMATCH` */
function checkSecret(suri: string, publicKey: Uint8Array): void {
  if (suri.length > MAX_SURI_LENGTH)
    throw new AssayError(
      'BAD_SURI',
      `expected a secret URI of at most ${MAX_SURI_LENGTH} characters, got ${suri.length}`,
    )
  if (SCHEMES.some((scheme) => hasKey(suri, scheme, publicKey))) return
  throw new AssayError(
    'KEY_MISMATCH',
    `expected a secret URI of the public key ${toHex(publicKey)} in one of ${SCHEMES.join(', ')}, got one of another key`,
  )
}

/** Soft junctions, which ed25519 and ecdsa do not have, make a key of sr25519 only. */
function hasKey(suri: string, scheme: KeyScheme, publicKey: Uint8Array): boolean {
  try {
    return equalBytes(keypairFromSuri(suri, scheme).publicKey, publicKey)
  } catch (thrown) {
    if (scheme !== 'sr25519' && thrown instanceof AssayError && thrown.code === 'BAD_SURI') return false
    throw thrown
  }
}

/** A key that the node holds anyway, such as its authority's. */
export interface KnownKey {
  readonly keyType: string
  readonly publicKey: Uint8Array
}

const namesOf = (known: readonly KnownKey[]): string[] =>
  known.map(({ keyType, publicKey }) => nameOf(keyType, publicKey))

/** A keystore that ends with the process. */
export const createSessionKeystore = (known: readonly KnownKey[] = []): SessionKeystore =>
  keystoreOf(namesOf(known), async () => undefined)

/**
 * A keystore in a folder, which is made where it does not exist: a file of mode 0600 for each key.
 * @throws AssayError `KEYSTORE_UNREADABLE`, or `KEYSTORE_MODE` where others may read a key in it.
 */
export async function openSessionKeystore(folder: string, known: readonly KnownKey[] = []): Promise<SessionKeystore> {
  const names = await readNames(folder).catch((thrown: unknown) => {
    if (thrown instanceof AssayError) throw thrown
    throw new AssayError(
      'KEYSTORE_UNREADABLE',
      `keystore ${folder}: ${messageOf(thrown)}`,
      { folder },
      { cause: thrown },
    )
  })
  return keystoreOf([...namesOf(known), ...names], (name, suri) => save(folder, name, suri))
}

function keystoreOf(names: readonly string[], write: (name: string, suri: string) => Promise<void>): SessionKeystore {
  const kept = new Set(names)
  async function insert(keyType: string, suri: string, publicKey: Uint8Array): Promise<void> {
    if (!PUBLIC_KEY_BYTES.includes(publicKey.length))
      throw new AssayError('KEY_MISMATCH', `expected a public key of 32 or 33 bytes, got ${publicKey.length}`)
    const name = nameOf(keyType, publicKey)
    checkSecret(suri, publicKey)
    if (kept.has(name)) return
    if (kept.size >= MAX_KEYS)
      throw new AssayError('KEYSTORE_FULL', `expected at most ${MAX_KEYS} keys, got one more: remove files of old ones`)
    await write(name, suri)
    kept.add(name)
  }
  return {
    insert,
    async generate(keyType) {
      const suri = toHex(randomBytes(SEED_BYTES))
      const { publicKey } = keypairFromSuri(suri, 'sr25519')
      await insert(keyType, suri, publicKey)
      return publicKey
    },
    has: (keyType, publicKey) => kept.has(nameOf(keyType, publicKey)),
  }
}

/** Key type and public key in hex. Other files in the folder are ignored. */
const KEY_FILE = /^[0-9a-f]{8}[0-9a-f]{64}(?:[0-9a-f]{2})?$/

async function readNames(folder: string): Promise<string[]> {
  await mkdir(folder, { recursive: true, mode: OWNER_ONLY_FOLDER })
  const names = (await readdir(folder)).filter((name) => KEY_FILE.test(name))
  for (const name of names) {
    const path = join(folder, name)
    const { mode } = await stat(path)
    if ((mode & OTHERS_MAY_READ) === 0) continue
    const got = (mode & 0o777).toString(8)
    throw new AssayError('KEYSTORE_MODE', `key file ${path}: expected mode 600, got ${got}; run: chmod 600 ${path}`, {
      path,
    })
  }
  return names
}

/** Writes a file whole or not at all: a file of that name is complete. */
async function save(folder: string, name: string, suri: string): Promise<void> {
  const unfinished = join(folder, `.${name}`)
  try {
    await writeFile(unfinished, JSON.stringify(suri), { mode: OWNER_ONLY_FILE, flush: true })
    await rename(unfinished, join(folder, name))
  } catch (thrown) {
    await rm(unfinished, { force: true })
    throw new AssayError(
      'KEYSTORE_UNWRITABLE',
      `keystore ${folder}: ${messageOf(thrown)}`,
      { folder },
      { cause: thrown },
    )
  }
}
