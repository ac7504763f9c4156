/**
 * Duties: the calls that a role owes the chain. Each is submitted once, in the background, and its outcome is told.
 *
 * Owns: which duties are on their way or settled in this process, and trying again after a connection failed. Does not own: the work on a
 * record of the chain (assignments.ts). A duty is one call with an id; an assignment lasts for many blocks and leads to several duties.
 * Across restarts, ChainPort sees to it that no duty is included twice.
 */
import type { CallFailure, CallRequest, SubmitOutcome } from '#chain/api/chain-port.ts'
import { AssayError, messageOf } from '#types/errors.ts'
import type { KernelProgress, RoleDeps } from './ports.ts'

/** The duties of one role. */
export interface Duties {
  /**
   * Starts to submit the duty, unless it is on its way or settled. A duty that could not be submitted for want of a connection can be
   * submitted again: call this with every block as long as the duty is due. `moot` names the pallet's errors that only say that others
   * were faster.
   */
  ensure(dutyId: string, call: () => CallRequest, moot?: readonly string[]): void
  /** Resolves when no duty is on its way. Never rejects. */
  idle(): Promise<void>
}

/** Why an included call failed: `Pallet.Error`, or the text of another error. */
export const whyFailed = (error: CallFailure): string =>
  'text' in error ? error.text : `${error.pallet}.${error.name}`

const whyOf = (outcome: SubmitOutcome): string => {
  if (outcome.kind === 'included') return ''
  return outcome.kind === 'refused' ? outcome.message : whyFailed(outcome.error)
}

/** Others were faster: before the call was in a block, or before it was in the node's pool. */
const isMoot = (outcome: SubmitOutcome, moot: readonly string[]): boolean =>
  outcome.kind !== 'included' && moot.some((name) => whyOf(outcome).endsWith(`.${name}`))

/** So many settled duties are remembered. For an older one ChainPort is asked again, which knows its outcome. */
const MAX_SETTLED = 64

/** @see createDuties */
export interface DutiesDeps extends Pick<RoleDeps, 'chain' | 'log'> {
  readonly report: (progress: KernelProgress) => void
}

/** A simulation has thousands of lists, nearly all empty: the maps come with the first duty. */
class DutyList implements Duties {
  readonly #deps: DutiesDeps
  #settled: Set<string> | undefined
  #underWay: Map<string, Promise<void>> | undefined

  constructor(deps: DutiesDeps) {
    this.#deps = deps
  }

  ensure(dutyId: string, call: () => CallRequest, moot: readonly string[] = []): void {
    const underWay = (this.#underWay ??= new Map<string, Promise<void>>())
    if (this.#settled?.has(dutyId) || underWay.has(dutyId)) return
    underWay.set(dutyId, this.#submit(dutyId, call, moot))
  }

  async idle(): Promise<void> {
    if (this.#underWay) await Promise.all(this.#underWay.values())
  }

  async #submit(dutyId: string, call: () => CallRequest, moot: readonly string[]): Promise<void> {
    const { chain, log, report } = this.#deps
    try {
      const outcome = await chain.submit(dutyId, call())
      this.#noteSettled(dutyId)
      const why = whyOf(outcome)
      if (outcome.kind === 'included') log.info({ duty: dutyId, block: outcome.number }, 'a duty was included')
      else if (isMoot(outcome, moot)) log.info({ duty: dutyId, why }, 'a duty was not needed any more')
      else log.warn({ duty: dutyId, outcome: outcome.kind, why }, 'a duty was not accepted')
      report({ kind: 'submitted', duty: dutyId, outcome: outcome.kind, why })
    } catch (error) {
      // A worker that is closing goes on with the duty at its next start, so nobody needs a warning.
      const closing = error instanceof AssayError && error.code === 'CHAIN_CLOSED'
      log[closing ? 'debug' : 'warn']({ duty: dutyId, error: messageOf(error) }, 'a duty could not be submitted yet')
    } finally {
      this.#underWay?.delete(dutyId)
    }
  }

  #noteSettled(dutyId: string): void {
    const settled = (this.#settled ??= new Set<string>()).add(dutyId)
    const [oldest] = settled
    if (settled.size > MAX_SETTLED && oldest !== undefined) settled.delete(oldest)
  }
}

/** The duties of a role that has submitted nothing yet. */
export const createDuties = (deps: DutiesDeps): Duties => new DutyList(deps)
