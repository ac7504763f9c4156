/** Whose turn it is to have a message signed. */
import { expect, test } from 'vitest'
import type { CommitteeMember } from '#types/domain/committee/committee.ts'
import { initiatorsOf, turnOf } from '#types/domain/committee/turns.ts'
import { account } from '../../../../helpers/runtime.ts'

const members: readonly CommitteeMember[] = [1, 2, 3, 4].map((id) => ({ id, account: account(id), isStale: id === 3 }))
const seed = (n: number): Uint8Array => new Uint8Array(32).fill(n)
const order = (request: bigint, n: number): number[] => initiatorsOf(request, seed(n), members).map(({ id }) => id)

test('all members that hold a share have a turn, in an order that request and seed decide', () => {
  expect(order(0n, 1).toSorted((a, b) => a - b)).toEqual([1, 2, 4])
  expect(order(0n, 1)).toEqual(order(0n, 1))
  const orders = Array.from({ length: 30 }, (_, n) => order(BigInt(n), n).join())
  expect(new Set(orders).size).toBe(6)
  const bySeed = Array.from({ length: 30 }, (_, n) => order(0n, n).join())
  expect(new Set(bySeed).size).toBe(6)
})

test('turns begin after the request, follow each other, and end with it', () => {
  const request = { seed: seed(1), at: 100, until: 108 }
  const [first, second, third] = order(0n, 1)
  const turn = (block: number) => {
    const found = turnOf(0n, request, { members }, block, 3)
    return found && [found.initiator.id, found.until]
  }
  expect([100, 101, 103].map(turn)).toEqual([first, first, first].map((id) => [id, 103]))
  expect([104, 106].map(turn)).toEqual([second, second].map((id) => [id, 106]))
  expect([107, 108].map(turn)).toEqual([third, third].map((id) => [id, 108]))
  expect(turnOf(0n, request, { members: [] }, 101, 3)).toBeUndefined()
})
