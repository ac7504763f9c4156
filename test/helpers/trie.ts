/** Helpers for the trie's tests: a store in memory that counts reads, and the write that a database would do. */
import { toHex } from '#types/bytes.ts'
import type { NodeStore } from '#chain/trie/node-source.ts'
import type { Trie } from '#chain/trie/trie.ts'

export interface MemoryStore extends NodeStore {
  readonly map: Map<string, Uint8Array>
  reads: number
}

export function createMemoryStore(): MemoryStore {
  const map = new Map<string, Uint8Array>()
  return {
    map,
    reads: 0,
    get(hash) {
      this.reads++
      return map.get(toHex(hash))
    },
  }
}

/** Writes what is new in the trie, then marks it written. */
export function persist(trie: Trie, store: MemoryStore): void {
  for (const { hash, bytes } of trie.newNodes()) store.map.set(toHex(hash), bytes)
  trie.markPersisted()
}

/** All entries in order. */
export const entriesOf = (trie: Trie): [Uint8Array, Uint8Array][] => [...trie.entries(new Uint8Array())]
