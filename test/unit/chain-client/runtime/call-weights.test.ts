/** What a call declares covers what it does, on every call where it costs most. */
import { describe, expect, it } from 'vitest'
import { checkReport } from '#types/domain/attestation/report.ts'
import { declaredPallets } from '#chain/runtime/runtime.ts'
import { fullReport } from '../../../helpers/attestation/full-report.ts'
import { atLimits } from '../../../helpers/attestation/at-limits.ts'
import { committeeAtLimits } from '../../../helpers/committee/at-limits.ts'
import { hostingAtLimits } from '../../../helpers/hosting/at-limits.ts'
import { callMeter, type CallCost } from '../../../helpers/call-cost.ts'
import { leastMs } from '../../../helpers/processor-time.ts'
import { account, callOf, id, UNIT } from '../../../helpers/runtime.ts'

/** The state that each transaction touches besides: signer, fee, issuance, author. The base weight of an extrinsic covers it. */
const TOUCHED_MS = 0.25
/** Times the processor time per weight of transfers that any call may take, and what the clock of a busy machine may add. */
const MOST_PER_WEIGHT = 6
const NOISE_MS = 1
const TRANSFERS = 500

const { chain, cases } = atLimits()
const measure = callMeter()
const subjects = { ...cases, ...(await hostingAtLimits()), ...committeeAtLimits() }
const costOf = (name: string): CallCost => {
  const { state, number, origin, call } = subjects[name]!
  return measure(state, number, origin, call)
}
const costs = new Map(Object.keys(subjects).map((name) => [name, costOf(name)]))

/** Milliseconds of processor time for a millisecond of weight. */
function costOfTransfers(): number {
  const calls = Array.from({ length: TRANSFERS }, (_, i) =>
    callOf('Balances', 'transferKeepAlive', { dest: id(account(`recipient ${i}`)), value: UNIT }),
  )
  const { origin } = cases['Balances.transferKeepAlive']!
  const { cpuMs, chargedMs, outcome } = measure(
    chain.state,
    chain.number + 1,
    origin,
    callOf('Utility', 'batchAll', { calls }),
  )
  expect(outcome).toBe('ok')
  return cpuMs / chargedMs
}

describe('the weight of a call at its limits', () => {
  it('is known for every call of the runtime: give a new one a case in test/helpers/attestation/at-limits.ts, or beside it for hosting and committees', () => {
    const calls = declaredPallets().flatMap(({ name, calls }) => calls.map((call) => `${name}.${call.name}`))
    expect([...costs.keys()].filter((name) => !name.includes(',')).toSorted()).toEqual(calls.toSorted())
    expect(
      [...costs].filter(([, { outcome }]) => outcome !== 'ok').map(([name, { outcome }]) => [name, outcome]),
    ).toEqual([])
  })

  it('covers its work on storage', () => {
    const short = [...costs].filter(([, { declaredMs, workMs }]) => workMs > declaredMs * 1.1 + TOUCHED_MS)
    expect(short).toEqual([])
  })

  it('is paid, but no more than was used, by votes, evidence and reports', () => {
    for (const name of ['submitCoinflipOutcome', 'submitEvidence', 'submitReport']) {
      const { chargedMs, workMs, declaredMs } = costs.get(`Attestation.${name}`)!
      expect([name, chargedMs >= workMs, chargedMs < declaredMs]).toEqual([name, true, true])
    }
  })

  it('bounds the processor time, and so does that of checking the largest report', () => {
    const most = MOST_PER_WEIGHT * costOfTransfers()
    const isSlow = ({ cpuMs, chargedMs }: CallCost): boolean => cpuMs > most * chargedMs + NOISE_MS
    // Another process on the same core can make one measurement slow.
    const slow = [...costs].filter(([name, cost]) => isSlow(cost) && isSlow(costOf(name)))
    expect(slow).toEqual([])
    const { context, report } = fullReport()
    const { chargedMs, workMs } = costs.get('Attestation.submitReport')!
    const checkMs = leastMs(10, () => expect(checkReport(context, report).ok).toBe(true))
    expect(checkMs).toBeLessThan(most * (chargedMs - workMs) + NOISE_MS)
  })
})
