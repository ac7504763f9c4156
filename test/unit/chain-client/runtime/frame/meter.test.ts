/** Budgets of hooks, and what a pallet leaves to those after it. */
import { expect, it } from 'vitest'
import { Meter } from '#chain/runtime/frame/meter.ts'

/** A meter of 160 over a count that a test moves. */
function counted() {
  let used = 0n
  const meter = new Meter(() => used, 160n)
  return { meter, use: (amount: bigint) => void (used += amount) }
}

it('leaves a part of the whole to each that comes later, and the rest to the one at hand', () => {
  const { meter, use } = counted()
  const first = meter.ahead(3, 16)
  use(129n)
  expect(first.hasRoom()).toBe(true)
  use(1n)
  expect(first.hasRoom()).toBe(false)
  const second = meter.ahead(2, 16)
  use(9n)
  expect(second.hasRoom()).toBe(true)
  use(1n)
  expect(second.hasRoom()).toBe(false)
})

it('shares evenly what is left where one has passed its budget by an item', () => {
  const { meter, use } = counted()
  use(150n)
  const late = meter.ahead(1, 16)
  use(4n)
  expect(late.hasRoom()).toBe(true)
  use(1n)
  expect(late.hasRoom()).toBe(false)
  use(100n)
  expect(meter.ahead(0, 16).hasRoom()).toBe(false)
})
