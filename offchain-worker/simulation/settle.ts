/**
 * The way from one event of a simulation to the next: between two events, all promises that can settle do.
 *
 * Owns: waiting for promises. Does not own: the order of events (the scheduler).
 */

/** Steps between turns of Node's event loop, in which a test runner's messages and garbage collection have their turn. */
const TURN_STEPS = 1_024

/** Resolves when no promise is left to settle: only then does Node run a tick. A tick costs a tenth of a turn of the event loop. */
const settled = (): Promise<void> => new Promise((resolve) => process.nextTick(resolve))
const turned = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))

/** Takes one step after the other until `step` says that there is none, and lets promises settle before each and at the end. */
export async function settleAll(step: () => boolean): Promise<void> {
  await turned()
  for (let steps = 1; step(); steps++) await (steps % TURN_STEPS === 0 ? turned() : settled())
  await turned()
}
