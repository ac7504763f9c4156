/**
 * Property: for any behaviour of the chain, and any crash of the client, a duty is included at most once, and in the
 * end once.
 */
import fc from 'fast-check'
import { expect, it } from 'vitest'
import type { SubmitSource } from '#chain/api/chain-rpc.ts'
import type { KeyValue } from '#chain/api/store.ts'
import type { Submitter } from '#chain/api/submit.ts'
import { callFor, createHarness, type Harness } from './submit-harness.ts'
import { patiently } from '../../../helpers/patience.ts'

/** What the chain does before a block. */
type Trouble = 'none' | 'forget' | 'usurp' | 'away' | 'back'

/** A death after so many operations, before or after the effect of the last one. */
interface Death {
  readonly after: number
  readonly hasEffect: boolean
}

const DUTIES = ['a', 'b', 'c']

/** Journal and node as a client that dies sees them: from its death on nothing it does has an effect. */
function mortal(harness: Harness, death: Death, died: () => void): { rpc: SubmitSource; journal: KeyValue } {
  let left = death.after
  const guard = async <T>(act: () => Promise<T>): Promise<T> => {
    if (left < 0) throw new Error('dead')
    if (left-- > 0) return act()
    died()
    if (death.hasEffect) await act()
    throw new Error('killed')
  }
  const { chain, journal } = harness
  return {
    rpc: {
      finalizedHead: () => guard(() => chain.finalizedHead()),
      blockHash: (number) => guard(() => chain.blockHash(number)),
      parentHash: (hash) => guard(() => chain.parentHash(hash)),
      events: (hash) => guard(() => chain.events(hash)),
      body: (hash) => guard(() => chain.body(hash)),
      nonceAt: (hash) => guard(() => chain.nonceAt(hash)),
      nextNonce: () => guard(() => chain.nextNonce()),
      submit: (wire) => guard(() => chain.submit(wire)),
    },
    journal: {
      get: (key) => guard(() => journal.get(key)),
      put: (key, value) => guard(() => journal.put(key, value)),
      delete: (key) => guard(() => journal.delete(key)),
      entries: () => guard(() => journal.entries()),
    },
  }
}

function makeTrouble({ chain }: Harness, trouble: Trouble): void {
  if (trouble === 'forget') chain.dropPool()
  if (trouble === 'usurp') chain.usurp()
  if (trouble === 'away') chain.isAway = true
  if (trouble === 'back') chain.isAway = false
}

async function submitAll(submitter: Submitter): Promise<void> {
  await submitter.resume()
  await Promise.all(DUTIES.map((duty) => submitter.submit(duty, callFor(duty))))
}

const troubles = fc.array(
  fc.constantFrom<Trouble>('none', 'none', 'none', 'forget', 'forget', 'usurp', 'away', 'back', 'back'),
  { maxLength: 30 },
)
const deaths = fc.array(fc.record({ after: fc.integer({ min: 0, max: 60 }), hasEffect: fc.boolean() }), {
  maxLength: 6,
})

it('never includes a duty twice, and in the end once', { timeout: patiently(60_000) }, async () => {
  await fc.assert(
    fc.asyncProperty(troubles, deaths, fc.integer({ min: 0, max: 4 }), async (schedule, kills, lag) => {
      const harness = createHarness()
      const { clock, chain, start, produce } = harness
      const coming = [...schedule]
      produce(() => {
        const trouble = coming.shift()
        if (trouble) makeTrouble(harness, trouble)
        else chain.isAway = false
      }, lag)
      for (const death of kills) {
        let killed = (): void => {}
        const isDead = new Promise<void>((resolve) => {
          killed = resolve
        })
        const client = start(mortal(harness, death, () => killed()))
        const work = submitAll(client).catch(() => undefined)
        await clock.run(Promise.race([isDead, work]))
        await clock.run(client.close())
      }
      await clock.run(submitAll(start()))
      // Nothing that was ever signed may come in late.
      await clock.pass(60_000)
      const included = chain.included().map(({ call }) => call)
      expect(included.filter((call) => call !== 'foreign').sort()).toEqual(DUTIES)
    }),
    { numRuns: 200 },
  )
})
