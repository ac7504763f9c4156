/**
 * The way from one event of a simulation to the next: between two of them, every promise that can settle does.
 *
 * Owns: waiting for promises. Does not own: when what happens (scheduler.ts).
 */

/** So often, the machine's own events have their turn too: a test runner's messages, or collecting what only weak references hold. */
const TURN_STEPS = 1_024

/**
 * Lets everything happen that waits for nothing but promises. Node calls ticks only when no promise is left to settle, and that
 * costs a tenth of a turn of its event loop.
 */
const settled = (): Promise<void> => new Promise((resolve) => process.nextTick(resolve))
const turned = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))

/** Takes one step after the other until `step` says that there is none, and lets promises settle before each and at the end. */
export async function settleAll(step: () => boolean): Promise<void> {
  await turned()
  for (let steps = 1; step(); steps++) await (steps % TURN_STEPS === 0 ? turned() : settled())
  await turned()
}
