/**
 * The cost of one call on a state: the weight that it declares, the weight of the work that it does, and the processor's time.
 *
 * Owns: dispatching a call without fee, signature and block. Does not own: which calls and states.
 */
import type { Origin } from '#chain/runtime/frame/origin.ts'
import { Externalities } from '#chain/runtime/frame/externalities.ts'
import type { RuntimeCall } from '#chain/runtime/frame/terms.ts'
import { construct, type Extend } from '#chain/runtime/runtime.ts'
import type { Trie } from '#chain/trie/trie.ts'
import { leastMs } from './processor-time.ts'
import { TestLog } from './runtime.ts'

const PS_PER_MS = 10 ** 9

export interface CallCost {
  /** `ok`, or why it failed. */
  readonly outcome: string
  /** Milliseconds of the reference machine: declared, charged in the end, and the work on storage alone. */
  readonly declaredMs: number
  readonly chargedMs: number
  readonly workMs: number
  /** Milliseconds of this process's processor time for the call and its changes of the state: the least of several runs. */
  readonly cpuMs: number
}

/** Measures calls of the runtime with these pallets. */
export function callMeter(extend?: Extend) {
  const { frame } = construct(new TestLog(), extend)
  return (state: Trie, number: number, origin: Origin, call: RuntimeCall, runs = 5): CallCost => {
    let cost: Omit<CallCost, 'cpuMs'> | undefined
    const declared = Number(frame.dispatcher.info(call).weight.refTime)
    const dispatch = (): void => {
      const env = new Externalities(state, { number, parentHash: new Uint8Array(32).fill(7), digest: [] })
      frame.current.run(env, () => {
        const outcome = frame.dispatcher.dispatch(call, origin)
        const actual = outcome.post.actualWeight?.refTime
        cost = {
          outcome: outcome.ok ? 'ok' : outcome.message,
          declaredMs: declared / PS_PER_MS,
          chargedMs: Math.min(declared, actual === undefined ? declared : Number(actual)) / PS_PER_MS,
          workMs: Number(env.used) / PS_PER_MS,
        }
      })
      state.apply(env.overlay.changes()).root()
    }
    const cpuMs = leastMs(runs, dispatch)
    return { ...cost!, cpuMs }
  }
}
