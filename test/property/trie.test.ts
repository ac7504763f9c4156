import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { toHex } from '#types/bytes.ts'
import type { StateVersion } from '#chain/trie/node.ts'
import { prove, verifyProof } from '#chain/trie/proof.ts'
import { Trie, type Change } from '#chain/trie/trie.ts'
import { createMemoryStore, entriesOf, persist } from '../helpers/trie.ts'

// Few distinct bytes and short keys, so that prefixes, splits and merges are common.
const keys = fc.uint8Array({ maxLength: 5 }).map((bytes) => bytes.map((byte) => byte & 0x13))
const values = fc.uint8Array({ maxLength: 40 })
const changes = fc.array(fc.tuple(keys, fc.option(values, { nil: null, freq: 3 })), { maxLength: 40 })
const batches = fc.array(changes, { maxLength: 6 })
const versions = fc.constantFrom<StateVersion>(0, 1)

type Model = Map<string, Change>

function applyToModel(model: Model, batch: readonly Change[]): Model {
  const next = new Map(model)
  for (const [key, value] of batch) {
    if (value === null) next.delete(toHex(key))
    else next.set(toHex(key), [key, value])
  }
  return next
}

const sorted = (model: Model): Change[] => [...model].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, entry]) => entry)

describe('trie, for any sequence of changes', () => {
  it('equals a map, a trie built from scratch in any order, and itself reopened; older tries stay as they were', () => {
    fc.assert(
      fc.property(batches, versions, fc.boolean(), (all, stateVersion, unloading) => {
        const store = createMemoryStore()
        const history: { trie: Trie; root: Uint8Array; model: Model }[] = []
        let trie = Trie.empty({ store, stateVersion })
        let model: Model = new Map()
        for (const [index, batch] of all.entries()) {
          trie = trie.apply(batch)
          model = applyToModel(model, batch)
          if (index % 2 === 0) persist(trie, store)
          if (unloading) trie.unload(2)
          history.push({ trie, root: trie.root(), model })
        }
        for (const { trie, root, model } of history) {
          const entries = sorted(model)
          expect(entriesOf(trie)).toEqual(entries)
          expect(Trie.empty({ stateVersion }).apply(entries.toReversed()).root()).toEqual(root)
          let one = Trie.empty({ stateVersion })
          for (const entry of entries) one = one.apply([entry])
          expect(one.root()).toEqual(root)
          persist(trie, store)
          const reopened = Trie.open(root, store, stateVersion)
          expect(entriesOf(reopened)).toEqual(entries)
          expect(reopened.root()).toEqual(root)
        }
      }),
      { numRuns: 150 },
    )
  })

  it('continues from a reopened trie as from the one in memory', () => {
    fc.assert(
      fc.property(changes, changes, versions, (before, after, stateVersion) => {
        const store = createMemoryStore()
        const trie = Trie.empty({ stateVersion }).apply(before)
        persist(trie, store)
        const reopened = Trie.open(trie.root(), store, stateVersion).apply(after)
        expect(reopened.root()).toEqual(trie.apply(after).root())
        persist(reopened, store)
        expect(entriesOf(Trie.open(reopened.root(), store))).toEqual(entriesOf(trie.apply(after)))
      }),
      { numRuns: 150 },
    )
  })

  it('pages and compares as sorted arrays do', () => {
    fc.assert(
      fc.property(
        changes,
        changes,
        keys,
        fc.option(keys, { nil: undefined }),
        fc.nat(20),
        (a, b, prefix, after, limit) => {
          const first = Trie.empty().apply(a)
          const second = first.apply(b)
          const expected = sorted(applyToModel(new Map(), a)).map(([key]) => toHex(key))
          const bound = after === undefined ? '' : toHex(after)
          expect(first.keys(prefix, after, limit).map(toHex)).toEqual(
            expected.filter((key) => key.startsWith(toHex(prefix)) && key > bound).slice(0, limit),
          )
          const modelA = applyToModel(new Map(), a)
          const modelB = applyToModel(modelA, b)
          const differing = [...new Set([...modelA.keys(), ...modelB.keys()])]
            .filter(
              (key) =>
                toHex(modelA.get(key)?.[1] ?? new Uint8Array()) !== toHex(modelB.get(key)?.[1] ?? new Uint8Array()) ||
                modelA.has(key) !== modelB.has(key),
            )
            .sort()
          const found = [...first.diff(second)]
          expect(found.map(({ key }) => toHex(key))).toEqual(differing)
          for (const { key, before, after } of found) {
            expect(before).toEqual(modelA.get(toHex(key))?.[1])
            expect(after).toEqual(modelB.get(toHex(key))?.[1])
          }
        },
      ),
      { numRuns: 300 },
    )
  })

  it('proves every key, and no proof survives a flipped bit', () => {
    fc.assert(
      fc.property(changes, keys, versions, fc.nat(), fc.nat(), (batch, other, stateVersion, at, bit) => {
        const trie = Trie.empty({ stateVersion }).apply(batch)
        const root = trie.root()
        for (const key of [other, ...batch.map(([key]) => key)]) {
          const proof = prove(trie, [key])
          expect(verifyProof(root, proof, key)).toEqual(trie.get(key))
          if (proof.length === 0) continue
          const flipped = proof.map((bytes) => bytes.slice())
          const node = flipped[at % flipped.length]!
          if (node.length === 0) continue
          node[bit % node.length]! ^= 1 << (at % 8)
          expect(() => verifyProof(root, flipped, key)).toThrow(expect.objectContaining({ code: 'TRIE_PROOF_INVALID' }))
        }
      }),
      { numRuns: 150 },
    )
  })
})
