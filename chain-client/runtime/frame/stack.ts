/**
 * Stacks of failing calls, which point into the pallet's page.
 *
 * Owns: when a failure captures its stack, and the form in which it is shown. Does not own: the failures (errors.ts),
 * or the way from a bundle's positions to those of the source, which whoever runs a bundle gives.
 *
 * A call that fails as it may is nothing unusual, and capturing its stack costs several times what raising it costs; so
 * it is captured only while somebody wants to see it. Bugs always have theirs. The switch is the process's, as V8's
 * limit is; the runtime is synchronous, so that nothing else runs while it is on.
 */

/** Turns the lines of a stack that point into a bundle into lines that point to its sources. */
export type MapStack = (stack: string) => string

let isCapturing = false

/** Makes failures raised while `act` runs capture their stacks, or not. May nest. */
export function capturingStacks<T>(capture: boolean, act: () => T): T {
  const outer = isCapturing
  isCapturing = capture
  try {
    return act()
  } finally {
    isCapturing = outer
  }
}

/** Whether failures are to capture their stacks now. */
export const isCapturingStacks = (): boolean => isCapturing

/** A line of the machinery between pallets, and between a pallet and the failure that it raised. */
const FRAME_LINE = /\/runtime\/frame\/(?:bind|dispatch|errors|externalities|stack)\.ts[^/]*$/

/**
 * The lines of the stack, without the message above them and without the machinery: the first is the place in the
 * pallet that failed, `at Ledger.transfer (…/runtime/pallets/balances-ledger.ts:118:10)`. Empty where nothing was
 * captured.
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
