/**
 * After any actions and omissions of workers, the draw's weights equal those that a scan of all workers would give, and every bond is
 * reserved and comes back.
 */
import fc from 'fast-check'
import { expect, it } from 'vitest'
import type { RoleName } from '#types/domain/worker.ts'
import {
  attestorsOf,
  expectBonded,
  openChain,
  registration,
  type Actor,
  type AttestationChain,
  type Signed,
} from '../helpers/attestation/chain.ts'
import { callOf } from '../helpers/runtime.ts'
import { expectIndexed } from '../helpers/worker-index.ts'

/** Blocks: bonds come back within a history. */
const UNBONDING = 61
/** More than one leaf of the tree holds. */
const WORKERS = 40
const cast = attestorsOf(WORKERS)

type Deed = (chain: AttestationChain) => Signed

const who = fc.nat({ max: WORKERS - 1 }).map((i) => cast[i]!)
const roles = fc.constantFrom<RoleName[]>(['Attestor'], ['Hoster'], ['Hoster', 'Attestor'], [])
const capacity = fc.nat({ max: 2 })
const registering = fc.tuple(who, roles, capacity).map(([who, roles, capacity]): Deed => (chain) => [
  who.keys,
  registration(chain, who, roles, { capacity }),
])
const updating = fc.tuple(who, roles, capacity).map(([who, roles, capacity]): Deed => () => [
  who.keys,
  callOf('Workers', 'update', { roles, capacity }),
])
const plain = fc
  .tuple(who, fc.constantFrom('pause', 'resume', 'unregister', 'unregister', 'heartbeat', 'heartbeat', 'topUp'))
  .map(([who, name]): Deed => () => [who.keys, callOf('Workers', name)])
const deeds = fc.array(fc.oneof(registering, updating, plain), { maxLength: 25 })
/** Empty blocks after: some end within the limit of silence, some just before it is over, some after. */
const pause = fc.constantFrom(0, 1, 30, 59, 60, 61)

it('draws know of all workers what they are, in every history', () => {
  const start = openChain({ attestors: WORKERS, bonds: { unbonding: UNBONDING } })
  fc.assert(
    fc.property(fc.array(fc.tuple(deeds, pause), { minLength: 2, maxLength: 5 }), (steps) => {
      start.branch(() => {
        for (const [acts, blocks] of steps) {
          start.block(...acts.map((act) => act(start)))
          expectIndexed(start.state, start.number)
          expectBonded(start)
          for (let left = blocks; left > 0; left--) {
            start.build()
            if (left <= 2) expectIndexed(start.state, start.number)
          }
        }
        const everyone = (act: (worker: Actor) => Signed): void => void start.block(...cast.map(act))
        everyone((worker) => [worker.keys, callOf('Workers', 'unregister')])
        expectIndexed(start.state, start.number)
        for (let left = 62; left > 0; left--) start.build()
        // Only the silent hoster of this chain remains; the chain keeps nothing else of workers that left.
        const kept = [
          'Workers',
          'Silences',
          'Rosters',
          'PlaceOf',
          'WorkerAt',
          'Weights',
          'UnprovenWeights',
          'Standings',
        ]
        expect(kept.map((item) => start.count('Workers', item))).toEqual([1, 0, 1, 1, 1, 0, 0, 0])
        // Every bond but the hoster's is returned, and no other money is reserved.
        expect(['Bonds', 'BondsDue'].map((item) => start.count('Workers', item))).toEqual([1, 0])
        expect(cast.map(({ account }) => start.reserved(account))).toEqual(cast.map(() => 0n))
        expect(start.log.errors).toEqual([])
      })
    }),
    { numRuns: 15 },
  )
})
