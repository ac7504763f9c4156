/**
 * The parts that a command has opened, so that it closes all of them again.
 *
 * Owns: the order (last opened, first closed), and that one failure does not stop the rest. Does not own: the parts.
 */

/** @see createOpened */
export interface Opened {
  /** Remembers how to close a part that was just opened, and returns the part. */
  add<T>(part: T, close: (part: T) => Promise<unknown>): T
  /** Closes everything, the last first. Rejects with the first failure after it has tried all. */
  close(): Promise<void>
}

/** A list without parts. */
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
 * Closes the open parts while `opening` still opens more. The opening then fails because a part that it needs is
 * closed. Parts that it opened meanwhile are closed as well.
 */
export async function closeWhileOpening(opened: Opened, opening: Promise<unknown>): Promise<void> {
  await opened.close()
  await opening.catch(() => undefined)
  await opened.close()
}
