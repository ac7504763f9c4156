/**
 * Dumps in files.
 *
 * Owns: reading and writing them. Does not own: their content.
 */
import { access, constants, readFile, readlink, realpath, rename, rm, stat, writeFile } from 'node:fs/promises'
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

/** Where a path leads, and whether that is an ordinary file or a place for one. Otherwise it is a device, a pipe or a socket. */
async function meantBy(path: string): Promise<{ readonly target: string; readonly isFile: boolean }> {
  const target = await realpath(path).catch(() => linkTarget(path))
  const found = await stat(target).catch(() => undefined)
  if (found?.isDirectory()) throw new Error('a folder')
  return { target, isFile: found === undefined || found.isFile() }
}

/** The goal of a link whose file is not there yet, or the path itself. */
async function linkTarget(path: string): Promise<string> {
  const link = await readlink(path).catch(() => undefined)
  return link === undefined ? path : resolve(dirname(path), link)
}

/** Refuses a path at which nothing can be written. When the chain ends it would be too late. @throws AssayError `DUMP_UNWRITABLE` */
export async function checkDumpPath(path: string): Promise<void> {
  try {
    const { target, isFile } = await meantBy(path)
    await access(isFile ? dirname(resolve(target)) : target, constants.W_OK)
  } catch (thrown) {
    throw unwritable(path, thrown)
  }
}

/**
 * Writes a node's chain to what the path means: into a file, whole or not at all, or to a device or a pipe as it is.
 * @throws AssayError `DUMP_TOO_LARGE`, `DUMP_UNWRITABLE`
 */
export async function dumpState(node: Node, path: string): Promise<void> {
  const text = `${JSON.stringify(await node.dev.dumpState())}\n`
  try {
    const { target, isFile } = await meantBy(path)
    await (isFile ? replace(target, text) : writeFile(target, text))
  } catch (thrown) {
    throw unwritable(path, thrown)
  }
}

async function replace(path: string, text: string): Promise<void> {
  const aside = `${path}.${process.pid}.part`
  try {
    await writeFile(aside, text, { flush: true })
    await rename(aside, path)
  } catch (thrown) {
    await rm(aside, { force: true })
    throw thrown
  }
}
