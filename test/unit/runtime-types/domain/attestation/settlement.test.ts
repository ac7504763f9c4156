/** The arithmetic of pay: shares, the floor of attestors, and which report earns by which verdict. */
import { describe, expect, test } from 'vitest'
import type { VerdictName } from '#types/domain/attestation/round.ts'
import {
  ATTESTOR_PAY_FLOOR,
  earnsPay,
  roundDeposit,
  settlement,
  wholeShare,
  type PaidReport,
} from '#types/domain/attestation/settlement.ts'
import { ONE } from '#types/domain/reputation.ts'

const REWARDS = { hosterReward: 100n, attestorReward: 80n, maxRedraws: 3 }
const VERDICTS: readonly VerdictName[] = ['Pass', 'Fail', 'Inconclusive']

test('the hoster is paid by its reputation; attestors too, but never as for less than one half', () => {
  expect(settlement('Pass', ONE, 4, REWARDS)).toEqual({ hoster: 100n, perReport: 20n })
  expect(settlement('Pass', 600_000, 4, REWARDS)).toEqual({ hoster: 60n, perReport: 12n })
  expect(settlement('Pass', ATTESTOR_PAY_FLOOR, 4, REWARDS)).toEqual({ hoster: 50n, perReport: 10n })
  expect(settlement('Pass', 0, 4, REWARDS)).toEqual({ hoster: 0n, perReport: 10n })
})

test('without a "pass" the hoster earns nothing, and a report half a share', () => {
  expect(settlement('Fail', ONE, 4, REWARDS)).toEqual({ hoster: 0n, perReport: 10n })
  expect(settlement('Inconclusive', ONE, 4, REWARDS)).toEqual({ hoster: 0n, perReport: 10n })
  expect(wholeShare(ONE, 0, REWARDS)).toBe(0n)
})

test.each<[string, PaidReport, readonly VerdictName[]]>([
  ['served', { served: true, proven: 3 }, VERDICTS],
  ['served in part', { served: false, proven: 1 }, ['Fail', 'Inconclusive']],
  ['nothing', { served: false, proven: 0 }, ['Fail']],
])('a report of %s earns by no other verdicts', (_, report, earned) => {
  expect(VERDICTS.filter((verdict) => earnsPay(verdict, report))).toEqual(earned)
})

describe('what a round reserves', () => {
  test('is enough for all draws of it, each with other attestors', () => {
    for (const drawn of [3, 7, 10]) {
      const { perReport: inconclusive } = settlement('Inconclusive', ONE, drawn, REWARDS)
      const { hoster, perReport } = settlement('Pass', ONE, drawn, REWARDS)
      const cost = hoster + BigInt(drawn) * (perReport + BigInt(REWARDS.maxRedraws) * inconclusive)
      expect(cost).toBeLessThanOrEqual(roundDeposit(REWARDS))
    }
    expect(roundDeposit(REWARDS)).toBe(300n)
  })
})
