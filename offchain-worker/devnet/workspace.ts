/**
 * The devnet's folder for all data of its processes.
 *
 * Owns: making it, removing it, and removing the folders of killed devnets.
 */
import { lstat, readdir, rm } from 'node:fs/promises'
import { hostname, tmpdir } from 'node:os'
import { join } from 'node:path'
import { assertRoom, makeFolder } from '../terminal/places.ts'
import { makeTemporary } from '../terminal/temporary.ts'

/**
 * The name has host and process number, because a process number means nothing on another host, such as a container that shares the
 * folder for temporary files.
 */
const prefix = (): string => `assay-devnet-${hostname().replaceAll(/[^\w.]/g, '_')}-`

/** Whether a process of that number runs, ours or another user's. */
function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (thrown) {
    return (thrown as NodeJS.ErrnoException).code !== 'ESRCH'
  }
}

/** Removes a folder of our own. A folder of another user, or a link of that name, stays. */
async function removeOwn(path: string): Promise<void> {
  const found = await lstat(path).catch(() => undefined)
  if (!found?.isDirectory() || found.uid !== process.getuid?.()) return
  // Its processes may still be ending, and write. The next start removes the rest.
  await rm(path, { recursive: true, force: true }).catch(() => undefined)
}

/** Removes folders of this host's devnets whose process is gone, after SIGKILL or a power cut. */
async function sweep(): Promise<void> {
  const start = prefix()
  // A folder that cannot be read is told when it is written.
  const names = (await readdir(tmpdir()).catch(() => [])).filter((name) => name.startsWith(start))
  const orphans = names.filter((name) => {
    const [, pid] = /^(\d+)-\w+$/.exec(name.slice(start.length)) ?? []
    return pid !== undefined && !isAlive(Number(pid))
  })
  await Promise.all(orphans.map((name) => removeOwn(join(tmpdir(), name))))
}

/** A folder for all data of a devnet. */
export interface Workspace {
  readonly folder: string
  /** Removes it, if it is not to be kept. Call it when no process uses it any more. */
  remove(): Promise<void>
}

const MIB = 2 ** 20
/** For the chain, the feeds of hosters, and the replicas of feeds while audits run. */
const LEAST_ROOM_BYTES = 200 * MIB

async function openKept(folder: string): Promise<Workspace> {
  await makeFolder('base-path', folder)
  await assertRoom(folder, LEAST_ROOM_BYTES, '--base-path')
  return { folder, remove: async () => undefined }
}

/**
 * Opens the folder that is to be kept, or makes an empty one for this process after removing those of killed devnets.
 * @throws AssayError `FOLDER_UNUSABLE`, `NO_TEMPORARY_FOLDER`, `NO_ROOM`
 */
export async function openWorkspace(kept: string | undefined): Promise<Workspace> {
  if (kept !== undefined) return openKept(kept)
  await sweep()
  await assertRoom(tmpdir(), LEAST_ROOM_BYTES, 'TMPDIR or --base-path')
  const folder = await makeTemporary(`${prefix()}${process.pid}-`)
  return { folder, remove: () => rm(folder, { recursive: true, force: true }) }
}
