/**
 * Dumps in files.
 *
 * Owns: reading and writing them. Does not own: their content.
 */
import { access, constants, readFile, rename, rm, stat, writeFile } from 'node:fs/promises'
import { dirname, resolve } from 'node:path'
import { AssayError, messageOf } from '#types/errors.ts'
import { MAX_DUMP_BYTES } from '#chain/node/dump-format.ts'
import type { Node } from '#chain/node/node-interface.ts'

const unwritable = (path: string, thrown: unknown): AssayError =>
  new AssayError(
    'DUMP_UNWRITABLE',
    `--dump-state: expected to write ${path}, got: ${messageOf(thrown)}`,
    { path },
    { cause: thrown },
  )

async function readJson(path: string): Promise<unknown> {
  try {
    const { size } = await stat(path)
    if (size > MAX_DUMP_BYTES)
      throw new AssayError('DUMP_TOO_LARGE', `expected at most ${MAX_DUMP_BYTES} bytes, got ${size}`)
    return JSON.parse(await readFile(path, 'utf8'))
  } catch (thrown) {
    throw new AssayError(
      thrown instanceof AssayError ? thrown.code : 'DUMP_UNREADABLE',
      `--load-state: expected a dump at ${path}, got: ${messageOf(thrown)}`,
      { path },
      { cause: thrown },
    )
  }
}

/** Puts a node into the state of the dump in a file. @throws AssayError `DUMP_UNREADABLE`, or that of a dump that the node refuses */
export async function loadState(node: Node, path: string): Promise<void> {
  await node.dev.loadState(await readJson(path))
}

/** Refuses a path at which no file can be written. When the chain ends it would be too late. @throws AssayError `DUMP_UNWRITABLE` */
export async function checkDumpPath(path: string): Promise<void> {
  try {
    await access(dirname(resolve(path)), constants.W_OK)
    const found = await stat(path).catch(() => undefined)
    if (found?.isDirectory()) throw new Error('a folder')
  } catch (thrown) {
    throw unwritable(path, thrown)
  }
}

/** Writes a node's chain into a file, whole or not at all. @throws AssayError `DUMP_TOO_LARGE`, `DUMP_UNWRITABLE` */
export async function dumpState(node: Node, path: string): Promise<void> {
  const dump = await node.dev.dumpState()
  const aside = `${path}.${process.pid}.part`
  try {
    await writeFile(aside, `${JSON.stringify(dump)}\n`)
    await rename(aside, path)
  } catch (thrown) {
    await rm(aside, { force: true })
    throw unwritable(path, thrown)
  }
}
