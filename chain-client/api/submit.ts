/**
 * The duties of one account: those under way, and those with an outcome.
 *
 * Owns: one pursuit a duty, and resuming the duties of an earlier run. Does not own: the way of a duty into a block.
 */
import { messageOf } from '#types/errors.ts'
import type { CallRequest, SubmitOutcome } from './chain-port.ts'
import { createLane, createStop } from './waiting.ts'
import { callHash, checkSameCall, hashOf, type PendingDuty } from './journal.ts'
import { Pursuit, type SubmitDeps } from './pursuit.ts'
import { closed } from './rpc-error.ts'

export interface Submitter {
  /** See `ChainPort.submit`; waits without a deadline. */
  submit(dutyId: string, call: CallRequest): Promise<SubmitOutcome>
  /** Resumes all duties that an earlier run left without an outcome. */
  resume(): Promise<void>
  /** Ends all waiting with `CHAIN_CLOSED`. Duties under way stay in the journal. */
  close(): Promise<void>
}

export function createSubmitter(deps: SubmitDeps): Submitter {
  const closing = createStop()
  const lane = createLane()
  const active = new Map<string, { readonly hash: Uint8Array; readonly outcome: Promise<SubmitOutcome> }>()

  function start(dutyId: string, hash: Uint8Array, begin: () => Promise<SubmitOutcome>): Promise<SubmitOutcome> {
    const outcome = begin().finally(() => active.delete(dutyId))
    active.set(dutyId, { hash, outcome })
    return outcome
  }

  const pursue = (dutyId: string, duty: PendingDuty): Promise<SubmitOutcome> =>
    new Pursuit(dutyId, duty, { ...deps, lane, signal: closing.signal }).run()

  async function begin(dutyId: string, call: CallRequest): Promise<SubmitOutcome> {
    const known = await deps.journal.load(dutyId, call)
    if (known?.kind === 'resolved') return known.outcome
    if (known) for (const candidate of known.candidates) deps.nonces.hold(candidate.nonce)
    return pursue(dutyId, known ?? { kind: 'pending', call, candidates: [], signings: 0 })
  }

  return {
    async submit(dutyId, call) {
      if (closing.signal.aborted) throw closed()
      const running = active.get(dutyId)
      if (running) {
        checkSameCall(dutyId, running.hash, call)
        return running.outcome
      }
      return start(dutyId, callHash(call), () => begin(dutyId, call))
    },
    async resume() {
      const unresolved = await deps.journal.unresolved()
      // Hold all nonces before the first duty may take one.
      for (const [, { candidates }] of unresolved) for (const { nonce } of candidates) deps.nonces.hold(nonce)
      for (const [dutyId, duty] of unresolved) {
        start(dutyId, hashOf(duty), () => pursue(dutyId, duty)).catch((thrown: unknown) => {
          if (!closing.signal.aborted) deps.log.warn({ dutyId, error: messageOf(thrown) }, 'duty not resumed')
        })
      }
    },
    async close() {
      closing.abort()
      await Promise.allSettled([...active.values()].map(({ outcome }) => outcome))
    },
  }
}
