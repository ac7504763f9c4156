/** Blocks and branches: the best block may change branches, finality never does. */
import { describe, expect, it } from 'vitest'
import { toHex, utf8 } from '#types/bytes.ts'
import { headerHash } from '#types/scale/header.ts'
import { BlockStore } from '#chain/node/block-store.ts'
import type { Db } from '#chain/node/db.ts'
import { createMemoryDb } from '#chain/node/memory-db.ts'
import type { Block } from '#chain/node/node-interface.ts'
import { Trie } from '#chain/trie/trie.ts'

function child(parent: Block | undefined, state: Trie, name: string): { block: Block; state: Trie } {
  const next = state.apply([[utf8('name'), utf8(name.padEnd(40))]])
  const header = {
    parentHash: parent?.hash ?? new Uint8Array(32),
    number: parent ? parent.header.number + 1 : 0,
    stateRoot: next.root(),
    extrinsicsRoot: new Uint8Array(32),
    digest: [],
  }
  return { block: { hash: headerHash(header), header, body: [utf8(name)] }, state: next }
}

async function open(db: Db = createMemoryDb()) {
  const store = await BlockStore.open(db, (nodes) => child(undefined, Trie.empty({ store: nodes }), 'genesis'))
  const grow = async (parent: Block, name: string, best: boolean): Promise<Block> => {
    const made = child(parent, store.state(parent.hash), name)
    await store.import(made.block, made.state, best)
    return made.block
  }
  return { db, store, grow }
}

const names = (blocks: readonly Block[]): string[] => blocks.map(({ body }) => new TextDecoder().decode(body[0]))
const branch = (store: BlockStore): string[] => {
  const found: Block[] = []
  for (let number = 0; store.hashAt(number); number++) found.push(store.block(store.hashAt(number)!)!)
  return names(found)
}

describe('branches', () => {
  it('change sides, and the index with them', async () => {
    const { store, grow, db } = await open()
    const a1 = await grow(store.genesis, 'a1', true)
    const a2 = await grow(a1, 'a2', true)
    await grow(a2, 'a3', true)
    const b2 = await grow(a1, 'b2', false)
    expect(branch(store)).toEqual(['genesis', 'a1', 'a2', 'a3'])
    const change = await store.setBest(b2)
    expect([names(change.retracted), names(change.enacted)]).toEqual([['a3', 'a2'], ['b2']])
    expect(branch(store)).toEqual(['genesis', 'a1', 'b2'])
    expect(store.isOnBestBranch(a2)).toBe(false)
    expect(store.state(a2.hash).get(utf8('name'))).toEqual(utf8('a2'.padEnd(40)))
    const reopened = await open(db)
    expect(branch(reopened.store)).toEqual(['genesis', 'a1', 'b2'])
    expect(reopened.store.state(a2.hash).get(utf8('name'))).toEqual(utf8('a2'.padEnd(40)))
  })

  it('are closed by finality', async () => {
    const { store, grow } = await open()
    const a1 = await grow(store.genesis, 'a1', true)
    const a2 = await grow(a1, 'a2', true)
    const b1 = await grow(store.genesis, 'b1', false)
    expect(names(store.unfinalizedUpTo(a2.hash))).toEqual(['a1', 'a2'])
    await store.setFinalized(a1)
    expect(names(store.unfinalizedUpTo(a2.hash))).toEqual(['a2'])
    expect(store.unfinalizedUpTo(store.genesis.hash)).toEqual([])
    expect(() => store.unfinalizedUpTo(b1.hash)).toThrow(expect.objectContaining({ code: 'NOT_ON_FINALIZED_BRANCH' }))
  })
})

describe('writing', () => {
  it('that fails leaves the chain as it was, and can be tried again', async () => {
    const memory = createMemoryDb()
    let full = false
    const db: Db = {
      ...memory,
      write: (...args) => (full ? Promise.reject(new Error('disk full')) : memory.write(...args)),
    }
    const { store, grow } = await open(db)
    const a1 = await grow(store.genesis, 'a1', true)
    full = true
    await expect(grow(a1, 'a2', true)).rejects.toThrow('disk full')
    expect(names([store.best])).toEqual(['a1'])
    expect(branch(store)).toEqual(['genesis', 'a1'])
    full = false
    const a2 = await grow(a1, 'a2', true)
    const reopened = await open(db)
    expect(toHex(reopened.store.best.hash)).toBe(toHex(a2.hash))
    expect(reopened.store.state(a2.hash).get(utf8('name'))).toEqual(utf8('a2'.padEnd(40)))
  })

  it('of damaged pointers is found when opened', async () => {
    const { db } = await open()
    await db.write([[new Uint8Array([0, ...utf8('best')]), new Uint8Array(32)]])
    await expect(open(db)).rejects.toMatchObject({ code: 'DB_UNREADABLE' })
  })

  it('keeps states readable after they left the cache', async () => {
    const { store, grow } = await open()
    let block = store.genesis
    for (let i = 0; i < 400; i++) block = await grow(block, `block ${i}`, true)
    const early = store.hashAt(3)!
    expect(store.block(early)!.header.number).toBe(3)
    expect(store.state(early).get(utf8('name'))).toEqual(utf8('block 2'.padEnd(40)))
    expect(() => store.state(new Uint8Array(32))).toThrow(expect.objectContaining({ code: 'UNKNOWN_BLOCK' }))
  })
})
