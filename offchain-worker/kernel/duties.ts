/**
 * Submitting the duties of a role: each once, in the background, its outcome told.
 *
 * Owns: which duties are on their way or settled in this process, and trying again after a connection failed. Does not own:
 * that a duty is never included twice, which ChainPort sees to across restarts.
 */
import type { CallFailure, CallRequest, SubmitOutcome } from '#chain/api/chain-port.ts'
import { AssayError, messageOf } from '#types/errors.ts'
import type { KernelProgress, RoleDeps } from './ports.ts'

/** The duties of one role. */
export interface Duties {
  /**
   * Starts submitting unless the duty is on its way or settled. A duty that could not be submitted for want of a connection
   * is free again: call this with every block until the duty is due no more. `moot` names the pallet errors that only say that
   * others were faster.
   */
  ensure(dutyId: string, call: () => CallRequest, moot?: readonly string[]): void
  /** Resolves when nothing is on its way. Never rejects. */
  idle(): Promise<void>
}

/** A pallet's error by name, or what else made an included call fail. */
export const whyFailed = (error: CallFailure): string =>
  'text' in error ? error.text : `${error.pallet}.${error.name}`

const whyOf = (outcome: SubmitOutcome): string => {
  if (outcome.kind === 'included') return ''
  return outcome.kind === 'refused' ? outcome.message : whyFailed(outcome.error)
}

const isMoot = (outcome: SubmitOutcome, moot: readonly string[]): boolean =>
  outcome.kind === 'failed' && 'name' in outcome.error && moot.includes(outcome.error.name)

/** Settled duties remembered; an older one would be asked of ChainPort again, which knows its outcome. */
const MAX_SETTLED = 64

/** @see createDuties */
export interface DutiesDeps extends Pick<RoleDeps, 'chain' | 'log'> {
  readonly report: (progress: KernelProgress) => void
}

class DutyList implements Duties {
  readonly #deps: DutiesDeps
  readonly #settled = new Map<string, SubmitOutcome>()
  readonly #underWay = new Map<string, Promise<void>>()

  constructor(deps: DutiesDeps) {
    this.#deps = deps
  }

  ensure(dutyId: string, call: () => CallRequest, moot: readonly string[] = []): void {
    if (this.#settled.has(dutyId) || this.#underWay.has(dutyId)) return
    this.#underWay.set(dutyId, this.#submit(dutyId, call, moot))
  }

  async idle(): Promise<void> {
    await Promise.all(this.#underWay.values())
  }

  async #submit(dutyId: string, call: () => CallRequest, moot: readonly string[]): Promise<void> {
    const { chain, log, report } = this.#deps
    try {
      const outcome = await chain.submit(dutyId, call())
      this.#settled.set(dutyId, outcome)
      const [oldest] = this.#settled.keys()
      if (this.#settled.size > MAX_SETTLED && oldest !== undefined) this.#settled.delete(oldest)
      const why = whyOf(outcome)
      if (outcome.kind === 'included') log.info({ duty: dutyId, block: outcome.number }, 'a duty was included')
      else if (isMoot(outcome, moot)) log.info({ duty: dutyId, why }, 'a duty was not needed any more')
      else log.warn({ duty: dutyId, outcome: outcome.kind, why }, 'a duty was not accepted')
      report({ kind: 'submitted', duty: dutyId, outcome: outcome.kind, why })
    } catch (error) {
      // A worker that is closing goes on with the duty at its next start: nothing to be warned of.
      const closing = error instanceof AssayError && error.code === 'CHAIN_CLOSED'
      log[closing ? 'debug' : 'warn']({ duty: dutyId, error: messageOf(error) }, 'a duty could not be submitted yet')
    } finally {
      this.#underWay.delete(dutyId)
    }
  }
}

/** Nothing submitted yet. */
export const createDuties = (deps: DutiesDeps): Duties => new DutyList(deps)
