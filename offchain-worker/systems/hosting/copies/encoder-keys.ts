/**
 * The RSA keys of an encoder on disk: one for each assignment, made after it.
 *
 * Owns: their files. Does not own: what they encode.
 *
 * A modulus must not be known before the assignment: an author that knows it can write blocks whose encoding can be compressed. So
 * `make` is called once the chain has assigned a segment. The file is on the disk before the caller sends the modulus to the chain.
 */
import { createPrivateKey, createPublicKey, generateKeyPair, type KeyObject } from 'node:crypto'
import { mkdir, open, readdir, readFile, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { RSA_EXPONENT } from '#types/crypto/rsa.ts'
import { AssayError, messageOf } from '#types/errors.ts'
import type { EncoderKey, SegmentName } from '../copy-ports.ts'

const OWNER_ONLY = 0o600
const OWNER_ONLY_FOLDER = 0o700
/** Shorter moduli are no keys of this project. */
const MIN_BITS = 1_024
const BITS_PER_BYTE = 8
const SUFFIX = '.pem'
const UNFINISHED = '.unfinished'
const generate = promisify(generateKeyPair)

const nameOf = ({ copy, generation, from }: SegmentName): string => `${copy}-${generation}-${from}${SUFFIX}`

function assignmentOf(name: string): SegmentName | undefined {
  const [, copy, generation, from] = /^(\d+)-(\d+)-(\d+)\.pem$/.exec(name) ?? []
  if (copy === undefined) return undefined
  return { copy: BigInt(copy), generation: Number(generation), from: Number(from) }
}

function keyOf(secret: KeyObject): EncoderKey {
  const { n } = createPublicKey(secret).export({ format: 'jwk' })
  return { modulus: new Uint8Array(Buffer.from(n!, 'base64url')), secret }
}

/** The keys in one folder. openEncoderKeys makes it. */
export class EncoderKeys {
  readonly #dir: string

  constructor(dir: string) {
    this.#dir = dir
  }

  /**
   * Makes the key of an assignment, or finds the one that was made before.
   * @param bits of the modulus
   * @throws AssayError `ENCODER_KEY_UNWRITABLE`, `ENCODER_KEY_UNREADABLE`
   */
  async make(assignment: SegmentName, bits: number): Promise<EncoderKey> {
    const found = await this.find(assignment)
    if (found) return found
    const { privateKey } = await generate('rsa', { modulusLength: bits, publicExponent: RSA_EXPONENT })
    await this.#write(nameOf(assignment), privateKey.export({ type: 'pkcs8', format: 'pem' }))
    return keyOf(privateKey)
  }

  /** The key of an assignment; undefined where none was made. @throws AssayError `ENCODER_KEY_UNREADABLE` */
  async find(assignment: SegmentName): Promise<EncoderKey | undefined> {
    const path = join(this.#dir, nameOf(assignment))
    try {
      const key = keyOf(createPrivateKey(await readFile(path)))
      if (key.modulus.length * BITS_PER_BYTE < MIN_BITS) throw new Error('a modulus that is too short')
      return key
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
      // The message of OpenSSL names no byte of the key.
      const message = `expected an RSA key of an encoder in ${path}, got: ${messageOf(error)}: remove the file and give the assignment back`
      throw new AssayError('ENCODER_KEY_UNREADABLE', message, { path }, { cause: error })
    }
  }

  /** The assignments that have a key. */
  async list(): Promise<readonly SegmentName[]> {
    return (await readdir(this.#dir)).flatMap((name) => assignmentOf(name) ?? [])
  }

  /** Deletes the keys of all segments of a copy, and of all its generations, when the copy ends. */
  async forget(copy: bigint): Promise<void> {
    const ended = (await this.list()).filter((each) => each.copy === copy)
    await Promise.all(ended.map((each) => rm(join(this.#dir, nameOf(each)), { force: true })))
    await this.#syncFolder()
  }

  async #write(name: string, pem: string | Buffer): Promise<void> {
    const path = join(this.#dir, name)
    try {
      const file = await open(`${path}${UNFINISHED}`, 'w', OWNER_ONLY)
      try {
        await file.writeFile(pem)
        await file.sync()
      } finally {
        await file.close()
      }
      await rename(`${path}${UNFINISHED}`, path)
      await this.#syncFolder()
    } catch (error) {
      const message = `the key of an encoder cannot be written to ${path}: ${messageOf(error)}`
      throw new AssayError('ENCODER_KEY_UNWRITABLE', message, { path }, { cause: error })
    }
  }

  /** A name is on the disk only when its folder is. */
  async #syncFolder(): Promise<void> {
    const folder = await open(this.#dir, 'r')
    try {
      await folder.sync()
    } finally {
      await folder.close()
    }
  }
}

/** Opens the keys in a folder, and makes the folder if it does not exist. Removes what a killed process left unfinished. */
export async function openEncoderKeys(dir: string): Promise<EncoderKeys> {
  await mkdir(dir, { recursive: true, mode: OWNER_ONLY_FOLDER })
  const unfinished = (await readdir(dir)).filter((name) => name.endsWith(UNFINISHED))
  await Promise.all(unfinished.map((name) => rm(join(dir, name), { force: true })))
  return new EncoderKeys(dir)
}
