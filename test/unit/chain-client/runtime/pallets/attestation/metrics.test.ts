/**
 * Pallet Attestation: its figures from attestors' measurements of hosters and of each other, and which attestors must
 * report.
 */
import { describe, expect, test } from 'vitest'
import { concatBytes } from '#types/bytes.ts'
import { MeasuredPerformance, type HosterMetrics } from '#types/domain/attestation/metrics.ts'
import type { Report } from '#types/domain/attestation/report.ts'
import { AccountId } from '#types/scale/account.ts'
import { decode, encode } from '#types/scale/codec.ts'
import { option, struct } from '#types/scale/compound.ts'
import { bytes } from '#types/scale/primitives.ts'
import { Blake2_128Concat } from '#types/scale/storage-key.ts'
import { ViewFunctionId, ViewFunctionResult } from '#types/scale/view-function.ts'
import { viewId } from '#types/scale/view-function.ts'
import {
  hoster,
  openChain,
  outsider,
  type AttestationChain,
  type Signed,
} from '../../../../../helpers/attestation/chain.ts'
import {
  equivocation,
  evidenceCall,
  reportable,
  reportCall,
  reportOf,
  type Finding,
  type Flip,
} from '../../../../../helpers/attestation/statements.ts'

const BASE: HosterMetrics = {
  samples: 3,
  lost: 0,
  latencyP50Us: 10,
  latencyP95Us: 20,
  latencyP99Us: 30,
  throughputBytesPerSecond: 1_000n,
}
const NOTHING_CAME: HosterMetrics = {
  samples: 0,
  lost: 3,
  latencyP50Us: 0,
  latencyP95Us: 0,
  latencyP99Us: 0,
  throughputBytesPerSecond: 0n,
}
const taking = (p50: number): HosterMetrics => ({
  ...BASE,
  latencyP50Us: p50,
  latencyP95Us: p50 * 2,
  latencyP99Us: p50 * 3,
})

const stored = (chain: AttestationChain, item: string, account: Uint8Array): MeasuredPerformance | undefined =>
  chain.stored('Attestation', item, MeasuredPerformance, [Blake2_128Concat, account])
const ofHoster = (chain: AttestationChain) => stored(chain, 'HosterPerformance', hoster.account)

/** Five reports, of which chosen parts differ by rank. */
function reports(
  chain: AttestationChain,
  round: number,
  flip: Flip,
  change: (rank: number, honest: Report) => Partial<Report> | undefined,
  finding: Finding = 'served',
): void {
  const calls = flip.members.flatMap(({ keys }, rank): Signed[] => {
    const honest = reportOf(chain, round, flip, rank, finding)
    const changed = change(rank, honest)
    return changed ? [[keys, reportCall(round, { ...honest, ...changed })]] : []
  })
  chain.succeed(...calls)
}

function due(parameters = { maxRedraws: 0 }) {
  const chain = openChain({ parameters })
  return { chain, ...reportable(chain) }
}

describe('when a round closes', () => {
  test('the hoster’s figures are medians over the attestors, which two liars of five cannot carry off', () => {
    const { chain, round, flip } = due()
    const said = [taking(1), taking(11), taking(12), taking(13), taking(1_000_000)]
    reports(chain, round, flip, (rank) => ({ hosterMetrics: said[rank]! }))
    expect(chain.round(round).verdict).toBe('Pass')
    expect(ofHoster(chain)).toEqual({
      round,
      attestors: 5,
      attempts: 3,
      lossPpm: 0,
      speed: {
        attestors: 5,
        samples: 3,
        latencyP50Us: 12,
        latencyP95Us: 24,
        latencyP99Us: 36,
        throughputBytesPerSecond: 1_000n,
      },
    })
  })

  test('each attestor’s are medians over what the others say of it', () => {
    const { chain, round, flip } = due()
    // Of the member at rank r the one at rank s says 100 r + s; of rank 4 only two say anything.
    reports(chain, round, flip, (self) => ({
      attestorMetrics: [0, 1, 2, 3, 4].flatMap((rank) =>
        rank === self || (rank === 4 && self > 1) ? [] : [{ rank, ...taking(100 * rank + self) }],
      ),
    }))
    const p50s = flip.members.map(({ account }) => stored(chain, 'AttestorPerformance', account)?.speed?.latencyP50Us)
    expect(p50s).toEqual([2, 102, 201, 301, undefined])
    expect(stored(chain, 'AttestorPerformance', flip.members[0]!.account)).toMatchObject({ round, attestors: 4 })
  })

  test('nothing is left of who said what of whom', () => {
    const { chain, round, flip } = due()
    reports(chain, round, flip, (rank) => (rank === 0 ? undefined : {}))
    expect(chain.count('Attestation', 'PeerMetrics')).toBe(4)
    chain.until('the round is closed', () => chain.round(round).phase === 'Closed')
    expect(chain.count('Attestation', 'PeerMetrics')).toBe(0)
    expect(ofHoster(chain)).toMatchObject({ attestors: 4 })
  })

  test('a hoster that served nobody has lost all and has no speed', () => {
    const { chain, round, flip } = due()
    reports(chain, round, flip, () => ({ hosterMetrics: NOTHING_CAME }), 'unserved')
    expect(ofHoster(chain)).toEqual({ round, attestors: 5, attempts: 3, lossPpm: 1_000_000, speed: undefined })
  })

  test('with fewer reports than a quorum, the figures stay what they were', () => {
    const chain = openChain({ parameters: { maxRedraws: 0 } })
    const first = reportable(chain)
    reports(chain, first.round, first.flip, () => ({}))
    const before = ofHoster(chain)
    expect(before).toMatchObject({ round: first.round })
    const second = reportable(chain)
    reports(chain, second.round, second.flip, (rank) => (rank < 3 ? { hosterMetrics: taking(999) } : undefined))
    chain.until('the round is closed', () => chain.round(second.round).phase === 'Closed')
    expect(ofHoster(chain)).toEqual(before)
  })

  test('the word of a convicted member does not count', () => {
    const { chain, round, flip } = due()
    chain.succeed([outsider.keys, evidenceCall(round, flip.attempt, equivocation(flip, round, 0))])
    reports(chain, round, flip, (rank) => (rank === 0 ? undefined : { hosterMetrics: taking(10 + rank) }))
    expect(chain.round(round).verdict).toBe('Pass')
    expect(ofHoster(chain)).toMatchObject({ attestors: 4, speed: { latencyP50Us: 12 } })
  })
})

test('both are asked for by view functions', () => {
  const { chain, round, flip } = due()
  const ask = (name: string, argument: string, account: Uint8Array) => {
    const id = viewId('Attestation', name, { [argument]: AccountId }, option(MeasuredPerformance).type)
    const queryId = { prefix: id.slice(0, 16), suffix: id.slice(16) }
    const args = encode(struct({ queryId: ViewFunctionId, input: bytes }), { queryId, input: account })
    const answer = chain.runtime.call(chain.at, 'RuntimeViewFunction_execute_view_function', concatBytes(args))
    const result = decode(ViewFunctionResult, answer)
    return result.ok ? decode(option(MeasuredPerformance), result.value) : result.error
  }
  expect(ask('hoster_performance', 'hoster', hoster.account)).toBeUndefined()
  reports(chain, round, flip, () => ({}))
  expect(ask('hoster_performance', 'hoster', hoster.account)).toEqual(ofHoster(chain))
  const { account } = flip.members[2]!
  expect(ask('attestor_performance', 'attestor', account)).toEqual(stored(chain, 'AttestorPerformance', account))
  expect(ask('attestor_performance', 'attestor', account)).toMatchObject({ round, attestors: 4 })
})

test.each<[string, (rank: number) => Partial<Report>]>([
  ['MetricsOutOfBounds', () => ({ hosterMetrics: { ...BASE, samples: 0, lost: 0 } })],
  ['MetricsOutOfOrder', () => ({ hosterMetrics: { ...BASE, latencyP95Us: 31 } })],
  ['MetricsOfUnknownPeer', () => ({ attestorMetrics: [{ rank: 5, ...BASE }] })],
  ['MetricsOfSelf', (rank) => ({ attestorMetrics: [{ rank, ...BASE }] })],
  [
    'DuplicateMetrics',
    (rank) => ({ attestorMetrics: [rank + 1, rank + 1].map((other) => ({ rank: other, ...BASE })) }),
  ],
])('a report is refused with %s, and may come again without', (error, change) => {
  const { chain, round, flip } = due()
  const good = reportOf(chain, round, flip, 1)
  const { keys } = flip.members[1]!
  chain.refuses(keys, reportCall(round, { ...good, ...change(1) }), `Attestation.${error}`)
  chain.succeed([keys, reportCall(round, good)])
})
