/**
 * The source of a worker's seed: a secret URI on the command line, or a key file that nobody else can read.
 *
 * Owns: reading, checking and creating key files. Does not own: deriving keys from the seed.
 */
import { randomBytes } from 'node:crypto'
import { open, readFile, stat } from 'node:fs/promises'
import { toHex } from '#types/bytes.ts'
import { AssayError, messageOf } from '#types/errors.ts'
import { UsageError } from './usage-error.ts'

const OTHERS_MAY_READ = 0o077
const OWNER_ONLY = 0o600
const SEED_BYTES = 32
/** A key file holds one secret URI. A longer file is something else. Bytes. */
const MAX_KEY_FILE_BYTES = 1_024

const isMissing = (thrown: unknown): boolean => (thrown as NodeJS.ErrnoException).code === 'ENOENT'

const unwritable = (path: string, thrown: unknown): AssayError =>
  new AssayError(
    'KEY_FILE_UNWRITABLE',
    `key file ${path}: expected to create it with a random secret, got: ${messageOf(thrown)}`,
    { path },
    { cause: thrown },
  )

async function createKeyFile(path: string): Promise<string> {
  const suri = toHex(randomBytes(SEED_BYTES))
  const file = await open(path, 'wx', OWNER_ONLY).catch((thrown: unknown) => {
    throw unwritable(path, thrown)
  })
  try {
    await file.writeFile(`${suri}\n`)
    await file.sync()
  } finally {
    await file.close()
  }
  return suri
}

/**
 * The secret URI in a key file. If the file does not exist, creates it with mode 0600 and a fresh random seed.
 * @throws AssayError `KEY_FILE_MODE` if others may read it, `KEY_FILE_UNREADABLE`, `KEY_FILE_UNWRITABLE`,
 *   `KEY_FILE_CONTENT`. Never names a secret.
 */
export async function readOrCreateKeyFile(path: string): Promise<string> {
  const found = await stat(path).catch((thrown: unknown) => {
    if (isMissing(thrown)) return undefined
    throw new AssayError(
      'KEY_FILE_UNREADABLE',
      `cannot read key file ${path}: ${messageOf(thrown)}`,
      { path },
      { cause: thrown },
    )
  })
  if (!found) return createKeyFile(path)
  if (!found.isFile())
    throw new AssayError('KEY_FILE_UNREADABLE', `key file ${path}: expected a file, got a folder or a device`, { path })
  if ((found.mode & OTHERS_MAY_READ) !== 0) {
    const mode = (found.mode & 0o777).toString(8)
    throw new AssayError('KEY_FILE_MODE', `key file ${path}: expected mode 600, got ${mode}; run: chmod 600 ${path}`, {
      path,
      mode,
    })
  }
  const content = found.size <= MAX_KEY_FILE_BYTES ? (await readFile(path, 'utf8')).trim() : ''
  if (content === '' || content.includes('\n')) {
    throw new AssayError(
      'KEY_FILE_CONTENT',
      `key file ${path}: expected one line with a secret URI (0x seed, mnemonic or //path)`,
      { path },
    )
  }
  return content
}

/** The secret URI from `--suri` or `--key-file`. There must be exactly one of them. @throws AssayError `NO_SECRET`. */
export function readSecret(options: {
  readonly suri?: string | undefined
  readonly keyFile?: string | undefined
}): Promise<string> {
  if ((options.suri === undefined) === (options.keyFile === undefined)) {
    throw new UsageError('NO_SECRET', 'expected --suri or --key-file, which gives the worker its keys')
  }
  return options.suri === undefined ? readOrCreateKeyFile(options.keyFile!) : Promise.resolve(options.suri)
}
