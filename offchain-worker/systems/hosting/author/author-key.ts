/**
 * The author of a feed: the secret that signs each of its lengths.
 *
 * Owns: the key file in the author's folder, and which feed of it is the present one. Does not own: key files as such.
 */
import { randomBytes } from 'node:crypto'
import { access, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { toHex, utf8 } from '#types/bytes.ts'
import { blake2b256Of } from '#types/crypto/hash.ts'
import { AssayError } from '#types/errors.ts'
import { noiseKeyPair, type NoiseKeyPair } from '#worker/p2p/identity.ts'
import { readOrCreateKeyFile } from '#worker/terminal/key-file.ts'

/** Who has it signs for the feed. Without it the feed cannot grow. */
const KEY_FILE = 'author.key'
/** The name of the present feed; none for the first. */
const NAME_FILE = 'feed-name'
const NAME_BYTES = 16
const FEED_LABEL = 'assay/author/feed/1'
const NOISE_LABEL = 'assay/author/noise/1'

/** @see openAuthor */
export interface Author {
  /** Signs the feed. */
  readonly feed: NoiseKeyPair
  /** By which readers know the author's process. */
  readonly noise: NoiseKeyPair
}

/** Whether a feed was made in the folder. */
const hasFeed = (dir: string): Promise<boolean> =>
  access(join(dir, KEY_FILE)).then(
    () => true,
    () => false,
  )

/**
 * The keys in an author's folder.
 * @param which `any` makes the first feed of a folder without one; `old` refuses this; `new` gives the folder another feed
 * @throws AssayError `NO_FEED`, and those of readOrCreateKeyFile
 */
export async function openAuthor(dir: string, which: 'any' | 'old' | 'new'): Promise<Author> {
  if (which === 'old' && !(await hasFeed(dir)))
    throw new AssayError(
      'NO_FEED',
      `--data: expected the folder in which the feed was published, got ${dir}, where none was: publish it first`,
      { dir },
    )
  const secret = utf8(await readOrCreateKeyFile(join(dir, KEY_FILE)))
  const path = join(dir, NAME_FILE)
  if (which === 'new') await writeFile(path, toHex(randomBytes(NAME_BYTES)))
  const name = utf8(await readFile(path, 'utf8').catch(() => ''))
  return {
    feed: noiseKeyPair(blake2b256Of(utf8(FEED_LABEL), name, secret)),
    noise: noiseKeyPair(blake2b256Of(utf8(NOISE_LABEL), secret)),
  }
}
