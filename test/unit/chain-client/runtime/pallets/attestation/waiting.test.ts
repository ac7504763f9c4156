/** Rounds that wait for attestors: what the chain tells of them, and why it gives one up. */
import { describe, expect, test } from 'vitest'
import {
  attestorsOf,
  expectSound,
  openChain,
  outsider,
  registration,
  requestCall,
  requester,
} from '../../../../../helpers/attestation/chain.ts'
import { openRound } from '../../../../../helpers/attestation/statements.ts'
import { callOf } from '../../../../../helpers/runtime.ts'

const AWAITED = 'Attestation.AttestorsAwaited'

describe('a round that waits for attestors', () => {
  test('is told once, and again when another number of them could be drawn', () => {
    const chain = openChain({ attestors: 4, parameters: { maxWait: 20 } })
    const [first] = attestorsOf(1)
    chain.succeed([first!.keys, callOf('Workers', 'pause')], [requester, requestCall])
    const until = chain.number + 20
    chain.build()
    expect(chain.all(AWAITED)).toEqual([])
    chain.build()
    const waits = { round: 0, needed: 5, areBusy: false, until }
    expect(chain.all(AWAITED)).toEqual([{ ...waits, eligible: 3 }])
    expect(chain.round(0).shortage).toEqual({ needed: 5, eligible: 3, areBusy: false })
    chain.build()
    expect(chain.all(AWAITED)).toEqual([])
    chain.succeed([first!.keys, callOf('Workers', 'resume')])
    chain.build()
    expect(chain.all(AWAITED)).toEqual([{ ...waits, eligible: 4 }])
    chain.succeed([outsider.keys, registration(chain, outsider, ['Attestor'])])
    chain.build()
    expect(chain.all(AWAITED)).toEqual([])
    expect(chain.round(0)).toMatchObject({ phase: 'Open', shortage: undefined })
    expectSound(chain, [])
  })

  test('closes for that reason when it has waited long enough, and its redraw is told anew', () => {
    const chain = openChain({ attestors: 4, parameters: { maxWait: 3, maxRedraws: 1 } })
    chain.succeed([requester, requestCall])
    chain.until('the first draw is given up', () => chain.round(0).phase === 'Closed')
    const closed = { round: 0, verdict: 'Inconclusive', served: 0, unserved: 0, reason: 'TooFewAttestors' }
    expect(chain.event('Attestation.RoundClosed')).toEqual(closed)
    expect(chain.round(0)).toMatchObject({ reason: 'TooFewAttestors' })
    chain.build()
    chain.build()
    expect(chain.event(AWAITED)).toMatchObject({ round: 1, needed: 5, eligible: 4 })
    expectSound(chain, [])
  })

  test('is told so where attestors are busy, though enough of them could be drawn', () => {
    const chain = openChain({ attestors: 10, parameters: { maxWait: 3, maxRedraws: 0 } })
    const few = attestorsOf(10)
    chain.succeed(
      ...few.map(({ keys }) => [keys, callOf('Workers', 'update', { roles: ['Attestor'], capacity: 1 })] as const),
    )
    openRound(chain)
    chain.succeed([requester, requestCall])
    chain.build()
    chain.build()
    expect(chain.event(AWAITED)).toMatchObject({ round: 1, needed: 5, eligible: 5, areBusy: true })
    chain.until('it is given up', () => chain.round(1).phase === 'Closed')
    expect(chain.round(1)).toMatchObject({ verdict: 'Inconclusive', reason: 'AttestorsBusy' })
    expectSound(chain, few)
  })

  test('closes for what it lacks then, where its time is over at the first look', () => {
    const chain = openChain({ attestors: 4, parameters: { maxWait: 1, maxRedraws: 0 } })
    chain.succeed([requester, requestCall])
    chain.build()
    chain.build()
    expect(chain.all(AWAITED)).toEqual([])
    const shortage = { needed: 5, eligible: 4, areBusy: false }
    expect(chain.round(0)).toMatchObject({ phase: 'Closed', reason: 'TooFewAttestors', shortage })
  })
})
