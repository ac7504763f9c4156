/** Roots and proofs against smoldot's trie, in the WebAssembly of @acala-network/chopsticks-executor. */
import { calculate_state_root, create_proof, decode_proof } from '@acala-network/chopsticks-executor'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { fromHex, toHex } from '#types/bytes.ts'
import { prove, verifyProof } from '#chain/trie/proof.ts'
import { Trie, type Change } from '#chain/trie/trie.ts'

const RUNS = 60
/** Keys with and without common prefixes; values around the 33 bytes at which version 1 stores them apart. */
const key = fc.oneof(
  fc.uint8Array({ minLength: 1, maxLength: 6 }).map((bytes) => bytes.map((byte) => byte & 0x31)),
  fc.uint8Array({ minLength: 1, maxLength: 80 }),
  fc.uint8Array({ minLength: 8, maxLength: 8 }).map((tail) => Uint8Array.of(...new Uint8Array(200).fill(5), ...tail)),
)
const value = fc.oneof(fc.uint8Array({ minLength: 1, maxLength: 40 }), fc.uint8Array({ minLength: 60, maxLength: 300 }))
const entries = fc.uniqueArray(fc.tuple(key, value), { selector: ([key]) => toHex(key), maxLength: 80 })

describe.each([0, 1] as const)('state version %i', (stateVersion) => {
  it('has the roots smoldot computes', async () => {
    await fc.assert(
      fc.asyncProperty(entries, fc.nat(), async (all, cut) => {
        // In two steps, so that the incremental path is what is compared.
        const half = all.length === 0 ? 0 : cut % all.length
        const removed = all.slice(0, half).map(([key]): Change => [key, null])
        const trie = Trie.empty({ stateVersion }).apply(all.slice(0, half)).apply(removed).apply(all)
        const hex = all.map(([key, value]) => [toHex(key), toHex(value)])
        expect(toHex(trie.root())).toBe(await calculate_state_root(hex, stateVersion))
      }),
      { numRuns: RUNS },
    )
  })

  it('makes proofs that smoldot reads', async () => {
    await fc.assert(
      fc.asyncProperty(
        entries.filter(({ length }) => length > 0),
        async (all) => {
          const trie = Trie.empty({ stateVersion }).apply(all)
          const proven = all.slice(0, 5)
          const proof = prove(
            trie,
            proven.map(([key]) => key),
          )
          const decoded = new Map<string, string>(await decode_proof(toHex(trie.root()), proof.map(toHex)))
          for (const [key, value] of proven) expect(decoded.get(toHex(key))).toBe(toHex(value))
        },
      ),
      { numRuns: RUNS },
    )
  })
})

describe('proofs smoldot makes', () => {
  it('are read', async () => {
    await fc.assert(
      fc.asyncProperty(
        entries,
        entries.filter(({ length }) => length > 0),
        async (all, changed) => {
          const trie = Trie.empty({ stateVersion: 0 }).apply(all)
          const known = prove(
            trie,
            changed.map(([key]) => key),
          ).map(toHex)
          if (known.length === 0) return
          const updates = changed.map(([key, value]) => [toHex(key), toHex(value)])
          const [root, nodes] = (await create_proof(known, updates)) as [`0x${string}`, `0x${string}`[]]
          for (const [key, value] of changed) expect(verifyProof(fromHex(root), nodes.map(fromHex), key)).toEqual(value)
        },
      ),
      { numRuns: RUNS },
    )
  })
})
