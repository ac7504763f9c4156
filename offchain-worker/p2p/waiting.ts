/**
 * Waiting while this folder closes its parts.
 *
 * Owns: waiting whatever the outcome. Does not own: the clock and deadlines.
 */
import type { Clock } from '#types/clock.ts'

/** Whether `work` settled within `ms`. Never throws: it is for closing, when nothing better can be done. */
export function settled(clock: Clock, ms: number, work: Promise<unknown>): Promise<boolean> {
  let cancel = (): void => {}
  const late = new Promise<boolean>((resolve) => (cancel = clock.setTimer(ms, () => resolve(false))))
  const done = Promise.allSettled([work]).then(() => true)
  return Promise.race([done, late]).finally(cancel)
}
