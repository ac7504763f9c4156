/**
 * Stacks of failing calls, which point into the pallet's page.
 *
 * Owns: when a failure captures its stack, and the form in which it is shown. Does not own: the failures.
 *
 * Failing calls are common, and capturing a stack costs several times as much as raising the failure. So a stack is captured only
 * while somebody wants to see it. Bugs always have theirs. The switch holds for the whole process, as V8's limit does; the runtime
 * is synchronous, so nothing else runs while it is on.
 */

/** Maps lines of a stack that point into a bundle to lines that point to its sources. */
export type MapStack = (stack: string) => string

let isCapturing = false

/** Sets whether failures capture their stacks while `act` runs. May nest. */
export function capturingStacks<T>(capture: boolean, act: () => T): T {
  const outer = isCapturing
  isCapturing = capture
  try {
    return act()
  } finally {
    isCapturing = outer
  }
}

/** Whether failures capture their stacks at present. */
export const isCapturingStacks = (): boolean => isCapturing

/** A stack line of the machinery between pallets, or between a pallet and its failure. */
const FRAME_LINE = /\/runtime\/frame\/(?:bind|dispatch|errors|externalities|stack)\.ts[^/]*$/

/**
 * The lines of the stack, without the message and the machinery. Empty where no stack was captured. The first line is the place of
 * the failure in the pallet:
 * `at Ledger.transfer (…/runtime/pallets/balances/ledger.ts:118:10)`.
 */
export function stackLines(thrown: unknown, mapStack: MapStack): string {
  const stack = thrown instanceof Error ? (thrown.stack ?? '') : ''
  const start = stack.search(/^ +at /m)
  if (start < 0) return ''
  const lines = mapStack(stack.slice(start))
    .split('\n')
    .map((line) => line.trim())
  const shown = lines.filter((line) => !FRAME_LINE.test(line))
  return (shown.length > 0 ? shown : lines).join('\n')
}
