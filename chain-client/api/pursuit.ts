/**
 * Brings one duty into a finalized block: signs it, writes it down, sends it, watches it, and sends it again.
 *
 * Owns: the life of a duty. Does not own: the set of all duties.
 *
 * Why a duty is never included twice: (1) The client sends nothing before it is in the journal. (2) All candidates of a
 * duty have one nonce, and an account uses each nonce once. (3) The client takes another nonce only when every
 * candidate is dead by the finalized chain: its era is over, or another extrinsic used its nonce, and no block of its
 * life includes it.
 * A duty that is `refused` is not in the node's pool: for a duty that it has, a pool answers 1013 (already imported).
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

/**
 * If the pool has an extrinsic and no block has it, the client sends it again after this time: pools forget, nodes
 * restart.
 */
const REBROADCAST_MS = 15_000
const FIRST_RETRY_MS = 500
/** After this many refusals in a row, about half a minute, the client gives a duty up. */
const MAX_REFUSALS = 7
/** After this many signatures the client gives a duty up. */
const MAX_SIGNINGS = 6

/** The parts that all duties of one account share. */
export interface SubmitDeps {
  readonly rpc: SubmitSource
  readonly journal: Journal
  readonly inclusion: Inclusion
  readonly nonces: Nonces
  /** Signs a call for the chain's current runtime version. */
  readonly sign: (
    call: CallRequest,
    options: { readonly nonce: number; readonly birth: BlockRef },
  ) => Promise<SignedExtrinsic>
  /** The outcome of the call at this place in the chain. */
  readonly outcomeAt: (place: Place) => Promise<SubmitOutcome>
  /** Fires when a block is finalized and when a session begins. */
  readonly wake: Wake
  /** Changes with every new session. The client then sends to the pool again. */
  readonly session: () => number
  readonly clock: Clock
  readonly log: Log
}

export interface PursuitDeps extends SubmitDeps {
  /**
   * Runs signing and sending for one duty at a time, so that the lower nonce is always sent before the next one is
   * signed.
   */
  readonly lane: <T>(task: () => Promise<T>) => Promise<T>
  /** Aborts when the client closes. */
  readonly signal: AbortSignal
}

/** The result of a broadcast; `unsent` if nobody knows whether it arrived. */
type Sent = 'sent' | 'unsent' | { readonly verdict: Exclude<Verdict, 'pooled'>; readonly refusal: RpcRefusal }

/** The reason as the journal keeps it. Of a call that its pallet refuses, the name of the error ends it. */
const whyRefused = ({ message, data }: RpcRefusal): string =>
  data.startsWith('Custom error') ? `${message}: ${data}` : message

export class Pursuit {
  readonly #dutyId: string
  readonly #deps: PursuitDeps
  #duty: PendingDuty
  /** Refusals since the node last accepted an extrinsic of this duty. */
  #refusals = 0

  constructor(dutyId: string, duty: PendingDuty, deps: PursuitDeps) {
    this.#dutyId = dutyId
    this.#duty = duty
    this.#deps = deps
  }

  /** Pursues the duty to its outcome. @throws AssayError `CHAIN_CLOSED`, or an error that no waiting can cure. */
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
      return this.#resolve({
        kind: 'refused',
        code: 0,
        message: `signed ${signings} times, but no block included it in time`,
      })
    const next = await this.#actOn(await this.#signAndSend(false))
    return typeof next === 'number' ? this.#watchUntil(this.#deps.clock.now() + next) : next
  }

  /** Asks the finalized chain. Drops the candidates if they are dead, and their nonce with them. */
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

  /**
   * Signs with the nonce of the other candidates, or with the next free one. Writes the journal before anything is
   * sent.
   */
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

  /** The outcome that follows from a broadcast, or how long to wait before the next one, in milliseconds. */
  async #actOn(sent: Sent): Promise<SubmitOutcome | number> {
    if (sent === 'unsent') return FIRST_RETRY_MS
    if (sent === 'sent') {
      this.#refusals = 0
      return REBROADCAST_MS
    }
    const { verdict, refusal } = sent
    this.#deps.log.debug({ dutyId: this.#dutyId, code: refusal.rpcCode, verdict }, refusal.message)
    // The finalized chain will tell which extrinsic used the nonce. It may be ours.
    if (verdict === 'contested') return REBROADCAST_MS
    this.#refusals++
    const isOver = verdict === 'never' || this.#refusals >= MAX_REFUSALS
    if (isOver || (verdict === 'stale-signature' && this.#duty.signings >= MAX_SIGNINGS))
      return this.#resolve({ kind: 'refused', code: refusal.rpcCode, message: whyRefused(refusal) })
    if (verdict === 'stale-signature') return this.#actOn(await this.#signAndSend(true))
    return FIRST_RETRY_MS * 2 ** (this.#refusals - 1)
  }

  /** Waits for a change of the duty's fate, until it is time to send again: at `due`, or when a new session begins. */
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

  /** Stops watching the candidates, which are in a block, dead, or given up, and frees their nonce. */
  #letGo(): void {
    for (const candidate of this.#duty.candidates) {
      this.#deps.inclusion.forget(candidate)
      this.#deps.nonces.release(candidate.nonce)
    }
  }
}
