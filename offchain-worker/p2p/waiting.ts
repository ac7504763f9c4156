/**
 * How this folder waits for what it is closing.
 *
 * Owns: waiting without caring for the outcome. Does not own: the clock and deadlines (#types/clock.ts).
 */
import type { Clock } from '#types/clock.ts'

/** Whether `work` settled within `ms`. Never throws: for closing down, where nothing better can be done. */
export function settled(clock: Clock, ms: number, work: Promise<unknown>): Promise<boolean> {
  let cancel = (): void => {}
  const late = new Promise<boolean>((resolve) => (cancel = clock.setTimer(ms, () => resolve(false))))
  const done = Promise.allSettled([work]).then(() => true)
  return Promise.race([done, late]).finally(cancel)
}
