/**
 * Processor time: what work costs, however busy the machine is.
 *
 * Owns: reading the time of this process. Does not own: deadlines (patience.ts).
 */
const US_PER_MS = 1_000

/** Processor time of this process so far, its threads included, in milliseconds. */
export function processorMs(): number {
  const { user, system } = process.cpuUsage()
  return (user + system) / US_PER_MS
}

/** The processor time of an act in milliseconds: the least of so many runs. */
export function leastMs(runs: number, act: () => void): number {
  let least = Infinity
  for (let run = 0; run < runs; run++) {
    const began = processorMs()
    act()
    least = Math.min(least, processorMs() - began)
  }
  return least
}
