/**
 * Where the bytes go that a reader gets: a file that is there whole or not at all, or stdout.
 *
 * Owns: writing aside and renaming, and waiting for a slow pipe. Does not own: what is written.
 */
import { open, rename, rm } from 'node:fs/promises'
import type { Writable } from 'node:stream'
import { AssayError, messageOf } from '#types/errors.ts'

/** Ends the name of a file that is not whole yet. */
const PART_SUFFIX = '.part'

const unwritable = (path: string, thrown: unknown): AssayError =>
  new AssayError(
    'OUTPUT_UNWRITABLE',
    `--output: expected to write ${path}, got: ${messageOf(thrown)}`,
    { path },
    { cause: thrown },
  )

/**
 * Writes the pieces to a file. Until all are there, the file has another name, and an older file stays as it is.
 * @throws AssayError `OUTPUT_UNWRITABLE`, and what the pieces throw; then nothing is left behind
 */
export async function saveFile(path: string, pieces: AsyncIterable<Uint8Array>): Promise<void> {
  const part = path + PART_SUFFIX
  const file = await open(part, 'w').catch((thrown: unknown) => {
    throw unwritable(path, thrown)
  })
  const write = async (work: Promise<unknown>): Promise<void> => {
    await work.catch((thrown: unknown) => {
      throw unwritable(path, thrown)
    })
  }
  try {
    try {
      for await (const piece of pieces) await write(file.writeFile(piece))
      await write(file.sync())
    } finally {
      await file.close()
    }
    await write(rename(part, path))
  } catch (error) {
    await rm(part, { force: true })
    throw error
  }
}

/** Writes the pieces to a stream, no faster than it takes them. Ends early, without an error, where the stream closes. */
export async function pour(stream: Writable, pieces: AsyncIterable<Uint8Array>): Promise<void> {
  let isClosed = false
  let go = (): void => undefined
  const onClosed = (): void => {
    isClosed = true
    go()
  }
  const onDrain = (): void => go()
  stream.on('drain', onDrain).on('close', onClosed).on('error', onClosed)
  try {
    for await (const piece of pieces) {
      if (isClosed) return
      // A pipe that has room takes the piece at once.
      const drained = new Promise<void>((resolve) => (go = resolve))
      if (!stream.write(piece)) await drained
    }
  } finally {
    stream.off('drain', onDrain).off('close', onClosed).off('error', onClosed)
  }
}
