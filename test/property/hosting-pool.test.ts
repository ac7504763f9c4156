/** The pool of a feed: whatever donors and contracts do, no money appears, vanishes, or goes to another donor. */
import fc from 'fast-check'
import { expect, test } from 'vitest'
import {
  EMPTY_POOL,
  endow,
  enrich,
  give,
  NO_DONATION,
  spend,
  uncommitted,
  withdraw,
  worth,
  type Donation,
  type Pool,
} from '#types/domain/hosting/pool.ts'
import { U128_MAX } from '#types/scale/primitives.ts'

const DONORS = 4
/** More than all money of a chain. */
const MOST = 10n ** 24n

type Act =
  | { readonly kind: 'give' | 'withdraw'; readonly donor: number; readonly amount: bigint }
  | { readonly kind: 'spend' | 'commit'; readonly permille: number }
  | { readonly kind: 'enrich' | 'endow'; readonly amount: bigint }

const amount = fc.oneof(fc.bigInt(1n, 1_000n), fc.bigInt(1n, MOST))
const permille = fc.oneof(fc.nat(1_000), fc.constantFrom(999, 1_000))
const acts: fc.Arbitrary<Act[]> = fc.array(
  fc.oneof(
    fc.record({ kind: fc.constantFrom('give', 'withdraw'), donor: fc.nat(DONORS - 1), amount }),
    fc.record({ kind: fc.constantFrom('spend', 'commit'), permille }),
    fc.record({ kind: fc.constantFrom('enrich', 'endow'), amount }),
  ),
  { minLength: 1, maxLength: 60 },
)

interface World {
  readonly pool: Pool
  readonly donations: readonly Donation[]
  /** All that was spent, less what came without a donor. */
  readonly spent: bigint
}

const START: World = { pool: EMPTY_POOL, donations: Array.from({ length: DONORS }, () => NO_DONATION), spent: 0n }
const partOf = (whole: bigint, thousandths: number): bigint => (whole * BigInt(thousandths)) / 1_000n
const worths = ({ pool, donations }: World): bigint[] => donations.map((donation) => worth(pool, donation))

function next(world: World, act: Act): World {
  const { pool, donations, spent } = world
  if ('permille' in act) {
    const part = partOf(pool.total, act.permille)
    if (act.kind === 'commit') return { ...world, pool: { ...pool, committed: part } }
    return { ...world, pool: spend(pool, part), spent: spent + part }
  }
  if (!('donor' in act)) {
    const made = act.kind === 'enrich' ? enrich : endow
    return { ...world, pool: made(pool, act.amount), spent: spent - act.amount }
  }
  const donation = donations[act.donor]!
  const isAllowed = act.amount <= worth(pool, donation) && act.amount <= uncommitted(pool)
  const done = act.kind === 'give' ? give(pool, donation, act.amount) : withdraw(pool, donation, act.amount)
  expect(done !== undefined).toBe(act.kind === 'give' || isAllowed)
  return done ? { pool: done[0], donations: donations.with(act.donor, done[1]), spent } : world
}

/** What holds between two states, whatever happened between them. */
function check(before: World, act: Act, after: World): void {
  const [had, has] = [worths(before), worths(after)]
  const { total, shares, committed } = after.pool
  const given = after.donations.reduce((sum, each) => sum + each.given - each.withdrawn, 0n)
  expect(total).toBe(given - after.spent)
  expect(has.reduce((sum, each) => sum + each, 0n)).toBeLessThanOrEqual(total)
  expect(committed).toBeLessThanOrEqual(total)
  expect(shares).toBeLessThanOrEqual(U128_MAX)
  if (shares > 0n) expect(shares).toBeGreaterThanOrEqual(total)
  for (const [i, worthNow] of has.entries()) {
    if (act.kind === 'enrich') expect(worthNow).toBeGreaterThanOrEqual(had[i]!)
    else if (act.kind === 'endow') expect([had[i]!, had[i]! - 1n]).toContain(worthNow)
    else if (act.kind === 'commit') expect(worthNow).toBe(had[i])
    else if (act.kind === 'spend') {
      // Pro rata, to a unit, while anything to speak of is left.
      const fair = before.pool.total === 0n ? 0n : (had[i]! * total) / before.pool.total
      expect(worthNow).toBeLessThanOrEqual(fair + 1n)
      if (after.pool.era === before.pool.era) expect(worthNow).toBeGreaterThanOrEqual(fair - 1n)
    } else if ('donor' in act && i !== act.donor) {
      expect(worthNow).toBeGreaterThanOrEqual(had[i]!)
    }
  }
}

test('money is conserved, spending is pro rata, and no donor loses by what another does', () => {
  fc.assert(
    fc.property(acts, (all) => {
      let world = START
      for (const act of all) {
        const after = next(world, act)
        check(world, act, after)
        world = after
      }
    }),
    { numRuns: 500 },
  )
})

test('a gift that is taken back at once brings no more than was given', () => {
  fc.assert(
    fc.property(acts, fc.nat(DONORS - 1), amount, (all, donor, more) => {
      const world = all.reduce(next, START)
      const [pool, donation] = give(world.pool, world.donations[donor]!, more)
      const had = worth(world.pool, world.donations[donor]!)
      // The first donor of an era also has what the one before it left, less than 2^-32 of what that one had.
      const dust = world.pool.shares === 0n ? world.pool.total : 0n
      expect(worth(pool, donation)).toBeLessThanOrEqual(had + more + dust)
      expect(worth(pool, donation)).toBeGreaterThanOrEqual(had + more - 1n)
    }),
    { numRuns: 500 },
  )
})

test('a donor that makes the pool richer by a detour does not get what the next one gives', () => {
  const [tiny, attacker] = give(EMPTY_POOL, NO_DONATION, 1n)
  const [pool, victim] = give(enrich(tiny, 1_000n), NO_DONATION, 900n)
  expect(worth(pool, victim)).toBe(900n)
  expect(worth(pool, attacker)).toBe(1n)
})

test('a pool that was spent begins again, and old shares are worth nothing', () => {
  const [full, first] = give(EMPTY_POOL, NO_DONATION, 1_000n)
  const empty = spend(full, 1_000n)
  expect([empty.era, worth(empty, first)]).toEqual([1, 0n])
  const [again, second] = give(empty, NO_DONATION, 10n)
  expect([worth(again, first), worth(again, second)]).toEqual([0n, 10n])
  const [third] = give(again, first, 5n)
  expect(third.total).toBe(15n)
})
