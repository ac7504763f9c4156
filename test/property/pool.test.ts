/**
 * The pool against a model: for any submissions, a block can apply the transactions that the pool offers in their
 * order.
 */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { silentLog } from '#types/log.ts'
import { PoolError } from '#chain/node/tx-pool/errors.ts'
import { TransactionPool } from '#chain/node/tx-pool/pool.ts'
import type { PoolTransaction } from '#chain/node/tx-pool/transaction.ts'
import { pooled } from '../helpers/pool.ts'

const ACCOUNTS = 4
const LIMITS = { ready: { count: 12, bytes: 400 }, future: { count: 6, bytes: 200 }, futurePerAccount: 3 }

type Action =
  | { readonly kind: 'submit'; readonly account: number; readonly ahead: number; readonly tip: number }
  | { readonly kind: 'block'; readonly take: number }
  | { readonly kind: 'invalid'; readonly pick: number }

const action: fc.Arbitrary<Action> = fc.oneof(
  {
    weight: 8,
    arbitrary: fc.record({
      kind: fc.constant('submit' as const),
      account: fc.nat({ max: ACCOUNTS - 1 }),
      ahead: fc.nat({ max: 5 }),
      tip: fc.nat({ max: 4 }),
    }),
  },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('block' as const), take: fc.nat({ max: 6 }) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('invalid' as const), pick: fc.nat({ max: 20 }) }) },
)

interface Nonced extends PoolTransaction {
  readonly who: number
  readonly nonce: number
}

/** A pool over accounts with nonces, and the rules that must hold at any time. */
class Model {
  readonly pool = new TransactionPool(LIMITS, { now: () => 0, log: silentLog })
  readonly nonces: number[] = Array.from({ length: ACCOUNTS }, () => 0)
  readonly known = new Map<string, Nonced>()
  blocks = 0

  submit(who: number, ahead: number, tip: number): void {
    const nonce = this.nonces[who]! + ahead
    const transaction: Nonced = {
      ...pooled(`${who}/${nonce}/${tip}/${this.known.size}`, {
        account: `${who}`,
        priority: BigInt(tip),
        requires: ahead > 0 ? [`${who}:${nonce - 1}`] : [],
        provides: [`${who}:${nonce}`],
      }),
      who,
      nonce,
    }
    this.known.set(transaction.id, transaction)
    try {
      this.pool.import(transaction)
      expect(this.pool.get(transaction.id)).toBe(transaction)
    } catch (error) {
      if (!(error instanceof PoolError)) throw error
      expect(this.pool.get(transaction.id)).toBeUndefined()
    }
  }

  /** The transactions that the builder would get, in order. */
  offered(): Nonced[] {
    const best = this.pool.best()
    const offered: Nonced[] = []
    for (let next = best.next(); next; next = best.next()) offered.push(this.known.get(next.id)!)
    return offered
  }

  block(take: number): void {
    const included = this.offered().slice(0, take)
    for (const { who } of included) this.nonces[who]!++
    this.pool.enact(
      new Uint8Array(32).fill(this.blocks++ % 256),
      included.map(({ hash, provides }, index) => ({ hash, index, provides })),
    )
  }

  check(): void {
    const offered = this.offered()
    expect(offered).toHaveLength(this.pool.readyCount)
    const next = [...this.nonces]
    for (const { who, nonce } of offered) expect(nonce).toBe(next[who]!++)
    this.#checkPriority(offered)
    const pending = [...this.pool.pending()]
    const future = pending.slice(offered.length)
    expect(offered.length).toBeLessThanOrEqual(LIMITS.ready.count)
    expect(future.length).toBeLessThanOrEqual(LIMITS.future.count)
    expect(length(offered)).toBeLessThanOrEqual(LIMITS.ready.bytes)
    expect(length(future)).toBeLessThanOrEqual(LIMITS.future.bytes)
    for (const { requires } of future) expect(requires.every((tag) => this.pool.provides(tag))).toBe(false)
  }

  /** At each step the one with the highest priority among those whose turn it is. */
  #checkPriority(offered: readonly Nonced[]): void {
    for (const [at, { priority }] of offered.entries()) {
      const later = offered.slice(at)
      const firstOfEach = later.filter(({ who }, index) => later.findIndex((other) => other.who === who) === index)
      for (const rival of firstOfEach) expect(rival.priority <= priority).toBe(true)
    }
  }
}

const length = (transactions: readonly PoolTransaction[]): number =>
  transactions.reduce((sum, { wire }) => sum + wire.length, 0)

describe('the pool', () => {
  it('offers each account in nonce order, the best first, within its limits', () => {
    fc.assert(
      fc.property(fc.array(action, { maxLength: 60 }), (actions) => {
        const model = new Model()
        for (const step of actions) {
          if (step.kind === 'submit') model.submit(step.account, step.ahead, step.tip)
          else if (step.kind === 'block') model.block(step.take)
          else {
            const victim = [...model.pool.pending()][step.pick]
            if (victim) model.pool.removeInvalid([victim.id])
          }
          model.check()
        }
      }),
      { numRuns: 300 },
    )
  })
})
