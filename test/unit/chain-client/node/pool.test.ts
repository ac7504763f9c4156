/**
 * The pool: admission, order, replacement, limits, statuses.
 */
import { describe, expect, it } from 'vitest'
import { latin1 } from '#chain/node/db.ts'
import { silentLog } from '#types/log.ts'
import type { TransactionStatus } from '#chain/node/node-interface.ts'
import { PoolError } from '#chain/node/tx-pool/errors.ts'
import { DEFAULT_POOL_LIMITS, type PoolLimits } from '#chain/node/tx-pool/limits.ts'
import { TransactionPool } from '#chain/node/tx-pool/pool.ts'
import type { PoolTransaction } from '#chain/node/tx-pool/transaction.ts'
import { pooled } from '../../../helpers/pool.ts'

const BAN_MS = 30 * 60_000

function setup(limits: Partial<PoolLimits> = {}) {
  let now = 0
  const log: [string, TransactionStatus['kind']][] = []
  const pool = new TransactionPool({ ...DEFAULT_POOL_LIMITS, ...limits }, { now: () => now, log: silentLog })
  /** Takes in and watches; gives back why not. */
  const add = (transaction: PoolTransaction, name = ''): PoolError['refusal'] | undefined => {
    pool.watch(transaction.id, ({ kind }) => log.push([name, kind]))
    try {
      pool.import(transaction)
      return undefined
    } catch (error) {
      if (error instanceof PoolError) return error.refusal
      throw error
    }
  }
  const pass = (ms: number): void => void (now += ms)
  const names = (): string[] => Array.from(pool.pending(), ({ wire }) => new TextDecoder().decode(wire))
  return { pool, log, add, pass, names }
}

describe('order', () => {
  it('goes by priority, then expiry, then arrival, each after what it depends on', () => {
    const { add, names } = setup()
    add(pooled('poor', { provides: ['p'] }))
    add(pooled('needs poor', { priority: 9n, requires: ['p'], provides: ['q'] }))
    add(pooled('soon', { provides: ['s'], validTill: 5 }))
    add(pooled('rich', { priority: 3n, provides: ['r'] }))
    add(pooled('future', { priority: 99n, requires: ['?'], provides: ['f'] }))
    expect(names()).toEqual(['rich', 'soon', 'poor', 'needs poor', 'future'])
  })

  it('waits for all of several dependencies', () => {
    const { add, names } = setup()
    add(pooled('both', { priority: 9n, requires: ['a', 'b'], provides: ['c'] }))
    add(pooled('a', { provides: ['a'], priority: 1n }))
    expect(names()).toEqual(['a', 'both'])
    add(pooled('b', { provides: ['b'] }))
    expect(names()).toEqual(['a', 'b', 'both'])
  })

  it('leaves out what depends on a skipped one', () => {
    const { add, pool } = setup()
    add(pooled('1', { provides: ['1'] }))
    add(pooled('2', { requires: ['1'], provides: ['2'] }))
    add(pooled('other', { provides: ['o'] }))
    const best = pool.best()
    expect(best.next()?.provides).toEqual(['1'])
    best.skip()
    expect(best.next()?.provides).toEqual(['o'])
    expect(best.next()).toBeUndefined()
  })
})

describe('replacement', () => {
  it('needs more priority than all that it replaces together', () => {
    const { add, names, log } = setup()
    add(pooled('a', { provides: ['a'], priority: 2n }), 'a')
    add(pooled('b', { provides: ['b'], priority: 3n }), 'b')
    expect(add(pooled('ab', { provides: ['a', 'b'], priority: 5n }))).toEqual({
      kind: 'tooLowPriority',
      old: 5n,
      new: 5n,
    })
    expect(names()).toEqual(['b', 'a'])
    expect(add(pooled('ab+', { provides: ['a', 'b'], priority: 6n }))).toBeUndefined()
    expect(names()).toEqual(['ab+'])
    expect(log.filter(([name]) => name !== '')).toEqual([
      ['a', 'ready'],
      ['b', 'ready'],
      ['a', 'usurped'],
      ['b', 'usurped'],
    ])
  })

  it('keeps what depends on a tag that the newcomer provides, and drops the rest', () => {
    const { add, names, log } = setup()
    add(pooled('old', { provides: ['n', 'extra'] }))
    add(pooled('next', { requires: ['n'], provides: ['m'] }), 'next')
    add(pooled('needs extra', { requires: ['extra'], provides: ['x'] }), 'needs extra')
    add(pooled('waits', { requires: ['x', 'y'], provides: ['z'] }), 'waits')
    add(pooled('new', { provides: ['n'], priority: 1n }))
    expect(names()).toEqual(['new', 'next', 'waits'])
    expect(log.filter(([, kind]) => kind === 'dropped')).toEqual([['needs extra', 'dropped']])
    // The waiting transaction has lost `x` as well: `y` alone does not free it.
    add(pooled('y', { provides: ['y'] }))
    expect(log.filter(([name]) => name === 'waits')).toEqual([['waits', 'future']])
  })

  it('refuses what depends on itself, over others or at once, and changes nothing', () => {
    const { add, names } = setup()
    add(pooled('1', { provides: ['1'] }))
    add(pooled('2', { requires: ['1'], provides: ['2'] }))
    expect(add(pooled('self', { requires: ['s'], provides: ['s'] }))).toEqual({ kind: 'cycleDetected' })
    expect(add(pooled('1 after 2', { requires: ['2'], provides: ['1'], priority: 9n }))).toEqual({
      kind: 'cycleDetected',
    })
    expect(add(pooled('0 after 2', { requires: ['2'], provides: ['0'] }))).toBeUndefined()
    add(pooled('root', { requires: [], provides: ['3'] }))
    expect(names()).toEqual(['1', '2', '0 after 2', 'root'])
  })
})

describe('limits', () => {
  it('drop what is worth least, and refuse a newcomer that is', () => {
    const { add, names, log } = setup({ ready: { count: 2, bytes: 1000 } })
    add(pooled('1', { provides: ['1'], priority: 1n }), '1')
    add(pooled('2', { provides: ['2'], priority: 2n }), '2')
    expect(add(pooled('0', { provides: ['0'] }), '0')).toEqual({ kind: 'immediatelyDropped' })
    expect(add(pooled('3', { provides: ['3'], priority: 3n }), '3')).toBeUndefined()
    expect(names()).toEqual(['3', '2'])
    expect(log).toEqual([
      ['1', 'ready'],
      ['2', 'ready'],
      ['1', 'dropped'],
      ['3', 'ready'],
    ])
  })

  it('count bytes', () => {
    const { add } = setup({ ready: { count: 9, bytes: 10 } })
    expect(add(pooled('123456', { provides: ['1'] }))).toBeUndefined()
    expect(add(pooled('12345', { provides: ['2'] }))).toEqual({ kind: 'immediatelyDropped' })
    expect(add(pooled('1234', { provides: ['2'] }))).toBeUndefined()
  })

  it('bound future transactions, also per account', () => {
    const { add, pool } = setup({ future: { count: 3, bytes: 1000 }, futurePerAccount: 2 })
    const future = (name: string, account: string, priority = 0n): PoolTransaction =>
      pooled(name, { requires: [`?${name}`], provides: [name], account, priority })
    expect(add(future('1', 'a'))).toBeUndefined()
    expect(add(future('2', 'a'))).toBeUndefined()
    expect(add(future('3', 'a'))).toEqual({ kind: 'immediatelyDropped' })
    expect(add(future('4', 'b'))).toBeUndefined()
    expect(add(future('5', 'c'))).toEqual({ kind: 'immediatelyDropped' })
    expect(add(future('6', 'c', 1n))).toBeUndefined()
    expect(Array.from(pool.pending())).toHaveLength(3)
  })
})

describe('blocks', () => {
  const block = new Uint8Array(32).fill(1)

  it('take transactions out and free those that wait', () => {
    const { add, pool, log, names } = setup()
    const included = pooled('in', { provides: ['1'] })
    add(included, 'in')
    add(pooled('elsewhere', { provides: ['5'] }), 'rival')
    add(pooled('waits', { requires: ['7'], provides: ['8'] }), 'waits')
    pool.enact(block, [
      { hash: included.hash, index: 3, provides: ['1'] },
      { hash: new Uint8Array(32), index: 4, provides: ['5', '7'] },
    ])
    expect(names()).toEqual(['waits'])
    pool.finalize(block)
    expect(log).toEqual([
      ['in', 'ready'],
      ['rival', 'ready'],
      ['waits', 'future'],
      ['in', 'inBlock'],
      ['rival', 'usurped'],
      ['waits', 'ready'],
      ['in', 'finalized'],
    ])
  })

  it('that are retracted give them back', () => {
    const { add, pool, log } = setup()
    const transaction = pooled('t', { provides: ['1'] })
    add(transaction, 't')
    pool.enact(block, [{ hash: transaction.hash, index: 1, provides: ['1'] }])
    pool.retract(block)
    pool.readmit(transaction)
    expect(log.map(([, kind]) => kind)).toEqual(['ready', 'inBlock', 'retracted', 'ready'])
    pool.finalize(block)
    expect(log).toHaveLength(4)
  })
})

describe('bans', () => {
  it('end after half an hour', () => {
    const { add, pool, pass } = setup()
    const transaction = pooled('t', { provides: ['1'] })
    add(transaction)
    pool.removeInvalid([transaction.id])
    const check = (): void => pool.checkNew(transaction.hash)
    expect(check).toThrow(PoolError)
    pass(BAN_MS - 1)
    expect(check).toThrow('banned')
    pass(1)
    expect(check).not.toThrow()
  })

  it('take dependents out with what is invalid', () => {
    const { add, pool, log, names } = setup()
    add(pooled('1', { provides: ['1'] }), '1')
    add(pooled('2', { requires: ['1'], provides: ['2'] }), '2')
    add(pooled('3', { requires: ['?'], provides: ['3'] }), '3')
    pool.removeInvalid([pooled('1').id, pooled('3').id, latin1(new Uint8Array(32))])
    expect(names()).toEqual([])
    expect(log.slice(3)).toEqual([
      ['1', 'invalid'],
      ['2', 'invalid'],
      ['3', 'invalid'],
    ])
  })
})
