/**
 * A small file system that a test can fill: a tmpfs of its own, where the process may mount one.
 *
 * Owns: mounting, filling, freeing, unmounting. Does not own: what lies on it.
 */
import { execFile } from 'node:child_process'
import { open, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { onTestFinished } from 'vitest'
import { tempDir } from './temp-dir.ts'

const run = promisify(execFile)

export interface SmallDisk {
  readonly path: string
  /** Takes all space but `left` bytes. */
  fill(left: number): Promise<void>
  /** Gives that space back. */
  free(): Promise<void>
}

/** Undefined where this process may not mount: then the test must be skipped. */
export async function smallDisk(bytes: number): Promise<SmallDisk | undefined> {
  const path = await tempDir()
  try {
    await run('mount', ['-t', 'tmpfs', '-o', `size=${bytes}`, 'tmpfs', path])
  } catch {
    return undefined
  }
  // Lazily: a process that the test killed may still hold a file for a moment.
  onTestFinished(() => run('umount', ['-l', path]).then(() => undefined))
  const filler = join(path, 'filler')
  return {
    path,
    async fill(left) {
      const file = await open(filler, 'w')
      try {
        for (const size of [1 << 16, 1 << 12]) while (await takes(file, size)) continue
        const { size } = await file.stat()
        await file.truncate(size - left)
      } finally {
        await file.close()
      }
    },
    free: () => rm(filler),
  }
}

async function takes(file: Awaited<ReturnType<typeof open>>, size: number): Promise<boolean> {
  try {
    const { bytesWritten } = await file.write(new Uint8Array(size))
    return bytesWritten === size
  } catch {
    return false
  }
}
