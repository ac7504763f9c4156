/**
 * The devnet's folder for everything its processes keep.
 *
 * Owns: making it, removing it, and removing those of devnets that were killed before they could. Does not own: what is in it.
 */
import { lstat, mkdtemp, readdir, rm } from 'node:fs/promises'
import { hostname, tmpdir } from 'node:os'
import { join } from 'node:path'

/**
 * Host and process are in the name: a process number means nothing on another host, such as a container that shares the folder
 * for temporary files.
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

/** Removes a folder that is ours; one that another user made, or a link that lies in its place, stays. */
async function removeOwn(path: string): Promise<void> {
  const found = await lstat(path).catch(() => undefined)
  if (!found?.isDirectory() || found.uid !== process.getuid?.()) return
  // Its processes may still be on their way out and write: what stays is for the next start to remove.
  await rm(path, { recursive: true, force: true }).catch(() => undefined)
}

/** Removes the folders of this host's devnets whose process is gone: SIGKILL, or a power cut, left them behind. */
async function sweep(): Promise<void> {
  const start = prefix()
  const names = (await readdir(tmpdir())).filter((name) => name.startsWith(start))
  const orphans = names.filter((name) => {
    const [, pid] = /^(\d+)-\w+$/.exec(name.slice(start.length)) ?? []
    return pid !== undefined && !isAlive(Number(pid))
  })
  await Promise.all(orphans.map((name) => removeOwn(join(tmpdir(), name))))
}

/** An empty folder of this process, after those left behind were removed. Whoever asks for it removes it. */
export async function openWorkspace(): Promise<string> {
  await sweep()
  return mkdtemp(join(tmpdir(), `${prefix()}${process.pid}-`))
}
