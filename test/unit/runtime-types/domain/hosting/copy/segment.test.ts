/** Segments of a copy: what an encoder's checkpoint binds, and how many leaves a segment can have. */
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { toHex } from '#types/bytes.ts'
import { leavesOf } from '#types/domain/hosting/copy/block.ts'
import { canHaveLeaves, checkpointSignable } from '#types/domain/hosting/copy/segment.ts'
import { testIdentity, testKey } from '../../../../../helpers/hosting/copies.ts'

test('a checkpoint is bound to chain, copy, generation, key, blocks, leaves and root', () => {
  const identity = testIdentity(testKey().modulus)
  const segment = { from: 0, to: 2, leaves: 4n, root: new Uint8Array(32).fill(1) }
  const signables = [
    checkpointSignable(identity, segment),
    checkpointSignable({ ...identity, genesis: segment.root }, segment),
    checkpointSignable({ ...identity, copy: 2n }, segment),
    checkpointSignable({ ...identity, generation: 1 }, segment),
    checkpointSignable({ ...identity, modulus: testKey('second').modulus }, segment),
    checkpointSignable(identity, { ...segment, from: 1 }),
    checkpointSignable(identity, { ...segment, to: 3 }),
    checkpointSignable(identity, { ...segment, leaves: 5n }),
    checkpointSignable(identity, { ...segment, root: identity.genesis }),
  ]
  expect(new Set(signables.map(toHex)).size).toBe(signables.length)
  expect(new Set(signables.map(({ length }) => length))).toEqual(new Set([147]))
})

test('a segment has no fewer leaves than one block, and no more than blocks that each need one more', () => {
  expect(canHaveLeaves(4n, 2, 305n, 128)).toBe(true)
  expect(canHaveLeaves(2n, 2, 305n, 128)).toBe(false)
  expect(canHaveLeaves(5n, 2, 305n, 128)).toBe(false)
  const sizes = fc.array(fc.nat(3_000), { minLength: 1, maxLength: 20 })
  fc.assert(
    fc.property(sizes, fc.constantFrom(128, 256), (each, leafBytes) => {
      const leaves = each.reduce((sum, size) => sum + leavesOf(size, leafBytes), 0)
      const bytes = each.reduce((sum, size) => sum + size, 0)
      expect(canHaveLeaves(BigInt(leaves), each.length, BigInt(bytes), leafBytes)).toBe(true)
    }),
  )
})
