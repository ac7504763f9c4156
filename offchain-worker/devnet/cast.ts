/**
 * The processes of a cast by their names.
 *
 * Owns: finding one, and the check that each comes after the one that it needs. Does not own: starting them (the stage).
 */
import { AssayError } from '#types/errors.ts'
import type { Cast, Process } from './scenario.ts'

/** Refuses a cast in which a process waits for one that does not come earlier. @throws AssayError `BAD_CAST` */
export function checkCast({ processes }: Cast): void {
  const earlier = new Set<string>()
  for (const { name, after } of processes) {
    if (after !== undefined && !earlier.has(after))
      throw new AssayError('BAD_CAST', `${name}: expected ${after} earlier in the cast, found none`)
    earlier.add(name)
  }
}

/** The process of that name. @throws AssayError `NO_PROCESS` */
export function processOf({ processes }: Cast, name: string): Process {
  const found = processes.find((process) => process.name === name)
  if (found) return found
  throw new AssayError('NO_PROCESS', `expected a process of the cast, got ${JSON.stringify(name)}`)
}
