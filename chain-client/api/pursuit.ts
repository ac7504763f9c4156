/**
 * One duty into a finalized block: signed, written down, sent, watched, and sent again.
 *
 * Owns: the life of a duty. Does not own: what is known of the chain (inclusion.ts), the entries (journal.ts), the table of
 * refusals (refusal.ts), signing (signer.ts).
 *
 * Why a duty is never included twice. (1) Nothing is sent before it is in the journal. (2) All candidates of a duty have one
 * nonce, and an account uses each nonce once. (3) Another nonce is taken only when every candidate is dead by the finalized
 * chain: its era is over, or its nonce was used by something else, and it is in none of the blocks of its life.
 * A duty that is `refused` is not in the node's pool: a pool says so of what it has (1013).
 */
import { messageOf } from '#types/errors.ts'
import type { CallRequest, SubmitOutcome } from './chain-port.ts'
import type { BlockRef, SubmitSource } from './chain-rpc.ts'
import { type Clock } from '#types/clock.ts'
import { sleep, type Wake } from './waiting.ts'
import type { Inclusion, Place } from './inclusion.ts'
import { hashOf, type Candidate, type Journal, type PendingDuty } from './journal.ts'
import type { Log } from '#types/log.ts'
import type { Nonces } from './nonce.ts'
import { judge, type Verdict } from './refusal.ts'
import { closed, isPassing, RpcRefusal } from './rpc-error.ts'
import type { SignedExtrinsic } from './signer.ts'

/** An extrinsic that the pool has and no block is sent again this often: pools forget, nodes restart. */
const REBROADCAST_MS = 15_000
const FIRST_RETRY_MS = 500
/** Refusals in a row after which a duty is given up: about half a minute. */
const MAX_REFUSALS = 7
/** Signatures after which a duty is given up. */
const MAX_SIGNINGS = 6

/** What duties of one account share. */
export interface SubmitDeps {
  readonly rpc: SubmitSource
  readonly journal: Journal
  readonly inclusion: Inclusion
  readonly nonces: Nonces
  /** Signs a call with the chain's present runtime version. */
  readonly sign: (
    call: CallRequest,
    options: { readonly nonce: number; readonly birth: BlockRef },
  ) => Promise<SignedExtrinsic>
  /** How the call at this place ended: the outcome of the duty. */
  readonly outcomeAt: (place: Place) => Promise<SubmitOutcome>
  /** Fires when a block is finalized and when a session begins. */
  readonly wake: Wake
  /** Changes with every new session: pools are asked again then. */
  readonly session: () => number
  readonly clock: Clock
  readonly log: Log
}

export interface PursuitDeps extends SubmitDeps {
  /** Signing and sending, one duty at a time, so that no nonce is signed before the one below it has been sent. */
  readonly lane: <T>(task: () => Promise<T>) => Promise<T>
  /** Aborts when the client closes. */
  readonly signal: AbortSignal
}

/** What a broadcast led to; `unsent` where nobody knows whether it arrived. */
type Sent = 'sent' | 'unsent' | { readonly verdict: Exclude<Verdict, 'pooled'>; readonly refusal: RpcRefusal }

export class Pursuit {
  readonly #dutyId: string
  readonly #deps: PursuitDeps
  #duty: PendingDuty
  /** Refusals since the node last took it. */
  #refusals = 0

  constructor(dutyId: string, duty: PendingDuty, deps: PursuitDeps) {
    this.#dutyId = dutyId
    this.#duty = duty
    this.#deps = deps
  }

  /** Pursues the duty to its outcome. @throws AssayError `CHAIN_CLOSED`, or whatever no waiting heals. */
  async run(): Promise<SubmitOutcome> {
    const { inclusion, clock, log, signal } = this.#deps
    for (const candidate of this.#duty.candidates) inclusion.watch(candidate)
    try {
      for (;;) {
        if (signal.aborted) throw closed()
        try {
          const outcome = await this.#step()
          if (outcome) return outcome
        } catch (thrown) {
          if (!isPassing(thrown)) throw thrown
          log.debug({ dutyId: this.#dutyId, error: messageOf(thrown) }, 'duty waits for the chain')
          await sleep(clock, FIRST_RETRY_MS, signal)
        }
      }
    } finally {
      for (const candidate of this.#duty.candidates) inclusion.forget(candidate)
    }
  }

  async #step(): Promise<SubmitOutcome | undefined> {
    const known = await this.#lookForFate()
    if (known) return known
    const { candidates, signings } = this.#duty
    if (candidates.length === 0 && signings >= MAX_SIGNINGS)
      return this.#resolve({ kind: 'refused', code: 0, message: `signed ${signings} times, never in a block in time` })
    const next = await this.#actOn(await this.#signAndSend(false))
    return typeof next === 'number' ? this.#watchUntil(this.#deps.clock.now() + next) : next
  }

  /** Asks the finalized chain. Candidates that are dead are dropped, and with them their nonce. */
  async #lookForFate(): Promise<SubmitOutcome | undefined> {
    if (this.#duty.candidates.length === 0) return undefined
    const fate = await this.#deps.inclusion.fateOf(this.#duty.candidates)
    if (fate.kind === 'found') return this.#resolve(await this.#deps.outcomeAt(fate.place))
    if (fate.kind === 'dead') {
      this.#deps.log.debug({ dutyId: this.#dutyId }, 'expired, or its nonce used by another: signing anew')
      this.#letGo()
      this.#duty = { ...this.#duty, candidates: [] }
    }
    return undefined
  }

  #signAndSend(anew: boolean): Promise<Sent> {
    return this.#deps.lane(async () => {
      if (this.#deps.signal.aborted) throw closed()
      if (anew || this.#duty.candidates.length === 0) await this.#addCandidate()
      return this.#broadcast()
    })
  }

  /** Signs with the nonce of the other candidates, or with the next one. In the journal before anybody sees it. */
  async #addCandidate(): Promise<void> {
    const { rpc, journal, inclusion, nonces, sign } = this.#deps
    const birth = await rpc.finalizedHead()
    const held = this.#duty.candidates[0]?.nonce
    const nonce = held ?? nonces.take(await rpc.nextNonce())
    try {
      const { wire, death } = await sign(this.#duty.call, { nonce, birth })
      const candidate: Candidate = { wire, nonce, birth: birth.number, death }
      const { call, candidates, signings } = this.#duty
      const duty: PendingDuty = {
        kind: 'pending',
        call,
        candidates: [...candidates, candidate],
        signings: signings + 1,
      }
      await journal.save(this.#dutyId, duty)
      inclusion.watch(candidate)
      this.#duty = duty
    } catch (thrown) {
      if (held === undefined) nonces.release(nonce)
      throw thrown
    }
  }

  async #broadcast(): Promise<Sent> {
    const candidate = this.#duty.candidates.at(-1)
    if (!candidate) return 'unsent'
    try {
      await this.#deps.rpc.submit(candidate.wire)
      return 'sent'
    } catch (thrown) {
      if (thrown instanceof RpcRefusal) {
        const verdict = judge(thrown)
        return verdict === 'pooled' ? 'sent' : { verdict, refusal: thrown }
      }
      if (isPassing(thrown)) return 'unsent'
      throw thrown
    }
  }

  /** The outcome that a broadcast led to, or how long to wait before the next one, milliseconds. */
  async #actOn(sent: Sent): Promise<SubmitOutcome | number> {
    if (sent === 'unsent') return FIRST_RETRY_MS
    if (sent === 'sent') {
      this.#refusals = 0
      return REBROADCAST_MS
    }
    const { verdict, refusal } = sent
    this.#deps.log.debug({ dutyId: this.#dutyId, code: refusal.rpcCode, verdict }, refusal.message)
    // Which extrinsic has the nonce, perhaps ours, the finalized chain will tell.
    if (verdict === 'contested') return REBROADCAST_MS
    this.#refusals++
    const isOver = verdict === 'never' || this.#refusals >= MAX_REFUSALS
    if (isOver || (verdict === 'stale-signature' && this.#duty.signings >= MAX_SIGNINGS))
      return this.#resolve({ kind: 'refused', code: refusal.rpcCode, message: refusal.message })
    if (verdict === 'stale-signature') return this.#actOn(await this.#signAndSend(true))
    return FIRST_RETRY_MS * 2 ** (this.#refusals - 1)
  }

  /** Waits for what may change the duty's fate, until it is to be sent again: at `due`, or to a new session. */
  async #watchUntil(due: number): Promise<SubmitOutcome | undefined> {
    const { wake, session, clock, signal } = this.#deps
    const began = session()
    while (!signal.aborted) {
      const seen = wake.count
      const outcome = await this.#lookForFate()
      if (outcome || this.#duty.candidates.length === 0) return outcome
      const left = due - clock.now()
      if (left <= 0 || session() !== began) return undefined
      await wake.after(seen, left, signal)
    }
    throw closed()
  }

  async #resolve(outcome: SubmitOutcome): Promise<SubmitOutcome> {
    await this.#deps.journal.save(this.#dutyId, { kind: 'resolved', callHash: hashOf(this.#duty), outcome })
    this.#letGo()
    this.#deps.log.debug({ dutyId: this.#dutyId, outcome: outcome.kind }, 'duty resolved')
    return outcome
  }

  /** Forgets the candidates, which are in a block, dead, or given up. */
  #letGo(): void {
    for (const candidate of this.#duty.candidates) {
      this.#deps.inclusion.forget(candidate)
      this.#deps.nonces.release(candidate.nonce)
    }
  }
}
