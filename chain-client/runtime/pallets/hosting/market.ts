/**
 * The rooms of pallet Hosting together: what its calls and hooks use, and the look at each copy whose time has come.
 *
 * Owns: their wiring, and the choice of the step that a look makes.
 */
import type { Room } from '../../frame/meter.ts'
import { createChallenges } from './challenges.ts'
import { createComplaints } from './complaints.ts'
import { createContracts } from './contracts.ts'
import { createCopies } from './copies.ts'
import { createDecisions } from './decisions.ts'
import { createEncoding } from './encoding.ts'
import { createFailures } from './failures.ts'
import { createMeasuring } from './measuring.ts'
import { createParties } from './parties.ts'
import { createPlans } from './plans.ts'
import { createPools } from './pools.ts'
import { isServed, siteOf } from './sites.ts'
import type { HostingSelf } from './state.ts'

/** The functions by which calls and hooks change hosting. */
export function createMarket(self: HostingSelf) {
  const { storage, uses, block } = self
  const pools = createPools(self)
  const copies = createCopies(self, pools)
  const contracts = createContracts(self, pools, copies)
  const failures = createFailures(self, copies, contracts)
  const parties = createParties(self)
  const measuring = createMeasuring(self, pools, parties)
  const challenges = createChallenges(self, { pools, copies, contracts, failures, measuring })
  const encoding = createEncoding(self, { pools, copies, contracts, failures, challenges, parties })
  const complaints = createComplaints(self, { pools, failures, encoding })
  const decisions = createDecisions(self)
  const plans = createPlans(self, pools, contracts)

  const look = (id: bigint): void => {
    const copy = storage.copies.get(id)
    // Where blocks had no room for a look in time, a call may have given the copy another block meanwhile.
    if (!copy || copy.due > block()) return
    // Most looks are these, and need no more than the copy.
    if (isServed(copy)) return challenges.turn(id, copy)
    const site = siteOf(self, id)!
    if (copy.state === 'Vacant') encoding.assign(site)
    else encoding.expire(site)
  }

  return {
    pools,
    copies,
    contracts,
    failures,
    challenges,
    measuring,
    encoding,
    complaints,
    decisions,
    plans,
    /** Looks at copies while there is room, the oldest first. Each by itself: a bug in one must not stop the others. */
    lookDue(room: Room): void {
      for (const id of copies.takeDue(room)) {
        const failure = uses.dispatcher.contained(`Hosting copy ${id}`, () => look(id))
        if (!failure) continue
        const copy = storage.copies.get(id)
        if (copy) copies.put(id, { ...copy, due: block() + storage.parameters.get().queuePause })
      }
    },
  }
}
