/** States that are stored as changes equal the original states, however old their nodes are. */
import { describe, expect, it } from 'vitest'
import { concatBytes, u32le, utf8 } from '#types/bytes.ts'
import { COLUMN, type Db } from '#chain/node/db.ts'
import { createMemoryDb } from '#chain/node/memory-db.ts'
import { StateRecords, trieNodeStore } from '#chain/node/state-records.ts'
import { Trie } from '#chain/trie/trie.ts'

/** Written records, by column. */
function countingDb(): { db: Db; written: Record<number, number> } {
  const memory = createMemoryDb()
  const written: Record<number, number> = {}
  return {
    written,
    db: {
      ...memory,
      write(changes) {
        const all = [...changes]
        for (const [key] of all) written[key[0]!] = (written[key[0]!] ?? 0) + 1
        return memory.write(all)
      },
    },
  }
}

async function chain(db: Db, states: number, keysEach: number) {
  const records = new StateRecords(db)
  const keep = async (state: Trie, base?: Trie): Promise<Trie> => {
    await db.write(records.of(state, base))
    records.written(state)
    return state
  }
  const kept = [await keep(Trie.empty({ store: trieNodeStore(db) }).apply([[utf8('genesis'), utf8('state')]]))]
  for (let i = 1; i <= states; i++) {
    const changes = Array.from(
      { length: keysEach },
      (_, k) => [concatBytes(utf8('key'), u32le((i * 7 + k) % 50_000)), (i + k) % 11 === 0 ? null : u32le(i)] as const,
    )
    kept.push(await keep(kept.at(-1)!.apply(changes), kept.at(-1)))
  }
  return { records, keep, kept }
}

describe('states', () => {
  it('are told by their changes, and read again by whoever opens the database', async () => {
    const { db, written } = countingDb()
    const { kept } = await chain(db, 120, 8)
    expect(written[COLUMN.stateChanges]).toBe(120)
    expect(written[COLUMN.trieNode]).toBe(1)
    const again = new StateRecords(db)
    for (const state of kept) {
      const opened = again.open(state.root())
      expect(opened.root()).toEqual(state.root())
      expect([...opened.diff(state)]).toEqual([])
      expect(opened.get(concatBytes(utf8('key'), u32le(40)))).toEqual(state.get(concatBytes(utf8('key'), u32le(40))))
    }
  })

  it('are kept as nodes when many keys have changed, so that opening one stays bounded', async () => {
    const { db, written } = countingDb()
    const { kept } = await chain(db, 9, 8000)
    // 8,000 keys each: the fifth and the tenth would be above 32,768.
    expect(written[COLUMN.stateChanges]).toBe(8)
    expect(written[COLUMN.trieNode]).toBeGreaterThan(500)
    const again = new StateRecords(db)
    for (const state of kept) expect([...again.open(state.root()).diff(state)]).toEqual([])
  })

  it('may branch off, come back to what they were, and go on after a restart', async () => {
    const { db } = countingDb()
    const { kept, keep } = await chain(db, 5, 3)
    const [, early, middle] = kept as [Trie, Trie, Trie]
    const aside = await keep(early.apply([[utf8('aside'), utf8('yes')]]), early)
    await keep(aside.apply([[utf8('aside'), null]]), aside)
    const again = new StateRecords(db)
    expect(again.open(early.root()).get(utf8('aside'))).toBeUndefined()
    const next = again.open(middle.root()).apply([[utf8('next'), utf8('one')]])
    await db.write(again.of(next, again.open(middle.root())))
    expect(new StateRecords(db).open(next.root()).get(utf8('next'))).toEqual(utf8('one'))
  })

  it('that are damaged are refused, and those that are missing', async () => {
    const { db } = countingDb()
    const { kept } = await chain(db, 3, 4)
    const damaged: Db = {
      ...db,
      get(key) {
        const value = db.get(key)
        if (key[0] !== COLUMN.stateChanges || value === undefined) return value
        return value.with(value.length - 1, value.at(-1)! ^ 1)
      },
    }
    expect(() => new StateRecords(damaged).open(kept[3]!.root())).toThrow(
      expect.objectContaining({ code: 'DB_UNREADABLE' }),
    )
    const cut: Db = {
      ...damaged,
      get: (key) => (key[0] === COLUMN.stateChanges ? db.get(key)?.slice(0, 40) : db.get(key)),
    }
    expect(() => new StateRecords(cut).open(kept[3]!.root())).toThrow(
      expect.objectContaining({ code: 'DB_UNREADABLE' }),
    )
    expect(() => new StateRecords(db).open(new Uint8Array(32).fill(9)).keys(new Uint8Array(), undefined, 1)).toThrow(
      expect.objectContaining({ code: 'TRIE_NODE_MISSING' }),
    )
  })
})
