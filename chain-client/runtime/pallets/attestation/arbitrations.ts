/**
 * Attempts before the arbiter in pallet Attestation: their state, the deposit of a demand, and the charges of those that spoil one.
 *
 * Owns: this storage, and the money. Does not own: the rules of the arbiter, which the domain has.
 *
 * A demander earns nothing by a demand: charges repay at most what it spent.
 */
import { equalBytes } from '#types/bytes.ts'
import { nextTurn, type ArbitratedAttempt, type Flip } from '#types/domain/coinflip/coinflip.ts'
import { sessionOf } from '#types/domain/attestation/report.ts'
import type { RoundRecord } from '#types/domain/attestation/round.ts'
import type { AttestationSelf } from './state.ts'

/** Shares of an attestor that an absence costs: before the gate half a one, after it two. */
const BEFORE_GATE_HALVES = 1n
const AFTER_GATE_HALVES = 4n

/** An account with a claim on a charge. */
interface Claim {
  readonly account: Uint8Array
  readonly amount: bigint
}

/** The functions by which calls, hooks and closing rounds change attempts before the arbiter. */
export function createArbitrations({ storage, uses, block }: Pick<AttestationSelf, 'storage' | 'uses' | 'block'>) {
  /** The attempt under way, as the arbiter sees it. */
  const attemptOf = (id: number, round: RoundRecord): ArbitratedAttempt => ({
    session: sessionOf(uses.system.blockHash(0)!, id, round),
    state: storage.arbitrations.get(id),
    block: block(),
    congestion: storage.congestion.get(),
    openedAt: round.openedAt,
    agreement: round.agreement,
    isPublic: round.magic !== undefined,
    auditFrom: round.auditFrom,
    parameters: storage.parameters.get(),
  })

  /** The block in which the arbiter looks at a round next; `undefined` where nobody has turned to it. */
  const nextLook = (id: number, round: RoundRecord): number | undefined =>
    storage.arbitrations.has(id) ? nextTurn(attemptOf(id, round)) : undefined

  /** Gives the rest of a deposit back. */
  const release = ({ demander, held }: Flip): void => {
    uses.balances.unreserve(demander, held)
  }

  /** Forgets an attempt that is over. */
  const end = (id: number): void => {
    const { flip } = storage.arbitrations.get(id)
    if (flip) release(flip)
    storage.arbitrations.remove(id)
  }

  /** Charges an account by `take`, which repays what the demander spent, where the account is another one. */
  const repaying = (id: number, account: Uint8Array, take: (to: readonly Claim[]) => bigint): void => {
    const state = storage.arbitrations.get(id)
    const { flip } = state
    const isOwed = flip !== undefined && flip.spent > 0n && !equalBytes(flip.demander, account)
    if (!isOwed) return void take([])
    const taken = take([{ account: flip.demander, amount: flip.spent }])
    const repaid = taken < flip.spent ? taken : flip.spent
    storage.arbitrations.put(id, { ...state, flip: { ...flip, spent: flip.spent - repaid } })
  }

  /** Charges a member that was absent, unless a conviction took all of its bond. */
  const chargeAbsent = (id: number, account: Uint8Array, afterGate: boolean): void => {
    if (storage.convicted.has(id, account)) return
    const { attestorReward, attestors } = storage.parameters.get()
    const halves = afterGate ? AFTER_GATE_HALVES : BEFORE_GATE_HALVES
    const amount = (attestorReward * halves) / (2n * BigInt(attestors))
    repaying(id, account, (to) => uses.workers.charge(account, amount, to))
    uses.workers.rate(account, 'Attestor', 'failure')
    if (afterGate) uses.workers.rate(account, 'Attestor', 'failure')
  }

  /** Takes the whole bond of a seat from a member that evidence convicts. */
  const chargeLiar = (id: number, account: Uint8Array): void =>
    repaying(id, account, (to) => uses.workers.slashSeat(account, to))

  return { attemptOf, nextLook, release, end, chargeAbsent, chargeLiar }
}

export type Arbitrations = ReturnType<typeof createArbitrations>
