/**
 * Pallet Utility: several calls in one transaction.
 *
 * Owns: batches and their three ways to treat failure.
 * Source: pallet-utility lib.rs. Calls have FRAME's indices; as_derivative, dispatch_as and with_weight are left out.
 */
import type { Codec } from '#types/scale/codec.ts'
import { vec } from '#types/scale/compound.ts'
import { DispatchError, type Weight } from '#types/scale/dispatch.ts'
import { u32 } from '#types/scale/primitives.ts'
import type { Dispatcher } from '../frame/dispatch.ts'
import type { RuntimeCall } from '../frame/terms.ts'
import { DispatchFailure } from '../frame/errors.ts'
import { ensureRoot, ensureSigned, type Origin } from '../frame/origin.ts'
import { call, constant, event, pallet, uses } from '../frame/pallet.ts'
import type { PostDispatchInfo } from '../frame/terms.ts'
import { addWeights, minWeight, refTime } from '../frame/weights.ts'

/** Longest batch; Substrate derives about as many from its allocator's limit. */
const BATCHED_CALLS_LIMIT = 10_922

const BASE: Weight = { refTime: refTime(5_000_000n), proofSize: 0n }
const PER_CALL: Weight = { refTime: refTime(4_000_000n), proofSize: 0n }

/** Batches are for accounts and for root, not for inherents. */
function ensureBatchOrigin(origin: Origin): void {
  if (origin === 'root') return ensureRoot(origin)
  ensureSigned(origin)
}

/** The pallet for a runtime with these calls. */
export const utilityPallet = (runtimeCall: Codec<RuntimeCall>) => {
  const args = { calls: vec(runtimeCall) }
  return pallet({
    name: 'Utility',
    docs: 'Batches of calls.',
    constants: { batchedCallsLimit: constant('The limit on the number of batched calls.', u32, BATCHED_CALLS_LIMIT) },
    events: {
      BatchInterrupted: event(
        'Batch of dispatches did not complete fully. Index of first failing dispatch given, as\nwell as the error.',
        { index: u32, error: DispatchError },
      ),
      BatchCompleted: event('Batch of dispatches completed fully with no error.', {}),
      BatchCompletedWithErrors: event('Batch of dispatches completed but has errors.', {}),
      ItemCompleted: event('A single item within a Batch of dispatches has completed with no error.', {}),
      ItemFailed: event('A single item within a Batch of dispatches has completed with error.', {
        error: DispatchError,
      }),
    },
    errors: { TooManyCalls: 'Too many calls batched.' },
    uses: uses<Pick<Dispatcher, 'dispatch' | 'info' | 'refusal'>>(),
    exports: ({ uses, emit, fail }) => ({
      /**
       * Weight of a batch. Its class is Normal, also where all of its calls are operational: the pool can refuse junk only where each call
       * stands alone. In Substrate such a batch is operational.
       */
      options: {
        weight: ({ calls }: { readonly calls: readonly RuntimeCall[] }) =>
          calls.reduce((sum, item) => sum + PER_CALL.refTime + uses.info(item).weight.refTime, BASE.refTime),
      },
      /** Runs calls one by one, each in its own layer, until `failed` says to stop. Returns the weight really used. */
      run(origin: Origin, calls: readonly RuntimeCall[], failed: (index: number, error: DispatchError) => boolean) {
        ensureBatchOrigin(origin)
        if (calls.length > BATCHED_CALLS_LIMIT) return fail.TooManyCalls()
        let actualWeight = BASE
        for (const [index, item] of calls.entries()) {
          const outcome = uses.dispatch(item, origin)
          const spent = outcome.post.actualWeight ?? uses.info(item).weight
          actualWeight = addWeights(actualWeight, addWeights(PER_CALL, minWeight(spent, uses.info(item).weight)))
          if (outcome.ok) emit.ItemCompleted({})
          else if (failed(index, outcome.error)) break
        }
        return { actualWeight } satisfies PostDispatchInfo
      },
    }),
    calls: ({ emit }, { run, options }) => ({
      batch: call(
        'Send a batch of dispatch calls.\n\nStops at the first call that fails; what was done before it stays.',
        args,
        options,
        (origin, { calls }) => {
          let interrupted = false
          const post = run(origin, calls, (index, error) => {
            emit.BatchInterrupted({ index, error })
            return (interrupted = true)
          })
          if (!interrupted) emit.BatchCompleted({})
          return post
        },
      ),
      batchAll: call(
        'Send a batch of dispatch calls and atomically execute them.\nThe whole transaction will rollback and fail if any of the calls failed.',
        args,
        { ...options, callIndex: 2 },
        (origin, { calls }) => {
          const post = run(origin, calls, (index, error) => {
            throw new DispatchFailure(error, error.tag, `call ${index} of the batch failed`)
          })
          emit.BatchCompleted({})
          return post
        },
      ),
      forceBatch: call(
        "Send a batch of dispatch calls.\nUnlike `batch`, it allows errors and won't interrupt.",
        args,
        { ...options, callIndex: 4 },
        (origin, { calls }) => {
          let errors = false
          const post = run(origin, calls, (_, error) => {
            errors = true
            emit.ItemFailed({ error })
            return false
          })
          if (errors) emit.BatchCompletedWithErrors({})
          else emit.BatchCompleted({})
          return post
        },
      ),
    }),
  })
}
