/** What goes into a block when time or room is short: no account and no class keeps the others out. */
import { describe, expect, it } from 'vitest'
import { AccountShares } from '#chain/node/account-shares.ts'
import { buildBlock } from '#chain/node/block-builder.ts'
import { ReadyQueue } from '#chain/node/tx-pool/ready.ts'
import type { PoolTransaction } from '#chain/node/tx-pool/transaction.ts'
import type { ApplyOutcome, OpenBlock, Runtime } from '#chain/runtime/runtime-interface.ts'
import { Trie } from '#chain/trie/trie.ts'
import { pooled } from '../../../helpers/pool.ts'

interface Wish {
  readonly name: string
  readonly account: string
  /** How long it takes to apply, ms; `unfit` does not fit into the block. */
  readonly ms: number | 'unfit'
  readonly priority?: bigint
  readonly isOperational?: boolean
  readonly requires?: readonly string[]
}

/** Names of the transactions that a block takes, in order. */
function taken(wishes: readonly Wish[], shares = new AccountShares()): string[] {
  let now = 0
  const ready = new ReadyQueue()
  const byBytes = new Map(wishes.map((wish) => [wish.name, wish]))
  for (const { name, account, priority = 0n, isOperational = false, requires = [] } of wishes) {
    const { extrinsic } = pooled(name)
    const fields: Partial<PoolTransaction> = { account, priority, requires, extrinsic: { ...extrinsic, isOperational } }
    ready.insert(pooled(name, fields))
  }
  const none = new Uint8Array(32)
  const open: OpenBlock = {
    applyInherents: () => [],
    apply({ bytes }): ApplyOutcome {
      const { ms } = byBytes.get(new TextDecoder().decode(bytes))!
      if (ms === 'unfit') return { kind: 'refused', error: { kind: 'invalid', reason: 'ExhaustsResources' } }
      now += ms
      return { kind: 'success' }
    },
    finalize: () => ({
      header: { parentHash: none, number: 1, stateRoot: none, extrinsicsRoot: none, digest: [] },
      state: Trie.empty(),
    }),
  }
  const parent = {
    hash: none,
    header: { parentHash: none, number: 0, stateRoot: none, extrinsicsRoot: none, digest: [] },
    body: [],
  }
  const { included } = buildBlock(
    parent,
    Trie.empty(),
    { from: ready.best() },
    {
      runtime: { minimumPeriodMs: 1n, openBlock: () => open } as unknown as Runtime,
      authority: { publicKey: none, seal: (header) => header },
      slotDurationMs: 1_000n,
      unixMs: 1_000_000,
      now: () => now,
      shares,
    },
  )
  return included.map(({ wire }) => new TextDecoder().decode(wire))
}

/** Long ones of an account, each after the one before, which tip more than others. */
const flood = (account: string, count: number, ms: number): Wish[] =>
  Array.from({ length: count }, (_, i) => ({
    name: `${account}${i}`,
    account,
    ms,
    priority: 1_000n,
    requires: i === 0 ? [] : [`${account}${i - 1}`],
  }))

describe('a block', () => {
  it('takes another account’s after one long one, whatever the first account tips', () => {
    expect(taken([...flood('rich', 20, 50), { name: 'poor', account: 'poor', ms: 1 }])).toEqual([
      'rich0',
      'poor',
      'rich1',
    ])
  })

  it('takes others first after blocks that one account filled by a single long one, until its time is made up for', () => {
    const shares = new AccountShares()
    const wishes = (): Wish[] => [...flood('rich', 1, 120), { name: 'poor', account: 'poor', ms: 1 }]
    const blocks = Array.from({ length: 6 }, () => taken(wishes(), shares)[0])
    expect(blocks.slice(0, 2)).toEqual(['rich0', 'poor'])
    expect(taken(flood('rich', 1, 1), new AccountShares())).toEqual(['rich0'])
    for (let quiet = 0; quiet < 40; quiet++) shares.nextBlock()
    expect(taken(wishes(), shares)[0]).toBe('rich0')
  })

  it('gives an account all of its time where nobody else waits', () => {
    expect(taken(flood('rich', 20, 30))).toEqual(['rich0', 'rich1', 'rich2', 'rich3'])
  })

  it('goes by priority among accounts that took no share of it yet', () => {
    const others = Array.from({ length: 3 }, (_, i): Wish => ({
      name: `o${i}`,
      account: `o${i}`,
      ms: 1,
      priority: BigInt(i),
    }))
    expect(taken([...others, ...flood('rich', 2, 20)])).toEqual(['rich0', 'rich1', 'o2', 'o1', 'o0'])
  })

  it('takes operational ones when the time of the others is over, and then ends', () => {
    const vote = (name: string): Wish => ({ name, account: name, ms: 20, isOperational: true })
    const normal = ['a', 'b', 'c'].map((name): Wish => ({ name, account: name, ms: 60, priority: 9n }))
    const votes = ['v', 'w', 'x'].map(vote)
    expect(taken([...normal, ...votes])).toEqual(['a', 'b', 'v'])
  })

  it('goes on after one that does not fit, but not for long; operational ones are tried all the same', () => {
    const unfit = (count: number): Wish[] =>
      Array.from({ length: count }, (_, i) => ({ name: `u${i}`, account: `u${i}`, ms: 'unfit', priority: 5n }))
    const first: Wish = { name: 'first', account: 'f', ms: 1, priority: 9n }
    const small: Wish = { name: 'small', account: 's', ms: 1 }
    const vote: Wish = { name: 'vote', account: 'v', ms: 1, isOperational: true }
    expect(taken([first, ...unfit(7), small])).toEqual(['first', 'small'])
    expect(taken([first, ...unfit(8), small])).toEqual(['first'])
    expect(taken([first, ...unfit(8), small, vote])).toEqual(['first', 'vote'])
  })
})
