import { expect, it } from 'vitest'
import { randomIds } from '#chain/rpc/subscription-ids.ts'

it('never gives an id twice, however many are drawn at a time', () => {
  const newId = randomIds()
  const ids = Array.from({ length: 1000 }, newId)
  expect(new Set(ids)).toHaveLength(1000)
  for (const id of ids) expect(id).toMatch(/^[A-Za-z0-9_-]{16}$/)
})
