/**
 * Things that a command opened, so that all of them are closed again.
 *
 * Owns: the order (last opened, first closed), and that one failure does not keep the rest open. Does not own: the things.
 */

/** @see createOpened */
export interface Opened {
  /** Remembers how to close what was just opened, and gives it back. */
  add<T>(part: T, close: (part: T) => Promise<unknown>): T
  /** Closes everything, the last first. Rejects with the first failure, when all have been tried. */
  close(): Promise<void>
}

/** Nothing opened yet. */
export function createOpened(): Opened {
  const closers: (() => Promise<unknown>)[] = []
  return {
    add(part, close) {
      closers.push(() => close(part))
      return part
    },
    async close() {
      const failures: unknown[] = []
      for (const close of closers.splice(0).toReversed())
        await close().catch((thrown: unknown) => failures.push(thrown))
      if (failures.length > 0) throw failures[0]
    },
  }
}

/**
 * Closes what was opened while more of it is still opening: that fails for want of what is closed, and what it opened meanwhile is
 * closed as well.
 */
export async function closeWhileOpening(opened: Opened, opening: Promise<unknown>): Promise<void> {
  await opened.close()
  await opening.catch(() => undefined)
  await opened.close()
}
